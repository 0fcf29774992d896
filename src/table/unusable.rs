//! Columns that cannot be features as they are: what is in the way of each, and what would work.

use std::fmt;

use super::wording::{argument, excerpt};

/// Columns that cannot be features as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusable {
    /// Each, with what is in the way.
    pub columns: Vec<(String, Obstacle)>,
    /// The other columns that would be features.
    pub others: Vec<String>,
}

/// What is in the way of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Obstacle {
    /// Other text among numbers, or among dates.
    Mixed {
        /// `numbers` or `dates`.
        among: &'static str,
        /// Cells with other text.
        n_texts: usize,
        /// The row of the first one, from 1.
        row: u64,
        /// Its text.
        text: String,
        /// What may be the reason, with its separator; or nothing.
        hint: &'static str,
    },
    /// More categories than can be used.
    ManyLevels {
        /// Different texts; `None` where there were too many to count.
        n: Option<usize>,
    },
    /// A text of its own in each row.
    OneEach,
    /// Nothing in any row.
    Empty,
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mixed {
                among,
                n_texts,
                row,
                text,
                hint,
            } => {
                let cells = match n_texts {
                    1 => "1 cell".to_owned(),
                    n => format!("{n} cells, the first"),
                };
                write!(
                    f,
                    "has other text among {among} ({cells} in row {row}: \"{}\"{hint})",
                    excerpt(text)
                )
            }
            Self::ManyLevels { n: Some(n) } => write!(f, "has {n} different texts"),
            Self::ManyLevels { n: None } => f.write_str("has thousands of different texts"),
            Self::OneEach => f.write_str("has a text of its own in every row"),
            Self::Empty => f.write_str("is empty throughout"),
        }
    }
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST: usize = 20;
        let shown = self.columns.iter().take(MOST);
        let shown = shown.map(|(name, obstacle)| format!("column `{}` {obstacle}", excerpt(name)));
        let shown: Vec<String> = shown.collect();
        f.write_str(&shown.join("; "))?;
        if self.columns.len() > MOST {
            write!(f, "; and {} more", self.columns.len() - MOST)?;
        }
        let mixed = self
            .columns
            .iter()
            .find_map(|(_, obstacle)| match obstacle {
                Obstacle::Mixed { text, .. } => Some(text),
                _ => None,
            });
        let na = mixed.map(|text| {
            format!(
                "say --na {} if that is a missing value",
                argument([text.as_str()].into_iter())
            )
        });
        let without = (!self.others.is_empty()).then(|| {
            let names = argument(self.others.iter().map(String::as_str));
            format!(
                "leave the column{} out with --features {names}",
                match self.columns.len() {
                    1 => "",
                    _ => "s",
                }
            )
        });
        match (na, without) {
            (Some(na), Some(without)) => write!(f, "; {na}, or {without}"),
            (Some(way), None) | (None, Some(way)) => write!(f, "; {way}"),
            (None, None) => Ok(()),
        }
    }
}
