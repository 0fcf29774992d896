//! A chart: two axes and what is drawn between them.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::rc::Rc;

use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::axis::Axis;
use super::ink::Ink;
use super::png;
use super::svg::{SCALE, ThemedSvg};
use crate::report::RenderError;
use crate::report::number::escape;

type Area = DrawingArea<ThemedSvg, Shift>;
type Plane = DrawingArea<ThemedSvg, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// Something drawn in the plane of a chart.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Series {
    /// Points of this radius (nominal pixels × 10), to be drawn again elsewhere under `id`.
    Dots {
        ink: Ink,
        radius: i32,
        points: Vec<(f64, f64)>,
        id: Option<&'static str>,
    },
    /// The points drawn in another chart of the same size and axes under this id.
    Again { ink: Ink, id: &'static str },
    /// A line through the points.
    Line { ink: Ink, points: Vec<(f64, f64)> },
    /// The area between two lines over the same abscissae: (x, low, high).
    Band {
        ink: Ink,
        points: Vec<(f64, f64, f64)>,
    },
    /// A horizontal line from side to side.
    Level { ink: Ink, y: f64 },
    /// A line, or the area between two lines, at some opacity.
    Faint {
        ink: Ink,
        percent: u8,
        points: Vec<(f64, f64)>,
        is_area: bool,
    },
    /// Opacities of one ink over a rectangle of the plane: rows of bytes from the top.
    Raster {
        ink: Ink,
        id: String,
        n_columns: usize,
        opacities: Vec<u8>,
        x: (f64, f64),
        y: (f64, f64),
    },
}

/// Size, axes, series, and the words for those who cannot see it.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::report) struct Chart {
    /// Unique on the page; title and description are found under it.
    pub(super) id: &'static str,
    /// What it is, in a few words.
    pub(super) title: String,
    /// What it shows, in a sentence or two.
    pub(super) description: String,
    /// Nominal width and height, pixels.
    pub(super) size: (u32, u32),
    /// Abscissa.
    pub(super) x: Axis,
    /// Ordinate.
    pub(super) y: Axis,
    /// Drawn in this order.
    pub(super) series: Vec<Series>,
}

/// The plane of a chart in drawn units, and what its edges stand for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Frame {
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
    pub(super) x: (f64, f64),
    pub(super) y: (f64, f64),
}

impl Frame {
    /// Left, right, top, bottom; first and last x; first and last y.
    pub(super) fn words(&self) -> String {
        let Self {
            left,
            right,
            top,
            bottom,
            x,
            y,
        } = self;
        format!(
            "{left} {right} {top} {bottom} {} {} {} {}",
            x.0, x.1, y.0, y.1
        )
    }

    /// The drawn unit at which (x, y) lies; whole, as in the rest of the picture.
    pub(super) fn place(&self, x: f64, y: f64) -> (f64, f64) {
        let across = (x - self.x.0) / (self.x.1 - self.x.0);
        let up = (y - self.y.0) / (self.y.1 - self.y.0);
        (
            libm::round(self.left + across * (self.right - self.left)),
            libm::round(self.bottom - up * (self.bottom - self.top)),
        )
    }
}

/// Right, top and bottom of the plane, nominal pixels from the picture's edges; left is what its labels need.
/// Room for the large text of a narrow screen, too.
const MARGINS: (i32, i32, i32) = (14, 34, 58);

impl Chart {
    /// The picture as an `<svg>` element.
    ///
    /// # Errors
    /// [`RenderError::Drawing`] where plotters refuses.
    pub(super) fn svg(&self) -> Result<String, RenderError> {
        self.svg_with("")
    }

    /// [`svg`](Self::svg) with more elements on top, in drawn units.
    ///
    /// # Errors
    /// That of a drawing.
    pub(super) fn svg_with(&self, more: &str) -> Result<String, RenderError> {
        let size = (self.size.0 * SCALE, self.size.1 * SCALE);
        let out = Rc::new(RefCell::new(String::new()));
        let root = ThemedSvg::new(Rc::clone(&out), size).into_drawing_area();
        self.draw(&root, &out)
            .and_then(|()| root.present())
            .map_err(|error| RenderError::Drawing {
                figure: self.id,
                message: error.to_string(),
            })?;
        drop(root);
        let mut svg = String::new();
        // Writing to a String cannot fail.
        let _ = write!(
            svg,
            "<svg role=\"img\" viewBox=\"0 0 {} {}\" aria-labelledby=\"{id}-title {id}-desc\">\n<title id=\"{id}-title\">{}</title>\n<desc id=\"{id}-desc\">{}</desc>\n{}{more}</svg>",
            size.0,
            size.1,
            escape(&self.title),
            escape(&self.description),
            out.borrow(),
            id = self.id,
        );
        Ok(svg)
    }

    /// First and last ordinate.
    #[cfg(feature = "table")]
    pub(in crate::report) fn ordinates(&self) -> (f64, f64) {
        (self.y.low, self.y.high)
    }

    /// Where the plane lies in the picture.
    pub(super) fn frame(&self) -> Frame {
        let (left, (right, top, bottom)) = (self.y.room, MARGINS);
        let unit = f64::from(SCALE);
        let (width, height) = (f64::from(self.size.0), f64::from(self.size.1));
        Frame {
            left: unit * f64::from(left),
            right: unit * (width - f64::from(right)),
            top: unit * f64::from(top),
            bottom: unit * (height - f64::from(bottom)),
            x: (self.x.low, self.x.high),
            y: (self.y.low, self.y.high),
        }
    }

    fn draw(
        &self,
        root: &Area,
        out: &RefCell<String>,
    ) -> Result<(), DrawingAreaErrorKind<std::convert::Infallible>> {
        let unit = i32::try_from(SCALE).unwrap_or(1);
        let (left, (right, top, bottom)) = (self.y.room, MARGINS);
        let inner = root.margin(top * unit, bottom * unit, left * unit, right * unit);
        let (columns, rows) = inner.get_pixel_range();
        let plane: Plane = inner.apply_coord_spec(Cartesian2d::new(
            self.x.low..self.x.high,
            self.y.low..self.y.high,
            (columns.clone(), rows.end..rows.start),
        ));
        let line = |ink: Ink, points: Vec<(f64, f64)>| PathElement::new(points, ink.style(false));
        for (at, label) in &self.y.ticks {
            let ends = vec![(self.x.low, *at), (self.x.high, *at)];
            plane.draw(&line(Ink::Grid, ends))?;
            let y = plane.map_coordinate(&(self.x.low, *at)).1;
            let place = (columns.start - 8 * unit, y);
            text(root, "tick", label, place, HPos::Right, VPos::Center)?;
        }
        for (at, label) in &self.x.ticks {
            let x = plane.map_coordinate(&(*at, self.y.low)).0;
            let stroke = vec![(x, rows.end), (x, rows.end + 4 * unit)];
            root.draw(&PathElement::new(stroke, Ink::Axis.style(false)))?;
            let place = (x, rows.end + 8 * unit);
            text(root, "tick", label, place, HPos::Center, VPos::Top)?;
        }
        let floor = vec![(columns.start, rows.end), (columns.end, rows.end)];
        root.draw(&PathElement::new(floor, Ink::Axis.style(false)))?;
        for series in &self.series {
            self.draw_series(series, &plane, out)?;
        }
        let place = (2 * unit, 4 * unit);
        text(
            root,
            "axis-title",
            &self.y.title,
            place,
            HPos::Left,
            VPos::Top,
        )?;
        let place = (columns.end, rows.end + 32 * unit);
        text(
            root,
            "axis-title",
            &self.x.title,
            place,
            HPos::Right,
            VPos::Top,
        )
    }

    fn draw_series(
        &self,
        series: &Series,
        plane: &Plane,
        out: &RefCell<String>,
    ) -> Result<(), DrawingAreaErrorKind<std::convert::Infallible>> {
        let shown = |p: &&(f64, f64)| self.x.holds(p.0) && self.y.holds(p.1);
        match series {
            Series::Dots {
                ink,
                radius,
                points,
                id,
            } => {
                plane.present()?;
                if let Some(id) = id {
                    let _ = write!(out.borrow_mut(), "<g id=\"{id}\">");
                }
                for point in points.iter().filter(shown) {
                    plane.draw(&Circle::new(*point, *radius, ink.style(true)))?;
                }
                plane.present()?;
                if id.is_some() {
                    out.borrow_mut().push_str("</g>\n");
                }
                Ok(())
            }
            Series::Again { ink, id } => {
                plane.present()?;
                let _ = writeln!(
                    out.borrow_mut(),
                    "<use class=\"{}\" href=\"#{id}\"/>",
                    ink.class()
                );
                Ok(())
            }
            Series::Line { ink, points } => {
                // A value off the axis interrupts the line rather than leave the picture.
                for run in points.split(|p| !(self.x.holds(p.0) && self.y.holds(p.1))) {
                    if !run.is_empty() {
                        plane.draw(&PathElement::new(run.to_vec(), ink.style(false)))?;
                    }
                }
                Ok(())
            }
            Series::Band { ink, points } => {
                let clamp = |y: f64| y.clamp(self.y.low, self.y.high);
                let up = points.iter().map(|(x, low, _)| (*x, clamp(*low)));
                let down = points.iter().rev().map(|(x, _, high)| (*x, clamp(*high)));
                let outline: Vec<(f64, f64)> = up.chain(down).collect();
                if outline
                    .iter()
                    .any(|(x, y)| !(x.is_finite() && y.is_finite()))
                {
                    return Ok(());
                }
                plane.draw(&Polygon::new(outline, ink.style(true)))
            }
            Series::Level { ink, y } => {
                if !self.y.holds(*y) {
                    return Ok(());
                }
                let ends = vec![(self.x.low, *y), (self.x.high, *y)];
                plane.draw(&PathElement::new(ends, ink.style(false)))
            }
            Series::Faint {
                ink,
                percent,
                points,
                is_area,
            } => {
                if !points.iter().all(|p| p.0.is_finite() && p.1.is_finite()) {
                    return Ok(());
                }
                let clamp = |p: &(f64, f64)| (p.0, p.1.clamp(self.y.low, self.y.high));
                let points: Vec<(f64, f64)> = points.iter().map(clamp).collect();
                let style = ink.faint(*percent, *is_area);
                if *is_area {
                    plane.draw(&Polygon::new(points, style))
                } else {
                    plane.draw(&PathElement::new(points, style))
                }
            }
            Series::Raster {
                ink,
                id,
                n_columns,
                opacities,
                x,
                y,
            } => {
                plane.present()?;
                let (left, bottom) = plane.map_coordinate(&(x.0, y.0));
                let (right, top) = plane.map_coordinate(&(x.1, y.1));
                let place = format!(
                    "x=\"{left}\" y=\"{top}\" width=\"{}\" height=\"{}\"",
                    right - left,
                    bottom - top
                );
                let _ = writeln!(
                    out.borrow_mut(),
                    "<mask id=\"{id}\" maskUnits=\"userSpaceOnUse\" {place}><image {place} preserveAspectRatio=\"none\" href=\"{}\"/></mask><rect class=\"raster {}\" {place} mask=\"url(#{id})\"/>",
                    png::data_address(*n_columns, opacities),
                    ink.class()
                );
                Ok(())
            }
        }
    }
}

fn text(
    root: &Area,
    class: &'static str,
    words: &str,
    at: (i32, i32),
    h_pos: HPos,
    v_pos: VPos,
) -> Result<(), DrawingAreaErrorKind<std::convert::Infallible>> {
    if words.is_empty() {
        return Ok(());
    }
    let style = TextStyle::from((class, 10).into_font()).pos(Pos::new(h_pos, v_pos));
    root.draw(&Text::new(words.to_owned(), at, style))
}
