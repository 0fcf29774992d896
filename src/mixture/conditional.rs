//! A density of y for every x: what a trained network is, seen from here.

use thiserror::Error;

use super::error::MixtureError;
use super::gaussian_mixture::GaussianMixture;
use super::mixtures::Mixtures;
use crate::numerics::ShapeError;

/// Why there is no mixture at an x.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ConditionalError {
    /// Not as many numbers as features.
    #[error("{found} numbers where rows of {n_features} features are needed")]
    WrongLength {
        /// F.
        n_features: usize,
        /// Numbers found.
        found: usize,
    },
    /// A feature that is NaN or infinite.
    #[error("feature {feature} of row {row} is {value}; it must be finite")]
    FeatureNotFinite {
        /// Row; 0 where one x was asked.
        row: usize,
        /// Which feature.
        feature: usize,
        /// What it was.
        value: f64,
    },
    /// The network's sizes do not fit together.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// What came out is no mixture.
    #[error(transparent)]
    Mixture(#[from] MixtureError),
}

/// A conditional density that is a Gaussian mixture at every x.
pub trait ConditionalDensity {
    /// F.
    fn n_features(&self) -> usize;

    /// D.
    fn n_targets(&self) -> usize;

    /// The densities at the rows of `xs` [n, f]. A row's density does not depend on the other rows.
    ///
    /// # Errors
    /// [`ConditionalError`].
    fn mixtures_at(&self, xs: &[f64]) -> Result<Mixtures, ConditionalError>;

    /// The density at `x` \[f\].
    ///
    /// # Errors
    /// [`ConditionalError`].
    fn mixture_at(&self, x: &[f64]) -> Result<GaussianMixture, ConditionalError> {
        check_features(x, self.n_features())?;
        let wrong = ConditionalError::WrongLength {
            n_features: self.n_features(),
            found: x.len(),
        };
        if x.len() != self.n_features() {
            return Err(wrong);
        }
        self.mixtures_at(x)?.get(0).ok_or(wrong)
    }
}

/// Rows of `n_features` finite numbers: the check every implementation starts with.
///
/// # Errors
/// [`ConditionalError::WrongLength`], [`ConditionalError::FeatureNotFinite`].
pub fn check_features<V: Copy + Into<f64>>(
    xs: &[V],
    n_features: usize,
) -> Result<(), ConditionalError> {
    if n_features == 0 || !xs.len().is_multiple_of(n_features) {
        return Err(ConditionalError::WrongLength {
            n_features,
            found: xs.len(),
        });
    }
    match xs.iter().position(|x| !(*x).into().is_finite()) {
        Some(at) => Err(ConditionalError::FeatureNotFinite {
            row: at / n_features,
            feature: at % n_features,
            value: xs[at].into(),
        }),
        None => Ok(()),
    }
}
