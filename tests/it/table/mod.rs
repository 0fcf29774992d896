//! A user's table: what is read, what is refused, and how it is split.

mod bad;
mod encoding;
mod extremes;
mod far_rates;
mod field;
mod memory;
mod no_panic;
mod read;
mod split;

use mixture_density::seed::Seed;
use mixture_density::table::{
    Checked, Encoding, EncodingOptions, MissingPolicy, Roles, Split, SplitSpec, Table, TableError,
    TableReader, Warning, check, extremes,
};

/// A reader of this text, called `t.csv`.
fn reader(text: impl AsRef<[u8]>) -> Result<TableReader, TableError> {
    let bytes = std::io::Cursor::new(text.as_ref().to_vec());
    TableReader::from_read("t.csv", bytes, None)
}

fn columns(targets: &[&str], features: Option<&[&str]>) -> Roles {
    let roles = Roles::of_targets(targets.iter().copied());
    match features {
        Some(features) => roles.with_features(features.iter().copied()),
        None => roles,
    }
}

/// Features of all rows, where they are numbers.
fn features(table: &Table) -> Vec<f64> {
    let all: Vec<usize> = (0..table.n_rows()).collect();
    let encoding = Encoding::identity(table.feature_names());
    encoding.features_of(table, &all).expect("numbers")
}

/// What is known of a table whose rows are dealt by chance.
fn checked(table: &Table) -> Result<Checked, String> {
    let spec = shares(0.2, 0.2);
    let split = table.split(&spec, 0, Seed::new(0));
    let split = split.map_err(|error| error.to_string())?;
    let checked = check(table, &split, &spec, EncodingOptions::default());
    checked.map_err(|error| error.to_string())
}

/// What is far out in a table of numbers.
fn far(table: &Table, split: &Split, is_standardised: bool) -> Result<Vec<Warning>, TableError> {
    let encoding = Encoding::identity(table.feature_names());
    extremes(table, split, &encoding, is_standardised).map(|(warnings, _)| warnings)
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
