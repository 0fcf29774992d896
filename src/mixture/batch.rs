//! Many mixtures of one shape: what a network predicts for a table of rows.

use std::borrow::Cow;

use super::check::{check_rows, check_shape, log_softmax};
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
    /// Log weights [n, k], weights [n, k], means [n, d, k], scales [n, d, k]. In one piece: given back and taken anew
    /// with every chunk of a table, four of them cost more page faults than one.
    numbers: Vec<f64>,
}

/// The four parts of a batch's numbers.
pub(super) struct Parts<T> {
    pub(super) log_weights: T,
    pub(super) weights: T,
    /// [n, d, k]
    pub(super) means: T,
    /// [n, d, k]
    pub(super) scales: T,
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
        let (k, d) = (n_components, n_targets);
        Self::build(k, d, gathered(k, d, &log_weights, &means, &scales)?, true)
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
        let (k, d) = (n_components, n_targets);
        Self::build(k, d, gathered(k, d, &logits, &means, &scales)?, false)
    }

    /// Of logits [n, k], as many numbers of no meaning, means [n, d, k] and scales [n, d, k], one after the other.
    #[cfg(feature = "net")]
    pub(crate) fn from_numbers(
        n_components: usize,
        n_targets: usize,
        numbers: Vec<f64>,
    ) -> Result<Self, MixtureError> {
        let n_logits = n_rows(n_components, n_targets, &numbers) * n_components;
        let n_means = n_logits.saturating_mul(n_targets);
        let n_scales = numbers.len().saturating_sub(2 * n_logits + n_means);
        check_shape(n_components, n_targets, n_logits, n_means, n_scales)?;
        Self::build(n_components, n_targets, numbers, false)
    }

    /// Of numbers that have the shape.
    fn build(
        n_components: usize,
        n_targets: usize,
        numbers: Vec<f64>,
        sum_is_one: bool,
    ) -> Result<Self, MixtureError> {
        let mut batch = Self {
            n_components,
            n_targets,
            numbers,
        };
        let parts = batch.parts_mut();
        log_softmax(n_components, parts.log_weights, parts.weights, sum_is_one)?;
        check_rows(parts.means, parts.scales, n_components, n_targets)?;
        Ok(batch)
    }

    pub(super) fn parts(&self) -> Parts<&[f64]> {
        let n_weights = self.len() * self.n_components;
        let (log_weights, rest) = self.numbers.split_at(n_weights);
        let (weights, rest) = rest.split_at(n_weights);
        let (means, scales) = rest.split_at(n_weights * self.n_targets);
        Parts {
            log_weights,
            weights,
            means,
            scales,
        }
    }

    fn parts_mut(&mut self) -> Parts<&mut [f64]> {
        let n_weights = self.len() * self.n_components;
        let (log_weights, rest) = self.numbers.split_at_mut(n_weights);
        let (weights, rest) = rest.split_at_mut(n_weights);
        let (means, scales) = rest.split_at_mut(n_weights * self.n_targets);
        Parts {
            log_weights,
            weights,
            means,
            scales,
        }
    }

    /// Rows.
    #[must_use]
    pub fn len(&self) -> usize {
        n_rows(self.n_components, self.n_targets, &self.numbers)
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
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

    /// Weights [n, k].
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        self.parts().weights
    }

    /// Means [n, k, d]; borrowed where D = 1.
    #[must_use]
    pub fn means(&self) -> Cow<'_, [f64]> {
        self.components_outermost(self.parts().means)
    }

    /// Scales [n, k, d]; borrowed where D = 1.
    #[must_use]
    pub fn scales(&self) -> Cow<'_, [f64]> {
        self.components_outermost(self.parts().scales)
    }

    /// [n, d, k] to [n, k, d].
    fn components_outermost<'a>(&self, values: &'a [f64]) -> Cow<'a, [f64]> {
        let (k, d) = (self.n_components, self.n_targets);
        if d == 1 {
            return Cow::Borrowed(values);
        }
        let column = |row: &'a [f64], component| row.iter().skip(component).step_by(k);
        let rows = values.chunks_exact(k * d);
        rows.flat_map(|row| (0..k).flat_map(move |component| column(row, component)))
            .copied()
            .collect()
    }

    /// Gives the numbers back, for their memory.
    #[cfg(feature = "net")]
    pub(super) fn into_numbers(self) -> Vec<f64> {
        self.numbers
    }

    /// The mixture of row `index`; `None` beyond the last.
    #[must_use]
    pub fn row(&self, index: usize) -> Option<MixtureRef<'_>> {
        if index >= self.len() {
            return None;
        }
        let (k, d) = (self.n_components, self.n_targets);
        let (from, to) = (index * k, (index + 1) * k);
        let parts = self.parts();
        Some(MixtureRef::new(
            d,
            parts.log_weights.get(from..to)?,
            parts.weights.get(from..to)?,
            parts.means.get(from * d..to * d)?,
            parts.scales.get(from * d..to * d)?,
        ))
    }

    /// All rows in order.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = MixtureRef<'_>> + ExactSizeIterator {
        let (k, width) = (self.n_components, self.n_components * self.n_targets);
        let parts = self.parts();
        parts
            .log_weights
            .chunks_exact(k)
            .zip(parts.weights.chunks_exact(k))
            .zip(parts.means.chunks_exact(width))
            .zip(parts.scales.chunks_exact(width))
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
        let parts = self.parts_mut();
        let rows = parts.log_weights.chunks_exact_mut(k);
        for (logs, weights) in rows.zip(parts.weights.chunks_exact_mut(k)) {
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
        let Parts { means, scales, .. } = self.parts_mut();
        for (at, (mean, scale)) in means.iter_mut().zip(scales.iter_mut()).enumerate() {
            let target = at / k % d;
            *mean = shift[target] + factor[target] * *mean;
            *scale *= stretch[target].abs();
        }
        check_rows(means, scales, k, d)
    }

    /// The smallest scale of all; +∞ in an empty batch.
    #[must_use]
    pub fn smallest_scale(&self) -> f64 {
        self.parts().scales.iter().fold(
            f64::INFINITY,
            |least, s| if *s < least { *s } else { least },
        )
    }
}

/// Rows of so many numbers.
const fn n_rows(k: usize, d: usize, numbers: &[f64]) -> usize {
    match k.saturating_mul(2).saturating_mul(d.saturating_add(1)) {
        0 => 0,
        width => numbers.len() / width,
    }
}

/// Numbers of one shape in one piece, means and scales from [n, k, d] to [n, d, k]; zeros for the weights.
fn gathered(
    k: usize,
    d: usize,
    logits: &[f64],
    means: &[f64],
    scales: &[f64],
) -> Result<Vec<f64>, MixtureError> {
    check_shape(k, d, logits.len(), means.len(), scales.len())?;
    let mut numbers = Vec::with_capacity(2 * (logits.len() + means.len()));
    numbers.extend_from_slice(logits);
    numbers.resize(2 * logits.len(), 0.0);
    for values in [means, scales] {
        for row in values.chunks_exact(k * d) {
            for target in 0..d {
                numbers.extend(row.iter().skip(target).step_by(d));
            }
        }
    }
    Ok(numbers)
}
