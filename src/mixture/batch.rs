//! Many mixtures of one shape: what a network predicts for a table of rows.

use super::error::MixtureError;
use super::kernel;
use super::row::MixtureRef;
use super::univariate::Univariate;

/// Distance of the weights' sum from 1 that a constructor lets pass; they are then divided by it.
///
/// Wide enough for weights that were normalised in `f32`, narrow enough to catch a forgotten
/// normalisation.
pub const WEIGHT_SUM_TOLERANCE: f64 = 1e-6;

/// Rows of diagonal Gaussian mixtures with the same K and D, checked when it is made.
///
/// # Shapes
/// Weights [n, k]; means and scales [n, k, d] at the door. Inside, means and scales are kept
/// [n, d, k], so that a marginal is a slice: a row is borrowed, never copied. Four `f64` a row,
/// component and target: score a large table in chunks of rows.
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
    /// [`MixtureError::WeightSum`] beyond [`WEIGHT_SUM_TOLERANCE`]. Within it, the weights are
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

    /// Multiplies every scale by `stretch` > 0.
    pub(super) fn stretch_scales(&mut self, stretch: f64) -> Result<(), MixtureError> {
        let (k, d) = (self.n_components, self.n_targets);
        for (at, scale) in self.scales.iter_mut().enumerate() {
            *scale *= stretch;
            let (component, target, value) = (at % k, at / k % d, *scale);
            if !value.is_finite() {
                return Err(MixtureError::ScaleNotFinite {
                    component,
                    target,
                    value,
                }
                .in_row(at / k / d));
            }
            if value <= 0.0 {
                return Err(MixtureError::ScaleNotPositive {
                    component,
                    target,
                    value,
                }
                .in_row(at / k / d));
            }
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

/// K ≥ 1, D ≥ 1, and lengths that agree.
fn check_shape(
    k: usize,
    d: usize,
    weights: usize,
    means: usize,
    scales: usize,
) -> Result<(), MixtureError> {
    if k == 0 {
        return Err(MixtureError::NoComponents);
    }
    if d == 0 {
        return Err(MixtureError::NoTargets);
    }
    let rows = weights.div_ceil(k);
    if rows.checked_mul(k) != Some(weights) {
        return Err(MixtureError::WrongLength {
            what: "log weights",
            expected: rows * k,
            found: weights,
        });
    }
    let expected = weights.saturating_mul(d);
    for (what, found) in [("means", means), ("scales", scales)] {
        if found != expected {
            return Err(MixtureError::WrongLength {
                what,
                expected,
                found,
            });
        }
    }
    Ok(())
}

/// Normalises `logs` in place and fills `weights`. With `sum_is_one`, a sum that is not is an error.
pub(crate) fn log_softmax(
    logs: &mut [f64],
    weights: &mut [f64],
    sum_is_one: bool,
) -> Result<(), MixtureError> {
    let mut greatest = f64::NEG_INFINITY;
    for (component, value) in logs.iter().enumerate() {
        // −∞ is weight 0.
        if value.is_nan() || *value == f64::INFINITY {
            return Err(MixtureError::LogWeight {
                component,
                value: *value,
            });
        }
        greatest = if *value > greatest { *value } else { greatest };
    }
    if greatest == f64::NEG_INFINITY {
        return Err(MixtureError::WeightSum {
            sum: 0.0,
            tolerance: WEIGHT_SUM_TOLERANCE,
        });
    }
    let mut scaled = 0.0;
    for (weight, log) in weights.iter_mut().zip(logs.iter()) {
        *weight = kernel::exp(log - greatest);
        scaled += *weight;
    }
    if sum_is_one {
        let sum = libm::exp(greatest) * scaled;
        if (sum - 1.0).abs() > WEIGHT_SUM_TOLERANCE {
            return Err(MixtureError::WeightSum {
                sum,
                tolerance: WEIGHT_SUM_TOLERANCE,
            });
        }
    }
    let log_sum = kernel::ln(scaled);
    for (weight, log) in weights.iter_mut().zip(logs.iter_mut()) {
        *weight /= scaled;
        *log = (*log - greatest) - log_sum;
    }
    Ok(())
}

/// Every mean finite, every scale finite and positive; components outermost.
pub(crate) fn check_means_and_scales(
    means: &[f64],
    scales: &[f64],
    n_targets: usize,
) -> Result<(), MixtureError> {
    for (i, (mean, scale)) in means.iter().zip(scales).enumerate() {
        let (component, target) = (i / n_targets, i % n_targets);
        if !mean.is_finite() {
            return Err(MixtureError::MeanNotFinite {
                component,
                target,
                value: *mean,
            });
        }
        if !scale.is_finite() {
            return Err(MixtureError::ScaleNotFinite {
                component,
                target,
                value: *scale,
            });
        }
        if *scale <= 0.0 {
            return Err(MixtureError::ScaleNotPositive {
                component,
                target,
                value: *scale,
            });
        }
    }
    Ok(())
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
