//! The inverse of the standard normal's upper tail.

use super::elementary::ln;
use super::normal::{LN_SQRT_2PI, mills};

/// The z with Q(z) = `q`, for 0 < `q` < 1.
///
/// # Numerics
/// Start: Abramowitz and Stegun, 1964, "Handbook of mathematical functions", eq. 26.2.23,
/// off by less than 4.5e-4. Then Newton on ln Q, whose error e becomes at most 0.4·e²: three
/// steps leave rounding only (`standard_quantile_is_accurate`). Since ln Q(z) =
/// ln M(z) − z²/2 − ln √2π, the smallest subnormal `q` is no different from any other.
pub(crate) fn standard_upper_quantile(q: f64) -> f64 {
    let small = if q <= 0.5 { q } else { 1.0 - q };
    let log_q = ln(small);
    let t = (-2.0 * log_q).sqrt();
    let numerator = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let denominator = 1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
    let mut z = t - numerator / denominator;
    for _ in 0..3 {
        z = if z > 0.0 { z } else { 0.0 };
        let m = mills(z);
        z += ((ln(m) - 0.5 * (z * z) - LN_SQRT_2PI) - log_q) * m;
    }
    if q <= 0.5 { z } else { -z }
}
