//! Which compilation of a kernel runs.

use std::sync::OnceLock;

use pulp::x86::{V3, V4};
use pulp::{Scalar, Simd, WithSimd};

use crate::numerics::dispatch::{self, KernelPath};

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
