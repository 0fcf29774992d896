//! The mixture that owns its numbers.

use super::check::{check, check_means_and_scales, check_means_only};
use super::cholesky;
use super::error::MixtureError;
use super::row::MixtureRef;
use super::univariate::{Univariate, heaviest, weight_entropy};

/// Mixture of K Gaussians over D ≥ 1 targets, checked when it is made.
///
/// # Shapes
/// Weights \[k\]; means [k, d]; scales [k, d] where the components are diagonal, else
/// lower-triangular Cholesky factors [k, d, d] of their covariances.
///
/// # Examples
///
/// ```
/// use mixture_density::mixture::GaussianMixture;
/// let m = GaussianMixture::new(vec![0.3, 0.7], vec![-1.0, 2.0], vec![0.5, 1.0])?;
/// let m = m.as_univariate()?;
/// assert!((m.cdf(m.quantile(0.2)?) - 0.2).abs() < 1e-14);
/// assert_eq!(m.modes().len(), 2);
/// # Ok::<(), mixture_density::mixture::MixtureError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct GaussianMixture {
    pub(super) n_targets: usize,
    pub(super) weights: Vec<f64>,
    pub(super) log_weights: Vec<f64>,
    pub(super) means: Vec<f64>,
    pub(super) spread: Spread,
}

/// How the components spread.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Spread {
    /// Scales [k, d].
    Diagonal(Vec<f64>),
    /// Cholesky factors [k, d, d]; never with D = 1.
    Full(Vec<f64>),
}

impl GaussianMixture {
    /// A mixture over one target.
    ///
    /// # Errors
    /// The first fault found, as its own [`MixtureError`]: no component, a wrong length, a weight
    /// that is not finite or negative, weights that do not sum to 1 within
    /// [`WEIGHT_SUM_TOLERANCE`](super::WEIGHT_SUM_TOLERANCE) (within it they are divided by their sum), a mean or scale that
    /// is not finite, a scale that is not positive.
    pub fn new(weights: Vec<f64>, means: Vec<f64>, scales: Vec<f64>) -> Result<Self, MixtureError> {
        Self::diagonal(1, weights, means, scales)
    }

    /// A mixture over `n_targets` targets that are independent within each component.
    ///
    /// # Errors
    /// As [`new`](Self::new), and [`MixtureError::NoTargets`].
    pub fn diagonal(
        n_targets: usize,
        weights: Vec<f64>,
        means: Vec<f64>,
        scales: Vec<f64>,
    ) -> Result<Self, MixtureError> {
        let (weights, log_weights) = check(n_targets, weights, &means, "scales", scales.len(), 1)?;
        check_means_and_scales(&means, &scales, n_targets)?;
        Ok(Self {
            n_targets,
            weights,
            log_weights,
            means,
            spread: Spread::Diagonal(scales),
        })
    }

    /// A mixture whose components have full covariances [k, d, d].
    ///
    /// # Errors
    /// As [`new`](Self::new), and [`MixtureError::CovarianceNotFinite`],
    /// [`MixtureError::CovarianceNotSymmetric`], [`MixtureError::NotPositiveDefinite`].
    pub fn full(
        n_targets: usize,
        weights: Vec<f64>,
        means: Vec<f64>,
        covariances: Vec<f64>,
    ) -> Result<Self, MixtureError> {
        let (weights, log_weights) = check(
            n_targets,
            weights,
            &means,
            "covariances",
            covariances.len(),
            n_targets,
        )?;
        check_means_only(&means, n_targets)?;
        let mut factors = Vec::with_capacity(covariances.len());
        for (component, covariance) in covariances.chunks_exact(n_targets * n_targets).enumerate() {
            factors.extend(cholesky::factor(covariance, n_targets, component)?);
        }
        Ok(Self {
            n_targets,
            weights,
            log_weights,
            means,
            spread: Spread::of_factors(factors, n_targets),
        })
    }

    /// As [`full`](Self::full), from lower-triangular factors L with LLᵀ the covariance.
    ///
    /// # Errors
    /// As [`full`](Self::full); an entry above the diagonal that is not 0 is a
    /// [`MixtureError::FactorNotLower`] with its place.
    pub fn from_cholesky(
        n_targets: usize,
        weights: Vec<f64>,
        means: Vec<f64>,
        factors: Vec<f64>,
    ) -> Result<Self, MixtureError> {
        let (weights, log_weights) = check(
            n_targets,
            weights,
            &means,
            "factors",
            factors.len(),
            n_targets,
        )?;
        check_means_only(&means, n_targets)?;
        for (component, l) in factors.chunks_exact(n_targets * n_targets).enumerate() {
            cholesky::check_factor(l, n_targets, component)?;
        }
        Ok(Self {
            n_targets,
            weights,
            log_weights,
            means,
            spread: Spread::of_factors(factors, n_targets),
        })
    }

    /// K.
    #[must_use]
    pub fn n_components(&self) -> usize {
        self.weights.len()
    }

    /// D.
    #[must_use]
    pub fn n_targets(&self) -> usize {
        self.n_targets
    }

    /// Weights wₖ, summing to 1 within rounding.
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Means [k, d].
    #[must_use]
    pub fn means(&self) -> &[f64] {
        &self.means
    }

    /// Scales [k, d] of a mixture with diagonal components; `None` where they are full.
    #[must_use]
    pub fn scales(&self) -> Option<&[f64]> {
        match &self.spread {
            Spread::Diagonal(scales) => Some(scales),
            Spread::Full(_) => None,
        }
    }

    /// The view with everything one-dimensional.
    ///
    /// # Errors
    /// [`MixtureError::NotUnivariate`] where D > 1: take a [`marginal`](Self::marginal) first.
    pub fn as_univariate(&self) -> Result<Univariate<'_>, MixtureError> {
        match &self.spread {
            Spread::Diagonal(scales) if self.n_targets == 1 => Ok(Univariate::new(
                &self.log_weights,
                &self.weights,
                &self.means,
                scales,
            )),
            _ => Err(MixtureError::NotUnivariate {
                n_targets: self.n_targets,
            }),
        }
    }

    /// Entropy of the weights, nats.
    #[must_use]
    pub fn weight_entropy(&self) -> f64 {
        weight_entropy(&self.weights, &self.log_weights)
    }

    /// The component with the greatest weight; the first of equals.
    #[must_use]
    pub fn heaviest(&self) -> usize {
        heaviest(&self.weights)
    }
}

impl Spread {
    /// Factors [k, d, d]; with D = 1 they are scales.
    pub(super) fn of_factors(factors: Vec<f64>, d: usize) -> Self {
        if d == 1 {
            Self::Diagonal(factors)
        } else {
            Self::Full(factors)
        }
    }
}

impl From<MixtureRef<'_>> for GaussianMixture {
    fn from(row: MixtureRef<'_>) -> Self {
        let (d, k) = (row.n_targets(), row.n_components());
        let (mut means, mut scales) = (Vec::with_capacity(k * d), Vec::with_capacity(k * d));
        for component in 0..k {
            for target in 0..d {
                means.push(row.target(target).means()[component]);
                scales.push(row.target(target).scales()[component]);
            }
        }
        Self {
            n_targets: d,
            weights: row.weights().to_vec(),
            log_weights: row.target(0).log_weights().to_vec(),
            means,
            spread: Spread::Diagonal(scales),
        }
    }
}
