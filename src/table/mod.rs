//! A user's own data: read, check, split.
//!
//! | file | holds |
//! | --- | --- |
//! | [`TableReader`] | a stream of rows out of CSV text, plain or gzip, from a file or a pipe |
//! | [`Header`] | the columns' names, and how one is found by its name |
//! | [`Chunk`] | some rows of the chosen columns, in `f64` |
//! | [`Missing`] | how many cells hold no number, and where the first ones are |
//! | [`Table`] | all rows in memory, features and targets apart: what a model is fitted to |
//! | [`Roles`] | which columns are what |
//! | [`SplitSpec`] | how rows are put into parts: by shares, a column, folds, order, lists of test rows |
//! | [`Split`] | which rows train, which choose, which judge |
//! | [`Warning`] | what is odd about a table that can be read |
//! | [`Repeats`] | how a column repeats itself, and whether a scale sits on its values |
//! | [`extremes`] | numbers far from all that a network learns from: refused, or warned of |
//!
//! # What is read
//!
//! A first line of names, then rows of numbers; comma, semicolon or tab, found out from the first
//! line; UTF-8; gzip where the content is. A number is what Rust reads as `f64` after blanks at both
//! ends are dropped: `1`, `-2.5`, `1e-3`. A cell that is empty, `NA`, `N/A`, `NaN`, `null`, or not
//! finite is missing; anything else is refused with its row and column.
//!
//! # Rows
//!
//! Rows are counted from 1, blank lines among them: row n stands n rows below the names in a spreadsheet, and
//! n lines below them in an editor unless a cell on the way holds a line end. A blank line is a row whose
//! cell is empty where the table has one column; where it has several, it is passed over. Blank lines behind
//! the last row are nothing in either.

mod cell;
mod check;
mod deal;
mod dequantise;
mod error;
mod extremes;
mod grid;
mod header;
mod lines;
mod missing;
mod part;
mod reader;
mod repeats;
mod source;
mod split;
mod split_fault;
mod split_spec;
mod test_rows;
mod whole;

pub(crate) use cell::{excerpt, number};
pub use check::{Warning, check};
pub use deal::split_rows;
pub use dequantise::{Dequantised, dequantise};
pub use error::{STDIN, TableError, TableFault};
pub use extremes::{FarOut, extremes};
pub use grid::Grid;
pub use header::Header;
pub use missing::{Missing, MissingPolicy};
pub use part::Part;
pub use reader::{Chunk, TableReader};
pub use repeats::{PointMass, Repeats};
pub use split::Split;
pub use split_fault::SplitFault;
pub use split_spec::SplitSpec;
pub use test_rows::TestRows;
pub use whole::{MAX_FEATURES, Roles, Table};
