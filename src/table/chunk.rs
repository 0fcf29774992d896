//! Some rows of a stream.

use std::collections::BTreeMap;
use std::fmt;

use super::missing::Missing;
use super::wording::excerpt;

/// Some rows of the columns asked for; those that cannot be used are left out and counted.
#[derive(Debug, Clone, Default)]
pub struct Chunk {
    pub(super) values: Vec<f64>,
    pub(super) rows: Vec<u64>,
    pub(super) texts: Vec<String>,
    pub(super) missing: Missing,
    pub(super) unanswered: Vec<Unanswered>,
    pub(super) unknown: UnknownLevels,
}

/// A row whose features cannot be encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unanswered {
    /// Its number in the table, from 1.
    pub row: u64,
    /// Rows of the chunk that can be used and come before it.
    pub n_before: usize,
    /// The column that cannot be encoded.
    pub column: String,
    /// What it holds; nothing where it is missing.
    pub text: Option<String>,
    /// The texts that were asked for beside the numbers.
    pub texts: Vec<String>,
}

impl fmt::Display for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (row, column) = (self.row, excerpt(&self.column));
        match &self.text {
            None => write!(f, "row {row} has nothing in column `{column}`"),
            Some(text) => write!(
                f,
                "row {row} holds \"{}\" in column `{column}`",
                excerpt(text)
            ),
        }
    }
}

/// Categories that the training rows did not have, by column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnknownLevels {
    /// By column: how many cells, and the row and the text of the first.
    columns: BTreeMap<String, (u64, u64, String)>,
}

impl UnknownLevels {
    /// Cells with such a level.
    #[must_use]
    pub fn n_cells(&self) -> u64 {
        self.columns.values().map(|(n, ..)| n).sum()
    }

    pub(super) fn count(&mut self, column: &str, row: u64, text: &str) {
        match self.columns.get_mut(column) {
            Some((n, ..)) => *n += 1,
            None => {
                let first = (1, row, text.to_owned());
                self.columns.insert(column.to_owned(), first);
            }
        }
    }

    /// Adds what a later part of the table has.
    pub fn merge(&mut self, later: &Self) {
        for (column, (n, row, text)) in &later.columns {
            match self.columns.get_mut(column) {
                Some((own, ..)) => *own += n,
                None => {
                    self.columns
                        .insert(column.clone(), (*n, *row, text.clone()));
                }
            }
        }
    }

    pub(super) fn clear(&mut self) {
        self.columns.clear();
    }
}

impl fmt::Display for UnknownLevels {
    /// `3 cells hold categories that the model has not learnt, counted as rare: 2 in `region` (first "west" in row 7), …`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.n_cells();
        let (s, hold) = if n == 1 {
            ("", "holds a category")
        } else {
            ("s", "hold categories")
        };
        write!(
            f,
            "{n} cell{s} {hold} that the model has not learnt, which count as rare: "
        )?;
        let columns = self.columns.iter().map(|(column, (n, row, text))| {
            format!(
                "{n} in `{}` (first \"{}\" in row {row})",
                excerpt(column),
                excerpt(text)
            )
        });
        f.write_str(&columns.collect::<Vec<_>>().join(", "))
    }
}

impl Chunk {
    /// Numbers [n, columns] of the rows that have them all.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The number of each of those rows in the table, from 1, blank lines counted.
    #[must_use]
    pub fn rows(&self) -> &[u64] {
        &self.rows
    }

    /// Texts [n, columns] of those rows, where columns of text were asked for.
    #[must_use]
    pub fn texts(&self) -> &[String] {
        &self.texts
    }

    /// Rows that were left out.
    #[must_use]
    pub fn missing(&self) -> &Missing {
        &self.missing
    }

    /// Rows that were left out because a feature cannot be encoded, each with its place among the others.
    #[must_use]
    pub fn unanswered(&self) -> &[Unanswered] {
        &self.unanswered
    }

    /// Categories that are new.
    #[must_use]
    pub const fn unknown_levels(&self) -> &UnknownLevels {
        &self.unknown
    }

    pub(super) fn clear(&mut self) {
        self.values.clear();
        self.rows.clear();
        self.texts.clear();
        self.unanswered.clear();
        self.unknown.clear();
        self.missing = Missing::default();
    }
}
