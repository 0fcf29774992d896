//! Numbers as the page shows them: the only place where one becomes text.
//!
//! Each number that stands for a field of the record carries that field's key and its
//! full value, `<data value="-0.2514" data-key="oracle/mse">−0.251</data>`, so that a
//! test, or a reader's script, can compare page and record.

use std::fmt::Write as _;

/// What stands where there is no number.
pub(super) const MISSING: &str = "<span class=\"missing\" title=\"does not apply\">–</span>";

/// Characters of a hash in a line.
const SHORT: usize = 16;

/// `text` with the five characters escaped that mean something to HTML.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Raw, a reader of HTML takes it for a line feed.
            '\r' => out.push_str("&#13;"),
            other => out.push(other),
        }
    }
    out
}

/// `value` with that many decimals, a true minus sign, and never a negative zero.
pub(super) fn fixed(value: f64, decimals: usize) -> String {
    let plain = format!("{value:.decimals$}");
    let is_zero = plain.bytes().all(|b| matches!(b, b'-' | b'0' | b'.'));
    match plain.strip_prefix('-') {
        Some(magnitude) if is_zero => magnitude.to_owned(),
        Some(magnitude) => format!("\u{2212}{magnitude}"),
        None => plain,
    }
}

/// The number that the record's shortest text of `value` reads as.
pub(super) fn recorded(value: f32) -> f64 {
    value.to_string().parse().unwrap_or(f64::from(value))
}

/// A whole number with a comma between thousands.
pub(super) fn grouped(value: usize) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `value` with that many decimals or, where these would show zero, two significant digits.
pub(super) fn small(value: f64, decimals: usize) -> String {
    let plain = fixed(value, decimals);
    let is_zero = plain.bytes().all(|b| matches!(b, b'0' | b'.'));
    if is_zero && value.abs() > 0.0 {
        format!("{value:.1e}").replace('-', "\u{2212}")
    } else {
        plain
    }
}

/// A number that may be very small, such as a scale, under its key; [`MISSING`] where there is none.
pub(super) fn small_datum(key: &str, value: Option<f64>, decimals: usize) -> String {
    match value {
        Some(value) if value.is_finite() => {
            tagged(key, &value.to_string(), &small(value, decimals))
        }
        _ => MISSING.to_owned(),
    }
}

/// A number of the record under its key; [`MISSING`] where it is not finite.
pub(super) fn datum(key: &str, value: f64, decimals: usize) -> String {
    shown(key, value, &fixed(value, decimals))
}

/// A number under its key as the caller writes it; [`MISSING`] where it is not finite.
pub(super) fn shown(key: &str, value: f64, text: &str) -> String {
    if !value.is_finite() {
        return MISSING.to_owned();
    }
    tagged(key, &value.to_string(), text)
}

/// All digits of `value`, with a true minus sign.
pub(super) fn shortest(value: f64) -> String {
    value.to_string().replace('-', "\u{2212}")
}

/// A number of the record under its key, with all its digits.
pub(super) fn exact(key: &str, value: f64) -> String {
    shown(key, value, &shortest(value))
}

/// [`datum`], or [`MISSING`].
pub(super) fn optional(key: &str, value: Option<f64>, decimals: usize) -> String {
    value.map_or_else(|| MISSING.to_owned(), |value| datum(key, value, decimals))
}

/// A count of the record under its key.
pub(super) fn count(key: &str, value: usize) -> String {
    tagged(key, &value.to_string(), &grouped(value))
}

/// A share between 0 and 1 as a percentage, under its key.
pub(super) fn percent(key: &str, value: Option<f64>, decimals: usize) -> String {
    match value {
        Some(value) if value.is_finite() => {
            let text = format!("{} %", fixed(100.0 * value, decimals));
            tagged(key, &value.to_string(), &text)
        }
        _ => MISSING.to_owned(),
    }
}

/// A word of the record (hash, name) under its key, in the code face.
pub(super) fn word(key: &str, value: &str) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        "<code data-key=\"{}\">{}</code>",
        escape(key),
        escape(value)
    );
    out
}

/// [`word`], cut after sixteen characters where it is a long hash; the rest is on the page elsewhere.
pub(super) fn short_word(key: &str, value: &str) -> String {
    match value.char_indices().nth(SHORT) {
        Some((end, _)) => word(key, &format!("{}…", &value[..end])),
        None => word(key, value),
    }
}

fn tagged(key: &str, value: &str, text: &str) -> String {
    format!(
        "<data value=\"{}\" data-key=\"{}\">{}</data>",
        escape(value),
        escape(key),
        escape(text)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(fixed(-0.25141, 3), "\u{2212}0.251");
        assert_eq!(fixed(-0.0004, 3), "0.000");
        assert_eq!(fixed(2.0, 0), "2");
        assert_eq!(small(1.071e-7, 4), "1.1e\u{2212}7");
        assert_eq!(
            (small(0.0, 4), small(0.0412, 4)),
            ("0.0000".into(), "0.0412".into())
        );
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(1_234), "1,234");
        assert_eq!(grouped(100_000), "100,000");
    }

    #[test]
    fn a_number_that_does_not_exist_is_a_dash() {
        assert_eq!(datum("k", f64::NAN, 3), MISSING);
        assert_eq!(datum("k", f64::NEG_INFINITY, 3), MISSING);
        assert_eq!(optional("k", None, 3), MISSING);
        assert_eq!(
            datum("a/b", -0.2514, 3),
            "<data value=\"-0.2514\" data-key=\"a/b\">\u{2212}0.251</data>"
        );
    }

    #[test]
    fn markup_in_a_name_is_text() {
        assert_eq!(
            word("study", "<b>&'\""),
            "<code data-key=\"study\">&lt;b&gt;&amp;&#39;&quot;</code>"
        );
    }
}
