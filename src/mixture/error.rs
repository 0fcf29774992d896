//! What can be wrong with the parameters of a mixture, or with what is asked of one.

use thiserror::Error;

/// Every kind of bad input is its own variant and carries the number at fault.
///
/// Components, targets and rows are counted from 0.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum MixtureError {
    /// K = 0.
    #[error("a mixture needs at least one component")]
    NoComponents,
    /// D = 0.
    #[error("a mixture needs at least one target")]
    NoTargets,
    /// A slice whose length does not fit the others.
    #[error("{what}: {found} numbers where {expected} are needed")]
    WrongLength {
        /// Which argument.
        what: &'static str,
        /// Length that fits.
        expected: usize,
        /// Length found.
        found: usize,
    },
    /// More numbers than are given at once.
    #[error("{what}: {found} numbers; allowed are at most {most}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many.
        found: usize,
        /// The most.
        most: usize,
    },
    /// A weight that is NaN or infinite.
    #[error("weight of component {component} is {value}; it must be finite")]
    WeightNotFinite {
        /// Component.
        component: usize,
        /// What it was.
        value: f64,
    },
    /// A weight below 0.
    #[error("weight of component {component} is {value}; it must not be negative")]
    NegativeWeight {
        /// Component.
        component: usize,
        /// What it was.
        value: f64,
    },
    /// Weights that do not sum to 1.
    #[error("weights sum to {sum}; the sum must be within {tolerance:e} of 1")]
    WeightSum {
        /// Their sum.
        sum: f64,
        /// Distance from 1 that is let pass.
        tolerance: f64,
    },
    /// A log weight or logit that is NaN or +∞.
    #[error("log weight of component {component} is {value}; it must be finite or -inf")]
    LogWeight {
        /// Component.
        component: usize,
        /// What it was.
        value: f64,
    },
    /// A mean that is NaN or infinite.
    #[error("mean of component {component}, target {target} is {value}; it must be finite")]
    MeanNotFinite {
        /// Component.
        component: usize,
        /// Target.
        target: usize,
        /// What it was.
        value: f64,
    },
    /// A scale that is NaN or infinite.
    #[error("scale of component {component}, target {target} is {value}; it must be finite")]
    ScaleNotFinite {
        /// Component.
        component: usize,
        /// Target.
        target: usize,
        /// What it was.
        value: f64,
    },
    /// A scale that is 0 or negative.
    #[error("scale of component {component}, target {target} is {value}; it must be positive")]
    ScaleNotPositive {
        /// Component.
        component: usize,
        /// Target.
        target: usize,
        /// What it was.
        value: f64,
    },
    /// An entry of a covariance, or of a Cholesky factor, that is NaN or infinite.
    #[error(
        "covariance of component {component} has {value} at ({row}, {column}); it must be finite"
    )]
    CovarianceNotFinite {
        /// Component.
        component: usize,
        /// Row of the matrix.
        row: usize,
        /// Column of the matrix.
        column: usize,
        /// What it was.
        value: f64,
    },
    /// An entry above the diagonal of a Cholesky factor that is not 0.
    #[error(
        "factor of component {component} has {value} at ({row}, {column}); above the diagonal it must be 0"
    )]
    FactorNotLower {
        /// Component.
        component: usize,
        /// Row of the matrix.
        row: usize,
        /// Column of the matrix.
        column: usize,
        /// What it was.
        value: f64,
    },
    /// A covariance whose halves differ.
    #[error(
        "covariance of component {component} is not symmetric: {upper} at ({row}, {column}), {lower} across"
    )]
    CovarianceNotSymmetric {
        /// Component.
        component: usize,
        /// Row of the entry above the diagonal.
        row: usize,
        /// Its column.
        column: usize,
        /// Entry above the diagonal.
        upper: f64,
        /// Entry below it.
        lower: f64,
    },
    /// A covariance, or the image of one, that is not positive definite.
    #[error(
        "covariance of component {component} is not positive definite: pivot {index} of its factor is {pivot}"
    )]
    NotPositiveDefinite {
        /// Component.
        component: usize,
        /// Row at which the factorisation broke.
        index: usize,
        /// The number that had to be positive.
        pivot: f64,
    },
    /// A probability outside (0, 1).
    #[error("probability {value} is outside (0, 1)")]
    Probability {
        /// What it was.
        value: f64,
    },
    /// A temperature outside the range that has a meaning.
    #[error("{what} is {value}; it must lie in {allowed}")]
    Temperature {
        /// Which temperature.
        what: &'static str,
        /// What it was.
        value: f64,
        /// The range that has a meaning.
        allowed: &'static str,
    },
    /// A target that the mixture does not have.
    #[error("target {target} does not exist; there are {n_targets}")]
    NoSuchTarget {
        /// What was asked.
        target: usize,
        /// D.
        n_targets: usize,
    },
    /// A target named twice.
    #[error("target {target} is named twice")]
    RepeatedTarget {
        /// Which.
        target: usize,
    },
    /// Conditioning on every target leaves none.
    #[error("conditioning on all {n_targets} targets leaves nothing to predict")]
    NothingLeft {
        /// D.
        n_targets: usize,
    },
    /// A coordinate that is NaN or infinite where that has no meaning.
    #[error("coordinate {index} is {value}; it must be finite")]
    PointNotFinite {
        /// Which coordinate.
        index: usize,
        /// What it was.
        value: f64,
    },
    /// A target multiplied by 0, which leaves it no density.
    #[error("factor of target {target} is 0; a density needs another")]
    ZeroFactor {
        /// Target.
        target: usize,
    },
    /// A linear map onto more targets than there are.
    #[error(
        "a map with {rows} rows of {n_targets} targets has no density; at most {n_targets} rows"
    )]
    TooManyRows {
        /// Rows of its matrix.
        rows: usize,
        /// D.
        n_targets: usize,
    },
    /// A value conditioned on that has density 0 under every component, even in the log domain.
    #[error("the given values have no density under any component")]
    ImpossibleCondition,
    /// A one-dimensional quantity asked of a mixture with several targets.
    #[error("this needs a mixture with one target; there are {n_targets} (take a marginal)")]
    NotUnivariate {
        /// D.
        n_targets: usize,
    },
    /// The fault of one row of a batch.
    #[error("row {row}: {source}")]
    InRow {
        /// Row.
        row: usize,
        /// What is wrong with it.
        source: Box<MixtureError>,
    },
}

impl MixtureError {
    /// The same fault, placed in a row of a batch.
    pub(crate) fn in_row(self, row: usize) -> Self {
        Self::InRow {
            row,
            source: Box::new(self),
        }
    }
}
