//! What each column of a table is worth to a model.

use serde::{Deserialize, Serialize};

/// How much worse the densities of test rows become when the values of one column are dealt out anew among them.
///
/// Breiman (2001, "Random forests", section 10), with the negative log-likelihood in place of the error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Importance {
    /// Test rows that it was computed on, evenly over all.
    pub n_rows: usize,
    /// Each column's, in the order of the table.
    pub columns: Vec<ColumnImportance>,
}

/// What one column is worth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnImportance {
    /// The column as the table has it: all features that are made from it are dealt out together.
    pub name: String,
    /// Mean rise of the negative log-likelihood, nats; `null` where a dealt row has no density.
    pub nats_mean: Option<f64>,
    /// Standard error of that mean over the rows, the rise of each being its mean over the repeats.
    pub nats_standard_error: Option<f64>,
    /// The mean of each repeat, which is another deal.
    pub nats_of_repeats: Vec<Option<f64>>,
}
