//! The closed form of the CRPS (Grimit, Gneiting, Berrocal and Johnson, 2006, eq. 5).

use pulp::{Simd, WithSimd};

use super::lanes::{LANES, Lanes, Terms, load, sum};
use super::normal::absolute_moment;

/// Components of a pair that are held at once.
const BLOCK: usize = 64;

/// Scales below it, in units of the greatest length, are taken for it: their squares would
/// underflow and divide 0 by 0.
const LEAST: f64 = 1e-150;

/// Σᵢ wᵢ A(y − μᵢ, σᵢ²) − ½ Σᵢⱼ wᵢwⱼ A(μᵢ − μⱼ, σᵢ² + σⱼ²), with A(d, s²) = E|N(d, s²)|.
///
/// Each unordered pair is visited once; the diagonal is A(0, 2σᵢ²) = 2σᵢ/√π.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Crps<'a> {
    pub(crate) terms: Terms<'a>,
    pub(crate) y: f64,
    /// A power of two that all lengths are multiplied by, so that no square over- or underflows.
    pub(crate) unit: f64,
}

/// 64 components in units in which their squares are safe; weight 0 beyond the last.
#[derive(Debug, Clone, Copy)]
struct Block {
    weights: [f64; BLOCK],
    means: [f64; BLOCK],
    squares: [f64; BLOCK],
}

impl WithSimd for Crps<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f64 {
        let n = self.terms.means.len();
        let y = self.y * self.unit;
        let mut to_point: Lanes = [0.0; LANES];
        let mut pairs: Lanes = [0.0; LANES];
        for start in (0..n).step_by(LANES) {
            let weights = load(self.terms.weights, start, 0.0);
            let means = load(self.terms.means, start, 0.0);
            let scales = load(self.terms.scales, start, 1.0);
            for l in 0..LANES {
                let s = scales[l] * self.unit;
                let s = if s < LEAST { LEAST } else { s };
                to_point[l] += weights[l] * (s * absolute_moment((y - means[l] * self.unit) / s));
                // The diagonal stands once in the double sum, each pair twice.
                pairs[l] +=
                    (weights[l] * weights[l]) * (s * std::f64::consts::FRAC_2_SQRT_PI * 0.5);
            }
        }
        for left in (0..n).step_by(BLOCK) {
            let a = self.block(left);
            // A component's weight is cleared once it was the left one, so that only j > i count.
            let mut rest = a;
            for i in 0..BLOCK.min(n - left) {
                rest.weights[i] = 0.0;
                for start in ((i + 1) / LANES * LANES..BLOCK.min(n - left)).step_by(LANES) {
                    pair_lanes(&a, i, &rest, start, &mut pairs);
                }
            }
            for right in (left + BLOCK..n).step_by(BLOCK) {
                let b = self.block(right);
                for i in 0..BLOCK.min(n - left) {
                    for start in (0..BLOCK.min(n - right)).step_by(LANES) {
                        pair_lanes(&a, i, &b, start, &mut pairs);
                    }
                }
            }
        }
        let crps = (sum(to_point) - sum(pairs)) / self.unit;
        // The two sums agree in all digits where y is the only mass there is.
        if crps < 0.0 { 0.0 } else { crps }
    }
}

impl Crps<'_> {
    #[inline(always)]
    fn block(&self, start: usize) -> Block {
        let mut block = Block {
            weights: [0.0; BLOCK],
            means: [0.0; BLOCK],
            squares: [0.5; BLOCK],
        };
        let n = BLOCK.min(self.terms.means.len() - start);
        for i in 0..n {
            let s = self.terms.scales[start + i] * self.unit;
            let s = if s < LEAST { LEAST } else { s };
            block.weights[i] = self.terms.weights[start + i];
            block.means[i] = self.terms.means[start + i] * self.unit;
            block.squares[i] = s * s;
        }
        block
    }
}

/// Adds wᵢwⱼ A(μᵢ − μⱼ, σᵢ² + σⱼ²) for eight j.
#[inline(always)]
fn pair_lanes(a: &Block, i: usize, b: &Block, start: usize, pairs: &mut Lanes) {
    let weights = load(&b.weights, start, 0.0);
    let means = load(&b.means, start, 0.0);
    let squares = load(&b.squares, start, 0.5);
    for l in 0..LANES {
        let s = (a.squares[i] + squares[l]).sqrt();
        let d = a.means[i] - means[l];
        pairs[l] += (a.weights[i] * weights[l]) * (s * absolute_moment(d / s));
    }
}
