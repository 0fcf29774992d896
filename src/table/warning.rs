//! What is odd about a table that can be read.

use std::fmt;

use super::dequantised::Dequantised;
use super::far_out::FarOut;
use super::missing::Missing;
use super::read_note::ReadNote;
use super::repeated_rows::RepeatedRows;
use super::repeats::PointMass;
use super::sentinel::Sentinel;
use super::unusable::Obstacle;
use super::wording::{argument, excerpt, list, number};

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
        value: String,
    },
    /// A column that is no feature, though nobody said so.
    LeftOut {
        /// Its name.
        name: String,
        /// What keeps it from being a feature.
        why: Obstacle,
    },
    /// How the file was read, where nobody said.
    Read(ReadNote),
    /// Rows were left out for want of a target or a weight.
    NoTarget(Missing),
    /// A value that probably stands for a missing one.
    Sentinel(Sentinel),
    /// Rows of one part that are also in another.
    RepeatedRows(RepeatedRows),
    /// A feature that rises from row to row.
    RowNumber {
        /// Its name.
        name: String,
        /// Whether it is a date or a time.
        is_moment: bool,
    },
    /// Features whose values repeat in blocks of rows.
    Blocks {
        /// Their names.
        names: Vec<String>,
        /// Different values of the first.
        n_values: usize,
        /// Rows.
        n_rows: usize,
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
            Self::NoTarget(missing) => write!(
                f,
                "{missing}; rows without a target or a weight are left out"
            ),
            Self::ConstantFeature { name, value } => write!(
                f,
                "feature `{}` is {} in every training row and is left out",
                excerpt(name),
                excerpt(value)
            ),
            Self::LeftOut { name, why } => {
                write!(f, "column `{}` {why} and is left out", excerpt(name))
            }
            Self::Read(note) => note.fmt(f),
            Self::Sentinel(sentinel) => sentinel.fmt(f),
            Self::RepeatedRows(rows) => rows.fmt(f),
            Self::RowNumber { name, is_moment } => write!(
                f,
                "feature `{}` rises from row to row: {}",
                excerpt(name),
                match is_moment {
                    true => format!(
                        "if rows are asked about that come later, test on the last ones with --order {}",
                        argument([name.as_str()].into_iter())
                    ),
                    false =>
                        "if it numbers the rows, leave it out, as a new row has another".to_owned(),
                }
            ),
            Self::Blocks {
                names,
                n_values,
                n_rows,
            } => write!(
                f,
                "{} repeat{} in blocks of rows ({n_values} values in {n_rows} rows): if a block belongs together, as the rows of one person do, rows dealt at random are tested on what was learnt by heart; keep blocks together with --group {}",
                match names.as_slice() {
                    [only] => format!("feature `{}`", excerpt(only)),
                    _ => format!("features {}", list(names.iter().map(String::as_str), 8)),
                },
                if names.len() == 1 { "s" } else { "" },
                argument(names.iter().take(1).map(String::as_str)),
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
