//! Parameters of the spiral.

use std::f64::consts::TAU;

use serde::{Deserialize, Serialize};

use super::super::error::{ProblemError, positive, some_points};
use super::super::path::MAX_LENGTHS;

/// Parameters of the noisy spiral.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spiral {
    /// Points drawn for training, the validation part among them.
    pub n: usize,
    /// Standard deviation σ of the noise on each axis, before scaling.
    pub jitter: f64,
    /// Turns of the spiral.
    pub revolutions: f64,
    /// Side of the square into which the points are scaled.
    pub span: f64,
}

impl Spiral {
    /// Whether the parameters can be realised.
    ///
    /// # Errors
    ///
    /// The first field at fault; a curve longer than 200,000 jitters.
    pub fn check(&self) -> Result<(), ProblemError> {
        some_points(self.n)?;
        self.check_curve()?;
        let allowed = "a finite number from 0.000001 to 1000000";
        positive("span", self.span, 1e6, allowed)?;
        if self.span < 1e-6 {
            return Err(ProblemError::Value {
                field: "span",
                found: self.span,
                allowed,
            });
        }
        Ok(())
    }

    /// The part of [`check`](Self::check) on which the density depends.
    pub(super) fn check_curve(&self) -> Result<(), ProblemError> {
        positive(
            "jitter",
            self.jitter,
            1e6,
            "a finite number above 0, at most 1000000",
        )?;
        // Its inverse, the speed in jitters, must be a number: else no panel is ever long enough.
        if self.jitter < f64::MIN_POSITIVE {
            return Err(ProblemError::Value {
                field: "jitter",
                found: self.jitter,
                allowed: "a finite number from 2.2250738585072014e-308 to 1000000",
            });
        }
        let allowed = "a finite number above 0, at most 1000";
        positive("revolutions", self.revolutions, 1e3, allowed)?;
        let end = self.end();
        let lengths = end * libm::hypot(1.0, end) / self.jitter;
        if lengths > MAX_LENGTHS {
            return Err(ProblemError::TooFine {
                jitter: self.jitter,
                lengths,
                allowed: MAX_LENGTHS,
            });
        }
        Ok(())
    }

    /// The largest angle.
    pub(super) fn end(&self) -> f64 {
        TAU * self.revolutions
    }
}
