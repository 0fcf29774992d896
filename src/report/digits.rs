//! How many digits of a column are worth showing, whatever its unit.

use serde::Serialize;

use super::number;

/// The form in which the numbers of one column are written; the page's script writes them alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Digits {
    decimals: usize,
    /// Of the power of ten that stands behind each of them; 0 where none does.
    exponent: i32,
}

impl Digits {
    /// That many decimals and no power of ten.
    pub(super) const fn fixed(decimals: usize) -> Self {
        Self {
            decimals,
            exponent: 0,
        }
    }

    /// That many decimals and a power of ten, a multiple of 3.
    pub(super) const fn new(decimals: usize, exponent: i32) -> Self {
        Self { decimals, exponent }
    }

    /// For values between two: four digits of what lies between them, and a common power
    /// of ten where all are small or some are large.
    ///
    /// # Formula
    /// The last digit is worth 10^(⌈log₁₀(high − low)⌉ − 4).
    #[cfg(any(test, feature = "table"))]
    pub(super) fn between(low: f64, high: f64) -> Self {
        let range = high - low;
        if !(range > 0.0 && range.is_finite()) {
            return Self::fixed(3);
        }
        let exponent = exponent(low, high);
        let last = whole(libm::ceil(libm::log10(range))) - 4;
        Self {
            decimals: usize::try_from(exponent - last).unwrap_or(0).min(16),
            exponent,
        }
    }

    /// For densities of what lies between two values.
    pub(super) fn of_density(low: f64, high: f64) -> Self {
        let even = 1.0 / (high - low);
        if !(even.is_finite() && even > 0.0) || (0.01..=1000.0).contains(&even) {
            return Self::fixed(2);
        }
        Self {
            decimals: 2,
            // Where there is a peak, it is some ten times as high as an even density.
            exponent: thousands(30.0 * even),
        }
    }

    /// One decimal more.
    pub(super) const fn finer(self) -> Self {
        Self {
            decimals: self.decimals + 1,
            ..self
        }
    }

    /// `value` in this form, with a true minus sign.
    pub(super) fn text(self, value: f64) -> String {
        let shown = number::fixed(value / power(self.exponent), self.decimals);
        shown + &suffix(self.exponent)
    }

    /// A number under its key; a dash where it is not finite.
    pub(super) fn datum(self, key: &str, value: f64) -> String {
        number::shown(key, value, &self.text(value))
    }

    /// The same of what may not exist.
    pub(super) fn optional(self, key: &str, value: Option<f64>) -> String {
        self.datum(key, value.unwrap_or(f64::NAN))
    }
}

/// Of the power of ten that values between two are best told in, a multiple of 3; 0 where plain ones are.
pub(super) fn exponent(low: f64, high: f64) -> i32 {
    let size = low.abs().max(high.abs());
    if size > 0.0 && size.is_finite() && !(1e-3..1e7).contains(&size) {
        thousands(size)
    } else {
        0
    }
}

/// 10^`exponent`, the double nearest to it.
pub(super) fn power(exponent: i32) -> f64 {
    format!("1e{exponent}").parse().unwrap_or(1.0)
}

/// `e−9`, or nothing.
pub(super) fn suffix(exponent: i32) -> String {
    match exponent {
        0 => String::new(),
        other => format!("e{other}").replace('-', "\u{2212}"),
    }
}

/// The exponent of the power of a thousand below a size.
fn thousands(size: f64) -> i32 {
    3 * whole(libm::floor(libm::log10(size) / 3.0))
}

/// A small whole number.
fn whole(value: f64) -> i32 {
    value as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_digit_is_a_ten_thousandth_of_the_range_or_so() {
        let text = |low: f64, high: f64, value: f64| Digits::between(low, high).text(value);
        assert_eq!(text(0.0, 5.0, -1.23456), "\u{2212}1.235");
        assert_eq!(text(-300.0, 700.0, 12.3456), "12.3");
        assert_eq!(text(0.0, 98_765.0, 12_345.6), "12346");
        assert_eq!(text(1000.0, 1000.001, 1_000.000_123_46), "1000.0001235");
        assert_eq!(
            text(-4.5e-9, 4.5e-9, -2.951_23e-9),
            "\u{2212}2.951e\u{2212}9"
        );
        assert_eq!(text(1.7e9, 1.701e9, 1.700_012_3e9), "1.7000123e9");
        assert_eq!(text(0.0, 5.0, -0.000_1), "0.000");
        assert_eq!(text(2.0, 2.0, 2.0), "2.000");
    }

    #[test]
    fn densities_have_the_unit_turned_over() {
        let text = |range: f64, value: f64| Digits::of_density(0.0, range).text(value);
        assert_eq!(text(5.0, 1.234), "1.23");
        assert_eq!(text(1e6, 2.5e-5), "25.00e\u{2212}6");
        assert_eq!(text(9e-9, 3.2e9), "3.20e9");
    }
}
