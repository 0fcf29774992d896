//! Log-density and tail probabilities at one point.

use pulp::{Simd, WithSimd};

#[cfg(feature = "net")]
use super::elementary::softplus;
use super::elementary::{exp, ln};
use super::lanes::{LANES, Lanes, Terms, load, maximum, sum};
use super::normal::{self, LN_SQRT_2PI};

/// Components whose logarithms are held at once.
const BLOCK: usize = 8;

/// ln Σ wₖ N(y; μₖ, σₖ²), in the log domain throughout.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LogDensity<'a> {
    pub(crate) terms: Terms<'a>,
    pub(crate) y: f64,
}

impl WithSimd for LogDensity<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f64 {
        let Self { terms, y } = self;
        if y.is_nan() {
            return y;
        }
        // Blocks of 64 components are merged as (greatest logarithm, scaled sum).
        let mut greatest = f64::NEG_INFINITY;
        let mut scaled = 0.0;
        let n = terms.means.len();
        let mut start = 0;
        while start < n {
            let n_chunks = (n - start).div_ceil(LANES).min(BLOCK);
            let mut logs = [[f64::NEG_INFINITY; LANES]; BLOCK];
            let mut best = [f64::NEG_INFINITY; LANES];
            for (c, log) in logs[..n_chunks].iter_mut().enumerate() {
                *log = component_logs(terms, start + c * LANES, y);
                for l in 0..LANES {
                    best[l] = if log[l] > best[l] { log[l] } else { best[l] };
                }
            }
            let best = maximum(best);
            if best > greatest {
                scaled *= exp(greatest - best);
                greatest = best;
            }
            if greatest > f64::NEG_INFINITY {
                let mut total: Lanes = [0.0; LANES];
                for log in &logs[..n_chunks] {
                    for l in 0..LANES {
                        total[l] += exp(log[l] - greatest);
                    }
                }
                scaled += sum(total);
            }
            start += n_chunks * LANES;
        }
        if greatest > f64::NEG_INFINITY {
            (greatest + ln(scaled)) - LN_SQRT_2PI
        } else {
            greatest
        }
    }
}

/// ln wₖ − ln σₖ − z²/2 for eight components; −∞ beyond the last.
#[inline(always)]
fn component_logs(terms: Terms<'_>, start: usize, y: f64) -> Lanes {
    let log_weights = load(terms.log_weights, start, f64::NEG_INFINITY);
    let means = load(terms.means, start, 0.0);
    let scales = load(terms.scales, start, 1.0);
    let mut out = [0.0; LANES];
    for l in 0..LANES {
        let z = (y - means[l]) / scales[l];
        out[l] = (log_weights[l] - ln(scales[l])) - 0.5 * (z * z);
    }
    out
}

/// P(Y ≤ y), P(Y > y) and the density at y, each a sum of positive terms.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tails<'a> {
    pub(crate) terms: Terms<'a>,
    pub(crate) y: f64,
}

/// What [`Tails`] gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TailValues {
    pub(crate) lower: f64,
    pub(crate) upper: f64,
    pub(crate) density: f64,
}

impl WithSimd for Tails<'_> {
    type Output = TailValues;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> TailValues {
        let Self { terms, y } = self;
        let (mut lower, mut upper, mut density) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
        for start in (0..terms.means.len()).step_by(LANES) {
            let weights = load(terms.weights, start, 0.0);
            let means = load(terms.means, start, 0.0);
            let scales = load(terms.scales, start, 1.0);
            for l in 0..LANES {
                let z = (y - means[l]) / scales[l];
                let (tail, phi) = normal::tail_and_density(z);
                let (low, high) = if z < 0.0 {
                    (tail, 1.0 - tail)
                } else {
                    (1.0 - tail, tail)
                };
                lower[l] += weights[l] * low;
                upper[l] += weights[l] * high;
                density[l] += (weights[l] * phi) / scales[l];
            }
        }
        TailValues {
            lower: at_most_one(sum(lower)),
            upper: at_most_one(sum(upper)),
            density: sum(density),
        }
    }
}

/// Weights sum to 1 only within rounding.
#[inline(always)]
fn at_most_one(p: f64) -> f64 {
    if p > 1.0 { 1.0 } else { p }
}

/// Replaces every x ≤ 600 by eˣ.
#[derive(Debug)]
pub(crate) struct ExpInPlace<'a>(pub(crate) &'a mut [f64]);

impl WithSimd for ExpInPlace<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for x in self.0 {
            *x = exp(*x);
        }
    }
}

/// ln(1 + eˣ) of each value.
#[cfg(feature = "net")]
pub(crate) struct SoftplusInPlace<'a>(pub(crate) &'a mut [f64]);

#[cfg(feature = "net")]
impl WithSimd for SoftplusInPlace<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for x in self.0 {
            *x = softplus(*x);
        }
    }
}
