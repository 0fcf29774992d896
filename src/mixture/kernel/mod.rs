//! Sums over the components of a one-dimensional mixture, as vector code with fixed bits.
//!
//! Every sum runs in [`LANES`] lanes over the components, whatever the processor's vector
//! width, and the lanes are added in one order; no fused multiply-add is used. So the same
//! safe source, compiled three times by `pulp` and chosen at run time, gives the same bits:
//! `every_instruction_set_gives_the_same_bits`.

mod crps;
mod elementary;
mod inverse;
pub(crate) mod normal;
mod sums;
#[cfg(test)]
mod tests;

use std::sync::OnceLock;

use pulp::x86::{V3, V4};
use pulp::{Scalar, Simd, WithSimd};

use crate::numerics::dispatch::{self, KernelPath};

pub(crate) use crps::Crps;
#[cfg(all(test, feature = "net"))]
pub(crate) use elementary::softplus;
pub(crate) use elementary::{exp, ln};
pub(crate) use inverse::standard_upper_quantile;
#[cfg(feature = "net")]
pub(crate) use sums::SoftplusInPlace;
pub(crate) use sums::{ExpInPlace, LogDensity, Tails};

/// Lanes of every sum over components: one AVX-512 register of `f64`.
pub(crate) const LANES: usize = 8;

/// One value for each lane.
pub(crate) type Lanes = [f64; LANES];

/// Parameters of a one-dimensional mixture; all slices have the same length K ≥ 1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms<'a> {
    pub(crate) log_weights: &'a [f64],
    pub(crate) weights: &'a [f64],
    pub(crate) means: &'a [f64],
    pub(crate) scales: &'a [f64],
}

/// Runs a kernel on the active path of [`numerics`](crate::numerics).
pub(crate) fn run<K: WithSimd>(kernel: K) -> K::Output {
    // Asked once: the question itself costs as much as a small mixture.
    static AVX_512: OnceLock<Option<V4>> = OnceLock::new();
    static AVX_2: OnceLock<Option<V3>> = OnceLock::new();
    match dispatch::active() {
        KernelPath::Avx512 => {
            if let Some(unit) = *AVX_512.get_or_init(V4::try_new) {
                return Simd::vectorize(unit, kernel);
            }
        }
        KernelPath::Avx2 => {
            if let Some(unit) = *AVX_2.get_or_init(V3::try_new) {
                return Simd::vectorize(unit, kernel);
            }
        }
        KernelPath::Scalar => {}
    }
    Simd::vectorize(Scalar, kernel)
}

/// Lanes `start..start + 8` of `values`; beyond the end, `fill`.
#[inline(always)]
fn load(values: &[f64], start: usize, fill: f64) -> Lanes {
    let rest = &values[start.min(values.len())..];
    if let Some(chunk) = rest.first_chunk::<LANES>() {
        return *chunk;
    }
    let mut lanes = [fill; LANES];
    for (lane, value) in lanes.iter_mut().zip(rest) {
        *lane = *value;
    }
    lanes
}

/// The lanes' sum, pairwise in one order.
#[inline(always)]
fn sum(l: Lanes) -> f64 {
    ((l[0] + l[4]) + (l[2] + l[6])) + ((l[1] + l[5]) + (l[3] + l[7]))
}

/// The greatest lane; a NaN is passed over.
#[inline(always)]
fn maximum(l: Lanes) -> f64 {
    let mut m = f64::NEG_INFINITY;
    for x in l {
        m = if x > m { x } else { m };
    }
    m
}
