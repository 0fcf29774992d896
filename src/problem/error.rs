//! Why a problem cannot be realised, and the checks that say so.

/// Most points of one set: a mistyped exponent must not ask for the whole memory.
pub const MAX_POINTS: usize = 10_000_000;

/// Why a problem cannot be realised.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ProblemError {
    /// A real parameter outside its range.
    #[error("{field} is {found}; allowed is {allowed}")]
    Value {
        /// Key in the spec.
        field: &'static str,
        /// What stood there.
        found: f64,
        /// What may stand there.
        allowed: &'static str,
    },
    /// A number of points outside its range.
    #[error("{field} is {found}; allowed is {allowed}")]
    Count {
        /// Key in the spec.
        field: &'static str,
        /// What stood there.
        found: usize,
        /// What may stand there.
        allowed: &'static str,
    },
    /// A curve so long in units of its noise that the exact density would cost too much.
    #[error(
        "jitter is {jitter}, of which the curve is {lengths:.0} long; allowed is a curve of at \
         most {allowed:.0} jitters"
    )]
    TooFine {
        /// The noise asked for.
        jitter: f64,
        /// Length of the curve over the noise.
        lengths: f64,
        /// The most that is computed.
        allowed: f64,
    },
    /// All points in one place, so that nothing can be scaled.
    #[error("the realised points span {low} to {high}; their range must be finite and positive")]
    NoRange {
        /// Smallest coordinate.
        low: f64,
        /// Largest coordinate.
        high: f64,
    },
}

/// A finite `found` in (0, `most`], or the error that says so.
pub(super) fn positive(
    field: &'static str,
    found: f64,
    most: f64,
    allowed: &'static str,
) -> Result<(), ProblemError> {
    if found > 0.0 && found <= most {
        Ok(())
    } else {
        Err(ProblemError::Value {
            field,
            found,
            allowed,
        })
    }
}

/// A number of points from 1 to [`MAX_POINTS`], or the error that says so.
pub(super) const fn some_points(n: usize) -> Result<(), ProblemError> {
    if n >= 1 && n <= MAX_POINTS {
        Ok(())
    } else {
        Err(ProblemError::Count {
            field: "n",
            found: n,
            allowed: "1 to 10000000",
        })
    }
}
