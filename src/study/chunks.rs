//! Rows scored chunk by chunk, on all threads.

use rayon::prelude::*;

use super::data::Rows;
use crate::mixture::Mixtures;
use crate::net::Model;
use crate::numerics::environment;
use crate::predict::{PredictError, Predictor as _, densities_of};
use crate::score::{RowScores, Wanted};

/// Rows that are predicted and scored together: fixed, so that no bit depends on the number of
/// threads, and few, so that memory stays bounded.
pub(super) const CHUNK: usize = 500;

/// Chunks whose results wait for each other at most.
const WINDOW: usize = 128;

/// The scores of `rows`, chunk by chunk on all threads; of each chunk what `keep` leaves.
pub(super) fn score_rows(
    model: &Model,
    rows: &Rows,
    wanted: &Wanted,
    keep: impl Fn(&mut RowScores) + Sync,
) -> Result<RowScores, PredictError> {
    let mut scores = RowScores::default();
    let score = |first, mixtures: &Mixtures, y: &[f64], numbers: &[u64]| {
        let wanted = Wanted {
            n_crps: wanted.n_crps.saturating_sub(first),
            ..*wanted
        };
        let mut scores = RowScores::of(mixtures, y, numbers, &wanted)?;
        keep(&mut scores);
        Ok(scores)
    };
    per_chunk(model, rows, score, |chunk| {
        scores.append(chunk);
        scores.reserve(rows.len());
    })?;
    Ok(scores)
}

/// `work` on each chunk of rows: place of its first row, densities, targets, numbers of the rows. `take` has the
/// results in their order, a few at a time.
pub(super) fn per_chunk<R: Send>(
    model: &Model,
    rows: &Rows,
    work: impl Fn(usize, &Mixtures, &[f64], &[u64]) -> Result<R, PredictError> + Sync,
    mut take: impl FnMut(R),
) -> Result<(), PredictError> {
    let (f, d) = (model.feature_names().len(), model.target_names().len());
    let rows_of_window = WINDOW * CHUNK;
    let windows = rows.x.chunks(rows_of_window * f);
    let windows = windows.zip(rows.y.chunks(rows_of_window * d));
    for (window, (x, y)) in windows.enumerate() {
        let start = window * rows_of_window;
        let chunks = x.par_chunks(CHUNK * f).zip(y.par_chunks(CHUNK * d));
        let chunks = chunks.enumerate();
        let results: Vec<Result<R, PredictError>> = chunks
            .map(|(index, (x, y))| {
                let _environment = environment::guard();
                let first = start + index * CHUNK;
                let numbers = rows.numbers.range(first..first + y.len() / d);
                let mixtures = densities_of(model, x, &numbers)?;
                work(first, &mixtures, y, &numbers)
            })
            .collect();
        for result in results {
            take(result?);
        }
    }
    Ok(())
}
