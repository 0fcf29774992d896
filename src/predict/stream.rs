//! Chunks of a table through a model, in order, on all threads.

use std::io::Write;

use rayon::prelude::*;

use super::ask::Questions;
use super::encode::{Format, Row, keys, names_line};
use super::error::PredictError;
use super::predictor::{Predictions, Predictor};
use crate::mixture::ConditionalError;
use crate::table::{Chunk, Missing, MissingPolicy, TableError, TableFault, TableReader};

/// What went through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Streamed {
    /// Rows that have all numbers.
    pub n_rows: u64,
    /// Rows that were left out.
    pub missing: Missing,
}

/// Rows of a chunk where rows are short.
const MOST_ROWS: usize = 4096;
/// Numbers of a chunk: features, and what a density holds.
const MOST_NUMBERS: usize = 1 << 20;

/// Rows of a chunk: of the model alone, so that nothing moves with the number of threads.
pub(super) fn chunk_rows(model: &impl Predictor, n_numbers: usize) -> usize {
    let density = 8 * model.n_components() * (1 + model.target_names().len());
    (MOST_NUMBERS / (n_numbers + density).max(1)).clamp(16, MOST_ROWS)
}

/// Reads `columns` chunk by chunk, does `work` on each chunk on any thread, and hands the results to
/// `take` in order. While one batch of chunks is worked on, the next is read.
pub(super) fn stream<T: Send>(
    reader: &mut TableReader,
    columns: &[usize],
    n_rows: usize,
    policy: MissingPolicy,
    work: impl Fn(&Chunk) -> Result<T, PredictError> + Sync,
    mut take: impl FnMut(T) -> Result<(), PredictError>,
) -> Result<Streamed, PredictError> {
    let n_chunks = 2 * rayon::current_num_threads();
    let mut read = |batch: &mut Vec<Chunk>| -> Result<usize, TableError> {
        batch.resize_with(n_chunks, Chunk::default);
        let mut filled = 0;
        for chunk in batch {
            if !reader.read_chunk(columns, None, n_rows, chunk)? {
                break;
            }
            if policy == MissingPolicy::Error && chunk.missing().n_rows > 0 {
                return Err(reader.error(TableFault::Missing(chunk.missing().clone())));
            }
            filled += 1;
        }
        Ok(filled)
    };
    let (mut now, mut next) = (Vec::new(), Vec::new());
    let mut streamed = Streamed::default();
    let mut filled = read(&mut now)?;
    while filled > 0 {
        let (results, read) = rayon::join(
            || -> Vec<Result<T, PredictError>> { now[..filled].par_iter().map(&work).collect() },
            || read(&mut next),
        );
        for (chunk, result) in now.iter().zip(results) {
            streamed.n_rows += chunk.rows().len() as u64;
            streamed.missing.merge(chunk.missing());
            take(result?)?;
        }
        filled = read?;
        std::mem::swap(&mut now, &mut next);
    }
    if streamed.n_rows == 0 {
        return Err(reader
            .error(match streamed.missing.n_rows {
                0 => TableFault::NoRows,
                _ => TableFault::AllMissing(streamed.missing),
            })
            .into());
    }
    Ok(streamed)
}

/// The densities of a chunk's rows, whose features are the first of `width` numbers.
pub(super) fn densities(
    model: &impl Predictor,
    chunk: &Chunk,
    width: usize,
) -> Result<Predictions, PredictError> {
    let f = model.feature_names().len();
    let no_density = |source: ConditionalError| PredictError::NoDensity {
        first: chunk.rows().first().copied().unwrap_or_default(),
        last: chunk.rows().last().copied().unwrap_or_default(),
        source,
    };
    if width == f {
        return model.predictions(chunk.values()).map_err(no_density);
    }
    let rows = chunk.values().chunks_exact(width);
    let features: Vec<f64> = rows.flat_map(|row| &row[..f]).copied().collect();
    model.predictions(&features).map_err(no_density)
}

/// Writes what is asked of every row's density to `out`.
///
/// # Errors
/// [`PredictError`]. What was written until then is then part of a result only: write to a file that gets
/// its name at the end.
pub fn predict(
    model: &impl Predictor,
    reader: &mut TableReader,
    policy: MissingPolicy,
    questions: &Questions,
    format: Format,
    out: &mut impl Write,
) -> Result<Streamed, PredictError> {
    questions.check()?;
    let columns = feature_columns(model, reader)?;
    let names = questions.names(model);
    let keys = keys(&names);
    out.write_all(&names_line(&names, format))
        .map_err(PredictError::Write)?;
    let work = |chunk: &Chunk| {
        let mut text = Vec::new();
        if chunk.rows().is_empty() {
            return Ok(text);
        }
        let predictions = densities(model, chunk, columns.len())?;
        let rows = predictions.marginals().rows().zip(chunk.rows());
        for (index, (mixture, number)) in rows.enumerate() {
            let mut row = Row::start(format, &keys, &mut text);
            questions.answer(&predictions, index, mixture, &mut row, *number)?;
            row.end();
        }
        Ok(text)
    };
    let n_rows = chunk_rows(model, columns.len() + names.len());
    stream(reader, &columns, n_rows, policy, work, |text| {
        out.write_all(&text).map_err(PredictError::Write)
    })
}

/// Where the model's features stand in this table.
pub(super) fn feature_columns(
    model: &impl Predictor,
    reader: &TableReader,
) -> Result<Vec<usize>, TableError> {
    let find = reader.header().find_all(model.feature_names());
    find.map_err(|fault| reader.error(fault))
}
