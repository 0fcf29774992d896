//! What a split may depend on, besides its spec and the seed.

use std::collections::BTreeMap;

use super::cells::Cells;
use super::column::Column;
use super::part::Part;
use super::row_numbers::RowNumbers;
use super::split_fault::SplitFault;

/// What a split may depend on, besides its spec and the seed.
#[derive(Debug, Default)]
pub(super) struct RowFacts {
    pub(super) n_rows: usize,
    /// Number of each row in the table, from 1, rising.
    pub(super) numbers: RowNumbers,
    /// The last number that there is, of rows that were left out too.
    pub(super) last: u64,
    /// The part that a column names, a row each.
    pub(super) parts: Option<Vec<Part>>,
    pub(super) groups: Option<Groups>,
    /// What rows are ordered by.
    pub(super) order: Option<Vec<f64>>,
}

/// Rows that belong together.
#[derive(Debug)]
pub(super) struct Groups {
    /// Of each row, counted from 0 in order of appearance.
    pub(super) of_row: Vec<usize>,
    pub(super) names: Vec<String>,
}

impl Groups {
    pub(super) fn of_row(&self) -> &[usize] {
        &self.of_row
    }
}

impl RowFacts {
    /// Reads the column that names the part of each row.
    pub(super) fn add_parts(&mut self, column: &Column, name: &str) -> Result<(), SplitFault> {
        let part = |row: usize| {
            let text = column.text(row).unwrap_or_default();
            Part::of_name(&text).ok_or_else(|| SplitFault::NoSuchPart {
                row: self.numbers.get(row),
                column: name.to_owned(),
                text,
            })
        };
        let parts: Result<_, _> = (0..self.n_rows).map(part).collect();
        self.parts = Some(parts?);
        Ok(())
    }

    /// Reads the column whose equal values stay together.
    pub(super) fn add_groups(&mut self, column: &Column, name: &str) -> Result<(), SplitFault> {
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        let mut groups = Groups {
            of_row: Vec::with_capacity(self.n_rows),
            names: Vec::new(),
        };
        // A text is looked up once; a number is put as text each time.
        let mut of_code: BTreeMap<u32, usize> = BTreeMap::new();
        for row in 0..self.n_rows {
            let code = match &column.0 {
                Cells::Texts(texts) => texts.codes.get(row).copied(),
                _ => None,
            };
            if let Some(group) = code.and_then(|code| of_code.get(&code)) {
                groups.of_row.push(*group);
                continue;
            }
            let text = column.text(row).ok_or_else(|| SplitFault::NoValue {
                row: self.numbers.get(row),
                column: name.to_owned(),
                what: "grouped",
            })?;
            let group = *places.entry(text.clone()).or_insert_with(|| {
                groups.names.push(text);
                groups.names.len() - 1
            });
            if let Some(code) = code {
                of_code.insert(code, group);
            }
            groups.of_row.push(group);
        }
        self.groups = Some(groups);
        Ok(())
    }

    /// Reads the column that rows are ordered by.
    pub(super) fn add_order(&mut self, column: &Column, name: &str) -> Result<(), SplitFault> {
        let Some(values) = column.values() else {
            let row = (0..self.n_rows).find(|row| column.gap(*row).is_none());
            let text = row.and_then(|row| column.text(row)).unwrap_or_default();
            return Err(SplitFault::NoOrder {
                row: self.numbers.get(row.unwrap_or_default()),
                column: name.to_owned(),
                text,
            });
        };
        if let Some(row) = values.iter().position(|value| value.is_nan()) {
            return Err(SplitFault::NoValue {
                row: self.numbers.get(row),
                column: name.to_owned(),
                what: "ordered",
            });
        }
        self.order = Some(values.to_vec());
        Ok(())
    }
}
