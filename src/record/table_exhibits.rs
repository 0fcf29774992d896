//! What the figures of a table show, in the units of the table.

use serde::{Deserialize, Serialize};

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
    /// Some test rows with their predicted densities.
    pub rows_test: Vec<ShownRow>,
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
