//! One cell of text: a number, nothing, or other text.

use super::moment::Moment;
use super::number_format::NumberFormat;

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Cell<'a> {
    /// A finite number.
    Number(f64),
    /// Nothing, or a word for it.
    Missing(Gap),
    /// Other text, without blanks at both ends.
    Text(&'a str),
    /// No text: its first byte that is no character, counted from 0.
    NotUtf8(usize),
}

/// Why a cell holds no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing, or a word for it.
    Empty,
    /// `NaN`.
    Nan,
    /// ±∞, in words or beyond `f64`.
    Infinite,
}

impl Gap {
    /// A NaN that remembers why it is none: bits 0 and 1 say so.
    pub(super) const fn to_nan(self) -> f64 {
        let kind = match self {
            Self::Empty => 1,
            Self::Nan => 2,
            Self::Infinite => 3,
        };
        f64::from_bits(f64::NAN.to_bits() | kind)
    }

    /// Why this NaN is none; `Nan` of those that do not say.
    pub(super) const fn of_nan(nan: f64) -> Self {
        match nan.to_bits() & 3 {
            1 => Self::Empty,
            3 => Self::Infinite,
            _ => Self::Nan,
        }
    }
}

/// How the cells of a table are written.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct CellFormat {
    pub(super) numbers: NumberFormat,
    /// More words for nothing, without blanks at both ends.
    na_words: Vec<String>,
    /// More numbers for nothing: those words that are numbers.
    na_numbers: Vec<f64>,
}

impl CellFormat {
    pub(super) fn new(numbers: NumberFormat, na: &[String]) -> Self {
        let mut format = Self {
            numbers,
            ..Self::default()
        };
        format.add_na(na);
        format
    }

    /// More cells that count as missing.
    pub(super) fn add_na(&mut self, na: &[String]) {
        for word in na.iter().map(|word| word.trim()) {
            self.na_words.push(word.to_owned());
            let number = self.numbers.parse(word).or_else(|| word.parse().ok());
            self.na_numbers.extend(number.filter(|n| n.is_finite()));
        }
    }

    /// Reads the cell; blanks at both ends do not count.
    pub(super) fn parse<'a>(&self, bytes: &'a [u8]) -> Cell<'a> {
        let bytes = bytes.trim_ascii();
        if bytes.is_empty() {
            return Cell::Missing(Gap::Empty);
        }
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => return Cell::NotUtf8(error.valid_up_to()),
        };
        self.parse_text(text)
    }

    /// Reads a text without blanks at both ends.
    pub(super) fn parse_text<'a>(&self, text: &'a str) -> Cell<'a> {
        if text.is_empty() {
            return Cell::Missing(Gap::Empty);
        }
        match self.numbers.parse(text) {
            Some(number) if number.is_finite() => self.of_number(number),
            Some(number) if number.is_nan() => Cell::Missing(Gap::Nan),
            Some(_) => Cell::Missing(Gap::Infinite),
            None if is_empty_word(text) || self.na_words.iter().any(|word| word == text) => {
                Cell::Missing(Gap::Empty)
            }
            None => Cell::Text(text),
        }
    }

    fn of_number<'a>(&self, number: f64) -> Cell<'a> {
        // +0: the two zeros are one number.
        let is_na = |na: &f64| (na + 0.0).total_cmp(&(number + 0.0)).is_eq();
        match self.na_numbers.iter().any(is_na) {
            true => Cell::Missing(Gap::Empty),
            false => Cell::Number(number),
        }
    }
}

/// Words of other programs for a cell without a value, in any case.
const IN_ANY_CASE: [&str; 11] = [
    "NA", "N/A", "#N/A", "null", "NaT", "<NA>", "#NA", "#DIV/0!", "#VALUE!", "#NUM!", "#NULL!",
];
/// Words that are ordinary in another case, or have none.
const AS_THEY_ARE: [&str; 9] = ["None", "nil", "NIL", "?", "-", "--", ".", "\\N", "#REF!"];

/// Whether a text is a word for nothing, whatever else is said.
fn is_empty_word(text: &str) -> bool {
    text.len() <= 8
        && (AS_THEY_ARE.contains(&text) || IN_ANY_CASE.iter().any(|w| text.eq_ignore_ascii_case(w)))
}

/// A number as the name of a category: the shortest decimal that reads back as it.
pub(super) fn level_of_number(value: f64) -> String {
    let value = value + 0.0;
    let size = value.abs();
    if size > 0.0 && !(1e-5..1e16).contains(&size) {
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
    let has_digit = text.bytes().any(|b| b.is_ascii_digit());
    if Moment::parse(text).is_some() {
        "; a date or a time can be a feature, but not this"
    } else if text.matches(',').count() == 1 && only(b"+-,eE") {
        "; say --decimal , if it has a decimal comma, or --thousands , if the comma is between thousands"
    } else if only(b"+-.,' ") && has_digit {
        "; say what is between thousands with --thousands"
    } else if only(b"-/.") && has_digit {
        "; dates are read as 2024-12-31 only"
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_words_and_nothing_are_told_apart() {
        let format = CellFormat::default();
        for (text, expected) in [
            (" 1.5 ", Cell::Number(1.5)),
            ("-2e-3", Cell::Number(-0.002)),
            ("+7", Cell::Number(7.0)),
            (".5", Cell::Number(0.5)),
            ("", Cell::Missing(Gap::Empty)),
            ("  \t", Cell::Missing(Gap::Empty)),
            ("NaN", Cell::Missing(Gap::Nan)),
            ("-nan", Cell::Missing(Gap::Nan)),
            ("-inf", Cell::Missing(Gap::Infinite)),
            ("Infinity", Cell::Missing(Gap::Infinite)),
            ("1e999", Cell::Missing(Gap::Infinite)),
            ("1,5", Cell::Text("1,5")),
            ("0x10", Cell::Text("0x10")),
            ("1_000", Cell::Text("1_000")),
            ("none", Cell::Text("none")),
            ("n.a.", Cell::Text("n.a.")),
        ] {
            assert_eq!(format.parse(text.as_bytes()), expected, "{text:?}");
        }
        assert_eq!(format.parse(b"ab\xff"), Cell::NotUtf8(2));
        for word in [
            "NA", "na", "N/A", "NaT", "null", "NULL", "None", "nil", "<NA>", "?", "-", "--", ".",
            "\\N", "#N/A", "#NA", "#DIV/0!", "#VALUE!", "#NUM!",
        ] {
            let cell = format.parse(word.as_bytes());
            assert_eq!(cell, Cell::Missing(Gap::Empty), "{word:?}");
        }
    }

    #[test]
    fn more_words_may_count_as_missing() {
        let na = ["-200".to_owned(), "unknown".to_owned()];
        let format = CellFormat::new(NumberFormat::default(), &na);
        for text in ["-200", "-200.0", "unknown"] {
            assert_eq!(format.parse(text.as_bytes()), Cell::Missing(Gap::Empty));
        }
        // The twins.
        assert_eq!(format.parse(b"-200.1"), Cell::Number(-200.1));
        assert_eq!(format.parse(b"Unknown"), Cell::Text("Unknown"));
    }

    #[test]
    fn a_gap_is_remembered_in_its_nan() {
        for gap in [Gap::Empty, Gap::Nan, Gap::Infinite] {
            assert!(gap.to_nan().is_nan());
            assert_eq!(Gap::of_nan(gap.to_nan()), gap);
        }
        assert_eq!(Gap::of_nan(f64::NAN), Gap::Nan);
    }

    #[test]
    fn the_hint_follows_the_text() {
        assert!(hint("1,5").contains("--decimal ,"));
        assert!(hint("1,234,567").contains("--thousands"));
        assert!(hint("31/12/2024").contains("dates"));
        assert_eq!(hint("red"), "");
    }

    #[test]
    fn a_number_has_one_name_as_a_level() {
        for (value, name) in [
            (3.0, "3"),
            (-0.0, "0"),
            (0.5, "0.5"),
            (1e-7, "1e-7"),
            (1e20, "1e20"),
        ] {
            assert_eq!(level_of_number(value), name);
        }
    }
}
