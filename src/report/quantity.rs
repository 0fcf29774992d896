//! Numbers whose unit and size nobody knows beforehand: as many digits as they are worth.

use super::digits::{self, Digits};
use super::number::{self, MISSING};

/// Significant digits of a quantity without an error.
const DIGITS: i32 = 4;

/// `value` with four significant digits under its key; a dash where there is none.
pub(super) fn quantity(key: &str, value: Option<f64>) -> String {
    match value.filter(|value| value.is_finite()) {
        Some(value) => of(value, DIGITS).datum(key, value),
        None => MISSING.to_owned(),
    }
}

/// `value ± error`, the error with two significant digits and the value with as many decimals.
pub(super) fn with_error(
    (key, value): (&str, Option<f64>),
    (error_key, error): (&str, Option<f64>),
) -> String {
    let known = (
        value.filter(|v| v.is_finite()),
        error.filter(|e| e.is_finite()),
    );
    match known {
        (Some(value), Some(error)) if error > 0.0 => {
            let form = form(value, error, 2);
            let error = form.datum(error_key, error);
            format!(
                "{}<span class=\"range\">± {error}</span>",
                form.datum(key, value)
            )
        }
        (value, _) => quantity(key, value),
    }
}

/// As plain text, with four significant digits.
pub(super) fn text(value: f64) -> String {
    match value.is_finite() {
        true => of(value, DIGITS).text(value),
        false => number::fixed(value, 0),
    }
}

fn of(value: f64, digits: i32) -> Digits {
    form(value, value, digits)
}

/// The form of numbers as large as `size`, whose last digit is the n-th of `least`.
fn form(size: f64, least: f64, n: i32) -> Digits {
    let size = size.abs().max(least.abs());
    let exponent = digits::exponent(-size, size);
    let place = match least.abs() > 0.0 {
        true => libm::floor(libm::log10(least.abs())) as i32,
        false => 0,
    };
    Digits::new(
        usize::try_from(exponent - place + n - 1)
            .unwrap_or(0)
            .min(16),
        exponent,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_digits_whatever_the_unit() {
        assert_eq!(text(5_173_536_190.859_4), "5.174e9");
        assert_eq!(text(71_927.3), "71927");
        assert_eq!(text(-2.834_51), "\u{2212}2.835");
        assert_eq!(text(0.012_345_6), "0.01235");
        assert_eq!(text(1.234_56e-5), "12.35e\u{2212}6");
        assert_eq!(text(0.0), "0.000");
    }

    #[test]
    fn an_error_says_how_many_digits_there_are() {
        let shown = |value: f64, error: f64| {
            let html = with_error(("v", Some(value)), ("e", Some(error)));
            let texts = html.split('>').filter_map(|part| part.split_once("</data"));
            texts.map(|(text, _)| text.to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(shown(2.834_51, 0.026_1), ["2.835", "0.026"]);
        assert_eq!(shown(-0.127, 0.058), ["\u{2212}0.127", "0.058"]);
        assert_eq!(shown(71_927.3, 1_234.0), ["71927", "1234"]);
        assert_eq!(shown(5.173_536e9, 2.1e7), ["5.174e9", "0.021e9"]);
        // The twin: without an error a value has four digits.
        assert_eq!(
            with_error(("v", Some(2.0)), ("e", None)),
            quantity("v", Some(2.0))
        );
        assert_eq!(quantity("v", Some(f64::NAN)), MISSING);
    }
}
