//! The few closed forms of the standard normal that the truths need.

use std::f64::consts::{FRAC_1_SQRT_2, TAU};

/// ½ ln 2π.
pub(super) const HALF_LOG_TAU: f64 = 0.918_938_533_204_672_8;

/// Beyond this many scales the cdf is 0 or 1 to 1e-18.
pub(super) const TAIL: f64 = 8.75;

/// φ(z).
pub(super) fn density(z: f64) -> f64 {
    libm::exp(-0.5 * z * z) / TAU.sqrt()
}

/// Φ(z), of full relative accuracy in the lower tail.
pub(super) fn cdf(z: f64) -> f64 {
    0.5 * libm::erfc(-z * FRAC_1_SQRT_2)
}

/// E|Z + a|, Z standard normal: a (2Φ(a) − 1) + 2φ(a).
pub(super) fn absolute_moment(a: f64) -> f64 {
    if a.abs() > TAIL {
        // There 2φ(a) − 2|a|(1 − Φ(|a|)) is below 1e-17.
        a.abs()
    } else {
        a * libm::erf(a * FRAC_1_SQRT_2) + 2.0 * density(a)
    }
}

/// Entries of [`CdfTable`] in one scale.
const PER_SCALE: usize = 64;

/// Φ at equidistant arguments, by cubic Hermite interpolation between table entries.
///
/// # Numerics
///
/// The error of the interpolation is at most h⁴/384 · max|φ‴| = (1/64)⁴/384 · 1.38 ≈ 2.2e-10,
/// and a bounded one of both signs; `table_follows_the_cdf` measures it.
#[derive(Debug, Clone)]
pub(super) struct CdfTable {
    /// (Φ, h φ) from z = −`TAIL` upwards.
    entries: Vec<[f64; 2]>,
}

impl CdfTable {
    /// Fills the table.
    pub(super) fn new() -> Self {
        let last = (2.0 * TAIL) as usize * PER_SCALE + PER_SCALE;
        let entries = (0..=last)
            .map(|i| {
                let z = i as f64 / PER_SCALE as f64 - TAIL;
                [cdf(z), density(z) / PER_SCALE as f64]
            })
            .collect();
        Self { entries }
    }

    /// Adds `weight`·Φ(z), Φ(z + ½), Φ(z + 1), … to `out`, up to the end of the table;
    /// returns how many entries of `out` it reached. `z` must be at least −`TAIL`.
    pub(super) fn add_steps(&self, z: f64, weight: f64, out: &mut [f64]) -> usize {
        const STRIDE: usize = PER_SCALE / 2;
        let position = (z + TAIL) * PER_SCALE as f64;
        let index = position as usize;
        // The offset in the cell is the same at every step, and so is the Hermite basis.
        let t = position - index as f64;
        let s = 1.0 - t;
        let basis = [
            weight * (1.0 + 2.0 * t) * s * s,
            weight * t * s * s,
            weight * t * t * (3.0 - 2.0 * t),
            -weight * t * t * s,
        ];
        let mut reached = 0;
        let pairs = self.entries.windows(2).skip(index).step_by(STRIDE);
        for (pair, out) in pairs.zip(out) {
            *out += basis[0] * pair[0][0]
                + basis[1] * pair[0][1]
                + basis[2] * pair[1][0]
                + basis[3] * pair[1][1];
            reached += 1;
        }
        reached
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_log_tau_is_what_it_says() {
        assert!((HALF_LOG_TAU - 0.5 * libm::log(TAU)).abs() < 2.3e-16);
    }

    #[test]
    fn table_follows_the_cdf() {
        let table = CdfTable::new();
        let mut worst = 0.0_f64;
        for i in 0..1000 {
            let z = -TAIL + f64::from(i) * 0.5e-3;
            let mut out = [0.0; 64];
            let reached = table.add_steps(z, 2.0, &mut out);
            assert!(z + 0.5 * reached as f64 >= TAIL, "ends inside at {z}");
            for (k, value) in out[..reached].iter().enumerate() {
                worst = worst.max((value - 2.0 * cdf(z + 0.5 * k as f64)).abs());
            }
        }
        assert!(worst < 2.0 * 2.3e-10, "{worst:e}");
        assert!(worst > 1e-12, "the check sees nothing: {worst:e}");
    }

    #[test]
    fn absolute_moment_is_continuous_at_the_tail() {
        for a in [TAIL, -TAIL] {
            assert!((absolute_moment(a) - a.abs()).abs() < 1e-15);
        }
        assert!((absolute_moment(0.0) - 2.0 * density(0.0)).abs() < 1e-16);
    }
}
