//! What this processor can do at most: multiply-adds in registers only.

use pulp::Simd;

use super::dispatch::{Kernel, Unit, dispatch};

/// Rounds over all accumulators.
const ROUNDS: usize = 4096;

/// Runs a known number of floating-point operations on the active path and returns it with
/// a number that depends on all of them.
///
/// The caller measures the time; the best of many calls gives the peak rate. A multiply-add
/// counts as two operations. On the scalar path without hardware FMA this is the rate of
/// the software routine.
///
/// # Examples
/// ```
/// let (flop, value) = mixture_density::numerics::peak::multiply_adds(0.999, 0.001);
/// assert!(flop >= 2.0 * 16.0 * 4096.0 && value > 0.0);
/// ```
#[must_use]
pub fn multiply_adds(factor: f32, addend: f32) -> (f64, f32) {
    let mut result = (0.0, 0.0);
    dispatch(Chains {
        factor,
        addend,
        result: &mut result,
    });
    result
}

struct Chains<'a> {
    factor: f32,
    addend: f32,
    result: &'a mut (f64, f32),
}

impl Kernel for Chains<'_> {
    #[inline(always)]
    fn run<U: Unit>(self, unit: U) {
        let (factor, addend) = (unit.splat_f32s(self.factor), unit.splat_f32s(self.addend));
        // Of the 16 registers of AVX2 two hold the operands.
        let (accumulators, sum) = if U::F32_LANES == 8 {
            (12, chains::<U, 12>(unit, factor, addend))
        } else {
            (16, chains::<U, 16>(unit, factor, addend))
        };
        let flop = 2.0 * (accumulators * ROUNDS * U::F32_LANES) as f64;
        *self.result = (flop, sum);
    }
}

#[inline(always)]
fn chains<S: Simd, const N: usize>(simd: S, factor: S::f32s, addend: S::f32s) -> f32 {
    let mut sums = [simd.splat_f32s(0.5); N];
    for _ in 0..ROUNDS {
        for sum in &mut sums {
            *sum = simd.mul_add_f32s(*sum, factor, addend);
        }
    }
    let mut total = simd.splat_f32s(0.0);
    for sum in sums {
        total = simd.add_f32s(total, sum);
    }
    simd.reduce_sum_f32s(total)
}
