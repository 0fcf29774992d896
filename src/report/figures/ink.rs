//! Inks: what a colour stands for. The style sheet decides what it looks like, by day and by night.

use plotters::style::{RGBColor, ShapeStyle};

/// The meaning of a mark. Plotters carries it as a colour token, the page as a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::report) enum Ink {
    /// Axis lines and ticks.
    Axis,
    /// Grid lines.
    Grid,
    /// Points of the data.
    Data,
    /// The exact truth.
    Oracle,
    /// The baseline network.
    Baseline,
    /// The baseline, on its own training points.
    BaselineTrain,
    /// The mixture density network.
    Mdn,
    /// The mixture density network, on its own training points.
    MdnTrain,
    /// The article's run.
    Article,
    /// The article's run, on its own training points.
    ArticleTrain,
    /// The best single Gaussian.
    Gaussian,
    /// Probability density, whosever.
    Density,
    /// Too much of it.
    More,
    /// Too little of it.
    Less,
    /// Rows of a table over a picture of their density: seen on paper and on the deepest shade.
    Row,
    /// One of several things of a kind, told apart by colour and dash.
    Kind(u8),
}

/// How many kinds have colours of their own.
pub(super) const N_KINDS: u8 = 4;

impl Ink {
    /// All of them; the position is the colour token.
    const ALL: [Self; 19] = [
        Self::Axis,
        Self::Grid,
        Self::Data,
        Self::Oracle,
        Self::Baseline,
        Self::BaselineTrain,
        Self::Mdn,
        Self::MdnTrain,
        Self::Article,
        Self::ArticleTrain,
        Self::Gaussian,
        Self::Density,
        Self::More,
        Self::Less,
        Self::Row,
        Self::Kind(0),
        Self::Kind(1),
        Self::Kind(2),
        Self::Kind(3),
    ];

    /// The class the style sheet knows.
    pub(in crate::report) const fn class(self) -> &'static str {
        match self {
            Self::Axis => "ink-axis",
            Self::Grid => "ink-grid",
            Self::Data => "ink-data",
            Self::Oracle => "ink-oracle",
            Self::Baseline => "ink-baseline",
            Self::BaselineTrain => "ink-baseline ink-train",
            Self::Mdn => "ink-mdn",
            Self::MdnTrain => "ink-mdn ink-train",
            Self::Article => "ink-article",
            Self::ArticleTrain => "ink-article ink-train",
            Self::Gaussian => "ink-gaussian",
            Self::Density => "ink-density",
            Self::More => "ink-more",
            Self::Less => "ink-less",
            Self::Row => "ink-row",
            Self::Kind(0) => "ink-kind-0",
            Self::Kind(1) => "ink-kind-1",
            Self::Kind(2) => "ink-kind-2",
            Self::Kind(_) => "ink-kind-3",
        }
    }

    /// The colour that stands for this ink on its way through plotters.
    pub(super) fn token(self) -> RGBColor {
        let index = Self::ALL.iter().position(|ink| *ink == self).unwrap_or(0);
        RGBColor(0, 0, u8::try_from(index).unwrap_or(0))
    }

    /// The ink of a token.
    pub(super) fn of(rgb: (u8, u8, u8)) -> Self {
        let index = usize::from(rgb.2);
        Self::ALL.get(index).copied().unwrap_or(Self::Axis)
    }

    /// A style of this ink at an opacity of 1 to 99 percent; anything else is opaque.
    pub(super) fn faint(self, percent: u8, filled: bool) -> ShapeStyle {
        let RGBColor(r, _, b) = self.token();
        ShapeStyle {
            color: RGBColor(r, percent, b).into(),
            ..self.style(filled)
        }
    }

    /// The opacity that [`faint`](Self::faint) wrote into a token, if any.
    pub(super) fn percent(rgb: (u8, u8, u8)) -> Option<u8> {
        (1..100).contains(&rgb.1).then_some(rgb.1)
    }

    /// A style of this ink.
    pub(super) fn style(self, filled: bool) -> ShapeStyle {
        ShapeStyle {
            color: self.token().into(),
            filled,
            stroke_width: 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_leads_back_to_its_ink() {
        for ink in Ink::ALL {
            let RGBColor(r, g, b) = ink.token();
            assert_eq!(Ink::of((r, g, b)), ink);
        }
        assert_eq!(Ink::of((255, 255, 255)), Ink::Axis);
    }

    #[test]
    fn an_opacity_travels_with_its_ink() {
        let style = Ink::Mdn.faint(40, false);
        let color = style.color;
        let rgb = (color.0, color.1, color.2);
        assert_eq!((Ink::of(rgb), Ink::percent(rgb)), (Ink::Mdn, Some(40)));
        let RGBColor(r, g, b) = Ink::Mdn.token();
        assert_eq!(Ink::percent((r, g, b)), None);
    }
}
