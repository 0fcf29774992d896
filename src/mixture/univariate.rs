//! A mixture over one target, borrowed: the view that all one-dimensional operations start from.

use super::error::MixtureError;
use super::kernel::{self, Crps, LogDensity, Tails, Terms};
use crate::seed::{Rng, Stream};

/// One-dimensional Gaussian mixture, borrowed from a [`MixtureBatch`](super::MixtureBatch)
/// or a [`GaussianMixture`](super::GaussianMixture), whose constructors have checked it.
///
/// Copying it copies four slices; no method but those that say so allocates.
///
/// # Examples
///
/// ```
/// use mixture_density::mixture::MixtureBatch;
/// let batch = MixtureBatch::from_logits(1, 1, vec![0.0], vec![0.0], vec![1.0])?;
/// let standard_normal = batch.marginals(0)?.next().ok_or("no row")?;
/// assert!((standard_normal.crps(0.0) - 0.233_694_977).abs() < 1e-9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Univariate<'a> {
    terms: Terms<'a>,
}

impl<'a> Univariate<'a> {
    /// A view of slices that were checked: equal lengths K ≥ 1, weights that sum to 1, scales > 0.
    pub(crate) fn new(
        log_weights: &'a [f64],
        weights: &'a [f64],
        means: &'a [f64],
        scales: &'a [f64],
    ) -> Self {
        Self {
            terms: Terms {
                log_weights,
                weights,
                means,
                scales,
            },
        }
    }

    pub(super) fn terms(&self) -> Terms<'a> {
        self.terms
    }

    /// K.
    #[must_use]
    pub fn n_components(&self) -> usize {
        self.terms.means.len()
    }

    /// Weights wₖ.
    #[must_use]
    pub fn weights(&self) -> &'a [f64] {
        self.terms.weights
    }

    /// ln wₖ; −∞ where the weight is 0.
    #[must_use]
    pub fn log_weights(&self) -> &'a [f64] {
        self.terms.log_weights
    }

    /// Means μₖ.
    #[must_use]
    pub fn means(&self) -> &'a [f64] {
        self.terms.means
    }

    /// Scales σₖ.
    #[must_use]
    pub fn scales(&self) -> &'a [f64] {
        self.terms.scales
    }

    /// ln f(y), nats. −∞ at ±∞; NaN at NaN.
    ///
    /// # Formula
    /// ln Σₖ exp(ln wₖ − ln σₖ − (y − μₖ)²/2σₖ²) − ln √2π, the greatest exponent taken out.
    ///
    /// # Numerics
    /// Relative error below 1e-12, absolute where the value is near 0
    /// (`log_density_agrees_with_mpmath`). A weight may be as small as e^−1e300: it stays a logarithm.
    #[must_use]
    pub fn log_density(&self, y: f64) -> f64 {
        kernel::run(LogDensity {
            terms: self.terms,
            y,
        })
    }

    /// f(y).
    #[must_use]
    pub fn density(&self, y: f64) -> f64 {
        libm::exp(self.log_density(y))
    }

    /// P(Y ≤ y). 0 and 1 at ∓∞; NaN at NaN. The PIT value of y.
    ///
    /// # Numerics
    /// Absolute error below 1e-13, relative below 1e-10 in the lower tail
    /// (`cdf_agrees_with_mpmath`).
    #[must_use]
    pub fn cdf(&self, y: f64) -> f64 {
        kernel::run(Tails {
            terms: self.terms,
            y,
        })
        .lower
    }

    /// P(Y > y), as exact in the upper tail as [`cdf`](Self::cdf) is in the lower.
    #[must_use]
    pub fn survival(&self, y: f64) -> f64 {
        kernel::run(Tails {
            terms: self.terms,
            y,
        })
        .upper
    }

    /// P(low < Y ≤ high); 0 where `high` ≤ `low`.
    ///
    /// # Numerics
    /// Taken component by component on the side where both tails are small, so that an
    /// interval far out in either tail keeps its digits.
    #[must_use]
    pub fn interval_probability(&self, low: f64, high: f64) -> f64 {
        if high <= low {
            return 0.0;
        }
        let mut total = 0.0;
        for ((w, mean), scale) in self
            .terms
            .weights
            .iter()
            .zip(self.terms.means)
            .zip(self.terms.scales)
        {
            total += w * kernel::normal::interval((low - mean) / scale, (high - mean) / scale);
        }
        if total > 1.0 { 1.0 } else { total }
    }

    /// E Y = Σ wₖμₖ.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.terms
            .weights
            .iter()
            .zip(self.terms.means)
            .map(|(w, mean)| w * mean)
            .sum()
    }

    /// Var Y = Σ wₖ(σₖ² + (μₖ − E Y)²): a sum of positive terms.
    #[must_use]
    pub fn variance(&self) -> f64 {
        let mean = self.mean();
        let Terms {
            weights,
            means,
            scales,
            ..
        } = self.terms;
        weights
            .iter()
            .zip(means)
            .zip(scales)
            .map(|((w, m), s)| w * (s * s + (m - mean) * (m - mean)))
            .sum()
    }

    /// E((Y − E Y)³)/(Var Y)^1.5.
    #[must_use]
    pub fn skewness(&self) -> f64 {
        let mean = self.mean();
        let third = self.expectation(mean, |d, s| d * (d * d + 3.0 * s * s));
        let variance = self.expectation(mean, |d, s| d * d + s * s);
        third / (variance * variance.sqrt())
    }

    /// E((Y − E Y)⁴)/(Var Y)²: 3 for a normal, no 3 subtracted.
    #[must_use]
    pub fn kurtosis(&self) -> f64 {
        let mean = self.mean();
        let fourth = self.expectation(mean, |d, s| {
            let (d2, s2) = (d * d, s * s);
            d2 * d2 + 6.0 * d2 * s2 + 3.0 * s2 * s2
        });
        let variance = self.expectation(mean, |d, s| d * d + s * s);
        fourth / (variance * variance)
    }

    /// Σ wₖ g(μₖ − `mean`, σₖ), lengths in units of the greatest, so that no power overflows: only
    /// ratios of equal degree may be formed from it.
    fn expectation(&self, mean: f64, g: impl Fn(f64, f64) -> f64) -> f64 {
        let Terms {
            weights,
            means,
            scales,
            ..
        } = self.terms;
        let greatest = means
            .iter()
            .map(|m| (m - mean).abs())
            .chain(scales.iter().copied())
            .fold(0.0, |g, x| if x > g { x } else { g });
        weights
            .iter()
            .zip(means)
            .zip(scales)
            .map(|((w, m), s)| w * g((m - mean) / greatest, s / greatest))
            .sum()
    }

    /// Continuous ranked probability score at y, in units of y: ∫(F(u) − 1\[u ≥ y\])² du.
    ///
    /// # Formula
    /// Σᵢ wᵢ A(y − μᵢ, σᵢ²) − ½ Σᵢⱼ wᵢwⱼ A(μᵢ − μⱼ, σᵢ² + σⱼ²) with A(d, s²) = E|N(d, s²)|
    /// (Grimit, Gneiting, Berrocal and Johnson, 2006, "The continuous ranked probability score
    /// for circular variables and its application to mesoscale forecast ensemble verification",
    /// eq. 5 on the line). Costs K(K + 1)/2 evaluations of A.
    ///
    /// # Numerics
    /// Absolute error a few ulp of max |y − μₖ|, |μᵢ − μⱼ|, σₖ (`crps_agrees_with_mpmath`).
    #[must_use]
    pub fn crps(&self, y: f64) -> f64 {
        if y.is_infinite() {
            return f64::INFINITY;
        }
        let unit = self.safe_unit(y);
        kernel::run(Crps {
            terms: self.terms,
            y,
            unit,
        })
    }

    /// A power of two that brings the greatest length near 1 where squares might leave f64, else 1.
    fn safe_unit(&self, y: f64) -> f64 {
        const SAFE: std::ops::Range<f64> = 1e-100..1e100;
        let mut greatest = y.abs();
        for x in self.terms.means.iter().chain(self.terms.scales) {
            greatest = if x.abs() > greatest {
                x.abs()
            } else {
                greatest
            };
        }
        if SAFE.contains(&greatest) || greatest.is_nan() {
            return 1.0;
        }
        libm::ldexp(1.0, -(libm::ilogb(greatest).clamp(-1000, 1000)))
    }

    /// Entropy of the weights, −Σ wₖ ln wₖ, nats. Its exponential is the effective number of components.
    #[must_use]
    pub fn weight_entropy(&self) -> f64 {
        weight_entropy(self.terms.weights, self.terms.log_weights)
    }

    /// The component with the greatest weight; the first of equals.
    #[must_use]
    pub fn heaviest(&self) -> usize {
        heaviest(self.terms.weights)
    }

    /// One draw: a component by inverse cdf of the weights, then a normal deviate.
    ///
    /// From a [`Stream`] or any generator of `rand`'s.
    pub fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        let mut stream = Stream::over(rng);
        let k = stream.categorical(self.terms.weights);
        stream.normal(self.terms.means[k], self.terms.scales[k])
    }

    /// The y with P(Y ≤ y) = `p`.
    ///
    /// # Errors
    /// [`MixtureError::Probability`] where `p` is not inside (0, 1).
    ///
    /// # Numerics
    /// Within 2 ulp of y of the point where the computed ln F crosses ln p: |F(y) − p| ≤ 1e-13·p plus
    /// f(y) times an ulp of y (`cdf_of_a_quantile_is_its_probability`). In a gap of no density every y
    /// is a quantile, and one of them is given.
    pub fn quantile(&self, p: f64) -> Result<f64, MixtureError> {
        super::quantile::lower(self.terms, p)
    }

    /// The y with P(Y > y) = `q`: exact where 1 − `q` would round.
    ///
    /// # Errors
    /// [`MixtureError::Probability`] where `q` is not inside (0, 1).
    pub fn upper_quantile(&self, q: f64) -> Result<f64, MixtureError> {
        super::quantile::upper(self.terms, q)
    }
}

/// −Σ wₖ ln wₖ, where 0·ln 0 = 0.
pub(crate) fn weight_entropy(weights: &[f64], log_weights: &[f64]) -> f64 {
    let mut total = 0.0;
    for (w, log_w) in weights.iter().zip(log_weights) {
        if *w > 0.0 {
            total -= w * log_w;
        }
    }
    if total > 0.0 { total } else { 0.0 }
}

/// Index of the greatest; the first of equals.
pub(crate) fn heaviest(weights: &[f64]) -> usize {
    let mut best = 0;
    for (k, w) in weights.iter().enumerate() {
        if *w > weights[best] {
            best = k;
        }
    }
    best
}
