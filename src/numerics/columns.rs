//! What the two mixture losses share: a block of rows turned, so that each column of the head's
//! output is one short array, and the passes over such columns.

use super::dispatch::Unit;
use super::scale_link::ScaleLink;
use super::vector::{exp_nonpositive, ln_normal, negative_part, positive_part, sigmoid, softplus};

/// Rows of one block: enough to load the constants of `exp` and `ln` seldom, few enough that
/// a block of K = 20 stays in the first-level cache. 64 took 5.9 µs for 128 rows, 32 took 8.6.
pub(super) const ROWS: usize = 64;
/// One column of a block.
pub(super) type Column = [f32; ROWS];
/// ½ ln 2π.
const HALF_LN_2_PI: f64 = 0.918_938_533_204_672_7;
/// |z| is cut here, so that its square stays finite: 2⁶⁰.
pub(super) const LARGEST_Z: f32 = 1_152_921_504_606_846_976.0;

/// Closes the two sums of the rows: terms become `exp(term − best)`, the result is their sum;
/// `total` is kept away from 0 and `nll` filled.
#[inline(always)]
pub(super) fn evidence(
    n_targets: usize,
    best: &Column,
    terms: &mut [Column],
    total: &mut Column,
    nll: &mut Column,
) -> Column {
    let mut evidence = [0.0; ROWS];
    for term in terms.iter_mut() {
        for l in 0..ROWS {
            term[l] = exp_nonpositive(term[l] - best[l]);
            evidence[l] += term[l];
        }
    }
    let constant = (HALF_LN_2_PI * n_targets as f64) as f32;
    for l in 0..ROWS {
        total[l] = if total[l] < f32::MIN_POSITIVE {
            f32::MIN_POSITIVE
        } else {
            total[l]
        };
        let finite = (ln_normal(total[l]) + constant - ln_normal(evidence[l])) - best[l];
        nll[l] = if best[l] <= f32::MIN {
            f32::INFINITY
        } else {
            finite
        };
    }
    evidence
}

/// `best = max(best, column)`; NaN is passed over here and comes back in what follows.
#[inline(always)]
pub(super) fn maximum<U: Unit>(unit: U, column: &Column, best: &mut Column) {
    let (column, best) = (U::as_simd_f32s(column).0, U::as_mut_simd_f32s(best).0);
    for (best, value) in best.iter_mut().zip(column) {
        *best = unit.select_f32s(unit.greater_than_f32s(*value, *best), *value, *best);
    }
}

/// Logit to unnormalised weight; `term` starts as its logarithm.
#[inline(always)]
pub(super) fn softmax_term(
    top: &Column,
    weight: &mut Column,
    term: &mut Column,
    total: &mut Column,
) {
    for l in 0..ROWS {
        term[l] = weight[l] - top[l];
        weight[l] = exp_nonpositive(term[l]);
        total[l] += weight[l];
    }
}

/// Raw scale to scale, and the derivative of the link.
#[inline(always)]
pub(super) fn scale_and_slope(link: ScaleLink, scale: &mut Column, slope: &mut Column) {
    match link {
        ScaleLink::EluPlusOne { floor } => {
            for l in 0..ROWS {
                slope[l] = exp_nonpositive(negative_part(scale[l]));
                scale[l] = positive_part(scale[l]) + slope[l] + floor;
            }
        }
        ScaleLink::Softplus { floor } => {
            for l in 0..ROWS {
                slope[l] = sigmoid(scale[l]);
                scale[l] = softplus(scale[l]) + floor;
            }
        }
    }
}

/// −∞ becomes the lowest finite number, so that a difference of two terms exists.
#[inline(always)]
pub(super) fn clamp_from_below(term: &mut Column) {
    for value in term {
        *value = if *value < f32::MIN { f32::MIN } else { *value };
    }
}
