//! What was found out about the way a file is written, and is said.

use std::fmt;

use super::wording::{excerpt, list};

/// Something that was found out and not said; reading goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadNote {
    /// Lines with `#` above the names.
    Comments {
        /// How many.
        n: usize,
    },
    /// The first line is a row.
    NoNames {
        /// Its columns.
        n_columns: usize,
    },
    /// Numbers have a decimal comma.
    DecimalComma,
    /// Numbers have separators of thousands.
    Thousands {
        /// Which.
        mark: char,
    },
    /// A column that numbers the rows, as R and pandas write one.
    Index {
        /// Its name; nothing where it has none.
        name: String,
        /// Its place, from 1.
        place: usize,
    },
    /// Columns with data and without a name.
    Unnamed {
        /// Their places, from 1.
        places: Vec<usize>,
    },
    /// Columns without any data.
    Empty {
        /// Their names.
        names: Vec<String>,
    },
}

impl fmt::Display for ReadNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Comments { n: 1 } => {
                f.write_str("the first line begins with # and is passed over")
            }
            Self::Comments { n } => {
                write!(f, "the first {n} lines begin with # and are passed over")
            }
            Self::NoNames { n_columns: 1 } => f.write_str(
                "the first line is a number and is read as a row: the column is called c1 (say --header if the line is a name)",
            ),
            Self::NoNames { n_columns } => write!(
                f,
                "the first line is all numbers and is read as a row: the columns are called c1 to c{n_columns} (say --header if the line holds names)"
            ),
            Self::DecimalComma => f.write_str("numbers are read with a decimal comma"),
            Self::Thousands { mark } => write!(
                f,
                "numbers are read with `{mark}` between groups of three digits"
            ),
            Self::Index { name, place } if name.is_empty() => write!(
                f,
                "column {place} has no name and numbers the rows; it is left out (to use it, call it c{place})"
            ),
            Self::Index { name, .. } => write!(
                f,
                "column `{}` numbers the rows and is left out (to use it, name it with --features)",
                excerpt(name)
            ),
            Self::Unnamed { places } => {
                let names: Vec<String> = places.iter().map(|place| format!("c{place}")).collect();
                let names = list(names.iter().map(String::as_str), 8);
                match places.as_slice() {
                    [place] => write!(
                        f,
                        "column {place} has data but no name and is left out; to use it, call it {names}"
                    ),
                    _ => write!(
                        f,
                        "{} columns have data but no name and are left out; to use them, call them {names}",
                        places.len()
                    ),
                }
            }
            Self::Empty { names } => {
                let (s, are) = match names.len() {
                    1 => ("", "is"),
                    _ => ("s", "are"),
                };
                write!(
                    f,
                    "column{s} {} {are} empty throughout and {are} left out",
                    list(names.iter().map(String::as_str), 8)
                )
            }
        }
    }
}
