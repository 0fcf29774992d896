//! How far targets are from the single numbers that their predictions are put into.

use crate::mixture::Mixtures;
use crate::predict::PredictError;
use crate::score::{ScoreError, Summary};

/// Test rows whose medians are looked for, about, evenly over all.
const ROWS: usize = 20_000;

/// Which of `n` test rows are looked at: every so many.
pub(super) fn step(n: usize) -> usize {
    n.div_ceil(ROWS).max(1)
}

/// Each target's distance from the median of its prediction, of the rows whose place among all, which begins at `first`,
/// is a multiple of `step`.
pub(super) fn distances(
    mixtures: &Mixtures,
    y: &[f64],
    first: usize,
    step: usize,
) -> Result<Vec<Vec<f64>>, PredictError> {
    let d = mixtures.n_targets();
    let mut distances = vec![Vec::new(); d];
    let rows = mixtures.marginals().rows().zip(y.chunks_exact(d));
    for (_, (row, y)) in rows
        .enumerate()
        .filter(|(at, _)| (first + at).is_multiple_of(step))
    {
        for (target, distances) in distances.iter_mut().enumerate() {
            if let Some(own) = row.marginal(target) {
                let median = own.quantile(0.5).map_err(ScoreError::from)?;
                distances.push((y[target] - median).abs());
            }
        }
    }
    Ok(distances)
}

/// Mean squared distance from the mean.
pub(super) fn variance(values: &[f64]) -> Result<f64, ScoreError> {
    let mean = Summary::of(values)?.mean;
    let squares: Vec<f64> = values.iter().map(|v| (v - mean) * (v - mean)).collect();
    Ok(Summary::of(&squares)?.mean)
}
