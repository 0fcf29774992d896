//! All rows of a table in memory.

use super::cells::Cells;
use super::column::{Column, ColumnKind};
use super::deal::deal;
use super::error::{TableError, TableFault};
use super::fingerprint::{Named, blake3};
use super::missing::{Missing, MissingPolicy};
use super::part::Part;
use super::read_note::ReadNote;
use super::read_options::ReadOptions;
use super::repeats::Repeats;
use super::row_facts::RowFacts;
use super::row_numbers::RowNumbers;
use super::split::Split;
use super::split_fault::SplitFault;
use super::split_spec::SplitSpec;
use super::unusable::Obstacle;
use crate::seed::Seed;

/// Columns in memory: features, which may hold anything that an [`Encoding`](super::Encoding) can make numbers of, and
/// targets, which are numbers. Read from a [file](Table::read) or made of [columns](Table::builder).
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    pub(super) name: String,
    pub(super) feature_names: Vec<String>,
    pub(super) target_names: Vec<String>,
    /// Features, targets, then those of the other roles.
    pub(super) columns: Vec<Column>,
    /// Names of all of them.
    pub(super) names: Vec<String>,
    /// Places among them.
    pub(super) weights: Option<usize>,
    pub(super) split: Option<usize>,
    pub(super) group: Option<usize>,
    pub(super) order: Option<usize>,
    /// Number of each row in the file, from 1.
    pub(super) rows: RowNumbers,
    /// The last number, of rows that were left out too.
    pub(super) last_row: u64,
    pub(super) n_rows: usize,
    pub(super) policy: MissingPolicy,
    /// Rows left out because a feature is missing.
    pub(super) missing: Missing,
    /// Rows left out because the target or the weight is missing.
    pub(super) without_target: Missing,
    /// Columns that are no features though nobody said so.
    pub(super) left_out: Vec<(String, Obstacle)>,
    pub(super) notes: Vec<ReadNote>,
    pub(super) options: ReadOptions,
    pub(super) needed_delimiter: Option<u8>,
}

impl Table {
    /// What messages call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Rows that can be used.
    #[must_use]
    pub const fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// Names of the features, in the order of their columns.
    #[must_use]
    pub fn feature_names(&self) -> &[String] {
        &self.feature_names
    }

    /// Names of the targets, as they were given.
    #[must_use]
    pub fn target_names(&self) -> &[String] {
        &self.target_names
    }

    /// The column of this name, of those that have a role.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        let place = self.names.iter().position(|own| own == name)?;
        self.columns.get(place)
    }

    /// What each feature holds.
    #[must_use]
    pub fn kinds(&self) -> Vec<ColumnKind> {
        let features = self.columns.iter().take(self.feature_names.len());
        features.map(Column::kind).collect()
    }

    /// Rows that were left out because a feature, the target or the weight is missing.
    #[must_use]
    pub fn missing(&self) -> Missing {
        let mut all = self.missing.clone();
        all.merge(&self.without_target);
        all.first.sort();
        all
    }

    /// What is done where a feature is missing.
    #[must_use]
    pub const fn policy(&self) -> MissingPolicy {
        self.policy
    }

    /// How it was said to be read.
    #[must_use]
    pub const fn options(&self) -> &ReadOptions {
        &self.options
    }

    /// What separates its columns, where it was given and the first line alone would not have told.
    #[must_use]
    pub const fn needed_delimiter(&self) -> Option<u8> {
        self.needed_delimiter
    }

    /// The column that says of each row which part it belongs to.
    #[must_use]
    pub fn split_column(&self) -> Option<&str> {
        let place = self.split?;
        self.names.get(place).map(String::as_str)
    }

    /// The weight of each row, where there are weights.
    #[must_use]
    pub fn weights(&self) -> Option<&[f64]> {
        self.columns.get(self.weights?)?.values()
    }

    /// The numbers of a target.
    pub(super) fn target(&self, at: usize) -> &[f64] {
        let column = self.columns.get(self.feature_names.len() + at);
        column.and_then(Column::values).unwrap_or_default()
    }

    pub(super) fn target_mut(&mut self, at: usize) -> Option<&mut [f64]> {
        match &mut self.columns.get_mut(self.feature_names.len() + at)?.0 {
            Cells::Numbers(values) => Some(values),
            _ => None,
        }
    }

    /// Targets [n, d] of all rows.
    #[must_use]
    pub fn targets(&self) -> Vec<f64> {
        self.gather(0..self.n_rows)
    }

    /// Targets [rows, d] of some rows, counted from 0.
    ///
    /// # Errors
    /// [`TableFault::NoSuchRow`].
    pub fn targets_of(&self, rows: &[usize]) -> Result<Vec<f64>, TableError> {
        self.check_rows(rows)?;
        Ok(self.gather(rows.iter().copied()))
    }

    fn gather(&self, rows: impl Iterator<Item = usize>) -> Vec<f64> {
        let columns: Vec<&[f64]> = (0..self.target_names.len())
            .map(|at| self.target(at))
            .collect();
        let row = |row: usize| columns.iter().map(move |column| column[row]);
        let mut targets = Vec::with_capacity(rows.size_hint().0 * columns.len());
        rows.for_each(|at| targets.extend(row(at)));
        targets
    }

    /// Weights of some rows, counted from 0, where there are weights.
    ///
    /// # Errors
    /// [`TableFault::NoSuchRow`].
    pub fn weights_of(&self, rows: &[usize]) -> Result<Option<Vec<f64>>, TableError> {
        self.check_rows(rows)?;
        let of = |weights: &[f64]| rows.iter().map(|row| weights[*row]).collect();
        Ok(self.weights().map(of))
    }

    /// How each target repeats itself in some rows, counted from 0.
    ///
    /// # Errors
    /// [`TableFault::NoSuchRow`].
    pub fn repeats(&self, rows: &[usize]) -> Result<Vec<Repeats>, TableError> {
        self.check_rows(rows)?;
        let repeats = |at| {
            let target = self.target(at);
            let values: Vec<f64> = rows.iter().map(|row| target[*row]).collect();
            Repeats::of(&values)
        };
        Ok((0..self.target_names.len()).map(repeats).collect())
    }

    /// Whether these rows are in the table: a split may be another's.
    pub(super) fn check_rows(&self, rows: &[usize]) -> Result<(), TableError> {
        let n_rows = self.n_rows();
        match rows.iter().find(|row| **row >= n_rows) {
            Some(&row) => Err(self.error(TableFault::NoSuchRow { row, n_rows })),
            None => Ok(()),
        }
    }

    /// [`check_rows`](Self::check_rows) of every part.
    pub(super) fn check_split(&self, split: &Split) -> Result<(), TableError> {
        let mut parts = Part::ALL.into_iter();
        parts.try_for_each(|part| self.check_rows(split.rows(part)))
    }

    /// Numbers of some rows in the file, from 1, blank lines counted; the rows themselves are counted from 0.
    ///
    /// # Errors
    /// [`TableFault::NoSuchRow`].
    pub fn numbers(&self, rows: &[usize]) -> Result<Vec<u64>, TableError> {
        self.check_rows(rows)?;
        Ok(rows.iter().map(|row| self.rows.get(*row)).collect())
    }

    /// Split `index`, counted from 0, of those that `spec` says. The table must have been read with the columns that it
    /// needs: [`Roles::with_split`](super::Roles::with_split).
    ///
    /// # Errors
    /// [`TableFault::Split`].
    pub fn split(&self, spec: &SplitSpec, index: usize, seed: Seed) -> Result<Split, TableError> {
        let facts = self.row_facts(spec);
        let split = facts.and_then(|facts| deal(spec, &facts, index, seed));
        split.map_err(|fault| self.error(fault.into()))
    }

    fn row_facts(&self, spec: &SplitSpec) -> Result<RowFacts, SplitFault> {
        let column = |place: Option<usize>, name: &str| {
            let is_it = |place: &usize| self.names.get(*place).is_some_and(|own| own == name);
            let column = place
                .filter(is_it)
                .and_then(|place| self.columns.get(place));
            column.ok_or_else(|| SplitFault::NotKept {
                column: name.to_owned(),
            })
        };
        let mut facts = RowFacts {
            n_rows: self.n_rows,
            numbers: self.rows.clone(),
            last: self.last_row,
            ..RowFacts::default()
        };
        if let Some(name) = spec.part_column() {
            facts.add_parts(column(self.split, name)?, name)?;
        }
        if let Some(name) = spec.group() {
            facts.add_groups(column(self.group, name)?, name)?;
        }
        if let Some(name) = spec.order() {
            facts.add_order(column(self.order, name)?, name)?;
        }
        Ok(facts)
    }

    /// BLAKE3 of the names and cells of features and targets, row by row, in hexadecimal.
    #[must_use]
    pub fn blake3(&self) -> String {
        self.blake3_of(&self.feature_names)
    }

    /// [`blake3`](Self::blake3) with these of the features only.
    #[must_use]
    pub fn blake3_of(&self, features: &[String]) -> String {
        let d = self.target_names.len();
        let (own, others) = self.columns.split_at(self.feature_names.len());
        let own = self.feature_names.iter().zip(own);
        let own = own.filter(|(name, _)| features.contains(name));
        let own: Vec<Named<'_>> = own.map(|(name, column)| (name.as_str(), column)).collect();
        let targets = self.target_names.iter().zip(&others[..d]);
        let targets: Vec<Named<'_>> = targets.map(|(n, column)| (n.as_str(), column)).collect();
        blake3(&own, &targets, self.n_rows)
    }

    /// The fault with this table's name.
    pub(super) fn error(&self, fault: TableFault) -> TableError {
        TableError {
            table: self.name.clone(),
            fault,
        }
    }
}
