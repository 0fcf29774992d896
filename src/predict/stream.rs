//! Chunks of a table through a model, in order, on all threads.

use std::io::Write;

use rayon::prelude::*;

use super::ask::Questions;
use super::encode::{Format, Row, check_names, keys, names_line};
use super::error::PredictError;
use super::outside::{Outside, Ranges};
use super::predictor::{Predictor, check_densities, encoding_of};
use super::unanswered::{Answers, RowPolicy, UnansweredRows};
use crate::mixture::{ConditionalError, MixtureError, Mixtures};
use crate::numerics::environment;
use crate::table::{
    Chunk, EncodedColumns, Missing, TableError, TableFault, TableReader, UnknownLevels,
};
use crate::threads;

/// What went through.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Streamed {
    /// Rows that have all numbers.
    pub n_rows: u64,
    /// Rows that were left out.
    pub missing: Missing,
    /// Rows that lie outside what the model has learnt from; `None` where it does not know what that is.
    pub outside: Option<Outside>,
    /// Categories that the model has not learnt.
    pub unknown: UnknownLevels,
    /// Rows that cannot be answered, and were left out or answered as missing.
    pub unanswered: UnansweredRows,
}

impl Streamed {
    /// Takes from the rows that went through those that have no density.
    pub(super) fn take_off(mut self, without: UnansweredRows) -> Self {
        self.n_rows -= without.n_rows;
        self.unanswered.merge(without);
        self
    }
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
    columns: &EncodedColumns<'_>,
    n_rows: usize,
    policy: RowPolicy,
    work: impl Fn(&Chunk) -> Result<T, PredictError> + Sync,
    mut take: impl FnMut(T) -> Result<(), PredictError>,
) -> Result<Streamed, PredictError> {
    let ranges = Ranges::of(model)?;
    let outside = |chunk: &Chunk| {
        let ranges = ranges.as_ref()?;
        Some(ranges.outside(chunk.values(), columns.width(), chunk.rows()))
    };
    // The pool may be another's.
    let work = |chunk: &Chunk| {
        let _environment = environment::guard();
        (outside(chunk), work(chunk))
    };
    let mut now = vec![Chunk::default(); 2 * threads::n_threads()];
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
        let (results, filled_next) = threads::join(
            || -> Vec<_> { now[..filled].par_iter().map(&work).collect() },
            || chunks.fill(&mut next),
        );
        for (chunk, (outside, result)) in now.iter().zip(results) {
            streamed.n_rows += chunk.rows().len() as u64;
            streamed.missing.merge(chunk.missing());
            streamed.unknown.merge(chunk.unknown_levels());
            if policy == RowPolicy::Answer {
                streamed.unanswered.add(chunk.unanswered());
            }
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
    columns: &'a EncodedColumns<'a>,
    n_rows: usize,
    policy: RowPolicy,
    fault: Option<TableError>,
}

impl Chunks<'_> {
    /// Reads into the chunks of `batch`; says how many it filled.
    fn fill(&mut self, batch: &mut [Chunk]) -> usize {
        let _environment = environment::guard();
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
        let mut read =
            |chunk: &mut Chunk| self.reader.read_encoded(self.columns, self.n_rows, chunk);
        let is_there = read(chunk)?;
        if self.policy != RowPolicy::Refuse || chunk.missing().n_rows == 0 {
            return Ok(is_there);
        }
        let mut missing = chunk.missing().clone();
        while read(chunk)? {
            missing.merge(chunk.missing());
        }
        let ways = "leave those rows out with --missing drop".to_owned();
        Err(self.reader.error(TableFault::Missing { missing, ways }))
    }
}

/// What a chunk's rows are answered, whose features are the first of `width` numbers.
pub(super) fn answers<'a>(
    model: &impl Predictor,
    chunk: &'a Chunk,
    width: usize,
    policy: RowPolicy,
) -> Result<Answers<'a>, PredictError> {
    let f = model.feature_names().len();
    let rows = chunk.values().chunks_exact(width.max(1));
    let features: Vec<f64> = rows.flat_map(|row| &row[..f]).copied().collect();
    let numbers = chunk.rows();
    if numbers.is_empty() {
        return Ok(Answers::of(chunk, None, &[]));
    }
    let fault = match densities_of(model, &features, numbers) {
        Ok(densities) => return Ok(Answers::of(chunk, Some(densities), &[])),
        Err(fault) => fault,
    };
    if policy != RowPolicy::Answer || !matches!(fault, PredictError::NoDensity { .. }) {
        return Err(fault);
    }
    // A row's density is its own: those that have one keep it.
    let mut kept = Vec::with_capacity(features.len());
    let mut without = Vec::new();
    for (at, x) in features.chunks_exact(f).enumerate() {
        match model.predictions(x) {
            Ok(_) => kept.extend_from_slice(x),
            Err(_) => without.push(at),
        }
    }
    let numbers: Vec<u64> = (0..numbers.len())
        .filter(|at| without.binary_search(at).is_err())
        .map(|at| numbers[at])
        .collect();
    let densities = match numbers.is_empty() {
        true => None,
        false => Some(densities_of(model, &kept, &numbers)?),
    };
    Ok(Answers::of(chunk, densities, &without))
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
    policy: impl Into<RowPolicy>,
    questions: &Questions,
    format: Format,
    out: &mut impl Write,
) -> Result<Streamed, PredictError> {
    let _environment = environment::guard();
    questions.check()?;
    let policy = policy.into();
    let encoding = encoding_of(model)?;
    let columns = policy.columns(EncodedColumns::find(&encoding, reader, &[])?);
    let found = questions.keep.find(reader.header());
    let (places, kept) = found.map_err(|fault| reader.error(fault))?;
    let columns = columns.with_texts(&places);
    questions.check_columns(model)?;
    let names = questions.names(model, &kept);
    check_names(&names)?;
    let keys = keys(&names);
    out.write_all(&names_line(&names, format))
        .map_err(PredictError::Write)?;
    let work = |chunk: &Chunk| {
        let mut text = Vec::new();
        let answers = answers(model, chunk, columns.width(), policy)?;
        let marginals = answers.densities.as_ref().map(Mixtures::marginals);
        let mut mixtures = marginals.iter().flat_map(|rows| rows.rows());
        let mut index = 0;
        for answered in &answers.rows {
            if !answered.has_density && policy != RowPolicy::Answer {
                continue;
            }
            let mut row = Row::start(format, &keys, &mut text);
            row.whole(answered.number);
            for text in answered.texts {
                row.text(text);
            }
            match (answered.has_density, &answers.densities) {
                (true, Some(densities)) => {
                    if let Some(mixture) = mixtures.next() {
                        questions.answer(densities, index, mixture, &mut row)?;
                    }
                    index += 1;
                }
                _ => (1 + kept.len()..names.len()).for_each(|_| row.nothing()),
            }
            row.end();
        }
        Ok((text, answers.without_density))
    };
    let n_rows = chunk_rows(model, columns.width() + names.len());
    let mut without = UnansweredRows::default();
    let streamed = stream(
        model,
        reader,
        &columns,
        n_rows,
        policy,
        work,
        |(text, rows)| {
            without.add_without_density(&rows);
            out.write_all(&text).map_err(PredictError::Write)
        },
    )?;
    Ok(streamed.take_off(without))
}
