//! `exp`, `ln` and friends in `f32`, built so that a loop over them vectorises.
//!
//! Each function is a straight line of `+ − × ÷`, fused multiply-add, selects and bit
//! operations, without a branch or a table. Inlined into a loop of a kernel it becomes
//! vector code; called alone it is scalar code; the bits are the same, because every
//! operation in it is correctly rounded on every processor. Errors are stated in ulp
//! against an `f64` reference (`tests/it/numerics/vector.rs`; all 2³² inputs of [`exp`]
//! and [`ln`] in `tests/slow/numerics.rs`).

use super::dispatch::{Kernel, Unit, dispatch};

/// 1.5·2²³: adding it rounds a small `f32` to the nearest integer, in the low bits.
const ROUND: f32 = 12_582_912.0;
/// ln 2 rounded to `f32`, and what is missing.
const LN_2: f32 = std::f32::consts::LN_2;
const LN_2_REST: f32 = -1.904_654_2e-9;
/// ln 2 cut to 17 bits, so that its product with an exponent is exact, and what is missing.
const LN_2_SHORT: f32 = 0.693_145_75;
const LN_2_SHORT_REST: f32 = 1.428_606_8e-6;
/// Above this e^x is ∞, below the next it is 0.
const HIGHEST: f32 = 89.0;
const LOWEST: f32 = -104.0;
/// 2²³, which lifts a subnormal into the normal range.
const TWO_23: f32 = 8_388_608.0;
const SQRT_HALF_BITS: u32 = 0x3f35_04f3;

/// e^x.
///
/// # Numerics
/// Within 1 ulp for every input. 0 from −∞ to −103.98, subnormal results are rounded
/// twice at most, +∞ from 88.73 on; NaN gives NaN; ±0 gives 1.
#[inline(always)]
#[must_use]
pub fn exp(x: f32) -> f32 {
    exp_and_rest(x).0
}

/// [`exp`] where x ≤ 0 (or NaN) is known: the same bits, one operation less.
#[inline(always)]
pub(crate) fn exp_nonpositive(x: f32) -> f32 {
    exp_clamped(if x < LOWEST { LOWEST } else { x }).0
}

/// e^x and most of what its last rounding lost.
#[inline(always)]
fn exp_and_rest(x: f32) -> (f32, f32) {
    // Beyond these the result is 0 or ∞ anyway; both comparisons let NaN through.
    let x = if x > HIGHEST { HIGHEST } else { x };
    exp_clamped(if x < LOWEST { LOWEST } else { x })
}

#[inline(always)]
fn exp_clamped(x: f32) -> (f32, f32) {
    let shifted = x.mul_add(std::f32::consts::LOG2_E, ROUND);
    let n = shifted - ROUND;
    // The first difference is exact: n·LN_2 and x are multiples of 2⁻²⁵ where n ≠ 0.
    let r = n.mul_add(-LN_2_REST, n.mul_add(-LN_2, x));
    // (e^r − 1 − r)/r² on |r| ≤ ln(2)/2: minimax, error 0.05 ulp of the result.
    let mut q = 1.382_103_3e-3_f32;
    q = q.mul_add(r, 8.368_672e-3);
    q = q.mul_add(r, 4.166_826_2e-2);
    q = q.mul_add(r, 0.166_665_21);
    q = q.mul_add(r, 0.499_999_94);
    let slope = q.mul_add(r, 1.0);
    let p = slope.mul_add(r, 1.0);
    let rest = slope.mul_add(r, 1.0 - p);
    // 2^n in two factors, so that neither of them leaves the normal range. The bits above n
    // in `shifted`, halved or not, are multiples of 2⁹: the shifts drop them.
    let n = shifted.to_bits();
    let half = n >> 1;
    let (first, second) = (power_of_two(half), power_of_two(n.wrapping_sub(half)));
    (p * first * second, rest * first * second)
}

/// 2^n for n of a normal number, given in the low 9 bits; anything for other n.
#[inline(always)]
fn power_of_two(n: u32) -> f32 {
    f32::from_bits((n << 23).wrapping_add(1.0f32.to_bits()))
}

/// ln x.
///
/// # Numerics
/// Within 1 ulp for every positive input, subnormals included. ±0 gives −∞,
/// a negative input NaN, +∞ gives +∞, NaN gives NaN.
#[inline(always)]
#[must_use]
pub fn ln(x: f32) -> f32 {
    let subnormal = x < f32::MIN_POSITIVE;
    let lifted = if subnormal { x * TWO_23 } else { x };
    let y = ln_lifted(lifted, if subnormal { 23 } else { 0 });
    // The last select lets NaN and +∞ through.
    let y = if x < 0.0 { f32::NAN } else { y };
    let y = if x.abs() <= 0.0 { f32::NEG_INFINITY } else { y };
    if x < f32::INFINITY { y } else { x }
}

/// [`ln`] where x ≥ `f32::MIN_POSITIVE` (or NaN) is known: the same bits, fewer operations.
#[inline(always)]
pub(crate) fn ln_normal(x: f32) -> f32 {
    let y = ln_lifted(x, 0);
    if x < f32::INFINITY { y } else { x }
}

/// ln(x·2^−lift) of a positive normal number.
#[inline(always)]
fn ln_lifted(x: f32, lift: i32) -> f32 {
    let bits = x.to_bits().wrapping_sub(SQRT_HALF_BITS);
    let exponent = (bits.cast_signed() >> 23).wrapping_sub(lift);
    let mantissa = f32::from_bits((bits & 0x007f_ffff).wrapping_add(SQRT_HALF_BITS));
    ln_scaled(mantissa - 1.0, -0.0, exponent as f32)
}

/// ln(1 + t) for t in \[0, 1\]; unspecified outside, except that NaN gives NaN.
///
/// # Numerics
/// Within 1 ulp, down to subnormal `t`.
#[inline(always)]
#[must_use]
pub fn ln_1p_unit(t: f32) -> f32 {
    ln_1p_pair(t, 0.0)
}

/// ln(1 + t + rest) for t in [0, 1] and a tiny rest.
#[inline(always)]
fn ln_1p_pair(t: f32, rest: f32) -> f32 {
    // 1 + t is halved above √2; `lost` is exactly what the halved t − 1 loses.
    let above = t > std::f32::consts::SQRT_2 - 1.0;
    let halved = 0.5 * (t - 1.0);
    let lost = 0.5f32.mul_add(t, -(halved + 0.5));
    let f = if above { halved } else { t };
    let rest = if above {
        0.5f32.mul_add(rest, lost)
    } else {
        rest
    };
    ln_scaled(f, rest, if above { 1.0 } else { 0.0 })
}

/// exponent·ln 2 + ln(1 + f + rest) for 1 + f in [√½, √2] and a tiny rest.
#[inline(always)]
fn ln_scaled(f: f32, rest: f32, exponent: f32) -> f32 {
    // (ln(1 + f) − f + f²/2)/f³: minimax, error 0.013 ulp of the result.
    let mut p = 6.750_955_4e-2_f32;
    p = p.mul_add(f, -0.116_714_51);
    p = p.mul_add(f, 0.118_835_69);
    p = p.mul_add(f, -0.124_060_32);
    p = p.mul_add(f, 0.142_203_27);
    p = p.mul_add(f, -0.166_679_96);
    p = p.mul_add(f, 0.200_020_73);
    p = p.mul_add(f, -0.250_000_1);
    p = p.mul_add(f, 0.333_333_13);
    let square = f * f;
    let tail = (p * f).mul_add(square, -0.5 * square);
    // exponent·LN_2_SHORT is exact, so `lost` is exactly what the sum drops.
    let head = exponent.mul_add(LN_2_SHORT, f);
    let lost = (f - exponent.mul_add(-LN_2_SHORT, head)) + rest;
    head + (exponent.mul_add(LN_2_SHORT_REST, lost) + tail)
}

/// [`exp`] of each value, in vector code.
pub fn exp_in_place(values: &mut [f32]) {
    dispatch(Exp(values));
}

/// [`ln`] of each value, in vector code.
pub fn ln_in_place(values: &mut [f32]) {
    dispatch(Ln(values));
}

struct Exp<'a>(&'a mut [f32]);
struct Ln<'a>(&'a mut [f32]);

impl Kernel for Exp<'_> {
    #[inline(always)]
    fn run<U: Unit>(self, _unit: U) {
        for value in self.0 {
            *value = exp(*value);
        }
    }
}

impl Kernel for Ln<'_> {
    #[inline(always)]
    fn run<U: Unit>(self, _unit: U) {
        for value in self.0 {
            *value = ln(*value);
        }
    }
}

/// ELU(a) + 1, written `max(a, 0) + exp(min(a, 0))`: positive where `expm1(a) + 1` is 0.
///
/// # Numerics
/// Within 1 ulp. Its derivative is `exp(min(a, 0))`.
#[inline(always)]
#[must_use]
pub fn elu_plus_one(a: f32) -> f32 {
    positive_part(a) + exp_nonpositive(negative_part(a))
}

/// ln(1 + e^a), written `max(a, 0) + ln(1 + exp(−|a|))`.
///
/// # Numerics
/// Within 1.5 ulp. Its derivative is [`sigmoid`].
#[inline(always)]
#[must_use]
pub fn softplus(a: f32) -> f32 {
    // Without the rest the error of exp and that of ln would add up to 1.63 ulp.
    let (t, rest) = exp_and_rest(-a.abs());
    positive_part(a) + ln_1p_pair(t, rest)
}

/// 1/(1 + e^−a), without overflow.
#[inline(always)]
#[must_use]
pub fn sigmoid(a: f32) -> f32 {
    let t = exp_nonpositive(-a.abs());
    let numerator = if a < 0.0 { t } else { 1.0 };
    numerator / (1.0 + t)
}

/// max(a, 0), where NaN stays NaN.
#[inline(always)]
#[must_use]
pub fn positive_part(a: f32) -> f32 {
    if a < 0.0 { 0.0 } else { a }
}

/// min(a, 0), where NaN stays NaN.
#[inline(always)]
#[must_use]
pub fn negative_part(a: f32) -> f32 {
    if a > 0.0 { 0.0 } else { a }
}

/// ln Σ exp(terms), with the maximum taken out; the sum runs in rising order.
///
/// An empty slice, or one of −∞ only, gives −∞; any +∞ gives +∞; any NaN gives NaN.
///
/// # Numerics
/// Absolute error within (2 + K/2) ulp of the largest of 1, |maximum| and |result|,
/// for K terms.
#[inline(always)]
#[must_use]
pub fn log_sum_exp(terms: &[f32]) -> f32 {
    let mut top = f32::NEG_INFINITY;
    for term in terms {
        top = if *term > top { *term } else { top };
    }
    // An infinite maximum would give ∞ − ∞.
    let shift = if top.abs() < f32::INFINITY { top } else { 0.0 };
    let mut sum = 0.0;
    for term in terms {
        sum += exp(term - shift);
    }
    shift + ln(sum)
}

/// sin and cos of the angle 2π·`turns`/2³².
///
/// # Numerics
/// Within 1 ulp of the larger of the two.
#[inline(always)]
pub(crate) fn sin_cos_turns(turns: u32) -> (f32, f32) {
    // The nearest quarter turn, and the signed rest of at most an eighth.
    let quarter = turns.wrapping_add(1 << 29) >> 30;
    let rest = turns.wrapping_sub(quarter << 30).cast_signed();
    let x = rest as f32 * (std::f32::consts::TAU / 4_294_967_296.0);
    let square = x * x;
    // (sin x − x)/x³ and (cos x − 1 + x²/2)/x⁴: minimax, errors 0.03 and 0.002 · 2⁻²⁴.
    let mut s = -1.949_613_7e-4_f32;
    s = s.mul_add(square, 8.331_983e-3);
    s = s.mul_add(square, -0.166_666_51);
    let sin = (s * square).mul_add(x, x);
    let mut c = 2.443_066_1e-5_f32;
    c = c.mul_add(square, -1.388_730_1e-3);
    c = c.mul_add(square, 4.166_664_6e-2);
    let cos = (c * square).mul_add(square, (-0.5f32).mul_add(square, 1.0));
    let odd = quarter & 1 == 1;
    let (a, b) = if odd { (cos, sin) } else { (sin, cos) };
    // sin is negative in the third and fourth quarter, cos in the second and third.
    let sin_sign = (quarter & 2) << 30;
    let cos_sign = (quarter.wrapping_add(1) & 2) << 30;
    (
        f32::from_bits(a.to_bits() ^ sin_sign),
        f32::from_bits(b.to_bits() ^ cos_sign),
    )
}
