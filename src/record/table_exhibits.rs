//! What the figures of a table show, in the units of the table.

use serde::{Deserialize, Serialize};

use super::importance::Importance;
use crate::score::Summary;

/// Everything drawn.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableExhibits {
    /// Each feature's distribution over the training rows.
    pub features: Vec<Histogram>,
    /// Each target's distribution over the training rows.
    pub targets: Vec<Histogram>,
    /// Each target's PIT values over the test rows, on \[0, 1\].
    pub pit_test: Vec<Histogram>,
    /// Target minus highest mode of its prediction, for each target over the test rows.
    pub residuals_test: Vec<Histogram>,
    /// How far each target is from a single number that its prediction is put into, over the test rows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub point_errors_test: Vec<PointErrors>,
    /// Some test rows with their predicted densities.
    pub rows_test: Vec<ShownRow>,
    /// The test rows that were least expected, the worst first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub worst_rows_test: Vec<ShownRow>,
    /// What each column is worth; not written without a model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub importance: Option<Importance>,
    /// Where there is one feature: densities over a grid of it.
    pub grid: Vec<ShownRow>,
    /// Where there is one feature and one target: some test rows, feature and target.
    pub points_test: Vec<[f64; 2]>,
}

/// Counts between equally spaced edges.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Histogram {
    /// Whose values they are.
    pub name: String,
    /// Left end of the first bin.
    pub low: f64,
    /// Right end of the last bin.
    pub high: f64,
    /// Values in each bin; an edge belongs to the bin on its right.
    pub counts: Vec<u64>,
}

/// One row's prediction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShownRow {
    /// Its number in the table, from 1 below the line of names; none on a grid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<u64>,
    /// Negative log-likelihood of all its targets together, nats; none on a grid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nll_nats: Option<f64>,
    /// Features.
    pub x: Vec<f64>,
    /// Targets; none on a grid.
    pub y: Vec<f64>,
    /// Weights \[k\].
    pub weights: Vec<f64>,
    /// Means of each target \[d\]\[k\].
    pub means: Vec<Vec<f64>>,
    /// Scales of each target \[d\]\[k\].
    pub scales: Vec<Vec<f64>>,
}

/// How far a target is from a single number, over the test rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PointErrors {
    /// The target.
    pub name: String,
    /// Distance from the predicted median, units of y.
    pub absolute_error: Summary,
    /// Mean squared distance of the target from its own mean, units of y².
    pub variance: f64,
}

impl Histogram {
    /// `n_bins` equal bins from the least to the greatest of finite values.
    pub fn of(name: &str, values: &[f64], n_bins: usize) -> Self {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for v in values {
            low = if *v < low { *v } else { low };
            high = if *v > high { *v } else { high };
        }
        Self::between(name, values, n_bins, (low, high))
    }

    /// The same with given ends; values outside are not counted.
    pub fn between(name: &str, values: &[f64], n_bins: usize, (low, high): (f64, f64)) -> Self {
        let mut counts = vec![0; n_bins];
        for v in values {
            let at = (v - low) / (high - low) * n_bins as f64;
            if at >= 0.0 && *v <= high {
                let at = (at as usize).min(n_bins.saturating_sub(1));
                if let Some(count) = counts.get_mut(at) {
                    *count += 1;
                }
            }
        }
        Self {
            name: name.to_owned(),
            low,
            high,
            counts,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_in_one_bin() {
        let histogram = Histogram::of("v", &[0.0, 0.1, 0.5, 0.99, 1.0], 2);
        assert_eq!(histogram.counts, [2, 3]);
        let within = Histogram::between("v", &[-0.1, 0.2, 1.1], 4, (0.0, 1.0));
        assert_eq!(within.counts, [1, 0, 0, 0]);
    }
}
