//! What a predicted density is worth.
//!
//! Each score comes as one number a point, in the order of the rows, and [`Summary`] turns such
//! a column into mean and standard error. Scores of two models on the same points are compared
//! by the summary of their differences.
//!
//! | function | what | unit | proper |
//! | --- | --- | --- | --- |
//! | [`nll_nats`] | negative log-likelihood | nats | strictly |
//! | [`crps`] | continuous ranked probability score | y | strictly |
//! | [`squared_error`] | squared error of the mean | y² | for the mean |
//! | [`pit`] | probability integral transform | 1 | uniform if calibrated |
//! | [`KsDistance`] | distance of the PIT from uniform | 1 | |
//! | [`central_coverage`] | share of targets in central intervals | 1 | |

mod coverage;
mod error;
mod pit;
mod point;
mod summary;

pub use coverage::{COVERAGE_LEVELS, Coverage, central_coverage};
pub use error::ScoreError;
pub use pit::{KsDistance, pit};
pub use point::{crps, nll_nats, squared_error};
pub use summary::{Summary, compensated_sum};
