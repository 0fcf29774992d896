//! Rows as text: CSV or JSON lines.

use std::collections::BTreeSet;
use std::io::Write;

use super::error::PredictError;

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A line of names, then a line for each row.
    Csv,
    /// The same, with names that no spreadsheet takes for a formula: an apostrophe stands before one that begins
    /// like it, such as `=HYPERLINK(…)`. Numbers are as they are.
    SpreadsheetCsv,
    /// An object for each row, on a line of its own.
    JsonLines,
}

/// Where the fields of a row go, in the order of the names.
pub(super) struct Row<'a> {
    format: Format,
    /// JSON: `"name":` of each field.
    keys: &'a [String],
    at: usize,
    /// Whether the list that is written has an item.
    is_list_begun: bool,
    out: &'a mut Vec<u8>,
}

/// `"name":` of each field, as JSON writes it.
pub(super) fn keys(names: &[String]) -> Vec<String> {
    let key = |name: &String| format!("{}:", serde_json::Value::from(name.as_str()));
    names.iter().map(key).collect()
}

/// Refuses names of which two are the same.
pub(super) fn check_names(names: &[String]) -> Result<(), PredictError> {
    let mut seen = BTreeSet::new();
    match names.iter().find(|name| !seen.insert(*name)) {
        Some(name) => Err(PredictError::SameColumn { name: name.clone() }),
        None => Ok(()),
    }
}

/// The line of names, where the format has one.
pub(super) fn names_line(names: &[String], format: Format) -> Vec<u8> {
    let mut line = Vec::new();
    if format != Format::JsonLines {
        for (at, name) in names.iter().enumerate() {
            if at > 0 {
                line.push(b',');
            }
            line.extend_from_slice(csv_cell(name, format).as_bytes());
        }
        line.push(b'\n');
    }
    line
}

/// A text as a cell of CSV.
#[must_use]
pub fn csv_cell(name: &str, format: Format) -> String {
    let mut name = name.to_owned();
    if format == Format::SpreadsheetCsv && is_formula(&name) {
        name.insert(0, '\'');
    }
    let is_plain = !name.contains([',', '"', '\n', '\r', ';', '\t']) && name.trim() == name;
    if is_plain {
        name
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

/// Whether a spreadsheet may take this text for a formula (OWASP, "CSV injection"; the full-width signs are those
/// that it takes for the usual ones).
fn is_formula(text: &str) -> bool {
    let first = text.chars().find(|c| !matches!(c, ' ' | '\u{a0}'));
    first.is_some_and(|c| "=+-@\t\r\n＝＋－＠".contains(c))
}

impl<'a> Row<'a> {
    pub(super) fn start(format: Format, keys: &'a [String], out: &'a mut Vec<u8>) -> Self {
        if format == Format::JsonLines {
            out.push(b'{');
        }
        Self {
            format,
            keys,
            at: 0,
            is_list_begun: false,
            out,
        }
    }

    pub(super) fn end(self) {
        if self.format == Format::JsonLines {
            self.out.push(b'}');
        }
        self.out.push(b'\n');
    }

    fn begin_field(&mut self) {
        if self.at > 0 {
            self.out.push(b',');
        }
        if self.format == Format::JsonLines {
            self.out.extend_from_slice(self.keys[self.at].as_bytes());
        }
        self.at += 1;
    }

    pub(super) fn whole(&mut self, value: u64) {
        self.begin_field();
        self.out.extend_from_slice(value.to_string().as_bytes());
    }

    /// A cell of the table, as it is written there.
    pub(super) fn text(&mut self, value: &str) {
        self.begin_field();
        match self.format {
            Format::JsonLines => {
                let text = serde_json::Value::from(value).to_string();
                self.out.extend_from_slice(text.as_bytes());
            }
            format => {
                let cell = csv_cell(value, format);
                self.out.extend_from_slice(cell.as_bytes());
            }
        }
    }

    pub(super) fn number(&mut self, value: f64) {
        self.begin_field();
        self.put(value);
    }

    /// A field without an answer.
    pub(super) fn nothing(&mut self) {
        self.number(f64::NAN);
    }

    /// Several numbers in one field.
    pub(super) fn list(&mut self, values: impl Iterator<Item = f64>) {
        self.begin_list();
        self.items(values);
        self.end_list();
    }

    /// A field of several numbers, which come by [`items`](Self::items).
    pub(super) fn begin_list(&mut self) {
        self.begin_field();
        self.is_list_begun = false;
        if self.format == Format::JsonLines {
            self.out.push(b'[');
        }
    }

    pub(super) fn items(&mut self, values: impl Iterator<Item = f64>) {
        let between = match self.format {
            Format::Csv | Format::SpreadsheetCsv => b' ',
            Format::JsonLines => b',',
        };
        for value in values {
            if self.is_list_begun {
                self.out.push(between);
            }
            self.is_list_begun = true;
            self.put(value);
        }
    }

    pub(super) fn end_list(&mut self) {
        if self.format == Format::JsonLines {
            self.out.push(b']');
        }
    }

    /// Sends what is written so far: a long row is never whole in memory.
    pub(super) fn send(&mut self, to: &mut impl Write) -> std::io::Result<()> {
        to.write_all(self.out)?;
        self.out.clear();
        Ok(())
    }

    /// Intervals in one field.
    pub(super) fn intervals(&mut self, values: &[(f64, f64)]) {
        self.begin_field();
        let json = self.format == Format::JsonLines;
        if json {
            self.out.push(b'[');
        }
        for (at, (low, high)) in values.iter().enumerate() {
            if at > 0 {
                self.out.push(if json { b',' } else { b' ' });
            }
            if json {
                self.out.push(b'[');
            }
            self.put(*low);
            self.out.push(if json { b',' } else { b':' });
            self.put(*high);
            if json {
                self.out.push(b']');
            }
        }
        if json {
            self.out.push(b']');
        }
    }

    /// The shortest decimal that reads back as the same number; a number that is none is nothing.
    fn put(&mut self, value: f64) {
        if value.is_finite() {
            // Not `Display`: that is several times slower, and writes 1e300 as 301 digits.
            let mut buffer = zmij::Buffer::new();
            self.out
                .extend_from_slice(buffer.format_finite(value).as_bytes());
        } else if self.format == Format::JsonLines {
            self.out.extend_from_slice(b"null");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(format: Format) -> String {
        let names: Vec<String> = ["row", "a\"b", "m", "r"].map(str::to_owned).to_vec();
        let keys = keys(&names);
        let mut out = names_line(&names, format);
        let mut row = Row::start(format, &keys, &mut out);
        row.whole(7);
        row.number(f64::NAN);
        row.list([1.5, -1e300].into_iter());
        row.intervals(&[(0.1, 0.25), (3.0, 1e-9)]);
        row.end();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn both_formats_hold_the_same_fields() {
        insta::assert_snapshot!(row(Format::Csv).replace('\n', "|"), @r#"row,"a""b",m,r|7,,1.5 -1e+300,0.1:0.25 3.0:1e-9|"#);
        insta::assert_snapshot!(row(Format::JsonLines).replace('\n', "|"), @r#"{"row":7,"a\"b":null,"m":[1.5,-1e+300],"r":[[0.1,0.25],[3.0,1e-9]]}|"#);
    }

    #[test]
    fn a_name_is_no_formula_where_a_spreadsheet_reads_it() {
        for (name, plain, escaped) in [
            ("y_mean", "y_mean", "y_mean"),
            ("=1+1", "=1+1", "'=1+1"),
            (
                "=HYPERLINK(\"a\",b)",
                "\"=HYPERLINK(\"\"a\"\",b)\"",
                "\"'=HYPERLINK(\"\"a\"\",b)\"",
            ),
            ("-y", "-y", "'-y"),
            ("+y", "+y", "'+y"),
            ("@y", "@y", "'@y"),
            (" =y", "\" =y\"", "' =y"),
            ("\t=y", "\"\t=y\"", "\"'\t=y\""),
            ("＝y", "＝y", "'＝y"),
            ("a=b", "a=b", "a=b"),
            ("", "", ""),
        ] {
            assert_eq!(csv_cell(name, Format::Csv), plain);
            assert_eq!(csv_cell(name, Format::SpreadsheetCsv), escaped);
        }
        let names = ["=y".to_owned()];
        assert_eq!(names_line(&names, Format::SpreadsheetCsv), b"'=y\n");
        assert_eq!(names_line(&names, Format::Csv), b"=y\n");
    }

    #[test]
    fn decimals_read_back_as_the_same_number() {
        let mut stream = crate::seed::Seed::new(0).stream("decimals");
        for _ in 0..10_000 {
            let value = stream.normal(0.0, 1.0) * libm::exp(stream.uniform(-600.0, 600.0));
            let mut out = Vec::new();
            let mut row = Row::start(Format::Csv, &[], &mut out);
            row.number(value);
            row.end();
            let text = String::from_utf8(out).unwrap();
            let back: f64 = text.trim().parse().unwrap();
            assert_eq!(back.to_bits(), value.to_bits(), "{text}");
        }
    }
}
