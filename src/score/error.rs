//! What can be wrong with a request for a score.

use thiserror::Error;

use crate::mixture::{ConditionalError, MixtureError};

/// Why there is no score.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ScoreError {
    /// No point to score.
    #[error("there is no point to score")]
    NoPoints,
    /// Fewer or more targets than rows of predictions.
    #[error("{found} targets for {expected} predictions")]
    WrongLength {
        /// Rows predicted, times targets.
        expected: usize,
        /// Numbers found.
        found: usize,
    },
    /// A target that is NaN or infinite.
    #[error("target of row {row} is {value}; it must be finite")]
    TargetNotFinite {
        /// Row.
        row: usize,
        /// What it was.
        value: f64,
    },
    /// A level, PIT value, probability or count outside its range.
    #[error("{what} {index} is {value}; it must lie in {allowed}")]
    OutOfRange {
        /// What it is.
        what: &'static str,
        /// Its place in the list.
        index: usize,
        /// What it was.
        value: f64,
        /// Where it must lie.
        allowed: &'static str,
    },
    /// There is no prediction.
    #[error(transparent)]
    Conditional(#[from] ConditionalError),
    /// The prediction cannot answer.
    #[error(transparent)]
    Mixture(#[from] MixtureError),
}
