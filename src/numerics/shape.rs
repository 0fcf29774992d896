//! Operands that do not fit together.

use thiserror::Error;

/// Most rows, columns and numbers of a matrix: 2 GB. A mistyped size must not ask for all the memory, and the bytes
/// can be counted on a processor of 32 bits.
pub(crate) const MOST_NUMBERS: usize = 500_000_000;
/// Most columns of a mixture head's raw output.
pub(crate) const MOST_HEAD_COLUMNS: usize = 1 << 20;

/// What is wrong with the sizes of a kernel's, a layer's or a trainer's operands. Nothing was computed then.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ShapeError {
    /// More or fewer numbers than the other operands ask for.
    #[error("{what}: {found} numbers where {expected} are needed")]
    Length {
        /// Which operand.
        what: &'static str,
        /// Its numbers.
        found: usize,
        /// What is needed.
        expected: usize,
    },
    /// A matrix of another shape than the others ask for.
    #[error(
        "{what} is {} by {} where {} by {} is needed",
        found.0, found.1, expected.0, expected.1
    )]
    Matrix {
        /// Which operand.
        what: &'static str,
        /// Rows and columns.
        found: (usize, usize),
        /// What is needed.
        expected: (usize, usize),
    },
    /// Columns that a matrix does not have.
    #[error("there are no columns {from} to {to} in a matrix of {columns}")]
    Columns {
        /// The first.
        from: usize,
        /// After the last.
        to: usize,
        /// Columns there are.
        columns: usize,
    },
    /// Matrices made under different paths.
    #[error("two matrices are laid out for different vector units")]
    Layout,
    /// A size out of range.
    #[error("{what}: {found} is out of range; allowed are 1 to {most}")]
    Size {
        /// What is counted.
        what: &'static str,
        /// How many.
        found: usize,
        /// The most.
        most: usize,
    },
    /// Nothing where there must be something.
    #[error("{what}: 0, but at least 1 is needed")]
    Zero {
        /// What is counted.
        what: &'static str,
    },
    /// A row that the data do not have.
    #[error("row {row}, counted from 0, is asked of {n_rows} rows")]
    Row {
        /// The row, from 0.
        row: usize,
        /// Rows there are.
        n_rows: usize,
    },
    /// More than there may be, where 0 are allowed.
    #[error("{what}: {found}, but at most {most} are allowed")]
    Most {
        /// What is counted.
        what: &'static str,
        /// How many.
        found: usize,
        /// The most.
        most: usize,
    },
    /// Numbers that do not end with a row.
    #[error("{what}: {found} numbers are no whole rows of {width}")]
    Rows {
        /// Which operand.
        what: &'static str,
        /// Its numbers.
        found: usize,
        /// Numbers of a row.
        width: usize,
    },
}

/// As many numbers as are needed.
pub(crate) const fn length(
    what: &'static str,
    found: usize,
    expected: usize,
) -> Result<(), ShapeError> {
    if found == expected {
        return Ok(());
    }
    Err(ShapeError::Length {
        what,
        found,
        expected,
    })
}

/// From 1 to `most`.
pub(crate) const fn size(what: &'static str, found: usize, most: usize) -> Result<(), ShapeError> {
    if found >= 1 && found <= most {
        return Ok(());
    }
    Err(ShapeError::Size { what, found, most })
}

/// From 0 to `most`.
pub(crate) const fn at_most(
    what: &'static str,
    found: usize,
    most: usize,
) -> Result<(), ShapeError> {
    if found <= most {
        return Ok(());
    }
    Err(ShapeError::Most { what, found, most })
}
