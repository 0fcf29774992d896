//! Numbers as people write them: a decimal comma, separators of thousands.

/// How numbers are written, beside the way that Rust reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct NumberFormat {
    /// The decimal mark is a comma.
    pub(super) decimal_comma: bool,
    /// What stands between groups of three digits.
    pub(super) thousands: Option<char>,
    /// A point is no decimal mark: the comma was given, not found out.
    pub(super) is_strict: bool,
}

impl NumberFormat {
    /// The number; `None` of anything else. Blanks at both ends are already dropped.
    pub(super) fn parse(self, text: &str) -> Option<f64> {
        if (!self.is_strict || !text.contains('.'))
            && let Ok(number) = text.parse()
        {
            return Some(number);
        }
        if !self.decimal_comma && self.thousands.is_none() {
            return None;
        }
        self.parse_written(text)
    }

    /// A number in its own way: put as Rust reads it.
    fn parse_written(self, text: &str) -> Option<f64> {
        let mark = if self.decimal_comma { ',' } else { '.' };
        let (whole, fraction) = text.split_once(mark).unwrap_or((text, ""));
        let sign_length = usize::from(whole.starts_with(['+', '-']));
        let (sign, digits) = whole.split_at(sign_length);
        let digits = match self.thousands.filter(|mark| digits.contains(*mark)) {
            Some(mark) => without_thousands(digits, mark)?,
            None => digits.to_owned(),
        };
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit())
            && fraction
                .bytes()
                .next()
                .is_none_or(|byte| byte.is_ascii_digit())
            && !(digits.is_empty() && fraction.is_empty());
        // Whatever follows the fraction's first digit, Rust reads or refuses.
        is_number.then(|| format!("{sign}{digits}.{fraction}").parse().ok())?
    }
}

/// Groups of three digits, but for the first of one to three.
fn without_thousands(digits: &str, mark: char) -> Option<String> {
    let mut groups = digits.split(mark);
    let first = groups.next()?;
    let is_digits = |group: &str| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit());
    let is_sound = is_digits(first)
        && first.len() <= 3
        && groups.all(|group| is_digits(group) && group.len() == 3);
    is_sound.then(|| digits.replace(mark, ""))
}

/// What the marks in a cell say of the way numbers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// `1.5`, `1e3`: as Rust reads it, with a point.
    Point,
    /// `0,5` or `1,25`: a comma that cannot stand between thousands.
    Comma,
    /// `1,234`: a comma between thousands, or a decimal comma.
    Either,
    /// `1,234.5` or `1,234,567`: commas between thousands.
    CommaThousands,
    /// `1.234,5`: points between thousands, and a decimal comma.
    PointThousands,
    /// No number with a mark.
    Other,
}

impl Written {
    pub(super) fn of(text: &str) -> Self {
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.' || c == ',') {
            return Self::Other;
        }
        let commas = unsigned.matches(',').count();
        if commas == 0 {
            return match unsigned.contains('.') && text.parse::<f64>().is_ok() {
                true => Self::Point,
                false => Self::Other,
            };
        }
        let reads = |decimal_comma, thousands| {
            let format = NumberFormat {
                decimal_comma,
                thousands,
                is_strict: true,
            };
            format.parse_written(text).is_some()
        };
        let grouped = reads(false, Some(','));
        match (commas, unsigned.contains('.')) {
            (_, true) if grouped => Self::CommaThousands,
            (1, true) if reads(true, Some('.')) => Self::PointThousands,
            (_, true) => Self::Other,
            (1, false) if grouped && !unsigned.starts_with('0') => Self::Either,
            (1, false) if reads(true, None) => Self::Comma,
            (2.., false) if grouped => Self::CommaThousands,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn format(decimal_comma: bool, thousands: Option<char>, is_strict: bool) -> NumberFormat {
        NumberFormat {
            decimal_comma,
            thousands,
            is_strict,
        }
    }

    #[test]
    fn numbers_are_read_as_they_are_written() {
        let plain = NumberFormat::default();
        let comma = format(true, None, true);
        let found = format(true, None, false);
        let english = format(false, Some(','), false);
        let german = format(true, Some('.'), true);
        let swiss = format(false, Some('\''), false);
        for (format, text, expected) in [
            (plain, "1.5", Some(1.5)),
            (plain, "1,5", None),
            (comma, "1,5", Some(1.5)),
            (comma, "-,5", Some(-0.5)),
            (comma, "5", Some(5.0)),
            (comma, "1,5e-3", Some(0.0015)),
            (comma, "2e3", Some(2000.0)),
            (comma, "1.5", None),
            (comma, "1,2,3", None),
            (comma, "1,x", None),
            (comma, ",", None),
            (comma, "", None),
            (comma, "red", None),
            (found, "1.5", Some(1.5)),
            (found, "1,5", Some(1.5)),
            (english, "1,234.50", Some(1234.5)),
            (english, "-12,345,678", Some(-12_345_678.0)),
            (english, "12,34", None),
            (english, "1234,567", None),
            (english, "1,234.5,6", None),
            (german, "1.234,5", Some(1234.5)),
            (german, "1.234", Some(1234.0)),
            (german, "1.23", None),
            (swiss, "1'234.5", Some(1234.5)),
        ] {
            assert_eq!(format.parse(text), expected, "{format:?} {text}");
        }
    }

    #[test]
    fn marks_say_how_numbers_are_written() {
        for (text, expected) in [
            ("1.5", Written::Point),
            ("15", Written::Other),
            ("0,5", Written::Comma),
            ("-1,25", Written::Comma),
            ("0,562", Written::Comma),
            ("1,234", Written::Either),
            ("1,234.5", Written::CommaThousands),
            ("1,234,567", Written::CommaThousands),
            ("1.234,5", Written::PointThousands),
            ("1,2,3", Written::Other),
            ("a,b", Written::Other),
            ("2024-01-01", Written::Other),
            ("1.2.3", Written::Other),
            (",", Written::Other),
        ] {
            assert_eq!(Written::of(text), expected, "{text}");
        }
    }
}
