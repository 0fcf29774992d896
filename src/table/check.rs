//! What is odd about a table that can be read.

use std::fmt;

use super::cell::{excerpt, number};
use super::dequantise::Dequantised;
use super::error::{TableError, TableFault};
use super::extremes::FarOut;
use super::missing::Missing;
use super::part::Part;
use super::repeats::{PointMass, Repeats, mean_and_sd};
use super::split::Split;
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
    /// A target with a value that stays a spike, even where its values are spread.
    PointMass {
        /// Its name.
        name: String,
        /// The value and its share of the training rows.
        mass: PointMass,
    },
    /// A target whose repeated values were spread.
    Dequantised(Dequantised),
    /// A target whose repeated values lie further apart than the noise that was to spread them.
    Uneven {
        /// Its name.
        name: String,
        /// Of the noise, units of y.
        width: f64,
    },
    /// Validation or test rows far from all that is learnt from.
    FarOut(FarOut),
    /// A covariance was asked for where there is but one target.
    OneTarget {
        /// Its name.
        name: String,
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
            Self::PointMass { name, mass } => write!(
                f,
                "target `{}` is {} in {:.0} % of its rows, far more often than anything near it: a density has no bound there, --dequantise does not cure it, and its likelihood may mean nothing; predict apart whether it is {1}, and fit the other rows",
                excerpt(name),
                number(mass.value),
                100.0 * mass.share
            ),
            Self::Dequantised(done) => write!(
                f,
                "target `{}` had {} different values; each was spread by uniform noise of width {}, from half below to half above it",
                excerpt(&done.name),
                done.n_distinct,
                number(done.width)
            ),
            Self::Uneven { name, width } => write!(
                f,
                "target `{}`: the values that repeat lie further apart than noise of width {}, the median gap between all values: --dequantise does not cure them, and the likelihood may mean nothing",
                excerpt(name),
                number(*width)
            ),
            Self::FarOut(far) => far.fmt(f),
            Self::OneTarget { name } => write!(
                f,
                "`{}` is the only target, whose full covariance is one variance: the fit is diagonal, and recorded so",
                excerpt(name)
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

/// The table without its constant features, what is odd about it, and how each target repeats itself, which a fit
/// needs again and is long to count; by the training rows only.
///
/// # Errors
/// [`TableFault::ConstantTarget`]; [`TableFault::Spread`]; [`TableFault::NoFeatures`] where all are constant;
/// [`TableFault::NoSuchRow`] where the split is another table's.
pub fn check(
    table: Table,
    split: &Split,
) -> Result<(Table, Vec<Warning>, Vec<Repeats>), TableError> {
    table.check_split(split)?;
    let mut warnings = Vec::new();
    if table.missing().n_rows > 0 {
        warnings.push(Warning::Dropped(table.missing().clone()));
    }
    let train = split.rows(Part::Train);
    let column = |values: &[f64], width: usize, at: usize| -> Vec<f64> {
        train.iter().map(|row| values[row * width + at]).collect()
    };
    let repeats = table.repeats(train)?;
    for (at, (name, repeats)) in table.target_names.iter().zip(&repeats).enumerate() {
        let values = column(&table.targets, table.target_names.len(), at);
        if let Some(value) = constant(&values) {
            return Err(table.error(TableFault::ConstantTarget {
                name: name.clone(),
                value,
            }));
        }
        spread(name, &values).map_err(|fault| table.error(fault))?;
        if let Some(mass) = repeats.point_mass {
            let name = name.clone();
            warnings.push(Warning::PointMass { name, mass });
        } else if repeats.is_discrete() {
            warnings.push(Warning::RepeatedTarget {
                name: name.clone(),
                n_distinct: repeats.n_distinct,
                repeated_share: repeats.share,
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
        } else {
            spread(name, &values).map_err(|fault| table.error(fault))?;
        }
    }
    let table = if constants.is_empty() {
        table
    } else {
        table.without_features(&constants)?
    };
    Ok((table, warnings, repeats))
}

/// Refuses a column in whose unit a score would overflow or underflow: the standard error of a squared error is
/// the root of a mean of fourth powers.
fn spread(name: &str, values: &[f64]) -> Result<(), TableFault> {
    let sd = mean_and_sd(values).1;
    if (TableFault::LEAST_SD..=TableFault::MOST_SD).contains(&sd) {
        return Ok(());
    }
    Err(TableFault::Spread {
        name: name.to_owned(),
        sd,
    })
}

/// The one value of a column that has no other.
fn constant(values: &[f64]) -> Option<f64> {
    let first = *values.first()?;
    // +0: the two zeros are one value.
    let same = |v: &f64| (v + 0.0).total_cmp(&(first + 0.0)).is_eq();
    values.iter().all(same).then_some(first)
}
