//! One column in memory.

use std::collections::BTreeSet;

use super::cell::{CellFormat, Gap, level_of_number};
use super::cells::{Cells, Texts, truth};
use super::column_builder::ColumnBuilder;

/// A column in memory: as many cells as the table has rows, each of which may be missing.
///
/// # Examples
///
/// ```
/// use mixture_density::table::{Column, ColumnKind};
/// assert_eq!(Column::numbers([1.0, f64::NAN]).kind(), ColumnKind::Numbers);
/// let texts = [Some("yes"), None, Some("no")];
/// assert_eq!(Column::texts(texts).kind(), ColumnKind::Truths);
/// assert_eq!(Column::texts(["2024-01-31".into()]).kind(), ColumnKind::Dates);
/// assert_eq!(Column::categories([Some("1"), Some("2")]).kind(), ColumnKind::Categories);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Column(pub(super) Cells);

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ColumnKind {
    /// Numbers.
    Numbers,
    /// Yes or no, true or false.
    Truths,
    /// Texts.
    Categories,
    /// Dates, with or without a time of day.
    Dates,
    /// Times of day.
    Times,
    /// Nothing.
    Empty,
}

impl ColumnKind {
    /// As a sentence names it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Numbers => "numbers",
            Self::Truths => "yes or no",
            Self::Categories => "categories",
            Self::Dates => "dates",
            Self::Times => "times of day",
            Self::Empty => "nothing",
        }
    }
}

impl Column {
    /// Numbers; one that is not finite is missing.
    #[must_use]
    pub fn numbers(values: impl Into<Vec<f64>>) -> Self {
        let mut values = values.into();
        for value in &mut values {
            if value.is_infinite() {
                *value = Gap::Infinite.to_nan();
            } else if value.is_nan() {
                *value = Gap::Nan.to_nan();
            }
        }
        Self(Cells::Numbers(values))
    }

    /// Texts, read as the cells of a file are: they may turn out to be numbers, dates, truth values or categories.
    #[must_use]
    pub fn texts<'a>(texts: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        Self::built(texts, ColumnBuilder::new())
    }

    /// Texts that are categories, whatever they look like.
    #[must_use]
    pub fn categories<'a>(texts: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        Self::built(texts, ColumnBuilder::of_texts())
    }

    fn built<'a>(
        texts: impl IntoIterator<Item = Option<&'a str>>,
        mut builder: ColumnBuilder,
    ) -> Self {
        let format = CellFormat::default();
        for text in texts {
            builder.push_text(&format, text.unwrap_or_default());
        }
        Self(builder.finish().cells)
    }

    /// Truth values.
    #[must_use]
    pub fn truths(values: impl IntoIterator<Item = Option<bool>>) -> Self {
        let code = |value: Option<bool>| value.map_or(Texts::NONE, u32::from);
        Self(Cells::Texts(Texts {
            codes: values.into_iter().map(code).collect(),
            levels: vec!["false".to_owned(), "true".to_owned()],
        }))
    }

    /// Cells.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no cell.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What it holds.
    #[must_use]
    pub fn kind(&self) -> ColumnKind {
        match &self.0 {
            Cells::Numbers(_) => ColumnKind::Numbers,
            Cells::Moments { is_time: true, .. } => ColumnKind::Times,
            Cells::Moments { .. } => ColumnKind::Dates,
            Cells::Texts(texts) if texts.levels.iter().all(|text| truth(text).is_some()) => {
                ColumnKind::Truths
            }
            Cells::Texts(_) => ColumnKind::Categories,
            Cells::Empty(_) => ColumnKind::Empty,
        }
    }

    /// Why a cell is missing, where it is.
    pub(super) fn gap(&self, row: usize) -> Option<Gap> {
        self.0.gap(row)
    }

    /// A cell as text: a number as the shortest decimal that reads back as it.
    pub(super) fn text(&self, row: usize) -> Option<String> {
        match &self.0 {
            Cells::Numbers(values) | Cells::Moments { days: values, .. } => {
                let value = values.get(row).filter(|value| !value.is_nan())?;
                Some(level_of_number(*value))
            }
            Cells::Texts(texts) => texts.get(row).map(str::to_owned),
            Cells::Empty(_) => None,
        }
    }

    /// The numbers, where it holds numbers or days.
    pub(super) fn values(&self) -> Option<&[f64]> {
        match &self.0 {
            Cells::Numbers(values) | Cells::Moments { days: values, .. } => Some(values),
            _ => None,
        }
    }

    /// Keeps the rows of which `keeps` says so, one for each row.
    pub(super) fn retain(&mut self, keeps: &[bool]) {
        fn retain<T>(values: &mut Vec<T>, keeps: &[bool]) {
            let mut keep = keeps.iter();
            values.retain(|_| keep.next().copied().unwrap_or(true));
            values.shrink_to_fit();
        }
        match &mut self.0 {
            Cells::Numbers(values) | Cells::Moments { days: values, .. } => retain(values, keeps),
            Cells::Texts(texts) => retain(&mut texts.codes, keeps),
            Cells::Empty(n) => *n = keeps.iter().filter(|keep| **keep).count(),
        }
    }

    /// Keeps the first `n` rows, and the memory that they need.
    pub(super) fn truncate(&mut self, n: usize) {
        fn truncate<T>(values: &mut Vec<T>, n: usize) {
            values.truncate(n);
            values.shrink_to_fit();
        }
        match &mut self.0 {
            Cells::Numbers(values) | Cells::Moments { days: values, .. } => truncate(values, n),
            Cells::Texts(texts) => truncate(&mut texts.codes, n),
            Cells::Empty(len) => *len = n.min(*len),
        }
    }

    /// Different texts of some rows, in order of their names.
    pub(super) fn levels(&self, rows: &[usize]) -> Vec<(String, usize)> {
        let Cells::Texts(texts) = &self.0 else {
            return Vec::new();
        };
        let mut counts = vec![0; texts.levels.len()];
        for row in rows {
            if let Some(count) = texts
                .codes
                .get(*row)
                .and_then(|c| counts.get_mut(*c as usize))
            {
                *count += 1;
            }
        }
        let named = texts.levels.iter().cloned().zip(counts);
        let seen: BTreeSet<(String, usize)> = named.filter(|(_, n)| *n > 0).collect();
        seen.into_iter().collect()
    }
}
