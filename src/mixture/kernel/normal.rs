//! The standard normal: tail, cdf, and the loss that the CRPS is made of.
//!
//! Upper tail Q(z) = φ(z)·M(z) with Mills' ratio M; the normal loss
//! L(z) = ∫_z^∞ Q = φ(z)·(1 − z·M(z)). Both factors are smooth and algebraic at infinity,
//! so one polynomial in t = (z − 5)/(z + 5) serves all z ≥ 0 (the map of Shepherd and
//! Laframboise, 1981, "Chebyshev approximation of (1+2x)exp(x²)erfc x in 0 ≤ x < ∞", eq. 6),
//! without a branch and without cancellation.
//! Coefficients: `tests/data/mixture/kernel_coefficients.py`.

use super::elementary::{exp, horner};

/// 1/√(2π).
pub(crate) const FRAC_1_SQRT_2PI: f64 = 0.398_942_280_401_432_7;
/// ln √(2π).
pub(crate) const LN_SQRT_2PI: f64 = 0.918_938_533_204_672_8;
/// Beyond it Q is 0 in f64.
const Z_CEILING: f64 = 40.0;

/// (1 + z)·M(z) in powers of t. Cut at 6.8e-19.
const MILLS: [f64; 26] = [
    1.1568486282918946,
    -0.2294875382521129,
    0.07778159886873554,
    0.025072179301611947,
    -0.0661776007789934,
    0.061505045841013566,
    -0.038026592187762366,
    0.0163482312692141,
    -0.004201290310663574,
    1.953073289303005e-05,
    0.00045704381820007954,
    -0.0001343747460125513,
    -2.48054584472145e-05,
    2.271112294988288e-05,
    -1.7723438185601556e-07,
    -3.280567012895583e-06,
    3.2197131609042185e-07,
    4.968188503341836e-07,
    -6.738323465177047e-08,
    -8.232321223515427e-08,
    1.0082895646260188e-08,
    1.4010248782442869e-08,
    -1.0846925288860795e-09,
    -2.039456977423449e-09,
    6.288377855498677e-11,
    1.7327578943235103e-10,
];

/// (1 + z)²·(1 − z·M(z)) in powers of t. Cut at 4.8e-18.
const LOSS: [f64; 27] = [
    1.2945411512431624,
    -0.36872296454501824,
    -0.02803069962751519,
    0.26116700784716246,
    -0.27354820376339606,
    0.15402166231123107,
    -0.02931098245941795,
    -0.03186187270803922,
    0.034746226760707245,
    -0.016131705895756486,
    0.002328315612845713,
    0.0015767756175029339,
    -0.0008527350887620751,
    -3.5818170996182e-05,
    0.00014695214465133784,
    -1.7203931061125266e-05,
    -2.3404251451748432e-05,
    4.971636920474042e-06,
    4.0148061855887895e-06,
    -9.985214771598005e-07,
    -7.59346786017823e-07,
    1.6601511154204576e-07,
    1.4464403282898365e-07,
    -2.1184998715660543e-08,
    -2.2672476012801747e-08,
    1.5294186063516205e-09,
    1.998220033195663e-09,
];

/// φ(z) = exp(−z²/2)/√(2π).
#[inline(always)]
pub(crate) fn density(z: f64) -> f64 {
    FRAC_1_SQRT_2PI * exp(-0.5 * (z * z))
}

/// t = (z − 5)/(z + 5) and 1/(1 + z), from one division.
#[inline(always)]
fn map(z: f64) -> (f64, f64) {
    let q = 1.0 / ((z + 5.0) * (z + 1.0));
    ((z - 5.0) * (q * (z + 1.0)), q * (z + 5.0))
}

/// Q(|z|), at most ½, and φ(z).
///
/// # Numerics
/// Q: absolute error below 2e-16; relative below 2e-13 up to |z| = 37.5, what rounding z²/2 makes of
/// it (`cdf_is_accurate_in_both_tails`). 0 beyond 38.6.
#[inline(always)]
pub(crate) fn tail_and_density(z: f64) -> (f64, f64) {
    let z = z.abs();
    let z = if z > Z_CEILING { Z_CEILING } else { z };
    let (t, r) = map(z);
    let phi = density(z);
    (phi * (horner(&MILLS, t) * r), phi)
}

/// Mills' ratio Q(z)/φ(z) for z ≥ 0.
#[inline(always)]
pub(crate) fn mills(z: f64) -> f64 {
    let (t, r) = map(z);
    horner(&MILLS, t) * r
}

/// E|Z + z| for a standard normal Z: |z| + 2L(|z|). The CRPS of a mixture is a sum of these.
///
/// # Numerics
/// Relative error below 8e-16 (`absolute_moment_is_accurate`).
#[inline(always)]
pub(crate) fn absolute_moment(z: f64) -> f64 {
    let a = z.abs();
    let c = if a > Z_CEILING { Z_CEILING } else { a };
    let (t, r) = map(c);
    a + 2.0 * (density(c) * (horner(&LOSS, t) * (r * r)))
}

/// Half-length nodes and weights of the ten-point Gauss–Legendre rule.
const LEGENDRE: [(f64, f64); 5] = [
    (0.148_874_338_981_631_2, 0.295_524_224_714_752_87),
    (0.433_395_394_129_247_2, 0.269_266_719_309_996_35),
    (0.679_409_568_299_024_4, 0.219_086_362_515_982_04),
    (0.865_063_366_688_984_5, 0.149_451_349_150_580_6),
    (0.973_906_528_517_171_7, 0.066_671_344_308_688_14),
];

/// Φ(b) − Φ(a) for a ≤ b.
///
/// # Numerics
/// A difference of tails on the side where they are small. Where that would cancel, the
/// interval being short, ten-point Gauss–Legendre: relative error below 1e-11 up to |z| = 37
/// (`interval_probability_keeps_its_digits`).
pub(crate) fn interval(a: f64, b: f64) -> f64 {
    let (half, middle) = (0.5 * (b - a), 0.5 * (a + b));
    if half * (1.0 + middle.abs()) < 0.5 {
        let mut total = 0.0;
        for (x, w) in LEGENDRE {
            total += w * (density(middle - half * x) + density(middle + half * x));
        }
        return half * total;
    }
    let (low, high) = (tail_and_density(a).0, tail_and_density(b).0);
    if a >= 0.0 {
        low - high
    } else if b <= 0.0 {
        high - low
    } else {
        1.0 - low - high
    }
}
