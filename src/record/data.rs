//! What a study learnt from and was scored on.

use serde::{Deserialize, Serialize};

use crate::table::{Dequantised, Encoding, STDIN};

/// Sizes and hash of the data of one split.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// Training rows.
    pub n_train: usize,
    /// Validation rows.
    pub n_validation: usize,
    /// Test rows.
    pub n_test: usize,
    /// Test rows on which the CRPS is computed (the first ones).
    pub n_test_crps: usize,
    /// Of drawn points: BLAKE3 of x₀, y₀, x₁, y₁, … as little-endian f32, training, validation, test. Of a table: of
    /// names and numbers as they were learnt from.
    pub blake3: String,
    /// The table, where the rows are one's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<TableData>,
}

/// The table that rows come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableData {
    /// Its file's name, without folders; that of a pipe is [`STDIN`].
    pub name: String,
    /// Features as the model has them.
    pub features: Vec<String>,
    /// Targets, in the order of the model.
    pub targets: Vec<String>,
    /// How the columns became those features, where they are not the columns themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// Rows left out because a number is missing.
    pub n_rows_missing: u64,
    /// Targets whose repeated values were spread, each with the width of the noise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dequantised: Vec<Dequantised>,
}

impl TableData {
    /// Whether it came through a pipe, so that its file is not known.
    #[must_use]
    pub fn is_piped(&self) -> bool {
        self.name == STDIN
    }
}

/// Scores of the exact conditional density on the test points.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Oracle {
    /// Mean negative log-likelihood, nats.
    pub nll_nats_mean: f64,
    /// Standard error of that mean.
    pub nll_nats_standard_error: f64,
    /// Mean negative log-likelihood on the validation points, nats.
    pub nll_nats_mean_validation: f64,
    /// Mean negative log-likelihood of the best single Gaussian: the exact conditional mean and variance at each x.
    pub single_gaussian_nll_nats_mean: f64,
    /// Mean squared error of the exact conditional mean.
    pub mse: f64,
    /// Standard error of that mean.
    pub mse_standard_error: f64,
    /// Mean CRPS over the first `n_test_crps` points, units of y.
    pub crps_mean: f64,
    /// Standard error of that mean.
    pub crps_standard_error: f64,
}

/// One split of one problem, where a study has several.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SplitRecord {
    /// The problem; not written where the study has only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// Which split, from 0.
    pub split: usize,
    /// What the data were.
    pub data: Data,
    /// What the exact conditional density scores on the test points; `null` for a table.
    pub oracle: Option<Oracle>,
}
