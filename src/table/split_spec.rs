//! How rows are put into parts, as a spec says it.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::split_fault::SplitFault;
use super::test_rows::TestRows;

/// How a table's rows are put into train, validation and test; one or several splits.
///
/// # Form
///
/// One table of TOML (or one JSON object), whose `by` says how. Shares that are not given are 0.15.
///
/// ```toml
/// [problem.split]            # rows are dealt by the seed
/// by = "shares"
/// validation = 0.15
/// test = 0.15
/// group = "subject"          # optional: rows with one value here stay in one part
///
/// [problem.split]            # a column says `train`, `validation` or `test` of each row
/// by = "column"
/// column = "part"
/// validation = 0.15          # of the train rows, where the column names no validation row
///
/// [problem.split]            # each row is a test row once
/// by = "folds"
/// folds = 10
/// validation = 0.15          # of each fold's other rows
/// group = "subject"          # optional
///
/// [problem.split]            # the last rows by this column judge, those before them choose
/// by = "order"
/// column = "when"
/// validation = 0.15
/// test = 0.15
///
/// [problem.split]            # lists of test rows, one a split; rows count from 1 below the names
/// by = "test-rows"
/// file = "concrete.splits.txt"   # one line a split; or: lists = [[3, 17], [5, 90]]
/// validation = 0.15          # of each split's other rows
/// ```
///
/// # Numerics
///
/// Random choices come from named streams: `split` (shares), `split/folds`, and
/// `split/validation/I` for the validation rows of split I of the other kinds. The file of test rows is part of the
/// spec by its content: [`read_files`](Self::read_files) notes its BLAKE3, or compares it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum SplitSpec {
    /// Rows, or whole groups of rows, dealt by the seed.
    Shares {
        /// Share of the rows that choose among models.
        #[serde(default = "default_share")]
        validation: f64,
        /// Share of the rows that judge the chosen model.
        #[serde(default = "default_share")]
        test: f64,
        /// Rows with one value in this column stay in one part.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        group: Option<String>,
    },
    /// A column names the part of each row.
    Column {
        /// That column.
        column: String,
        /// Share of the train rows that choose, where the column names no validation row.
        #[serde(default = "default_share")]
        validation: f64,
        /// Rows with one value in this column stay in one part.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        group: Option<String>,
    },
    /// As many splits as folds; each row is a test row of one of them.
    Folds {
        /// Splits, 2 at least.
        folds: usize,
        /// Share of each split's other rows that choose.
        #[serde(default = "default_share")]
        validation: f64,
        /// Rows with one value in this column stay in one part.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        group: Option<String>,
    },
    /// The last rows by a column of numbers or dates judge, those before them choose.
    Order {
        /// That column.
        column: String,
        /// Share of the rows that choose.
        #[serde(default = "default_share")]
        validation: f64,
        /// Share of the rows that judge.
        #[serde(default = "default_share")]
        test: f64,
    },
    /// Lists of test rows.
    TestRows(TestRows),
}

/// The command's share of validation and of test rows.
const fn default_share() -> f64 {
    0.15
}

impl Default for SplitSpec {
    fn default() -> Self {
        Self::Shares {
            validation: default_share(),
            test: default_share(),
            group: None,
        }
    }
}

impl SplitSpec {
    /// How many splits there are; of a file of test rows, once it is [read](Self::read_files).
    #[must_use]
    pub fn n_splits(&self) -> usize {
        match self {
            Self::Folds { folds, .. } => *folds,
            Self::TestRows(rows) => rows.lists().len(),
            _ => 1,
        }
    }

    /// The column whose equal values stay in one part.
    #[must_use]
    pub fn group(&self) -> Option<&str> {
        match self {
            Self::Shares { group, .. } | Self::Column { group, .. } | Self::Folds { group, .. } => {
                group.as_deref()
            }
            Self::TestRows(rows) => rows.group.as_deref(),
            Self::Order { .. } => None,
        }
    }

    /// Whether chance puts single rows into parts.
    #[must_use]
    pub const fn is_by_chance(&self) -> bool {
        matches!(
            self,
            Self::Shares { group: None, .. } | Self::Folds { group: None, .. }
        )
    }

    /// The column that names the part of each row.
    #[must_use]
    pub fn part_column(&self) -> Option<&str> {
        match self {
            Self::Column { column, .. } => Some(column),
            _ => None,
        }
    }

    /// The column whose last values are tested on.
    #[must_use]
    pub fn order(&self) -> Option<&str> {
        match self {
            Self::Order { column, .. } => Some(column),
            _ => None,
        }
    }

    /// As a record repeats it: a file of test rows by its name alone.
    #[must_use]
    pub fn recorded(&self) -> Self {
        match self {
            Self::TestRows(rows) => Self::TestRows(rows.clone().recorded()),
            other => other.clone(),
        }
    }

    /// Reads the file of test rows, if there is one, which is named from `folder` on.
    ///
    /// # Errors
    /// [`SplitFault`]: it cannot be read, holds something else than rows, or is not the one that is noted.
    pub fn read_files(&mut self, folder: &Path) -> Result<(), SplitFault> {
        match self {
            Self::TestRows(rows) => rows.read(folder),
            _ => Ok(()),
        }
    }

    /// Whether its numbers can be met by some table.
    ///
    /// # Errors
    /// [`SplitFault::Shares`], [`SplitFault::ValidationShare`], [`SplitFault::Folds`], and those of [`TestRows`].
    pub fn check(&self) -> Result<(), SplitFault> {
        let share = |validation: f64| {
            // Written so that a NaN is refused.
            match validation > 0.0 && validation < 1.0 {
                true => Ok(()),
                false => Err(SplitFault::ValidationShare { validation }),
            }
        };
        match self {
            Self::Shares {
                validation, test, ..
            }
            | Self::Order {
                validation, test, ..
            } => {
                let (validation, test) = (*validation, *test);
                match validation > 0.0 && test > 0.0 && validation + test < 1.0 {
                    true => Ok(()),
                    false => Err(SplitFault::Shares { validation, test }),
                }
            }
            Self::Column { validation, .. } => share(*validation),
            Self::Folds {
                folds, validation, ..
            } => match *folds < 2 {
                true => Err(SplitFault::Folds { folds: *folds }),
                false => share(*validation),
            },
            Self::TestRows(rows) => {
                share(rows.validation)?;
                rows.check()
            }
        }
    }
}
