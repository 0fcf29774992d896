//! What is odd about a table that can be read.

use std::fmt;

use super::cell::excerpt;
use super::error::{TableError, TableFault};
use super::missing::Missing;
use super::split::{Part, Split};
use super::whole::Table;

/// Something the user should know; fitting goes on.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Warning {
    /// Rows were left out.
    Dropped(Missing),
    /// A feature with one value in all training rows: left out.
    ConstantFeature {
        /// Its name.
        name: String,
        /// The value.
        value: f64,
    },
    /// A target whose values repeat: its likelihood is unbounded.
    RepeatedTarget {
        /// Its name.
        name: String,
        /// Different values in the training rows.
        n_distinct: usize,
        /// Share of training rows whose value occurs more than once.
        repeated_share: f64,
    },
    /// More numbers to learn than rows to learn from.
    FewRows {
        /// Training rows.
        n_train: usize,
        /// Trainable numbers of the largest network.
        n_parameters: usize,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dropped(missing) => write!(f, "{missing}; those rows are left out"),
            Self::ConstantFeature { name, value } => write!(
                f,
                "feature `{}` is {value} in every training row and is left out",
                excerpt(name)
            ),
            Self::RepeatedTarget {
                name,
                n_distinct,
                repeated_share,
            } => write!(
                f,
                "target `{}` has {n_distinct} different values, and {:.0} % of its rows repeat one: a density of repeated values has no bound, so its likelihood may mean nothing; spread them with --dequantise",
                excerpt(name),
                100.0 * repeated_share
            ),
            Self::FewRows {
                n_train,
                n_parameters,
            } => write!(
                f,
                "{n_train} training rows for up to {n_parameters} trainable numbers: expect overfitting, and look at the test scores"
            ),
        }
    }
}

impl Warning {
    /// Above this share of repeated values a target counts as discrete: the bound of
    /// `score::Degeneracy`, which looks at the fitted scales too.
    pub const REPEATED_SHARE: f64 = 0.05;
}

/// The table without its constant features, and what is odd about it; by the training rows only.
///
/// # Errors
/// [`TableFault::ConstantTarget`]; [`TableFault::NoFeatures`] where all are constant.
pub fn check(table: Table, split: &Split) -> Result<(Table, Vec<Warning>), TableError> {
    let mut warnings = Vec::new();
    if table.missing().n_rows > 0 {
        warnings.push(Warning::Dropped(table.missing().clone()));
    }
    let train = split.rows(Part::Train);
    let column = |values: &[f64], width: usize, at: usize| -> Vec<f64> {
        train.iter().map(|row| values[row * width + at]).collect()
    };
    for (at, name) in table.target_names.iter().enumerate() {
        let mut values = column(&table.targets, table.target_names.len(), at);
        if let Some(value) = constant(&values) {
            return Err(table.error(TableFault::ConstantTarget {
                name: name.clone(),
                value,
            }));
        }
        values.sort_unstable_by(f64::total_cmp);
        let (n_distinct, repeated_share) = repeats(&values);
        if repeated_share > Warning::REPEATED_SHARE {
            warnings.push(Warning::RepeatedTarget {
                name: name.clone(),
                n_distinct,
                repeated_share,
            });
        }
    }
    let mut constants = Vec::new();
    for (at, name) in table.feature_names.iter().enumerate() {
        let values = column(&table.features, table.feature_names.len(), at);
        if let Some(value) = constant(&values) {
            constants.push(at);
            warnings.push(Warning::ConstantFeature {
                name: name.clone(),
                value,
            });
        }
    }
    let table = if constants.is_empty() {
        table
    } else {
        table.without_features(&constants)?
    };
    Ok((table, warnings))
}

/// The one value of a column that has no other.
fn constant(values: &[f64]) -> Option<f64> {
    let first = *values.first()?;
    // +0: the two zeros are one value.
    let same = |v: &f64| (v + 0.0).total_cmp(&(first + 0.0)).is_eq();
    values.iter().all(same).then_some(first)
}

/// Different values of a sorted column, and the share of those that are not alone.
pub(super) fn repeats(sorted: &[f64]) -> (usize, f64) {
    let runs = sorted.chunk_by(|a, b| (a + 0.0).total_cmp(&(b + 0.0)).is_eq());
    let (mut n_distinct, mut repeated) = (0, 0);
    for run in runs {
        n_distinct += 1;
        if run.len() > 1 {
            repeated += run.len();
        }
    }
    (n_distinct, repeated as f64 / sorted.len().max(1) as f64)
}
