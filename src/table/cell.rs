//! One cell of text: a number, nothing, or a fault.

/// What a cell of a number column holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Cell<'a> {
    /// A finite number.
    Number(f64),
    /// Empty, or a word that says so.
    Empty,
    /// `NaN`.
    Nan,
    /// ±∞, in words or beyond `f64`.
    Infinite,
    /// Other text.
    Text(&'a str),
    /// No text.
    NotUtf8,
}

impl<'a> Cell<'a> {
    /// Reads the cell; blanks at both ends do not count.
    pub(super) fn parse(bytes: &'a [u8]) -> Self {
        let bytes = bytes.trim_ascii();
        if bytes.is_empty() {
            return Self::Empty;
        }
        let Ok(text) = std::str::from_utf8(bytes) else {
            return Self::NotUtf8;
        };
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Self::Number(number),
            Ok(number) if number.is_nan() => Self::Nan,
            Ok(_) => Self::Infinite,
            Err(_) if EMPTY_WORDS.iter().any(|w| text.eq_ignore_ascii_case(w)) => Self::Empty,
            Err(_) => Self::Text(text),
        }
    }
}

/// Words of other programs for a cell without a value.
const EMPTY_WORDS: [&str; 4] = ["NA", "N/A", "#N/A", "null"];

/// The text as it fits into a sentence: cut, on one line, without control characters.
pub(crate) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 50;
    let mut shown = String::new();
    for (at, character) in text.chars().enumerate() {
        if at == LONGEST {
            shown.push('…');
            break;
        }
        if character.is_control() {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// A number as it fits into a sentence: with an exponent where it would be long.
pub(crate) fn number(value: f64) -> String {
    let size = value.abs();
    if size >= 1e9 || size < 1e-4 && size > 0.0 {
        format!("{value:e}")
    } else {
        value.to_string()
    }
}

/// What may be the reason that `text` is no number, as the end of a sentence.
pub(super) fn hint(text: &str) -> &'static str {
    let only = |allowed: &[u8]| {
        text.bytes()
            .all(|b| b.is_ascii_digit() || allowed.contains(&b))
    };
    if text.matches(',').count() == 1 && only(b"+-,eE") {
        "; write a point for the decimal comma"
    } else if only(b"+-.,' ") && text.bytes().any(|b| b.is_ascii_digit()) {
        "; write numbers without separators of thousands"
    } else {
        "; only columns of numbers can be used"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_words_and_nothing_are_told_apart() {
        for (text, expected) in [
            (" 1.5 ", Cell::Number(1.5)),
            ("-2e-3", Cell::Number(-0.002)),
            ("+7", Cell::Number(7.0)),
            (".5", Cell::Number(0.5)),
            ("", Cell::Empty),
            ("  \t", Cell::Empty),
            ("na", Cell::Empty),
            ("NaN", Cell::Nan),
            ("-nan", Cell::Nan),
            ("-inf", Cell::Infinite),
            ("Infinity", Cell::Infinite),
            ("1e999", Cell::Infinite),
            ("1,5", Cell::Text("1,5")),
            ("0x10", Cell::Text("0x10")),
            ("1_000", Cell::Text("1_000")),
            ("?", Cell::Text("?")),
        ] {
            assert_eq!(Cell::parse(text.as_bytes()), expected, "{text:?}");
        }
        assert_eq!(Cell::parse(b"\xff"), Cell::NotUtf8);
    }

    #[test]
    fn the_hint_follows_the_text() {
        assert!(hint("1,5").contains("decimal comma"));
        assert!(hint("1,234,567").contains("thousands"));
        assert!(hint("red").contains("columns of numbers"));
    }

    #[test]
    fn a_number_is_short() {
        for (value, text) in [
            (1e100, "1e100"),
            (-1e-200, "-1e-200"),
            (0.0, "0"),
            (12.5, "12.5"),
            (f64::INFINITY, "inf"),
        ] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn an_excerpt_is_short() {
        assert_eq!(excerpt("short"), "short");
        assert_eq!(excerpt(&"ä".repeat(1000)).chars().count(), 51);
        assert_eq!(excerpt("a\tb\n"), "a\\tb\\n");
    }
}
