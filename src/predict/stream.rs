//! Chunks of a table through a model, in order, on all threads.

use std::io::Write;

use rayon::prelude::*;

use super::ask::Questions;
use super::encode::{Format, Row, check_names, keys, names_line};
use super::error::PredictError;
use super::outside::{Outside, Ranges};
use super::predictor::{Predictor, check_densities, check_sizes};
use crate::mixture::{ConditionalError, MixtureError, Mixtures};
use crate::table::{Chunk, Missing, MissingPolicy, TableError, TableFault, TableReader};

/// What went through.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Streamed {
    /// Rows that have all numbers.
    pub n_rows: u64,
    /// Rows that were left out.
    pub missing: Missing,
    /// Rows that lie outside what the model has learnt from; `None` where it does not know what that is.
    pub outside: Option<Outside>,
}

/// Rows of a chunk where rows are short.
const MOST_ROWS: usize = 4096;
/// Numbers of a chunk: features, and what a density holds.
const MOST_NUMBERS: usize = 1 << 20;

/// Rows of a chunk: of the model alone, so that nothing moves with the number of threads.
pub(super) fn chunk_rows(model: &impl Predictor, n_numbers: usize) -> usize {
    let per_component = model
        .target_names()
        .len()
        .saturating_add(1)
        .saturating_mul(8);
    let density = model.n_components().saturating_mul(per_component);
    (MOST_NUMBERS / n_numbers.saturating_add(density).max(1)).clamp(16, MOST_ROWS)
}

/// Reads `columns`, the model's features first, chunk by chunk, does `work` on each chunk on any thread, and hands the results to
/// `take` in order. While one batch of chunks is worked on, the next is read.
///
/// The chunks before one with a fault are worked on and taken first, so that the same fault is told for any
/// number of threads. Where missing numbers are refused, all of the table's are counted.
pub(super) fn stream<T: Send>(
    model: &impl Predictor,
    reader: &mut TableReader,
    columns: &[usize],
    n_rows: usize,
    policy: MissingPolicy,
    work: impl Fn(&Chunk) -> Result<T, PredictError> + Sync,
    mut take: impl FnMut(T) -> Result<(), PredictError>,
) -> Result<Streamed, PredictError> {
    let ranges = Ranges::of(model)?;
    let outside = |chunk: &Chunk| {
        let ranges = ranges.as_ref()?;
        Some(ranges.outside(chunk.values(), columns.len(), chunk.rows()))
    };
    let work = |chunk: &Chunk| (outside(chunk), work(chunk));
    let mut now = vec![Chunk::default(); 2 * rayon::current_num_threads()];
    let mut next = now.clone();
    let mut chunks = Chunks {
        reader,
        columns,
        n_rows,
        policy,
        fault: None,
    };
    let mut streamed = Streamed {
        outside: ranges.as_ref().map(|_| Outside::default()),
        ..Streamed::default()
    };
    let mut filled = chunks.fill(&mut now);
    while filled > 0 {
        let (results, filled_next) = rayon::join(
            || -> Vec<_> { now[..filled].par_iter().map(&work).collect() },
            || chunks.fill(&mut next),
        );
        for (chunk, (outside, result)) in now.iter().zip(results) {
            streamed.n_rows += chunk.rows().len() as u64;
            streamed.missing.merge(chunk.missing());
            if let (Some(earlier), Some(later)) = (&mut streamed.outside, outside) {
                earlier.merge(later);
            }
            take(result?)?;
        }
        filled = filled_next;
        std::mem::swap(&mut now, &mut next);
    }
    if let Some(fault) = chunks.fault {
        return Err(fault.into());
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

/// A table, chunk by chunk up to its end or its first fault.
struct Chunks<'a> {
    reader: &'a mut TableReader,
    columns: &'a [usize],
    n_rows: usize,
    policy: MissingPolicy,
    fault: Option<TableError>,
}

impl Chunks<'_> {
    /// Reads into the chunks of `batch`; says how many it filled.
    fn fill(&mut self, batch: &mut [Chunk]) -> usize {
        let mut filled = 0;
        while filled < batch.len() && self.fault.is_none() {
            match self.next(&mut batch[filled]) {
                Ok(true) => filled += 1,
                Ok(false) => break,
                Err(fault) => self.fault = Some(fault),
            }
        }
        filled
    }

    fn next(&mut self, chunk: &mut Chunk) -> Result<bool, TableError> {
        let mut read = |chunk: &mut Chunk| {
            self.reader
                .read_chunk(self.columns, None, self.n_rows, chunk)
        };
        let is_there = read(chunk)?;
        if self.policy == MissingPolicy::Drop || chunk.missing().n_rows == 0 {
            return Ok(is_there);
        }
        let mut missing = chunk.missing().clone();
        while read(chunk)? {
            missing.merge(chunk.missing());
        }
        Err(self.reader.error(TableFault::Missing(missing)))
    }
}

/// The densities of a chunk's rows, whose features are the first of `width` numbers.
pub(super) fn densities(
    model: &impl Predictor,
    chunk: &Chunk,
    width: usize,
) -> Result<Mixtures, PredictError> {
    let f = model.feature_names().len();
    if width == f {
        return densities_of(model, chunk.values(), chunk.rows());
    }
    let rows = chunk.values().chunks_exact(width);
    let features: Vec<f64> = rows.flat_map(|row| &row[..f]).copied().collect();
    densities_of(model, &features, chunk.rows())
}

/// The densities at features [n, f] of the rows with these numbers; where there is none, the first such
/// row is told.
pub(crate) fn densities_of(
    model: &impl Predictor,
    features: &[f64],
    numbers: &[u64],
) -> Result<Mixtures, PredictError> {
    let predictions = model.predictions(features).map_err(|error| {
        let rows = features.chunks_exact(model.feature_names().len().max(1));
        // A row's density is its own, so the row at fault is at fault alone too.
        let alone = rows.zip(numbers).find_map(|(x, number)| {
            let error = model.predictions(x).err()?;
            Some((*number, error))
        });
        let (row, error) = alone.unwrap_or((numbers.first().copied().unwrap_or_default(), error));
        let source = match error {
            ConditionalError::Mixture(MixtureError::InRow { source, .. }) => (*source).into(),
            other => other,
        };
        PredictError::NoDensity { row, source }
    })?;
    check_densities(model, &predictions, numbers.len())?;
    Ok(predictions)
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
    questions.check_columns(model)?;
    let names = questions.names(model);
    check_names(&names)?;
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
    stream(model, reader, &columns, n_rows, policy, work, |text| {
        out.write_all(&text).map_err(PredictError::Write)
    })
}

/// Where the features of a model of sizes that can be asked for stand in this table.
pub(super) fn feature_columns(
    model: &impl Predictor,
    reader: &TableReader,
) -> Result<Vec<usize>, PredictError> {
    check_sizes(model)?;
    let find = reader.header().find_all(model.feature_names());
    Ok(find.map_err(|fault| reader.error(fault))?)
}
