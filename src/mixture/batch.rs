//! Many mixtures of one shape: what a network predicts for a table of rows.

use super::check::{check_means_and_scales, check_shape, log_softmax};
use super::error::MixtureError;
use super::row::MixtureRef;
use super::univariate::Univariate;

/// Rows of diagonal Gaussian mixtures with the same K and D, checked when it is made.
///
/// # Shapes
/// Weights [n, k]; means and scales [n, k, d] at the door. Inside, means and scales are kept
/// [n, d, k], so that a marginal is a slice: a row is borrowed, never copied. Four `f64` a row,
/// component and target: score a large table in chunks of rows.
///
/// # Numerics
/// Densities, probabilities, quantiles, CRPS, moments and draws of a row allocate nothing
/// (`questions_to_a_row_allocate_nothing`). Modes, highest-density regions and probabilities, and
/// entropy do.
#[derive(Debug, Clone, PartialEq)]
pub struct MixtureBatch {
    n_components: usize,
    n_targets: usize,
    log_weights: Vec<f64>,
    weights: Vec<f64>,
    means: Vec<f64>,
    scales: Vec<f64>,
}

impl MixtureBatch {
    /// From the logarithms of normalised weights [n, k], means [n, k, d] and scales [n, k, d].
    ///
    /// # Errors
    /// A wrong length, or the first row at fault with its [`MixtureError`], among them
    /// [`MixtureError::WeightSum`] beyond [`WEIGHT_SUM_TOLERANCE`](super::WEIGHT_SUM_TOLERANCE). Within it, the weights are
    /// normalised to rounding.
    pub fn from_parts(
        n_components: usize,
        n_targets: usize,
        log_weights: Vec<f64>,
        means: Vec<f64>,
        scales: Vec<f64>,
    ) -> Result<Self, MixtureError> {
        Self::build(n_components, n_targets, log_weights, means, scales, true)
    }

    /// From logits [n, k] of any offset, means [n, k, d] and scales [n, k, d]: weights by log-softmax.
    ///
    /// # Errors
    /// As [`from_parts`](Self::from_parts), but for the sum. A row whose logits are all −∞ has
    /// [`MixtureError::WeightSum`] 0.
    pub fn from_logits(
        n_components: usize,
        n_targets: usize,
        logits: Vec<f64>,
        means: Vec<f64>,
        scales: Vec<f64>,
    ) -> Result<Self, MixtureError> {
        Self::build(n_components, n_targets, logits, means, scales, false)
    }

    fn build(
        n_components: usize,
        n_targets: usize,
        mut log_weights: Vec<f64>,
        means: Vec<f64>,
        scales: Vec<f64>,
        sum_is_one: bool,
    ) -> Result<Self, MixtureError> {
        check_shape(
            n_components,
            n_targets,
            log_weights.len(),
            means.len(),
            scales.len(),
        )?;
        let mut weights = vec![0.0; log_weights.len()];
        for (row, (logs, weights)) in log_weights
            .chunks_exact_mut(n_components)
            .zip(weights.chunks_exact_mut(n_components))
            .enumerate()
        {
            log_softmax(logs, weights, sum_is_one).map_err(|e| e.in_row(row))?;
        }
        let width = n_components * n_targets;
        for (row, (m, s)) in means
            .chunks_exact(width)
            .zip(scales.chunks_exact(width))
            .enumerate()
        {
            check_means_and_scales(m, s, n_targets).map_err(|e| e.in_row(row))?;
        }
        Ok(Self {
            n_components,
            n_targets,
            log_weights,
            weights,
            means: targets_first(means, n_components, n_targets),
            scales: targets_first(scales, n_components, n_targets),
        })
    }

    /// Rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.weights.len() / self.n_components
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    /// K.
    #[must_use]
    pub fn n_components(&self) -> usize {
        self.n_components
    }

    /// D.
    #[must_use]
    pub fn n_targets(&self) -> usize {
        self.n_targets
    }

    /// The mixture of row `index`; `None` beyond the last.
    #[must_use]
    pub fn row(&self, index: usize) -> Option<MixtureRef<'_>> {
        if index >= self.len() {
            return None;
        }
        let (k, d) = (self.n_components, self.n_targets);
        let (from, to) = (index * k, (index + 1) * k);
        Some(MixtureRef::new(
            d,
            self.log_weights.get(from..to)?,
            self.weights.get(from..to)?,
            self.means.get(from * d..to * d)?,
            self.scales.get(from * d..to * d)?,
        ))
    }

    /// All rows in order.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = MixtureRef<'_>> + ExactSizeIterator {
        let (k, width) = (self.n_components, self.n_components * self.n_targets);
        self.log_weights
            .chunks_exact(k)
            .zip(self.weights.chunks_exact(k))
            .zip(self.means.chunks_exact(width))
            .zip(self.scales.chunks_exact(width))
            .map(|(((l, w), m), s)| MixtureRef::new(self.n_targets, l, w, m, s))
    }

    /// The marginal of `target` in every row, in order: for D = 1, the rows themselves.
    ///
    /// # Errors
    /// [`MixtureError::NoSuchTarget`].
    pub fn marginals(
        &self,
        target: usize,
    ) -> Result<impl DoubleEndedIterator<Item = Univariate<'_>> + ExactSizeIterator, MixtureError>
    {
        if target >= self.n_targets {
            return Err(MixtureError::NoSuchTarget {
                target,
                n_targets: self.n_targets,
            });
        }
        Ok(self.rows().map(move |row| row.target(target)))
    }

    /// The rows of a batch with one target.
    ///
    /// # Errors
    /// [`MixtureError::NotUnivariate`] where there are more.
    pub fn univariate_rows(
        &self,
    ) -> Result<impl DoubleEndedIterator<Item = Univariate<'_>> + ExactSizeIterator, MixtureError>
    {
        if self.n_targets != 1 {
            return Err(MixtureError::NotUnivariate {
                n_targets: self.n_targets,
            });
        }
        self.marginals(0)
    }

    /// Lets `change` rewrite the log weights and weights of each row.
    pub(super) fn for_each_weights(&mut self, mut change: impl FnMut(&mut [f64], &mut [f64])) {
        let k = self.n_components;
        for (logs, weights) in self
            .log_weights
            .chunks_exact_mut(k)
            .zip(self.weights.chunks_exact_mut(k))
        {
            change(logs, weights);
        }
    }

    /// Means become `shift + factor·mean`, scales `|stretch|·scale`, by target; checked again.
    pub(super) fn change_units(
        &mut self,
        shift: &[f64],
        factor: &[f64],
        stretch: &[f64],
    ) -> Result<(), MixtureError> {
        let (k, d) = (self.n_components, self.n_targets);
        for (at, (mean, scale)) in self.means.iter_mut().zip(&mut self.scales).enumerate() {
            let (component, target, row) = (at % k, at / k % d, at / k / d);
            *mean = shift[target] + factor[target] * *mean;
            *scale *= stretch[target].abs();
            // The check of one component with one target, then put in its place.
            let fault = match check_means_and_scales(&[*mean], &[*scale], 1) {
                Ok(()) => continue,
                Err(MixtureError::MeanNotFinite { value, .. }) => MixtureError::MeanNotFinite {
                    component,
                    target,
                    value,
                },
                Err(MixtureError::ScaleNotFinite { value, .. }) => MixtureError::ScaleNotFinite {
                    component,
                    target,
                    value,
                },
                Err(_) => MixtureError::ScaleNotPositive {
                    component,
                    target,
                    value: *scale,
                },
            };
            return Err(fault.in_row(row));
        }
        Ok(())
    }

    /// The smallest scale of all; +∞ in an empty batch.
    #[must_use]
    pub fn smallest_scale(&self) -> f64 {
        self.scales.iter().fold(
            f64::INFINITY,
            |least, s| if *s < least { *s } else { least },
        )
    }
}

/// [n, k, d] to [n, d, k].
fn targets_first(values: Vec<f64>, k: usize, d: usize) -> Vec<f64> {
    if d == 1 {
        return values;
    }
    let mut out = Vec::with_capacity(values.len());
    for row in values.chunks_exact(k * d) {
        for target in 0..d {
            out.extend(row.iter().skip(target).step_by(d));
        }
    }
    out
}
