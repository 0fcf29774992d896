//! How a raw output of a mixture head becomes a scale.

use super::shape::{ShapeError, length};

/// How a raw output becomes a scale σ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ScaleLink {
    /// `ELU(a) + 1 + floor`, written `max(a, 0) + exp(min(a, 0)) + floor`.
    EluPlusOne {
        /// Added outside the link, in units of the target.
        floor: f32,
    },
    /// `ln(1 + exp a) + floor`.
    Softplus {
        /// Added outside the link, in units of the target.
        floor: f32,
    },
}

impl ScaleLink {
    /// The same link with these floors \[D\] instead of its one floor: target j's scales are at least
    /// `floors[j]`.
    ///
    /// # Examples
    /// ```
    /// use mixture_density::numerics::mixture_nll::{HeadShape, NllScratch, ScaleLink, mixture_nll};
    /// let head = HeadShape { n_components: 1, n_targets: 2 };
    /// let link = ScaleLink::Softplus { floor: 0.0 };
    /// // Two means, two raw scales far below 0, a logit: the scales are the floors.
    /// let raw = [0.0, 0.0, -1e4, -1e4, 0.0];
    /// let mut nll = [0.0];
    /// let (link, mut scratch) = (link.with_floors(&[1.0, 2.0]), NllScratch::default());
    /// mixture_nll(head, link, &raw, &[0.0, 0.0], 1.0, &mut nll, None, &mut scratch)?;
    /// assert!((nll[0] - (1.837_877 + 0.693_147)).abs() < 1e-6); // ln 2π + ln 2
    /// # Ok::<(), mixture_density::numerics::ShapeError>(())
    /// ```
    #[must_use]
    pub const fn with_floors(self, floors: &[f32]) -> FlooredLink<'_> {
        FlooredLink {
            link: self,
            floors: Some(floors),
        }
    }

    /// The same link with another floor.
    #[inline(always)]
    const fn with_floor(self, floor: f32) -> Self {
        match self {
            Self::EluPlusOne { .. } => Self::EluPlusOne { floor },
            Self::Softplus { .. } => Self::Softplus { floor },
        }
    }
}

/// A link with one floor for all targets, or with one for each.
///
/// Made from a [`ScaleLink`], or by [`ScaleLink::with_floors`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FlooredLink<'a> {
    link: ScaleLink,
    floors: Option<&'a [f32]>,
}

impl From<ScaleLink> for FlooredLink<'_> {
    fn from(link: ScaleLink) -> Self {
        Self { link, floors: None }
    }
}

impl FlooredLink<'_> {
    /// Whether there is a floor for each of so many targets.
    pub(super) fn check(self, n_targets: usize) -> Result<(), ShapeError> {
        self.floors.map_or(Ok(()), |floors| {
            length("the floors of the scales", floors.len(), n_targets)
        })
    }

    /// The link of one target.
    #[inline(always)]
    pub(super) fn of_target(self, target: usize) -> ScaleLink {
        match self.floors {
            Some(floors) => self.link.with_floor(floors[target]),
            None => self.link,
        }
    }
}
