//! A user's table: what is read, what is refused, and how it is split.

mod bad;
mod extremes;
mod far_rates;
mod no_panic;
mod read;
mod split;

use mixture_density::table::{Columns, MissingPolicy, Table, TableError, TableReader};

/// A reader of this text, called `t.csv`.
fn reader(text: impl AsRef<[u8]>) -> Result<TableReader, TableError> {
    let bytes = std::io::Cursor::new(text.as_ref().to_vec());
    TableReader::from_read("t.csv", bytes, None)
}

fn columns(targets: &[&str], features: Option<&[&str]>) -> Columns {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Columns {
        targets: owned(targets),
        features: features.map(owned),
        split: None,
    }
}

/// The whole table, to predict `y`.
fn table(text: impl AsRef<[u8]>, policy: MissingPolicy) -> Result<Table, TableError> {
    Table::read(reader(text)?, &columns(&["y"], None), policy)
}
