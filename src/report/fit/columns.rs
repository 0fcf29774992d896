//! The columns of the table: what they are, and what a row holds in them.

use crate::record::ShownRow;
use crate::report::digits::Digits;
use crate::report::number::escape;
use crate::report::quantity;
use crate::report::view::FitView;
use crate::table::{ColumnEncoding, FeatureKind};

/// Columns that are listed.
const LISTED: usize = 200;
/// Levels of a category that are named.
const LEVELS: usize = 12;

/// A column as the table has it, with its features.
#[derive(Debug, Clone)]
pub(in crate::report) struct Column<'a> {
    pub(in crate::report) name: &'a str,
    /// Its features begin here.
    first: usize,
    width: usize,
    /// `None` of a number that is taken as it is.
    encoding: Option<&'a ColumnEncoding>,
}

/// What a row holds in a column.
enum Value {
    Number(f64),
    Words(String),
}

impl<'a> Column<'a> {
    /// All columns that features are made from, in their order.
    pub(in crate::report) fn all(record: &FitView<'a>) -> Vec<Self> {
        let mut next = 0;
        let mut push = |name: &'a str, width: usize, encoding| {
            let first = next;
            next += width;
            Self {
                name,
                first,
                width,
                encoding,
            }
        };
        match &record.table.encoding {
            Some(encoding) => {
                let columns = encoding.columns.iter();
                columns.map(|c| push(&c.name, c.width(), Some(c))).collect()
            }
            None => {
                let names = record.table.features.iter();
                names.map(|name| push(name, 1, None)).collect()
            }
        }
    }

    /// What a row of features holds in it; `None` where the row is too short.
    fn value(&self, x: &[f64]) -> Option<Value> {
        let own = x.get(self.first..self.first.checked_add(self.width)?)?;
        let Some(encoding) = self.encoding else {
            return own.first().map(|x| Value::Number(*x));
        };
        let is_missing = encoding.gap_column && own.last().is_some_and(|gap| *gap > 0.5);
        if is_missing {
            return Some(Value::Words("missing".to_owned()));
        }
        Some(match encoding.kind {
            FeatureKind::Category => {
                let at = own.iter().position(|level| *level > 0.5);
                let level = at.map(|at| encoding.levels.get(at).map_or("(rare)", String::as_str));
                Value::Words(level.unwrap_or("(another)").to_owned())
            }
            FeatureKind::Gap => Value::Words("there".to_owned()),
            FeatureKind::Truth => {
                Value::Words(if *own.first()? > 0.5 { "yes" } else { "no" }.to_owned())
            }
            FeatureKind::Date => Value::Words(date(*own.first()?)),
            _ => {
                let scaled = *own.first()?;
                let transform = encoding.transform;
                Value::Number(transform.map_or(scaled, |transform| transform.invert(scaled)))
            }
        })
    }

    /// What each of some rows holds in it, with digits enough to tell them apart.
    pub(in crate::report) fn texts(&self, rows: &[ShownRow]) -> Vec<String> {
        let values: Vec<Option<Value>> = rows.iter().map(|row| self.value(&row.x)).collect();
        let numbers = || {
            values.iter().filter_map(|value| match value {
                Some(Value::Number(number)) if number.is_finite() => Some(*number),
                _ => None,
            })
        };
        let low = numbers().fold(f64::INFINITY, |a, b| if b < a { b } else { a });
        let high = numbers().fold(f64::NEG_INFINITY, |a, b| if b > a { b } else { a });
        // Whole numbers have no decimals, however few rows there are.
        let is_whole = numbers().all(|v| v.abs() < 1e7 && v.fract().abs() < 1e-9);
        let text = |number: f64| match (is_whole, high > low) {
            (true, _) => Digits::fixed(0).text(number),
            (false, true) => Digits::between(low, high).text(number),
            (false, false) => quantity::text(number),
        };
        values
            .iter()
            .map(|value| match value {
                Some(Value::Number(number)) if number.is_finite() => text(*number),
                Some(Value::Words(words)) => words.clone(),
                _ => "–".to_owned(),
            })
            .collect()
    }

    /// Its row in the list of columns: name, kind, how it is taken, as HTML.
    fn listed(&self) -> Vec<String> {
        let (kind, mut how) = match self.encoding {
            None => (FeatureKind::Number.name(), Vec::new()),
            Some(encoding) => (encoding.kind.name(), said(encoding)),
        };
        if how.is_empty() {
            how.push("as it is".to_owned());
        }
        vec![escape(self.name), kind.to_owned(), how.join("; ")]
    }
}

/// How an encoded column is taken, a phrase each, as HTML.
fn said(encoding: &ColumnEncoding) -> Vec<String> {
    let mut said = Vec::new();
    if let Some(transform) = encoding.transform {
        said.push(format!("on another scale, {}", transform.name()));
    }
    if encoding.kind == FeatureKind::Category {
        let levels = encoding
            .levels
            .iter()
            .take(LEVELS)
            .map(|level| escape(level));
        let levels: Vec<String> = levels.collect();
        let more = encoding.levels.len().saturating_sub(LEVELS);
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        said.push(format!("a feature for each of {}{more}", levels.join(", ")));
        if !encoding.rare.is_empty() {
            said.push(format!("one for {} rare levels", encoding.rare.len()));
        }
    }
    match (encoding.fill, encoding.gap_column) {
        (Some(fill), gap) => said.push(format!(
            "a gap counts as {}{}",
            quantity::text(fill),
            if gap {
                ", and has a feature of its own"
            } else {
                ""
            }
        )),
        (None, true) => said.push("a gap has a feature of its own".to_owned()),
        (None, false) => {}
    }
    said
}

/// The list of columns, and how many are left out.
pub(in crate::report) fn listed(columns: &[Column<'_>]) -> (Vec<Vec<String>>, usize) {
    let rows = columns.iter().take(LISTED).map(Column::listed);
    (rows.collect(), columns.len().saturating_sub(LISTED))
}

/// The day so many days after 1970-01-01; a number where it is no day.
///
/// # Formula
/// Howard Hinnant, "chrono-compatible low-level date algorithms", `civil_from_days`.
fn date(days: f64) -> String {
    // Written so that a NaN is none.
    let is_day = days.abs() < 3e6;
    if !is_day {
        return quantity::text(days);
    }
    let z = libm::floor(days) as i64 + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_dates() {
        assert_eq!(date(0.0), "1970-01-01");
        assert_eq!(date(19_782.5), "2024-02-29");
        assert_eq!(date(-1.0), "1969-12-31");
        assert_eq!(date(f64::NAN), "NaN");
    }

    fn row(x: &[f64]) -> ShownRow {
        ShownRow {
            row: None,
            nll_nats: None,
            x: x.to_vec(),
            y: Vec::new(),
            weights: Vec::new(),
            means: Vec::new(),
            scales: Vec::new(),
        }
    }

    #[test]
    fn rows_that_differ_have_texts_that_differ() {
        let column = Column {
            name: "unix_ms",
            first: 0,
            width: 1,
            encoding: None,
        };
        let rows = [
            row(&[1.700_000_12e12 + 0.5]),
            row(&[1.700_000_13e12]),
            row(&[]),
        ];
        let texts = column.texts(&rows);
        assert!(texts[0] != texts[1], "{texts:?}");
        assert_eq!(texts[2], "–");
        // The twin: rounded to three digits, as they were, they are one.
        let short = |x: f64| format!("{x:.2e}");
        assert_eq!(short(rows[0].x[0]), short(rows[1].x[0]));
        assert_eq!(column.texts(&[row(&[3.0]), row(&[12.0])]), ["3", "12"]);
    }

    #[test]
    fn a_level_and_a_gap_are_words_again() {
        let mut category = ColumnEncoding::new("city", FeatureKind::Category);
        category.levels = vec!["Oslo".to_owned(), "Rome".to_owned()];
        category.gap_column = true;
        let column = Column {
            name: "city",
            first: 1,
            width: category.width(),
            encoding: Some(&category),
        };
        let rows = [
            row(&[9.0, 0.0, 1.0, 0.0]),
            row(&[9.0, 0.0, 0.0, 1.0]),
            row(&[9.0, 0.0, 0.0, 0.0]),
        ];
        assert_eq!(column.texts(&rows), ["Rome", "missing", "(another)"]);
    }
}
