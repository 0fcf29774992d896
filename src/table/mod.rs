//! A user's own data, from a file or from memory: read, encode, check, split.
//!
//! | type | holds |
//! | --- | --- |
//! | [`ReadOptions`] | how a file is to be read, where that is not found out |
//! | [`TableReader`] | a stream of rows out of text, from a file or a pipe |
//! | [`Header`] | the columns' names, and how one is found by its name |
//! | [`Roles`] | which columns are what |
//! | [`Column`] | one column in memory: numbers, truth values, categories, dates, times |
//! | [`Table`] | all rows in memory, features and targets: what a model is fitted to |
//! | [`SplitSpec`] | how rows are put into parts: by shares, a column, folds, order, lists of test rows |
//! | [`Split`] | which rows train, which choose, which judge |
//! | [`Encoding`] | how raw columns become the numbers that a network sees |
//! | [`Chunk`] | some rows of a stream, encoded by [`EncodedColumns`] |
//! | [`Missing`] | how many cells hold no number, and where the first ones are |
//! | [`Checked`] | what is known of a table before anything is trained |
//! | [`Warning`] | what is odd about a table that can be read |
//! | [`Grid`] | the grid that a column's values lie on, if they do |
//! | [`Repeats`] | how a column repeats itself, and whether a scale sits on its values |
//! | [`extremes`] | numbers far from all that a network learns from: refused, or warned of |
//!
//! # From a file to features
//!
//! 1. [`TableReader::open`] finds out how the file is written.
//! 2. [`Table::read`] takes the columns that [`Roles`] name. Each finds out what it holds: its kind is that of all its
//!    rows. Columns of no use are left out, rows without a target too; [`MissingPolicy`] says what becomes of gaps.
//! 3. [`Table::split`] puts the rows into parts.
//! 4. [`check`] finds the [`Encoding`] on the training rows, and says what is odd.
//! 5. [`Table::rows`], or a [`TableEncoder`] row by row, gives the features of a part.
//!
//! Later rows come through [`TableReader::read_encoded`], in chunks, with the same encoding.
//!
//! # What is read
//!
//! Text with one row a line; columns apart by comma, semicolon, tab, bar or blanks; UTF-8, UTF-16 with its mark, or any
//! encoding that is named; gzip and bzip2 where the content is. A number is what Rust reads as `f64` after blanks
//! at both ends are dropped: `1`, `-2.5`, `1e-3`; a decimal comma and separators of thousands are found where they are
//! plain, and can be said. Missing is a cell that is empty, not finite, or one of `NA`, `N/A`, `#N/A`, `#NA`, `<NA>`,
//! `NaN`, `NaT`, `null`, `#DIV/0!`, `#VALUE!`, `#NUM!`, `#NULL!` in any case, `None`, `nil`, `NIL`, `?`, `-`, `--`, `.`,
//! `\N`, `#REF!`. `true`, `false`, `yes`, `no` are truth values, ISO 8601 and RFC 2822 dates are dates, other text is a
//! category.
//!
//! # Rows
//!
//! Rows are counted from 1, blank lines and comments among them: row n is n rows below the names in a spreadsheet, and
//! n lines below them in an editor unless a cell on the way holds a line end. A blank line is a row whose
//! cell is empty where the table has one column; where it has several, it is passed over. Blank lines behind
//! the last row are nothing in either.

mod assemble;
mod builder;
mod cell;
mod cells;
mod check;
mod chunk;
mod column;
mod column_builder;
mod deal;
mod deal_groups;
mod delimiter;
mod dequantise;
mod dequantised;
mod dialect;
mod encode_cell;
mod encode_table;
mod encoding;
mod error;
mod extremes;
mod far_out;
mod find_encoding;
mod fingerprint;
mod grid;
mod header;
mod in_memory;
mod into_rows;
mod lines;
#[cfg(test)]
mod lines_tests;
mod missing;
mod moment;
mod number_format;
mod open;
mod other_kind;
mod part;
mod read_encoded;
mod read_note;
mod read_options;
mod read_table;
mod reader;
mod repeated_rows;
mod repeats;
mod roles;
mod row_facts;
mod row_numbers;
mod sentinel;
mod source;
mod split;
mod split_fault;
mod split_spec;
mod suspects;
mod test_rows;
mod transcode;
mod transform;
mod unusable;
mod usable;
mod warning;
mod wording;

pub use builder::TableBuilder;
pub use check::{Checked, check};
pub use chunk::{Chunk, Unanswered, UnknownLevels};
pub use column::{Column, ColumnKind};
pub use deal::split_rows;
pub use delimiter::Delimiter;
pub use dequantise::dequantise;
pub use dequantised::Dequantised;
pub use encode_table::TableEncoder;
pub use encoding::{ColumnEncoding, Encoding, FeatureKind};
pub use error::{STDIN, TableError, TableFault};
pub use extremes::extremes;
pub use far_out::FarOut;
pub use find_encoding::EncodingOptions;
pub use grid::Grid;
pub use header::Header;
pub use in_memory::Table;
pub use missing::{Missing, MissingPolicy};
pub use part::Part;
pub use read_encoded::EncodedColumns;
pub use read_note::ReadNote;
pub use read_options::ReadOptions;
pub use reader::TableReader;
pub use repeated_rows::RepeatedRows;
pub use repeats::{PointMass, Repeats};
pub use roles::{MAX_FEATURES, Roles};
pub use sentinel::Sentinel;
pub use split::Split;
pub use split_fault::SplitFault;
pub use split_spec::SplitSpec;
pub use test_rows::TestRows;
pub use transform::Transform;
pub use unusable::{Obstacle, Unusable};
pub use warning::Warning;
pub(crate) use wording::{excerpt, number};
