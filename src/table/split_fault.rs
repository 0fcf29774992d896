//! What can be wrong with a way to split a table.

use super::part::Part;
use super::wording::excerpt;

/// Each is one sentence.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SplitFault {
    /// Too few rows to split.
    #[error("too few rows to train, choose and judge: {found} found, {least} needed")]
    TooFewRows {
        /// Rows that can be used.
        found: usize,
        /// Needed.
        least: usize,
    },
    /// More rows than are split in memory.
    #[error("{found} rows are more than the {most} that can be split")]
    TooManyRows {
        /// Rows asked for.
        found: usize,
        /// Limit.
        most: usize,
    },
    /// Shares of the split that leave nothing to train on.
    #[error(
        "the shares of validation ({validation}) and test ({test}) must be positive and leave something to train on"
    )]
    Shares {
        /// Of validation.
        validation: f64,
        /// Of the test.
        test: f64,
    },
    /// A share of validation rows that leaves no part.
    #[error("the share of validation ({validation}) must be positive and below 1")]
    ValidationShare {
        /// The share.
        validation: f64,
    },
    /// Not a number of folds.
    #[error("{folds} folds are no split: 2 or more are needed")]
    Folds {
        /// Folds asked for.
        folds: usize,
    },
    /// More folds than there are rows, or groups, for.
    #[error("{folds} folds are more than {found} {what} give: {most} at most")]
    TooManyFolds {
        /// Folds asked for.
        folds: usize,
        /// Rows or groups there are.
        found: usize,
        /// `rows` or `groups`.
        what: &'static str,
        /// Folds that there can be.
        most: usize,
    },
    /// A split beyond the last.
    #[error("split {index}, counted from 0, is asked of {n_splits}")]
    NoSuchSplit {
        /// The split, from 0.
        index: usize,
        /// Splits there are.
        n_splits: usize,
    },
    /// A word in the split column that names no part.
    #[error(
        "row {row}, column `{column}` is \"{text}\", but must be `train`, `validation` or `test`", column = excerpt(.column), text = excerpt(.text)
    )]
    NoSuchPart {
        /// Row, from 1.
        row: u64,
        /// The split column.
        column: String,
        /// What it holds.
        text: String,
    },
    /// A part without rows.
    #[error(
        "column `{column}` names no row `{part}`; each of `train`, `validation` and `test` needs at least {least}",
        column = excerpt(.column)
    )]
    PartTooSmall {
        /// The split column.
        column: String,
        /// Which.
        part: Part,
        /// Rows needed.
        least: usize,
    },
    /// A split whose parts are too small.
    #[error("split {split} leaves {found} row{s} to {what}; {least} are needed", s = if *.found == 1 { "" } else { "s" })]
    TooFewLeft {
        /// The split, from 1.
        split: usize,
        /// `train and choose`, `train`, or `judge`.
        what: &'static str,
        /// Rows.
        found: usize,
        /// Rows needed.
        least: usize,
    },
    /// Too few groups for three parts.
    #[error(
        "column `{column}` has {found} different value{s}; to keep equal ones together in train, validation and test, {least} are needed",
        column = excerpt(.column), s = if *.found == 1 { "" } else { "s" }
    )]
    TooFewGroups {
        /// The group column.
        column: String,
        /// Groups.
        found: usize,
        /// Needed.
        least: usize,
    },
    /// A group in two parts.
    #[error(
        "rows with \"{value}\" in column `{column}` are in both {first} and {second}, though the group is to stay together",
        column = excerpt(.column), value = excerpt(.value)
    )]
    TornGroup {
        /// The group column.
        column: String,
        /// The group.
        value: String,
        /// A part.
        first: Part,
        /// Another.
        second: Part,
    },
    /// A row without a value to be ordered or grouped by.
    #[error("row {row}, column `{column}` is empty, though rows are to be {what} by it", column = excerpt(.column))]
    NoValue {
        /// Row, from 1.
        row: u64,
        /// The column.
        column: String,
        /// `ordered` or `grouped`.
        what: &'static str,
    },
    /// A value that has no order.
    #[error(
        "row {row}, column `{column}` holds \"{text}\", but rows are ordered by numbers or dates only", column = excerpt(.column), text = excerpt(.text)
    )]
    NoOrder {
        /// Row, from 1.
        row: u64,
        /// The column.
        column: String,
        /// What it holds.
        text: String,
    },
    /// Too few different values to put rows apart by them.
    #[error(
        "column `{column}` has too few different values to part train, validation and test by its order",
        column = excerpt(.column)
    )]
    FewMoments {
        /// The column.
        column: String,
    },
    /// A column that the table was read without.
    #[error("column `{column}` is needed for the split, but the table was read without it", column = excerpt(.column))]
    NotKept {
        /// The column.
        column: String,
    },
    /// A test row that the table does not have.
    #[error("split {split} names the test row {row}, but the table has rows 1 to {last}")]
    NoSuchTestRow {
        /// The split, from 1.
        split: usize,
        /// The row, from 1.
        row: u64,
        /// The last there is.
        last: u64,
    },
    /// A test row that is listed twice.
    #[error("split {split} names the test row {row} twice")]
    RowTwice {
        /// The split, from 1.
        split: usize,
        /// The row, from 1.
        row: u64,
    },
    /// No list of test rows.
    #[error("no list of test rows is given")]
    NoTestRows,
    /// Both a file and lists.
    #[error("test rows are given both as `file` and as `lists`; give one of them")]
    FileAndLists,
    /// A file that was not read.
    #[error("the file of test rows {file} has not been read", file = excerpt(.file))]
    NotRead {
        /// The file.
        file: String,
    },
    /// A file that cannot be read.
    #[error("the file of test rows {file} cannot be read: {error}")]
    Read {
        /// The file.
        file: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// Another file than the one noted.
    #[error("the file of test rows {file} is not the one that was noted: its content has changed")]
    OtherFile {
        /// The file.
        file: String,
    },
    /// A word that is no row.
    #[error("{file}, line {line}: \"{text}\" is not the number of a row")]
    NotARow {
        /// The file.
        file: String,
        /// Line, from 1.
        line: usize,
        /// The word.
        text: String,
    },
}
