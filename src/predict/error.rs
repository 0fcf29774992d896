//! Why a table has no predictions.

use crate::mixture::{ConditionalError, MixtureError};
use crate::score::ScoreError;
use crate::table::{TableError, excerpt};

/// What ends a prediction.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PredictError {
    /// The table has a fault.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The model gives no density.
    #[error(
        "row {row}: the model gives no density: {source}; is a feature far beyond those it was fitted to?"
    )]
    NoDensity {
        /// The first such row, from 1.
        row: u64,
        /// What the network gave that is no density.
        source: ConditionalError,
    },
    /// A model whose features cannot be made of a table.
    #[error("the model's encoding of its features is not sound: {reason}")]
    Encoding {
        /// What is wrong with it, as the sentence ends.
        reason: String,
    },
    /// A level or temperature out of range.
    #[error(transparent)]
    Question(#[from] MixtureError),
    /// No score can be had.
    #[error(transparent)]
    Score(#[from] ScoreError),
    /// A grid or a number of draws out of range.
    #[error("{what}: {found} is out of range; allowed are {least} to {most}")]
    Count {
        /// Which.
        what: &'static str,
        /// What was asked for.
        found: usize,
        /// The least.
        least: usize,
        /// The most.
        most: usize,
    },
    /// A level asked for twice.
    #[error("{what} {value} is asked for twice")]
    SameLevel {
        /// Of what.
        what: &'static str,
        /// The level.
        value: f64,
    },
    /// A model whose densities are not those it announces.
    #[error("the model announces {announced} {what}, but its densities have {given}")]
    Announced {
        /// What is counted.
        what: &'static str,
        /// By the names, the number of components, or the rows asked for.
        announced: usize,
        /// By the densities.
        given: usize,
    },
    /// A model whose covariances are not those it announces.
    #[error("the model announces {announced} densities and gives {given} ones")]
    Covariances {
        /// `full` or `diagonal`.
        announced: &'static str,
        /// The other.
        given: &'static str,
    },
    /// A model that does not hold what it has learnt from in a form that can be read.
    #[error(
        "the model's note of what its features were in the training rows is damaged: it is no range from a least to a greatest value for each of {n_features} features"
    )]
    Ranges {
        /// F.
        n_features: usize,
    },
    /// The width of the noise that spread a target's values is none.
    #[error(
        "the model's note of the noise that spread its targets' values is damaged: it has no width above 0 for `{}`",
        excerpt(target)
    )]
    SpreadWidth {
        /// Name of the target.
        target: String,
    },
    /// Rows in memory that are not whole, or not as many of features as of targets.
    #[error(
        "{features} features and {targets} targets are no whole rows of {n_features} and {n_targets}"
    )]
    Rows {
        /// Numbers among the features.
        features: usize,
        /// Numbers among the targets.
        targets: usize,
        /// F.
        n_features: usize,
        /// D.
        n_targets: usize,
    },
    /// A value of a target that is asked about and is no number.
    #[error("{value} is no value of a target; a finite number is needed")]
    NotFinite {
        /// What it is.
        value: f64,
    },
    /// Names that lead to one name for two columns: of targets, or of a column that is kept.
    #[error(
        "two columns of the result would be called `{name}`; rename a target and fit again, or keep other columns"
    )]
    SameColumn {
        /// The name.
        name: String,
    },
    /// The result cannot be written.
    #[error("the result cannot be written: {0}")]
    Write(std::io::Error),
}
