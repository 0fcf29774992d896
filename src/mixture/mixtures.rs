//! The mixtures of many rows, with diagonal or full covariances.

use super::batch::MixtureBatch;
use super::cholesky::solve_lower;
use super::error::MixtureError;
use super::gaussian_mixture::{GaussianMixture, Spread};
use super::joint::log_sum_exp;
use super::kernel::{self, normal::LN_SQRT_2PI};
use super::row::MixtureRef;

/// Mixtures with the same K and D, one for each row: the answer of a
/// [`ConditionalDensity`](super::ConditionalDensity).
///
/// [`marginals`](Self::marginals) holds the weights and, for every component and target, a mean
/// and a scale. Components with full covariances have their Cholesky factors besides; then a
/// joint density or draw needs [`log_densities`](Self::log_densities) or [`get`](Self::get).
///
/// # Examples
///
/// ```
/// use mixture_density::mixture::{GaussianMixture, Mixtures};
/// let row = GaussianMixture::full(2, vec![1.0], vec![0.0, 0.0], vec![25.0, 15.0, 15.0, 25.0])?;
/// let mixtures = Mixtures::from_rows(&[row])?;
/// assert_eq!(mixtures.marginals().scales()[..], [5.0, 5.0]);
/// assert_eq!(mixtures.covariances(), [25.0, 15.0, 15.0, 25.0]);
/// # Ok::<(), mixture_density::mixture::MixtureError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Mixtures {
    marginals: MixtureBatch,
    /// Lower-triangular factors [n, k, d, d], where covariances are full.
    factors: Option<Vec<f64>>,
}

impl From<MixtureBatch> for Mixtures {
    fn from(marginals: MixtureBatch) -> Self {
        Self {
            marginals,
            factors: None,
        }
    }
}

impl Mixtures {
    /// Mixtures of one K and D, taken as mixtures with full covariances.
    ///
    /// # Errors
    /// [`MixtureError::InRow`] with the first row of another K or D than row 0.
    pub fn from_rows(rows: &[GaussianMixture]) -> Result<Self, MixtureError> {
        let (k, d) = rows
            .first()
            .map_or((1, 1), |row| (row.n_components(), row.n_targets()));
        let (mut logs, mut means, mut scales) = (Vec::new(), Vec::new(), Vec::new());
        let mut factors = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            for (what, expected, found) in [
                ("components", k, row.n_components()),
                ("targets", d, row.n_targets()),
            ] {
                if found != expected {
                    let wrong = MixtureError::WrongLength {
                        what,
                        expected,
                        found,
                    };
                    return Err(wrong.in_row(index));
                }
            }
            logs.extend_from_slice(&row.log_weights);
            means.extend_from_slice(&row.means);
            for component in 0..k {
                let factor = row.component_factor(component);
                scales.extend((0..d).map(|target| marginal_scale(&factor, d, target)));
                factors.extend(factor);
            }
        }
        Ok(Self {
            marginals: MixtureBatch::from_logits(k, d, logs, means, scales)?,
            factors: Some(factors),
        })
    }

    /// Of the numbers of a [`MixtureBatch`]; where there are factors [n, k, d, d], the scales are computed from them.
    #[cfg(feature = "net")]
    pub(crate) fn from_numbers(
        n_components: usize,
        n_targets: usize,
        mut numbers: Vec<f64>,
        factors: Option<Vec<f64>>,
    ) -> Result<Self, MixtureError> {
        let (k, d) = (n_components, n_targets);
        let Some(factors) = factors else {
            return Ok(MixtureBatch::from_numbers(k, d, numbers)?.into());
        };
        let n_scales = factors.len() / d.max(1);
        let first = numbers.len().saturating_sub(n_scales);
        let scales = &mut numbers[first..];
        let width = (k * d).max(1);
        let rows = scales.chunks_exact_mut(width);
        for (scales, factors) in rows.zip(factors.chunks_exact(width * d.max(1))) {
            for (component, factor) in factors.chunks_exact(d * d).enumerate() {
                for target in 0..d {
                    scales[target * k + component] = marginal_scale(factor, d, target);
                }
            }
        }
        let marginals = MixtureBatch::from_numbers(k, d, numbers)?;
        // A marginal scale may hide a diagonal entry that is 0.
        for (at, factor) in factors.chunks_exact(d * d).enumerate() {
            for index in 0..d {
                let pivot = factor[index * d + index];
                if pivot.is_nan() || pivot <= 0.0 {
                    let component = at % k;
                    let wrong = MixtureError::NotPositiveDefinite {
                        component,
                        index,
                        pivot,
                    };
                    return Err(wrong.in_row(at / k));
                }
            }
        }
        Ok(Self {
            marginals,
            factors: Some(factors),
        })
    }

    /// Gives the numbers back, for their memory.
    #[cfg(feature = "net")]
    pub(crate) fn into_numbers(self) -> (Vec<f64>, Option<Vec<f64>>) {
        (self.marginals.into_numbers(), self.factors)
    }

    /// Rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.marginals.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// K.
    #[must_use]
    pub fn n_components(&self) -> usize {
        self.marginals.n_components()
    }

    /// D.
    #[must_use]
    pub fn n_targets(&self) -> usize {
        self.marginals.n_targets()
    }

    /// Whether targets are dependent within a component.
    #[must_use]
    pub const fn has_full_covariances(&self) -> bool {
        self.factors.is_some()
    }

    /// Weights, and mean and scale of every component in every target: all there is where covariances are diagonal.
    #[must_use]
    pub const fn marginals(&self) -> &MixtureBatch {
        &self.marginals
    }

    /// The mixture of row `index`, copied; `None` beyond the last.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<GaussianMixture> {
        let mut mixture = GaussianMixture::from(self.marginals.row(index)?);
        if let Some(factors) = self.factors_of(index) {
            mixture.spread = Spread::of_factors(factors.to_vec(), self.n_targets());
        }
        Some(mixture)
    }

    /// ln f(y) of every row, nats, for `ys` [n, d].
    ///
    /// # Errors
    /// [`MixtureError::WrongLength`].
    ///
    /// # Numerics
    /// As [`GaussianMixture::log_density`] where covariances are full, else as
    /// [`MixtureRef::log_density`].
    pub fn log_densities(&self, ys: &[f64]) -> Result<Vec<f64>, MixtureError> {
        let d = self.n_targets();
        if ys.len() != self.len() * d {
            return Err(MixtureError::WrongLength {
                what: "points",
                expected: self.len() * d,
                found: ys.len(),
            });
        }
        let rows = self.marginals.rows().zip(ys.chunks_exact(d));
        let Some(factors) = self.factors.as_ref().filter(|_| d > 1) else {
            return rows.map(|(row, y)| row.log_density(y)).collect();
        };
        let (mut logs, mut z) = (Vec::new(), vec![0.0; d]);
        let rows = rows.zip(factors.chunks_exact(self.n_components() * d * d));
        Ok(rows
            .map(|((row, y), factors)| joint_log_density(row, factors, y, &mut z, &mut logs))
            .collect())
    }

    /// Covariances [n, k, d, d].
    #[must_use]
    pub fn covariances(&self) -> Vec<f64> {
        let rows = (0..self.len()).filter_map(|index| self.get(index));
        rows.flat_map(|row| row.component_covariances()).collect()
    }

    /// Lower-triangular Cholesky factors [n, k, d, d] of full covariances.
    #[must_use]
    pub fn factors(&self) -> Option<&[f64]> {
        self.factors.as_deref()
    }

    /// Factors [k, d, d] of a row.
    fn factors_of(&self, index: usize) -> Option<&[f64]> {
        let width = self.n_components() * self.n_targets() * self.n_targets();
        self.factors()?.get(index * width..(index + 1) * width)
    }
}

/// √Σᵢᵢ of LLᵀ.
fn marginal_scale(factor: &[f64], d: usize, target: usize) -> f64 {
    let row = &factor[target * d..=target * d + target];
    row.iter().map(|l| l * l).sum::<f64>().sqrt()
}

/// ln f(y) of one row with factors [k, d, d].
fn joint_log_density(
    row: MixtureRef<'_>,
    factors: &[f64],
    y: &[f64],
    z: &mut [f64],
    logs: &mut Vec<f64>,
) -> f64 {
    if y.iter().any(|y| y.is_nan()) {
        return f64::NAN;
    }
    if y.iter().any(|y| y.is_infinite()) {
        return f64::NEG_INFINITY;
    }
    let d = y.len();
    logs.clear();
    logs.extend_from_slice(row.target(0).log_weights());
    for (k, (log, l)) in logs.iter_mut().zip(factors.chunks_exact(d * d)).enumerate() {
        for (target, (z, y)) in z.iter_mut().zip(y).enumerate() {
            *z = y - row.target(target).means()[k];
        }
        solve_lower(l, d, z);
        for i in 0..d {
            *log -= kernel::ln(l[i * d + i]);
        }
        *log -= 0.5 * z.iter().map(|z| z * z).sum::<f64>();
    }
    log_sum_exp(logs) - LN_SQRT_2PI * d as f64
}
