//! Rows that cannot be answered.

use std::fmt;

use crate::mixture::Mixtures;
use crate::table::{Chunk, EncodedColumns, MissingPolicy, Unanswered};

/// What becomes of a row whose features are missing, or something else than the model knows, or so far beyond all that
/// it was fitted to that it gives no density.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowPolicy {
    /// It ends the command.
    Refuse,
    /// Where something is missing, the row is left out and counted; anything else ends the command.
    LeaveOut,
    /// It is answered as missing, and counted.
    Answer,
}

impl From<MissingPolicy> for RowPolicy {
    fn from(policy: MissingPolicy) -> Self {
        match policy {
            MissingPolicy::Error => Self::Refuse,
            MissingPolicy::Drop => Self::LeaveOut,
            MissingPolicy::Impute => Self::Answer,
        }
    }
}

impl RowPolicy {
    /// The columns, as strict as this says.
    pub(super) fn columns(self, columns: EncodedColumns<'_>) -> EncodedColumns<'_> {
        match self {
            Self::Refuse | Self::LeaveOut => columns.strict(),
            Self::Answer => columns,
        }
    }
}

/// How many rows cannot be answered, and the first of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnansweredRows {
    /// How many.
    pub n_rows: u64,
    /// The row of the first, from 1, and why.
    pub first: Option<(u64, String)>,
}

impl UnansweredRows {
    pub(super) fn add(&mut self, rows: &[Unanswered]) {
        self.merge(Self {
            n_rows: rows.len() as u64,
            first: rows.first().map(|first| (first.row, first.to_string())),
        });
    }

    pub(super) fn add_without_density(&mut self, rows: &[u64]) {
        let why = |row: &u64| {
            let said = format!(
                "row {row} is so far beyond what the model has learnt from that it gives no density"
            );
            (*row, said)
        };
        self.merge(Self {
            n_rows: rows.len() as u64,
            first: rows.first().map(why),
        });
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.n_rows += other.n_rows;
        let own = self.first.take();
        self.first = match (own, other.first) {
            (Some(own), Some(other)) => Some(if other.0 < own.0 { other } else { own }),
            (own, other) => own.or(other),
        };
    }
}

impl fmt::Display for UnansweredRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = if self.n_rows == 1 { "row" } else { "rows" };
        write!(f, "{} {rows} cannot be answered", self.n_rows)?;
        match &self.first {
            Some((_, why)) => write!(f, ": {why}"),
            None => Ok(()),
        }
    }
}

/// What the rows of a chunk are answered.
#[derive(Debug)]
pub(super) struct Answers<'a> {
    /// Of the rows that have one, in their order.
    pub(super) densities: Option<Mixtures>,
    /// Every row of the chunk.
    pub(super) rows: Vec<AnsweredRow<'a>>,
    /// Numbers of the rows that can be encoded and have none.
    pub(super) without_density: Vec<u64>,
}

/// A row, and whether it is answered.
#[derive(Debug)]
pub(super) struct AnsweredRow<'a> {
    /// In the table, from 1.
    pub(super) number: u64,
    pub(super) has_density: bool,
    /// The cells that are kept.
    pub(super) texts: &'a [String],
}

impl<'a> Answers<'a> {
    /// `without` are places among the rows that could be encoded.
    pub(super) fn of(chunk: &'a Chunk, densities: Option<Mixtures>, without: &[usize]) -> Self {
        let mut rows = Vec::with_capacity(chunk.rows().len() + chunk.unanswered().len());
        let n_texts = chunk.texts().len() / chunk.rows().len().max(1);
        let mut unanswered = chunk.unanswered().iter().peekable();
        for (at, number) in chunk.rows().iter().enumerate() {
            while let Some(row) = unanswered.next_if(|row| row.n_before <= at) {
                rows.push(AnsweredRow::without(row));
            }
            rows.push(AnsweredRow {
                number: *number,
                has_density: without.binary_search(&at).is_err(),
                texts: &chunk.texts()[at * n_texts..(at + 1) * n_texts],
            });
        }
        rows.extend(unanswered.map(AnsweredRow::without));
        Self {
            densities,
            rows,
            without_density: without.iter().map(|at| chunk.rows()[*at]).collect(),
        }
    }
}

impl<'a> AnsweredRow<'a> {
    const fn without(row: &'a Unanswered) -> Self {
        Self {
            number: row.row,
            has_density: false,
            texts: row.texts.as_slice(),
        }
    }
}
