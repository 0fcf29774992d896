//! What a predicted density is worth.
//!
//! Each score comes as one number a point, in the order of the rows, and [`Summary`] turns such
//! a column into mean and standard error. Scores of two models on the same points are compared
//! by [`Summary::of_difference`].
//!
//! | function | what | unit | proper |
//! | --- | --- | --- | --- |
//! | [`nll_nats`] | negative log-likelihood | nats | strictly |
//! | [`crps`] | continuous ranked probability score, closed form | y | strictly |
//! | [`energy_scores`], [`joint_energy_score`] | the same for several targets, by seeded draws | y | strictly |
//! | [`pinball`] | loss of one quantile | y | for the quantile |
//! | [`PointErrors`], [`squared_error`] | squared error of mean, heaviest mean, mode | y² | for the mean |
//! | [`pit`], [`KsDistance`] | probability integral transform, its distance from uniform | 1 | calibration |
//! | [`expected_calibration_error`] | mean gap of the PIT's distribution | 1 | calibration |
//! | [`central_coverage`], [`highest_density_coverage`] | share of targets in the claimed intervals | 1 | calibration |
//! | [`Sharpness`] | width of the predictions | y | |

mod coverage;
mod energy;
mod error;
mod pit;
mod point;
mod quantile;
mod rows;
mod scores;
mod summary;

pub use coverage::{
    COVERAGE_LEVELS, Coverage, central_coverage, highest_density_coverage,
    highest_density_probability,
};
pub use energy::{MAX_PAIRS, energy_score, energy_scores, joint_energy_score};
pub use error::ScoreError;
pub use pit::{KsDistance, MAX_LEVELS, expected_calibration_error, pit};
pub use point::{crps, nll_nats, squared_error};
pub use quantile::{PointErrors, Sharpness, pinball};
#[cfg(feature = "table")]
pub(crate) use rows::smaller;
pub use rows::{RowScores, TargetRows, Wanted};
pub use scores::{Scores, TargetScores};
pub use summary::{Summary, compensated_sum};
