//! A root inside a bracket.

/// A point where `f` changes sign, given its values `fa` and `fb` of opposite sign at `a` and `b`.
///
/// Chandrupatla, 1997, "A new hybrid quadratic/bisection algorithm for finding the zero of a
/// nonlinear function without using derivatives". Infinite values bisect. Stops at two ulp or at
/// `tolerance`, whichever is wider.
pub(super) fn bracketed(
    mut f: impl FnMut(f64) -> f64,
    (mut a, mut fa): (f64, f64),
    (mut b, mut fb): (f64, f64),
    tolerance: f64,
) -> f64 {
    // An end may be the root itself, and then has no sign to differ by.
    if fa == 0.0 || fb == 0.0 {
        return if fa == 0.0 { a } else { b };
    }
    let mut share = 0.5;
    for _ in 0..2100 {
        let x = if (b - a).is_finite() {
            a + share * (b - a)
        } else {
            middle(a, b)
        };
        let fx = f(x);
        // The third point is the one that leaves the bracket.
        let (c, fc) = if (fx > 0.0) == (fa > 0.0) {
            (a, fa)
        } else {
            (b, fb)
        };
        if (fx > 0.0) != (fa > 0.0) {
            (b, fb) = (a, fa);
        }
        (a, fa) = (x, fx);
        let best = if fa.abs() < fb.abs() { a } else { b };
        let room = 2.0 * f64::EPSILON * best.abs() + 0.5 * tolerance + f64::MIN_POSITIVE;
        let least = room / (b - a).abs();
        if least > 0.5 || fa == 0.0 {
            return if fa == 0.0 { a } else { best };
        }
        let (xi, phi) = ((a - b) / (c - b), (fa - fb) / (fc - fb));
        // Inverse quadratic interpolation where it is monotone; a NaN fails the test.
        share = if phi * phi < xi && (1.0 - phi) * (1.0 - phi) < 1.0 - xi {
            fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
        } else {
            0.5
        };
        if share.is_nan() {
            share = 0.5;
        }
        share = if share < least {
            least
        } else if share > 1.0 - least {
            1.0 - least
        } else {
            share
        };
    }
    a
}

/// Half-way between finite ends, however far apart.
pub(super) fn middle(a: f64, b: f64) -> f64 {
    let width = b - a;
    if width.is_finite() {
        a + 0.5 * width
    } else {
        0.5 * a + 0.5 * b
    }
}
