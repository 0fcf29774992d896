//! All scores of a table, in numbers that are kept.

use serde::{Deserialize, Serialize};

use super::{Coverage, Summary};

/// Scores of a whole table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scores {
    /// Rows scored.
    pub n_rows: u64,
    /// Rows left out, because a number is missing.
    pub n_rows_missing: u64,
    /// Negative log-likelihood of all targets together, nats in the table's units.
    pub nll_nats: Summary,
    /// Energy score over all targets, in their units; of several targets only.
    pub energy: Option<Summary>,
    /// The smallest scale predicted.
    pub smallest_scale: f64,
    /// Each target alone, in the model's order.
    pub targets: Vec<TargetScores>,
}

/// Scores of one target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetScores {
    /// Its name.
    pub name: String,
    /// Negative log-likelihood of this target, nats.
    pub nll_nats: Summary,
    /// Continuous ranked probability score, units of y.
    pub crps: Summary,
    /// Squared error of the mean, units of y².
    pub squared_error: Summary,
    /// Predicted standard deviation, units of y.
    pub sd: Summary,
    /// Kolmogorov–Smirnov distance of the PIT values from uniform, from counts on a grid of 2⁻¹⁶.
    pub pit_ks: f64,
    /// Upper bound of the probability that calibrated predictions come out that far or farther.
    pub pit_ks_p_bound: f64,
    /// Share of targets in the central intervals.
    pub coverage: Vec<Coverage>,
    /// Share of the first rows' targets whose value occurs more than once.
    pub repeated_share: f64,
    /// Whether repeated targets and a collapsed scale make the likelihood meaningless.
    pub degenerate_likelihood: bool,
}
