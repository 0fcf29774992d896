//! A user's table: what is read, what is refused, and how it is split.

mod bad;
mod extremes;
mod far_rates;
mod no_panic;
mod read;
mod split;

use mixture_density::table::{MissingPolicy, Roles, SplitSpec, Table, TableError, TableReader};

/// A reader of this text, called `t.csv`.
fn reader(text: impl AsRef<[u8]>) -> Result<TableReader, TableError> {
    let bytes = std::io::Cursor::new(text.as_ref().to_vec());
    TableReader::from_read("t.csv", bytes, None)
}

fn columns(targets: &[&str], features: Option<&[&str]>) -> Roles {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Roles {
        targets: owned(targets),
        features: features.map(owned),
        ..Roles::default()
    }
}

/// Rows dealt out by the seed.
fn shares(validation: f64, test: f64) -> SplitSpec {
    SplitSpec::Shares {
        validation,
        test,
        group: None,
    }
}

/// Rows in the parts that a column names.
fn parts(column: &str) -> SplitSpec {
    SplitSpec::Column {
        column: column.to_owned(),
        validation: 0.15,
        group: None,
    }
}

/// The whole table, to predict `y`.
fn table(text: impl AsRef<[u8]>, policy: MissingPolicy) -> Result<Table, TableError> {
    Table::read(reader(text)?, &columns(&["y"], None), policy)
}
