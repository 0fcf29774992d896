//! The numbers behind a figure: a table to look at and a CSV file to take away.
//!
//! The CSV holds every number in full and is the page's one copy of them; the table shows
//! them rounded and, where there are many rows, every so many only, and says so.

use std::fmt::Write as _;

use serde::Serialize;

use super::number::{MISSING, escape, fixed, grouped, small};

/// Rows up to which a table is shown whole.
const WHOLE: usize = 160;

/// Rows of a longer one that are shown.
const SHOWN: usize = 51;

/// Columns over the same rows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Behind {
    row_name: &'static str,
    rows: Vec<String>,
    columns: Vec<Column>,
    says: String,
}

/// One quantity.
#[derive(Debug, Clone, PartialEq)]
struct Column {
    name: String,
    key: String,
    heading: String,
    decimals: usize,
    /// Shortest text that reads back as the same number, and the number.
    values: Vec<Option<(String, f64)>>,
}

impl Behind {
    /// No columns yet; `row_name` says what a row is, each of `rows` which one.
    pub(super) fn new(row_name: &'static str, rows: Vec<String>) -> Self {
        Self {
            row_name,
            rows,
            columns: Vec::new(),
            says: String::new(),
        }
    }

    /// No columns yet; rows counted from 0, as the record's lists are.
    pub(super) fn indexed(n_rows: usize) -> Self {
        Self::new("index", (0..n_rows).map(|i| i.to_string()).collect())
    }

    /// A column of the record's numbers: `name` in the CSV, `heading` on the page with its unit,
    /// `key` its address in the record with `*` for the row. What is not finite is left empty.
    #[must_use]
    pub(super) fn column(
        mut self,
        (name, heading): (&str, &str),
        key: &str,
        decimals: usize,
        values: impl IntoIterator<Item = Option<f64>>,
    ) -> Self {
        let value = |v: Option<f64>| v.filter(|v| v.is_finite()).map(|v| (v.to_string(), v));
        self.push(name, heading, key, decimals, values.into_iter().map(value));
        self
    }

    /// [`column`](Self::column) of numbers that the record keeps in 32 bits.
    #[must_use]
    pub(super) fn column_f32(
        mut self,
        (name, heading): (&str, &str),
        key: &str,
        decimals: usize,
        values: &[f32],
    ) -> Self {
        let value = |v: &f32| v.is_finite().then(|| (v.to_string(), f64::from(*v)));
        self.push(name, heading, key, decimals, values.iter().map(value));
        self
    }

    fn push(
        &mut self,
        name: &str,
        heading: &str,
        key: &str,
        decimals: usize,
        values: impl Iterator<Item = Option<(String, f64)>>,
    ) {
        let mut values: Vec<_> = values.take(self.rows.len()).collect();
        values.resize(self.rows.len(), None);
        self.columns.push(Column {
            name: name.to_owned(),
            key: key.to_owned(),
            heading: heading.to_owned(),
            decimals,
            values,
        });
    }

    /// A sentence above the table (HTML): what a row is, what an uncertainty means.
    #[must_use]
    pub(super) fn says(mut self, sentence: &str) -> Self {
        sentence.clone_into(&mut self.says);
        self
    }

    /// Comma-separated, a line for each row, `\n` at the end of each.
    fn csv(&self) -> String {
        let mut csv = self.row_name.to_owned();
        for column in &self.columns {
            csv.push(',');
            csv.push_str(&column.name);
        }
        csv.push('\n');
        for (index, row) in self.rows.iter().enumerate() {
            csv.push_str(row);
            for column in &self.columns {
                csv.push(',');
                if let Some((text, _)) = &column.values[index] {
                    csv.push_str(text);
                }
            }
            csv.push('\n');
        }
        csv
    }

    /// Ready for the page; the CSV is offered as `file`.
    pub(super) fn view(&self, file: String) -> View {
        let shown = chosen(self.rows.len());
        let csv = self.csv();
        View {
            says: self.says.clone(),
            row_name: self.row_name,
            head: self.columns.iter().map(Head::of).collect(),
            n_rows: grouped(self.rows.len()),
            n_shown: grouped(shown.len()),
            is_thinned: shown.len() < self.rows.len(),
            rows: shown.into_iter().map(|index| self.row(index)).collect(),
            blake3: blake3::hash(csv.as_bytes()).to_hex().to_string(),
            href: data_address(&csv),
            file,
        }
    }

    fn row(&self, index: usize) -> Row {
        let cell = |column: &Column| match &column.values[index] {
            Some((_, value)) if column.decimals > 0 => escape(&small(*value, column.decimals)),
            Some((_, value)) => fixed(*value, 0),
            None => MISSING.to_owned(),
        };
        Row {
            index,
            heading: self.rows[index].clone(),
            cells: self.columns.iter().map(cell).collect(),
        }
    }
}

/// [`Behind`] as the template takes it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct View {
    says: String,
    row_name: &'static str,
    head: Vec<Head>,
    rows: Vec<Row>,
    n_rows: String,
    n_shown: String,
    is_thinned: bool,
    blake3: String,
    href: String,
    file: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Head {
    heading: String,
    key: String,
}

impl Head {
    fn of(column: &Column) -> Self {
        Self {
            heading: column.heading.clone(),
            key: column.key.clone(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Row {
    index: usize,
    heading: String,
    cells: Vec<String>,
}

/// Which of `n` rows are shown: all, or some evenly, with both ends.
fn chosen(n: usize) -> Vec<usize> {
    if n <= WHOLE {
        return (0..n).collect();
    }
    (0..SHOWN).map(|i| i * (n - 1) / (SHOWN - 1)).collect()
}

/// `csv` as a `data:` address: what neither an address nor an attribute may hold is escaped.
fn data_address(csv: &str) -> String {
    let mut address = String::with_capacity(csv.len() + csv.len() / 8);
    address.push_str("data:text/csv;charset=utf-8,");
    for byte in csv.bytes() {
        if byte.is_ascii_alphanumeric() || b",.-_/:=()*".contains(&byte) {
            address.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(address, "%{byte:02X}");
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    fn behind() -> Behind {
        Behind::indexed(3)
            .column(("a", "a (nats)"), "x/*", 2, [Some(-0.126), Some(f64::NAN)])
            .column_f32(("b", "b"), "y/*", 1, &[0.1, 2.0, f32::INFINITY, 7.0])
    }

    #[test]
    fn the_file_has_every_number_in_full_and_nothing_that_is_none() {
        assert_eq!(behind().csv(), "index,a,b\n0,-0.126,0.1\n1,,2\n2,,\n");
        let view = behind().view("f.csv".to_owned());
        let start = "data:text/csv;charset=utf-8,index,a,b%0A0,-0.126,0.1%0A1,,2%0A";
        assert!(view.href.starts_with(start), "{}", view.href);
        assert_eq!(view.rows[0].cells, ["\u{2212}0.13", "0.1"]);
        assert_eq!(view.rows[2].cells, [MISSING, MISSING]);
        assert!(!view.is_thinned);
    }

    #[test]
    fn a_long_table_is_thinned_with_both_ends() {
        let view = Behind::indexed(2_000).view(String::new());
        assert!(view.is_thinned && view.rows.len() == SHOWN);
        assert_eq!((view.rows[0].index, view.rows[SHOWN - 1].index), (0, 1_999));
        assert_eq!(view.n_rows, "2,000");
        assert_eq!((chosen(0).len(), chosen(WHOLE).len()), (0, WHOLE));
        assert_eq!(
            data_address("é\"%#&<"),
            "data:text/csv;charset=utf-8,%C3%A9%22%25%23%26%3C"
        );
    }
}
