//! A plotters backend that writes compact, themed SVG.
//!
//! Plotters' own SVG backend writes literal colours and one element a point. Here a
//! colour is an [`Ink`], which becomes a class, so that one picture serves light and
//! dark; filled circles are gathered into a few paths of zero-length strokes with round
//! caps, about eight bytes a point. Text has a class too, and no size: the style sheet
//! makes it larger on a narrow screen, where the picture is scaled down.
//!
//! Plotters' coordinates are whole pixels, so a figure is drawn [`SCALE`] times larger
//! than its nominal size.

use std::cell::RefCell;
use std::convert::Infallible;
use std::fmt::Write as _;
use std::rc::Rc;

use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};

use super::ink::Ink;

/// Drawn units for one nominal pixel.
pub(super) const SCALE: u32 = 10;

/// Points of one ink are spread over that many paths: within a path translucent strokes
/// do not add up, between paths they do, and where data are dense the colour deepens.
const LAYERS: usize = 5;

type Outcome = Result<(), DrawingErrorKind<Infallible>>;

/// The backend. Clones of `out` see what has been drawn after `present`.
pub(super) struct ThemedSvg {
    out: Rc<RefCell<String>>,
    size: (u32, u32),
    /// Filled circles not yet written: ink, radius, centres.
    pending: Option<(Ink, u32, Vec<BackendCoord>)>,
}

impl ThemedSvg {
    /// An empty picture of that size in drawn units.
    pub(super) const fn new(out: Rc<RefCell<String>>, size: (u32, u32)) -> Self {
        Self {
            out,
            size,
            pending: None,
        }
    }

    fn flush(&mut self) {
        let Some((ink, radius, centres)) = self.pending.take() else {
            return;
        };
        let mut svg = self.out.borrow_mut();
        // Writing to a String cannot fail, here and below.
        let _ = write!(
            svg,
            "<g class=\"dots {}\" stroke-width=\"{}\">",
            ink.class(),
            2 * radius
        );
        for layer in 0..LAYERS {
            let mut at: Option<BackendCoord> = None;
            for (x, y) in centres.iter().skip(layer).step_by(LAYERS) {
                match at {
                    None => {
                        let _ = write!(svg, "<path d=\"M{x} {y}h0");
                    }
                    Some((x0, y0)) => {
                        svg.push('m');
                        push_pair(&mut svg, x - x0, y - y0);
                        svg.push_str("h0");
                    }
                }
                at = Some((*x, *y));
            }
            if at.is_some() {
                svg.push_str("\"/>");
            }
        }
        svg.push_str("</g>\n");
    }

    fn polyline(
        &mut self,
        kind: &str,
        style: BackendColor,
        points: impl Iterator<Item = BackendCoord>,
        close: bool,
    ) {
        self.flush();
        let mut svg = self.out.borrow_mut();
        let _ = write!(svg, "<path class=\"{kind} {}\"", Ink::of(style.rgb).class());
        if let Some(percent) = Ink::percent(style.rgb) {
            let _ = write!(svg, " opacity=\".{percent:02}\"");
        }
        svg.push_str(" d=\"");
        let mut at: Option<BackendCoord> = None;
        for (x, y) in points {
            match at {
                None => {
                    let _ = write!(svg, "M{x} {y}l");
                }
                // A point on top of its predecessor adds bytes and no ink.
                Some(before) if before == (x, y) => continue,
                Some((x0, y0)) => {
                    if !svg.ends_with('l') && x >= x0 {
                        svg.push(' ');
                    }
                    push_pair(&mut svg, x - x0, y - y0);
                }
            }
            at = Some((x, y));
        }
        if svg.ends_with('l') {
            svg.push_str("0 0");
        }
        svg.push_str(if close { "z\"/>\n" } else { "\"/>\n" });
    }
}

/// `dx dy`, without the space where a minus sign parts them.
fn push_pair(svg: &mut String, dx: i32, dy: i32) {
    let _ = write!(svg, "{dx}");
    if dy >= 0 {
        svg.push(' ');
    }
    let _ = write!(svg, "{dy}");
}

impl DrawingBackend for ThemedSvg {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Outcome {
        Ok(())
    }

    fn present(&mut self) -> Outcome {
        self.flush();
        Ok(())
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Outcome {
        self.draw_circle(point, 1, &color, true)
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Outcome {
        self.polyline("line", style.color(), [from, to].into_iter(), false);
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (x0, y0): BackendCoord,
        (x1, y1): BackendCoord,
        style: &S,
        fill: bool,
    ) -> Outcome {
        let corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)];
        let kind = if fill { "area" } else { "line" };
        self.polyline(kind, style.color(), corners.into_iter(), true);
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Outcome {
        self.polyline("line", style.color(), path.into_iter(), false);
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        vert: I,
        style: &S,
    ) -> Outcome {
        self.polyline("area", style.color(), vert.into_iter(), true);
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        _fill: bool,
    ) -> Outcome {
        let ink = Ink::of(style.color().rgb);
        match &mut self.pending {
            Some((same_ink, same_radius, centres))
                if *same_ink == ink && *same_radius == radius =>
            {
                centres.push(center);
            }
            _ => {
                self.flush();
                self.pending = Some((ink, radius, vec![center]));
            }
        }
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        (x, y): BackendCoord,
    ) -> Outcome {
        self.flush();
        let (anchor, shift) = (style.anchor().h_pos, style.anchor().v_pos);
        let anchor = match anchor {
            HPos::Left => "start",
            HPos::Center => "middle",
            HPos::Right => "end",
        };
        // In units of the font, whatever size the style sheet gives it.
        let shift = match shift {
            VPos::Top => "0.75em",
            VPos::Center => "0.35em",
            VPos::Bottom => "0em",
        };
        let _ = writeln!(
            self.out.borrow_mut(),
            "<text class=\"{}\" x=\"{x}\" y=\"{y}\" dy=\"{shift}\" text-anchor=\"{anchor}\">{}</text>",
            style.family().as_str(),
            crate::report::number::escape(text),
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use plotters::prelude::*;

    use super::*;

    fn drawn(draw: impl Fn(&DrawingArea<ThemedSvg, plotters::coord::Shift>)) -> String {
        let out = Rc::new(RefCell::new(String::new()));
        let area = ThemedSvg::new(Rc::clone(&out), (100, 100)).into_drawing_area();
        draw(&area);
        area.present().expect("an infallible backend");
        out.borrow().clone()
    }

    #[test]
    fn points_share_a_path() {
        let svg = drawn(|area| {
            for i in 0..11 {
                let dot = Circle::new((10 + i, 20 - i), 3, Ink::Data.style(true));
                area.draw(&dot).expect("an infallible backend");
            }
        });
        assert_eq!(svg.matches("<path").count(), LAYERS);
        assert_eq!(svg.matches("h0").count(), 11);
        assert!(svg.contains("M10 20h0m5-5h0m5-5h0"), "{svg}");
    }

    #[test]
    fn lines_are_relative_and_have_a_class_for_a_colour() {
        let svg = drawn(|area| {
            let path =
                PathElement::new(vec![(0, 0), (5, 7), (5, 7), (3, 9)], Ink::Mdn.style(false));
            area.draw(&path).expect("an infallible backend");
        });
        assert_eq!(svg, "<path class=\"line ink-mdn\" d=\"M0 0l5 7-2 2\"/>\n");
        assert!(!svg.contains('#'));
    }
}
