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

/// The scores of `rows`, chunk by chunk on all threads.
pub(super) fn score_rows(
    model: &Model,
    rows: &Rows,
    wanted: &Wanted,
) -> Result<RowScores, PredictError> {
    let mut scores = RowScores::default();
    for chunk in per_chunk(model, rows, |first, mixtures, y, numbers| {
        let wanted = Wanted {
            n_crps: wanted.n_crps.saturating_sub(first),
            ..*wanted
        };
        Ok(RowScores::of(mixtures, y, numbers, &wanted)?)
    }) {
        scores.append(chunk?);
    }
    Ok(scores)
}

/// `work` on each chunk of rows, in order: place of its first row, densities, targets, numbers of the rows.
pub(super) fn per_chunk<R: Send>(
    model: &Model,
    rows: &Rows,
    work: impl Fn(usize, &Mixtures, &[f64], &[u64]) -> Result<R, PredictError> + Sync,
) -> Vec<Result<R, PredictError>> {
    let (f, d) = (model.feature_names().len(), model.target_names().len());
    let chunks = rows
        .x
        .par_chunks(CHUNK * f)
        .zip(rows.y.par_chunks(CHUNK * d))
        .zip(rows.numbers.par_chunks(CHUNK))
        .enumerate();
    chunks
        .map(|(index, ((x, y), numbers))| {
            let _environment = environment::guard();
            let mixtures = densities_of(model, x, numbers)?;
            work(index * CHUNK, &mixtures, y, numbers)
        })
        .collect()
}
