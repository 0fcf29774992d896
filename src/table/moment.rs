//! Dates and times as numbers of days.

use jiff::Timestamp;
use jiff::civil::{DateTime, Time};
use jiff::fmt::rfc2822::DateTimeParser;

/// A date or a time, in days.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Moment {
    /// Days since the beginning of 1970, UTC where an offset is given.
    Date(f64),
    /// A time of day: days since midnight.
    Time(f64),
}

const SECONDS: f64 = 86_400.0;

impl Moment {
    /// Reads ISO 8601 (`2024-02-29`, `2024-02`, `2024-02-29 12:30`, `2024-02-29T12:30:00Z`, `12:30`) and RFC 2822
    /// (`Thu, 29 Feb 2024 12:30:00 +0100`). Nothing is guessed: `01/02/2024` is no date.
    ///
    /// # Formula
    /// seconds since the beginning, with their fraction, divided by 86,400.
    pub(super) fn parse(text: &str) -> Option<Self> {
        // Most texts are none of these: they are told by their first characters.
        let bytes = text.as_bytes();
        if bytes.len() < 4 || bytes.len() > 64 {
            return None;
        }
        let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        let is_iso =
            is_digit(0) && is_digit(1) && is_digit(2) && is_digit(3) && bytes.get(4) == Some(&b'-');
        if is_iso {
            return date(text).map(Self::Date);
        }
        if is_digit(0) && (bytes[1] == b':' || bytes[2] == b':') {
            return time(text).map(Self::Time);
        }
        if text.contains(':') && text.contains(' ') && bytes.iter().any(u8::is_ascii_alphabetic) {
            let parser = DateTimeParser::new();
            return parser
                .parse_timestamp(text)
                .ok()
                .map(instant)
                .map(Self::Date);
        }
        None
    }

    /// The days, of either kind.
    pub(super) const fn days(self) -> f64 {
        match self {
            Self::Date(days) | Self::Time(days) => days,
        }
    }
}

fn date(text: &str) -> Option<f64> {
    let (day, clock) = text.split_at_checked(10).unwrap_or((text, ""));
    if day.len() == 7 {
        // ISO 8601's reduced precision: the first of the month.
        return date(&format!("{day}-01"));
    }
    if clock.contains(['Z', 'z', '+', '-']) {
        return text.parse::<Timestamp>().ok().map(instant);
    }
    let moment: DateTime = text.parse().ok()?;
    let days = days_from_civil(
        i64::from(moment.year()),
        i64::from(moment.month()),
        i64::from(moment.day()),
    );
    let clock = clock_seconds(moment.time());
    Some((days as f64 * SECONDS + clock) / SECONDS)
}

fn time(text: &str) -> Option<f64> {
    // One digit for the hour is common, and not ISO 8601.
    let padded = match text.as_bytes() {
        [_, b':', ..] => format!("0{text}"),
        _ => text.to_owned(),
    };
    let time: Time = padded.parse().ok()?;
    Some(clock_seconds(time) / SECONDS)
}

fn clock_seconds(time: Time) -> f64 {
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    let whole = i32::from(hour) * 3600 + i32::from(minute) * 60 + i32::from(second);
    f64::from(whole) + f64::from(time.subsec_nanosecond()) * 1e-9
}

fn instant(at: Timestamp) -> f64 {
    (at.as_second() as f64 + f64::from(at.subsec_nanosecond()) * 1e-9) / SECONDS
}

/// Days from 1970-01-01 in the Gregorian calendar, by eras of 400 years (Hinnant, 2013,
/// "chrono-compatible low-level date algorithms", `days_from_civil`).
const fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_days() {
        for (text, days) in [
            ("1970-01-01", 0.0),
            ("1969-12-31", -1.0),
            ("2024-03-01", 19_783.0),
            ("2024-02-29", 19_782.0),
            ("2024-02", 19_754.0),
            ("1900-03-01", -25_508.0),
            ("2024-02-29 12:00", 19_782.5),
            ("2024-02-29T06:00:00", 19_782.25),
            ("2024-02-29T06:00:00.5", 19_782.25 + 0.5 / 86_400.0),
            ("2024-02-29T12:00:00Z", 19_782.5),
            ("2024-02-29 12:00:00+06:00", 19_782.25),
            ("Thu, 29 Feb 2024 12:00:00 +0000", 19_782.5),
            ("29 Feb 2024 12:00:00 +0000", 19_782.5),
        ] {
            assert_eq!(Moment::parse(text), Some(Moment::Date(days)), "{text}");
        }
        for (text, days) in [
            ("12:00", 0.5),
            ("6:00", 0.25),
            ("18:00:00", 0.75),
            ("0:00", 0.0),
        ] {
            assert_eq!(Moment::parse(text), Some(Moment::Time(days)), "{text}");
        }
    }

    #[test]
    fn nothing_is_guessed() {
        for text in [
            "",
            "01/02/2024",
            "2024-02-30",
            "2024-13-01",
            "25:00",
            "2024-Q1",
            "12.5.2024",
            "2024",
            "a: b c",
            "1:2:3:4",
            "2024-02-29T",
            "monday 12:00",
            "2024-01-01 to 2024-02-01",
        ] {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
    }
}
