//! From the plane of the spiral to the units of the data.

use super::super::error::ProblemError;

/// The affine map from the plane of the spiral to the units of the data.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scaling {
    offset: f64,
    factor: f64,
}

impl Scaling {
    /// The map that takes `low` to 0 and `high` to `span`.
    ///
    /// # Errors
    ///
    /// [`ProblemError::NoRange`] unless `high − low` and its ratio to `span` are finite and
    /// positive.
    pub fn new(low: f64, high: f64, span: f64) -> Result<Self, ProblemError> {
        let factor = span / (high - low);
        if low.is_finite() && factor > 0.0 && factor.is_finite() {
            Ok(Self {
                offset: low,
                factor,
            })
        } else {
            Err(ProblemError::NoRange { low, high })
        }
    }

    /// Units of the data in one unit of the plane; its logarithm is the Jacobian of p(y | x).
    #[must_use]
    pub const fn factor(self) -> f64 {
        self.factor
    }

    /// From the plane to the data.
    #[must_use]
    pub const fn apply(self, coordinate: f64) -> f64 {
        (coordinate - self.offset) * self.factor
    }

    /// From the data to the plane.
    #[must_use]
    pub const fn invert(self, scaled: f64) -> f64 {
        scaled / self.factor + self.offset
    }
}
