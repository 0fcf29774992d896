//! What can be wrong with a user's table.

use super::missing::Missing;
use super::split_fault::SplitFault;
use super::unusable::Unusable;
use super::wording::{excerpt, number};

/// What a table is called that comes through a pipe; a file of that name is `./stdin`.
pub const STDIN: &str = "stdin";

/// A fault and the table that has it.
#[derive(Debug, thiserror::Error)]
#[error("{table}: {fault}")]
pub struct TableError {
    /// The file's name, or [`STDIN`].
    pub table: String,
    /// What is wrong.
    pub fault: TableFault,
}

/// Each says where it is, what was found and, where one is known, the way out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TableFault {
    /// It cannot be opened or read.
    #[error("cannot be read: {0}")]
    Read(std::io::Error),
    /// Not a byte.
    #[error("the file is empty")]
    Empty,
    /// Names only.
    #[error("there is no row below the line of names")]
    NoRows,
    /// The content is some other kind of file.
    #[error("this is {kind}, not CSV text; make CSV of it, for example with: {command}")]
    OtherKind {
        /// Which.
        kind: &'static str,
        /// A command that makes CSV of it.
        command: String,
    },
    /// A compressed stream that ends early or is damaged.
    #[error("the {what} stream is cut or damaged: {error}")]
    Compressed {
        /// `gzip` or `bzip2`.
        what: &'static str,
        /// Why it cannot be read.
        error: std::io::Error,
    },
    /// Bytes that are no text in the table's encoding.
    #[error("{0}; say how its characters are written with --encoding")]
    Encoding(std::io::Error),
    /// A name that is no encoding's.
    #[error("there is no encoding `{label}`; some are utf-8, latin1, windows-1252, utf-16le, shift_jis", label = excerpt(.label))]
    NoSuchEncoding {
        /// The name.
        label: String,
    },
    /// UTF-16 that does not say so.
    #[error("this looks like UTF-16 text without its mark; if so, say --encoding {label}")]
    UnmarkedUtf16 {
        /// Which of the two.
        label: &'static str,
    },
    /// An option that is none of those there are.
    #[error("`{given}` is no {what}; {allowed} is needed", given = excerpt(.given))]
    Option {
        /// What it was given for.
        what: &'static str,
        /// What was given.
        given: String,
        /// What can be.
        allowed: &'static str,
    },
    /// The line of names is not UTF-8.
    #[error(
        "the line of names is not UTF-8 text (column {column}); say --encoding latin1 if it is Latin-1, or save the table as UTF-8"
    )]
    NameNotUtf8 {
        /// Column, from 1.
        column: usize,
    },
    /// A cell is not UTF-8.
    #[error(
        "row {row} (line {line}), column `{column}` is not UTF-8 text (byte 0x{byte:02X}); say --encoding latin1 if it is Latin-1, or save the table as UTF-8",
        column = excerpt(.column)
    )]
    CellNotUtf8 {
        /// Row, from 1.
        row: u64,
        /// Line of the text, from 1.
        line: u64,
        /// The first byte that is no text.
        byte: u8,
        /// The column's name.
        column: String,
    },
    /// A name stands twice.
    #[error("two columns are called `{name}` (columns {first} and {second}); rename one", name = excerpt(.name))]
    DuplicateName {
        /// The name.
        name: String,
        /// Column, from 1.
        first: usize,
        /// Column, from 1.
        second: usize,
    },
    /// Too many columns for one line of names.
    #[error("there are more than {most} columns")]
    TooManyColumns {
        /// The most that are read.
        most: usize,
    },
    /// A row with another number of cells.
    #[error(
        "row {row} has {found} cell{s} where the line of names has {expected}{hint}",
        s = if *.found == 1 { "" } else { "s" },
        hint = if *.begins_with == Some(b'#') { "; if it is a comment, say --comment '#'" } else { "" }
    )]
    Ragged {
        /// Row, from 1.
        row: u64,
        /// Cells found.
        found: u64,
        /// Names.
        expected: u64,
        /// Its first byte.
        begins_with: Option<u8>,
    },
    /// A row without end: a quote that is not closed, or no CSV at all.
    #[error(
        "{place} is longer than {most_mib} MiB: is a quotation mark not closed, or is this not CSV text?", place = place(*.row)
    )]
    RowTooLong {
        /// Row, from 1; 0 is the line of names.
        row: u64,
        /// The limit, MiB.
        most_mib: u64,
    },
    /// A quotation that is not closed: whatever follows it would be one cell.
    #[error("{place} opens a quotation mark that nothing closes", place = place(*.row))]
    OpenQuote {
        /// Row, from 1; 0 is the line of names.
        row: u64,
    },
    /// No column has this name.
    #[error(
        "there is no column `{name}`; {hint}{row}",
        name = excerpt(.name), hint = near_names(.near, *.n_columns),
        row = if *.may_be_row { "; if the first line is a row, say --no-header" } else { "" }
    )]
    NoColumn {
        /// The name asked for.
        name: String,
        /// Names like it, or all where there are few.
        near: Vec<String>,
        /// Columns.
        n_columns: usize,
        /// The line of names holds numbers.
        may_be_row: bool,
    },
    /// The whole line of names was taken for one name.
    #[error(
        "there is no column `{name}`, only one column `{only}`: are the columns separated by {separator}? Say so with --delimiter", name = excerpt(.name), only = excerpt(.only)
    )]
    WrongDelimiter {
        /// The name asked for.
        name: String,
        /// The one column's name.
        only: String,
        /// What probably separates the columns.
        separator: &'static str,
    },
    /// A column is asked for in two roles.
    #[error("column `{name}` cannot be {first} and {second} at once", name = excerpt(.name))]
    TwoRoles {
        /// The name.
        name: String,
        /// A role.
        first: &'static str,
        /// Another, or the same.
        second: &'static str,
    },
    /// Text where a number must stand.
    #[error("row {row}, column `{column}` holds \"{text}\", which is no number{hint}", column = excerpt(.column), text = excerpt(.text))]
    NotANumber {
        /// Row, from 1.
        row: u64,
        /// The column's name.
        column: String,
        /// The text.
        text: String,
        /// What may be the reason, with its separator; or nothing.
        hint: &'static str,
    },
    /// Missing numbers, and none may miss.
    #[error("{missing}; {ways}")]
    Missing {
        /// How many, and where the first ones are.
        missing: Missing,
        /// The ways out, and what each would leave.
        ways: String,
    },
    /// Every row has a missing number.
    #[error("{0}; no row is left")]
    AllMissing(Missing),
    /// More features than one network is made for.
    #[error("{found} columns would be features, but at most {most} can be; choose with --features")]
    TooManyFeatures {
        /// Columns that would be.
        found: usize,
        /// Limit.
        most: usize,
    },
    /// Nothing to predict from.
    #[error("no feature is left: {reason}")]
    NoFeatures {
        /// What became of each column, or that there is none.
        reason: String,
    },
    /// Columns that cannot be features as they are.
    #[error("{0}")]
    Unusable(Unusable),
    /// The memory is full.
    #[error(
        "the memory is full after {rows} rows{held}; take fewer columns with --features, or fewer rows",
        held = if *.mib > 0 { format!(" ({} MiB)", .mib) } else { String::new() }
    )]
    Memory {
        /// Rows so far.
        rows: u64,
        /// What they take.
        mib: usize,
    },
    /// A weight that is none.
    #[error("row {row}, column `{column}`: the weight {weight} is negative; weights are 0 or more", column = excerpt(.column), weight = number(*.weight))]
    NegativeWeight {
        /// Row, from 1.
        row: u64,
        /// The column's name.
        column: String,
        /// The weight.
        weight: f64,
    },
    /// Weights that leave nothing.
    #[error("the weights in column `{column}` are all 0{part}", column = excerpt(.column))]
    NoWeight {
        /// The column's name.
        column: String,
        /// Where: nothing of all rows, or ` among the training rows`.
        part: &'static str,
    },
    /// Columns in memory that are not equally long.
    #[error("column `{column}` has {found} cell{s} where the first one has {expected}", column = excerpt(.column), s = if *.found == 1 { "" } else { "s" })]
    Length {
        /// The column's name.
        column: String,
        /// Its cells.
        found: usize,
        /// Those of the first column.
        expected: usize,
    },
    /// An encoding that is none, or another table's.
    #[error("the encoding of the features is not sound: {reason}")]
    BadEncoding {
        /// What is wrong with it, as the sentence ends.
        reason: String,
    },
    /// Columns in memory that cannot be encoded.
    #[error("{reason}")]
    NotEncoded {
        /// Which column, and why.
        reason: String,
    },
    /// It cannot be split so.
    #[error(transparent)]
    Split(#[from] SplitFault),
    /// A table is asked for rows of another.
    #[error(
        "row {row}, counted from 0, is asked of a table of {n_rows} rows: was another table split?"
    )]
    NoSuchRow {
        /// The row, from 0.
        row: usize,
        /// Rows there are.
        n_rows: usize,
    },
    /// A column is asked for by a place that is beyond the last.
    #[error("column {place}, counted from 0, is asked of a table of {n_columns} columns")]
    NoSuchPlace {
        /// The place, from 0.
        place: usize,
        /// Columns there are.
        n_columns: usize,
    },
    /// Repeats that are not those of the targets.
    #[error("the repeats of {found} columns are given for {expected} targets")]
    OtherRepeats {
        /// Columns whose repeats are given.
        found: usize,
        /// Targets.
        expected: usize,
    },
    /// Nothing to predict.
    #[error("no target is named")]
    NoTargets,
    /// Values too far apart, or too near, for scores in their unit.
    #[error(
        "column `{name}` has a standard deviation of {sd} over the training rows; it must lie between {least:e} and {most:e}: give the column in another unit",
        name = excerpt(.name), sd = format!("{:.2e}", .sd), least = Self::LEAST_SD, most = Self::MOST_SD
    )]
    Spread {
        /// The column.
        name: String,
        /// Its standard deviation over the training rows.
        sd: f64,
    },
    /// A number that single precision does not carry beside the others.
    #[error(
        "row {row}, column `{column}` holds {value}, {far} from {what}: the network's single precision carries no more than {most:.0} beside ordinary values; {way_out}",
        column = excerpt(.column), value = number(*.value),
        far = far(*.distance, *.is_standardised), what = if *.is_standardised { "the mean of the training rows" } else { "0" },
        most = Self::MOST_DISTANCE,
        way_out = if *.is_standardised { "correct the number or leave the row out" } else { "give the column in another unit or take a recipe that standardises" }
    )]
    BeyondSingle {
        /// Row, from 1.
        row: u64,
        /// The column's name.
        column: String,
        /// The number.
        value: f64,
        /// As the network would see it.
        distance: f64,
        /// Whether that is in standard deviations from the mean, or the number itself.
        is_standardised: bool,
    },
    /// A target with one value only.
    #[error("target `{name}` is {value} in every training row: there is nothing to predict", name = excerpt(.name))]
    ConstantTarget {
        /// The target.
        name: String,
        /// Its value.
        value: f64,
    },
}

impl TableFault {
    /// The least standard deviation of a column.
    pub const LEAST_SD: f64 = 1e-60;
    /// The largest standard deviation of a column: the fourth power of the farthest value is still an `f64`.
    pub const MOST_SD: f64 = 1e60;
    /// 2²⁴: beyond it neighbouring numbers in single precision are more than 1, a standard deviation of the
    /// training rows, apart.
    pub const MOST_DISTANCE: f64 = 16_777_216.0;
}

/// `3.2e9 standard deviations`, or the number alone.
fn far(distance: f64, is_standardised: bool) -> String {
    if is_standardised {
        format!("{distance:.1e} standard deviations")
    } else {
        number(distance)
    }
}

/// `row 7`, or the first line.
fn place(row: u64) -> String {
    match row {
        0 => "the line of names".to_owned(),
        row => format!("row {row}"),
    }
}

/// `near ones are …` or what there is.
fn near_names(near: &[String], n_columns: usize) -> String {
    let quoted: Vec<String> = near
        .iter()
        .map(|name| format!("`{}`", excerpt(name)))
        .collect();
    let list = quoted.join(", ");
    if near.is_empty() {
        format!("none of the {n_columns} names is near it")
    } else if near.len() == n_columns {
        format!("there is {list}")
    } else {
        format!("near names are {list}")
    }
}
