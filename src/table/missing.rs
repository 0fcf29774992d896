//! Cells without a number: counted, and the first ones remembered.

use std::fmt;

use super::cell::Gap;
use super::wording::excerpt;

/// What is done where a feature is missing. Rows whose target or weight is missing are always left out, and counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingPolicy {
    /// The table is refused.
    #[default]
    Error,
    /// The row is left out, and counted.
    Drop,
    /// A missing feature is filled with its median among the training rows, and a column says where; for a category,
    /// being missing is a category.
    Impute,
}

/// How many cells hold no number, by kind, and where the first ones are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Missing {
    /// Rows that have one or more.
    pub n_rows: u64,
    /// Cells with nothing in them, or a word for nothing.
    pub n_empty: u64,
    /// Cells that say NaN.
    pub n_nan: u64,
    /// Cells that are infinite, or beyond `f64`.
    pub n_infinite: u64,
    /// The first rows that have one, each with the name of its first such column.
    pub first: Vec<(u64, String)>,
}

impl Missing {
    /// Places that are remembered.
    const FIRST: usize = 5;

    /// Cells of any kind.
    #[must_use]
    pub fn n_cells(&self) -> u64 {
        let kinds = [self.n_empty, self.n_nan, self.n_infinite];
        kinds.into_iter().fold(0, u64::saturating_add)
    }

    pub(super) fn count(&mut self, gap: Gap) {
        match gap {
            Gap::Empty => self.n_empty += 1,
            Gap::Nan => self.n_nan += 1,
            Gap::Infinite => self.n_infinite += 1,
        }
    }

    /// A row with such cells has ended; `column` is the first of them.
    pub(super) fn end_row(&mut self, row: u64, column: &str) {
        self.n_rows += 1;
        if self.first.len() < Self::FIRST {
            self.first.push((row, column.to_owned()));
        }
    }

    /// Adds what a later part of the table has.
    pub fn merge(&mut self, later: &Self) {
        for (mine, later) in [
            (&mut self.n_rows, later.n_rows),
            (&mut self.n_empty, later.n_empty),
            (&mut self.n_nan, later.n_nan),
            (&mut self.n_infinite, later.n_infinite),
        ] {
            *mine = mine.saturating_add(later);
        }
        let room = Self::FIRST.saturating_sub(self.first.len());
        self.first.extend(later.first.iter().take(room).cloned());
    }
}

impl fmt::Display for Missing {
    /// `7 cells in 5 rows hold no number (4 empty, 2 NaN, 1 infinite), first in row 3 (`x`), …`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let s = |n: u64| if n == 1 { "" } else { "s" };
        let cells = self.n_cells();
        let verb = if cells == 1 { "holds" } else { "hold" };
        write!(
            f,
            "{cells} cell{} in {} row{} {verb} no number (",
            s(cells),
            self.n_rows,
            s(self.n_rows)
        )?;
        let kinds = [
            (self.n_empty, "empty"),
            (self.n_nan, "NaN"),
            (self.n_infinite, "infinite"),
        ];
        let told: Vec<String> = kinds
            .iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, kind)| format!("{n} {kind}"))
            .collect();
        write!(f, "{}), first in ", told.join(", "))?;
        let places: Vec<String> = self
            .first
            .iter()
            .map(|(row, column)| format!("row {row} (`{}`)", excerpt(column)))
            .collect();
        f.write_str(&places.join(", "))
    }
}
