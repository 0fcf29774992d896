//! The mixture that owns its numbers.

use super::batch::{WEIGHT_SUM_TOLERANCE, check_means_and_scales};
use super::cholesky;
use super::error::MixtureError;
use super::kernel::{self, normal::LN_SQRT_2PI};
use super::row::MixtureRef;
use super::univariate::{Univariate, heaviest, weight_entropy};
use crate::seed::Stream;

/// Mixture of K Gaussians over D ≥ 1 targets, checked when it is made.
///
/// # Shapes
/// Weights [k]; means [k, d]; scales [k, d] where the components are diagonal, else
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
    /// [`WEIGHT_SUM_TOLERANCE`] (within it they are divided by their sum), a mean or scale that
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
    /// [`MixtureError::CovarianceNotFinite`] with its place.
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

    /// ln f(y), nats.
    ///
    /// # Errors
    /// [`MixtureError::WrongLength`] where `y` has not D coordinates.
    ///
    /// # Numerics
    /// In the log domain, one Cholesky factor a component serving the quadratic form and the
    /// determinant. −∞ where a coordinate is infinite, NaN where one is NaN.
    pub fn log_density(&self, y: &[f64]) -> Result<f64, MixtureError> {
        self.check_point(y.len())?;
        if let (Ok(view), [y]) = (self.as_univariate(), y) {
            return Ok(view.log_density(*y));
        }
        if y.iter().any(|y| y.is_nan()) {
            return Ok(f64::NAN);
        }
        if y.iter().any(|y| y.is_infinite()) {
            return Ok(f64::NEG_INFINITY);
        }
        let logs = self.component_logs(y);
        Ok(log_sum_exp(&logs) - LN_SQRT_2PI * self.n_targets as f64)
    }

    /// ln wₖ + ln N(y; k) + D·ln √(2π) of every component.
    pub(super) fn component_logs(&self, y: &[f64]) -> Vec<f64> {
        let d = self.n_targets;
        let mut z = vec![0.0; d];
        let mut logs = self.log_weights.clone();
        for (k, log) in logs.iter_mut().enumerate() {
            for ((z, y), mean) in z.iter_mut().zip(y).zip(&self.means[k * d..]) {
                *z = y - mean;
            }
            match &self.spread {
                Spread::Diagonal(scales) => {
                    for (z, scale) in z.iter_mut().zip(&scales[k * d..]) {
                        *z /= scale;
                        *log -= kernel::ln(*scale);
                    }
                }
                Spread::Full(factors) => {
                    let l = &factors[k * d * d..(k + 1) * d * d];
                    cholesky::solve_lower(l, d, &mut z);
                    for i in 0..d {
                        *log -= kernel::ln(l[i * d + i]);
                    }
                }
            }
            *log -= 0.5 * z.iter().map(|z| z * z).sum::<f64>();
        }
        logs
    }

    /// E Y [d].
    #[must_use]
    pub fn mean(&self) -> Vec<f64> {
        let d = self.n_targets;
        let mut mean = vec![0.0; d];
        for (w, component) in self.weights.iter().zip(self.means.chunks_exact(d)) {
            for (m, c) in mean.iter_mut().zip(component) {
                *m += w * c;
            }
        }
        mean
    }

    /// Cov Y [d, d] = Σ wₖ(Σₖ + (μₖ − E Y)(μₖ − E Y)ᵀ).
    #[must_use]
    pub fn covariance(&self) -> Vec<f64> {
        let d = self.n_targets;
        let mean = self.mean();
        let mut total = vec![0.0; d * d];
        for (k, w) in self.weights.iter().enumerate() {
            let within = self.component_covariance(k);
            for i in 0..d {
                for j in 0..d {
                    let between =
                        (self.means[k * d + i] - mean[i]) * (self.means[k * d + j] - mean[j]);
                    total[i * d + j] += w * (within[i * d + j] + between);
                }
            }
        }
        total
    }

    /// Σₖ [d, d] of a component that exists.
    fn component_covariance(&self, k: usize) -> Vec<f64> {
        let d = self.n_targets;
        let l = self.component_factor(k);
        let mut out = vec![0.0; d * d];
        for i in 0..d {
            for j in 0..d {
                out[i * d + j] = (0..=i.min(j)).map(|m| l[i * d + m] * l[j * d + m]).sum();
            }
        }
        out
    }

    /// Covariances [k, d, d] of the components.
    #[must_use]
    pub fn component_covariances(&self) -> Vec<f64> {
        (0..self.n_components())
            .flat_map(|k| self.component_covariance(k))
            .collect()
    }

    /// L [d, d] of a component that exists.
    pub(super) fn component_factor(&self, k: usize) -> Vec<f64> {
        let d = self.n_targets;
        match &self.spread {
            Spread::Full(factors) => factors[k * d * d..(k + 1) * d * d].to_vec(),
            Spread::Diagonal(scales) => {
                let mut l = vec![0.0; d * d];
                for i in 0..d {
                    l[i * d + i] = scales[k * d + i];
                }
                l
            }
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

    /// One draw [d].
    pub fn sample(&self, stream: &mut Stream) -> Vec<f64> {
        let k = stream.categorical(&self.weights);
        self.sample_component(k, 1.0, stream)
    }

    /// μₖ + `stretch`·L·z.
    pub(super) fn sample_component(&self, k: usize, stretch: f64, stream: &mut Stream) -> Vec<f64> {
        let d = self.n_targets;
        let means = &self.means[k * d..(k + 1) * d];
        match &self.spread {
            Spread::Diagonal(scales) => means
                .iter()
                .zip(&scales[k * d..])
                .map(|(mean, scale)| stream.normal(*mean, stretch * scale))
                .collect(),
            Spread::Full(factors) => {
                let z: Vec<f64> = (0..d).map(|_| stream.normal(0.0, stretch)).collect();
                let l = &factors[k * d * d..];
                let row = |i: usize| (0..=i).map(|j| l[i * d + j] * z[j]).sum::<f64>();
                means
                    .iter()
                    .enumerate()
                    .map(|(i, mean)| mean + row(i))
                    .collect()
            }
        }
    }

    pub(super) fn check_point(&self, found: usize) -> Result<(), MixtureError> {
        if found == self.n_targets {
            Ok(())
        } else {
            Err(MixtureError::WrongLength {
                what: "point",
                expected: self.n_targets,
                found,
            })
        }
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

/// ln Σ eˣ; −∞ where every x is.
pub(super) fn log_sum_exp(logs: &[f64]) -> f64 {
    let greatest = logs
        .iter()
        .fold(f64::NEG_INFINITY, |g, x| if *x > g { *x } else { g });
    if greatest == f64::NEG_INFINITY {
        return greatest;
    }
    greatest + kernel::ln(logs.iter().map(|x| kernel::exp(x - greatest)).sum())
}

/// Lengths and weights; gives the normalised weights and their logarithms.
fn check(
    n_targets: usize,
    mut weights: Vec<f64>,
    means: &[f64],
    what: &'static str,
    n_spread: usize,
    spread_columns: usize,
) -> Result<(Vec<f64>, Vec<f64>), MixtureError> {
    let k = weights.len();
    if k == 0 {
        return Err(MixtureError::NoComponents);
    }
    if n_targets == 0 {
        return Err(MixtureError::NoTargets);
    }
    let expected = k.saturating_mul(n_targets);
    for (what, expected, found) in [
        ("means", expected, means.len()),
        (what, expected.saturating_mul(spread_columns), n_spread),
    ] {
        if found != expected {
            return Err(MixtureError::WrongLength {
                what,
                expected,
                found,
            });
        }
    }
    for (component, &value) in weights.iter().enumerate() {
        if !value.is_finite() {
            return Err(MixtureError::WeightNotFinite { component, value });
        }
        if value < 0.0 {
            return Err(MixtureError::NegativeWeight { component, value });
        }
    }
    let sum: f64 = weights.iter().sum();
    if (sum - 1.0).abs() > WEIGHT_SUM_TOLERANCE {
        return Err(MixtureError::WeightSum {
            sum,
            tolerance: WEIGHT_SUM_TOLERANCE,
        });
    }
    for w in &mut weights {
        *w /= sum;
    }
    let log_weights = weights.iter().map(|w| kernel::ln(*w)).collect();
    Ok((weights, log_weights))
}

/// Every mean finite.
fn check_means_only(means: &[f64], d: usize) -> Result<(), MixtureError> {
    match means.iter().position(|m| !m.is_finite()) {
        Some(at) => Err(MixtureError::MeanNotFinite {
            component: at / d,
            target: at % d,
            value: means[at],
        }),
        None => Ok(()),
    }
}
