//! Quantiles of a one-dimensional mixture: a bracket, then Newton kept inside it.
//!
//! The p-quantile of a mixture lies between the least and the greatest p-quantile of its
//! components. Inside, Newton runs on ln F (for p ≤ ½) or ln S = ln(1 − F) (for p > ½):
//! for one Gaussian both are concave and nearly quadratic, so a far tail costs no more
//! than the middle. A step that leaves the bracket, or shrinks too slowly, is replaced by
//! bisection, so that a flat stretch between two modes cannot hold it up.
//!
//! # Numerics
//!
//! The returned y is within 2 ulp of the point where the computed ln F crosses ln p, so
//! |F(y) − p| ≤ 1e-13·p plus f(y) times an ulp of y. Where f is nearly 0 over a gap, every y in the
//! gap is a quantile; one of them is returned. A quantile beyond f64 is given as ±`f64::MAX`.

use super::error::MixtureError;
use super::kernel::{self, Tails, Terms, standard_upper_quantile};
use super::root::middle;

/// Bisection alone halves any bracket of f64 to nothing in fewer steps.
const MAX_STEPS: usize = 2100;

/// The y with F(y) = `p`.
pub(crate) fn lower(terms: Terms<'_>, p: f64) -> Result<f64, MixtureError> {
    if p > 0.0 && p <= 0.5 {
        Ok(solve(terms, p, Side::Lower))
    } else if p > 0.5 && p < 1.0 {
        Ok(solve(terms, 1.0 - p, Side::Upper))
    } else {
        Err(MixtureError::Probability { value: p })
    }
}

/// The y with 1 − F(y) = `q`.
pub(crate) fn upper(terms: Terms<'_>, q: f64) -> Result<f64, MixtureError> {
    if q > 0.0 && q <= 0.5 {
        Ok(solve(terms, q, Side::Upper))
    } else if q > 0.5 && q < 1.0 {
        Ok(solve(terms, 1.0 - q, Side::Lower))
    } else {
        Err(MixtureError::Probability { value: q })
    }
}

/// Which tail holds the probability.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Lower,
    Upper,
}

/// The y whose tail on `side` holds `p` ≤ ½.
fn solve(terms: Terms<'_>, p: f64, side: Side) -> f64 {
    let sign = if side == Side::Upper { 1.0 } else { -1.0 };
    let z = sign * standard_upper_quantile(p);
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    let mut y = 0.0;
    for ((w, mean), scale) in terms.weights.iter().zip(terms.means).zip(terms.scales) {
        if *w > 0.0 {
            let q = (mean + z * scale).clamp(-f64::MAX, f64::MAX);
            low = if q < low { q } else { low };
            high = if q > high { q } else { high };
            y += w * q;
        }
    }
    if low >= high {
        return low;
    }
    let mut last_step = high - low;
    if !(low < y && y < high) {
        y = middle(low, high);
    }
    for _ in 0..MAX_STEPS {
        let values = kernel::run(Tails { terms, y });
        let tail = if side == Side::Upper {
            values.upper
        } else {
            values.lower
        };
        // Positive where y must move outwards, towards this side's end.
        let excess = libm::log(tail / p);
        if excess * sign > 0.0 {
            low = y;
        } else if excess * sign < 0.0 {
            high = y;
        } else {
            return y;
        }
        let newton = sign * excess * tail / values.density;
        if newton.abs() <= f64::EPSILON * y.abs() {
            return y;
        }
        let mut next = y + newton;
        // A NaN fails the comparisons, so it bisects.
        if !(newton.abs() <= 0.5 * last_step && low < next && next < high) {
            next = middle(low, high);
            if next <= low || next >= high {
                return next;
            }
        }
        last_step = (next - y).abs();
        y = next;
    }
    y
}
