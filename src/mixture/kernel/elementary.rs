//! `exp` and `ln` without a branch, so that a loop over an array becomes vector code.
//!
//! Built from + − × ÷ and operations on bits only, never a fused multiply-add: a processor
//! without one would have to emulate it. So the bits are the same at any vector width.
//! Coefficients: `tests/data/mixture/kernel_coefficients.py`.

const LOG2_E: f64 = std::f64::consts::LOG2_E;
/// ln 2 in two parts; the first has 33 trailing zeros, so that a multiple below 2¹¹ is exact.
const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
/// 1.5·2⁵²: adding it rounds to an integer, which then stands in the low bits.
const ROUNDER: f64 = 6_755_399_441_055_744.0;
/// Below it `exp` is 0 in f64.
const EXP_FLOOR: f64 = -746.0;
/// 2⁻¹²⁸, exact.
const TWO_POW_MINUS_128: f64 = 2.938_735_877_055_719e-39;

/// (eʳ − 1 − r)/r² for |r| ≤ ln(2)/2. Cut at 1.4e-18.
const EXP: [f64; 11] = [
    0.5,
    0.1666666666666667,
    0.04166666666666668,
    0.008333333333325973,
    0.0013888888888878852,
    0.000198412698753872,
    2.4801587337030426e-05,
    2.755725468382964e-06,
    2.755726265151805e-07,
    2.5105514240547173e-08,
    2.0918369213192096e-09,
];

/// (ln((1 + s)/(1 − s)) − 2s)/s³ in powers of s². Cut at 6.5e-18.
const LN: [f64; 9] = [
    0.6666666666666666,
    0.3999999999999981,
    0.28571428571428076,
    0.2222222222519185,
    0.18181818186337906,
    0.15384603133281483,
    0.13333318830899615,
    0.11783422175538259,
    0.10545305359320141,
];

/// eˣ for x ≤ 600, −∞ included; a NaN stays one.
///
/// # Numerics
/// Within 1 ulp where the result is normal, correctly scaled (one rounding) where it is
/// subnormal, 0 below −746: `exp_is_within_one_ulp`.
#[inline(always)]
pub(crate) fn exp(x: f64) -> f64 {
    let x = if x < EXP_FLOOR { EXP_FLOOR } else { x };
    let shifted = x * LOG2_E + ROUNDER;
    let n = shifted - ROUNDER;
    let r = (x - n * LN_2_HIGH) - n * LN_2_LOW;
    let p = 1.0 + (r + r * r * horner(&EXP, r));
    // 2ⁿ⁺¹²⁸ is normal for every n that can occur; the last product then rounds once.
    let power = f64::from_bits(shifted.to_bits().wrapping_add(1023 + 128) << 52);
    (p * power) * TWO_POW_MINUS_128
}

/// ln x for x ≥ 0: −∞ at 0, +∞ at +∞, subnormals included; a NaN stays one.
///
/// # Numerics
/// Within 1 ulp: `ln_is_within_one_ulp`.
#[inline(always)]
pub(crate) fn ln(x: f64) -> f64 {
    const TWO_POW_54: f64 = 18_014_398_509_481_984.0;
    // Bits of √½: the mantissa is brought into [√½, √2).
    const SQRT_HALF: u64 = 0x3fe6_a09e_667f_3bcd;
    let subnormal = x < f64::MIN_POSITIVE;
    let scaled = if subnormal { x * TWO_POW_54 } else { x };
    let offset = if subnormal { 54.0 } else { 0.0 };
    let bits = scaled.to_bits().wrapping_sub(SQRT_HALF);
    // Exponent as a float without an integer conversion, which AVX2 does not have:
    // the biased exponent is put into the mantissa of 2⁵².
    let biased = bits.wrapping_add(1023 << 52) >> 52;
    let e = f64::from_bits(biased | 0x4330_0000_0000_0000) - (4_503_599_627_370_496.0 + 1023.0);
    let m = f64::from_bits((bits & 0x000f_ffff_ffff_ffff).wrapping_add(SQRT_HALF));
    let f = m - 1.0;
    let s = f / (m + 1.0);
    let e = e - offset;
    // ln m = f − (f²/2 − s(f²/2 + s²R)): f stays exact, the rest is small.
    let half = 0.5 * f * f;
    let v = s * s;
    let tail = s * (half + v * horner(&LN, v));
    let y = e * LN_2_HIGH - ((half - (tail + e * LN_2_LOW)) - f);
    let y = if x == 0.0 { f64::NEG_INFINITY } else { y };
    if x < f64::INFINITY { y } else { x }
}

/// ln(1 + eᵃ), written `max(a, 0) + ln(1 + e^−|a|)`.
///
/// # Numerics
/// The logarithm of the rounded sum, mended by what the rounding did (Kahan's; Higham, 2002, "Accuracy
/// and stability of numerical algorithms", § 1.14.1): within 3 ulp down to the tail,
/// those of `exp`, of `ln`, and half a one each of quotient and product.
#[cfg(feature = "net")]
#[inline(always)]
pub(crate) fn softplus(a: f64) -> f64 {
    let t = exp(-a.abs());
    let sum = 1.0 + t;
    let kept = sum - 1.0;
    let mended = ln(sum) * (t / kept);
    let tail = if kept > 0.0 { mended } else { t };
    let positive = if a > 0.0 { a } else { 0.0 };
    positive + tail
}

/// c₀ + c₁x + c₂x² + …
#[inline(always)]
pub(super) fn horner<const N: usize>(coefficients: &[f64; N], x: f64) -> f64 {
    let mut y = coefficients[N - 1];
    for i in (0..N - 1).rev() {
        y = y * x + coefficients[i];
    }
    y
}
