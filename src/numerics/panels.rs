//! The one layout of all matrices that enter or leave a product.
//!
//! A matrix is cut into panels of two registers' width; in each, the rows follow each other
//! without a gap, and columns past the last one are 0. So a product walks both its operands
//! and its result in straight lines, and what one product writes the next one reads as it
//! stands: nothing is packed between the layers of a network, forward or backward.

use super::dispatch::{KernelPath, Unit, active, dispatch_on};
use super::shape::{MOST_NUMBERS, ShapeError, at_most, length};
use super::transpose::transpose;

/// A matrix in panels.
///
/// Element (r, c) stands at `(c / w · rows + r)·w + c % w`, with `w` the panels' width: 32 with
/// AVX-512, 16 with AVX2, else 2.
#[derive(Debug, Clone)]
pub struct Panels {
    path: KernelPath,
    rows: usize,
    columns: usize,
    memory: Aligned,
}

impl Panels {
    /// A matrix of zeros, laid out for the vector unit that is in use on this thread.
    ///
    /// # Errors
    /// [`ShapeError::Most`] for more than 500 million rows, columns or numbers.
    pub fn zeros(rows: usize, columns: usize) -> Result<Self, ShapeError> {
        let mut panels = Self::empty();
        panels.reshape(rows, columns)?;
        Ok(panels)
    }

    /// A matrix without rows and columns, for what is shaped later.
    pub(crate) fn empty() -> Self {
        Self {
            path: active(),
            rows: 0,
            columns: 0,
            memory: Aligned::default(),
        }
    }

    /// The matrix that `values` holds row by row.
    ///
    /// # Errors
    /// [`ShapeError::Length`] where `values` is not \[rows, columns\]; as [`zeros`](Self::zeros).
    pub fn of(rows: usize, columns: usize, values: &[f32]) -> Result<Self, ShapeError> {
        let mut panels = Self::zeros(rows, columns)?;
        panels.load(values)?;
        Ok(panels)
    }

    /// Rows and columns.
    #[must_use]
    pub const fn shape(&self) -> (usize, usize) {
        (self.rows, self.columns)
    }

    /// Takes another shape; the elements become 0 unless it is the old one.
    ///
    /// # Errors
    /// As [`zeros`](Self::zeros); then the shape is the old one.
    pub fn reshape(&mut self, rows: usize, columns: usize) -> Result<(), ShapeError> {
        if (rows, columns) != (self.rows, self.columns) {
            let padded = columns.div_ceil(self.width()).saturating_mul(self.width());
            let len = padded.saturating_mul(rows);
            for (what, found) in [
                ("rows of a matrix", rows),
                ("columns of a matrix", columns),
                ("numbers of a matrix", len),
            ] {
                at_most(what, found, MOST_NUMBERS)?;
            }
            (self.rows, self.columns) = (rows, columns);
            self.memory.zeros(len);
        }
        Ok(())
    }

    /// Takes the elements of a row-major matrix.
    ///
    /// # Errors
    /// [`ShapeError::Length`] where `values` is not of this shape.
    pub fn load(&mut self, values: &[f32]) -> Result<(), ShapeError> {
        self.load_columns((0, self.columns), values)
    }

    /// Takes the columns `from..to` from a row-major matrix \[rows, to − from\].
    ///
    /// # Errors
    /// [`ShapeError::Columns`], and [`ShapeError::Length`] where `values` is not of that shape.
    pub fn load_columns(
        &mut self,
        (from, to): (usize, usize),
        values: &[f32],
    ) -> Result<(), ShapeError> {
        let width = self.width();
        let taken = self.column_range((from, to), values.len())?;
        let (rows, memory) = (self.rows, self.memory.values_mut());
        each_piece(width, (from, to), |panel, inside, outside| {
            let block = memory[panel * rows * width..].chunks_exact_mut(width);
            for (row, values) in block.zip(values.chunks_exact(taken)) {
                row[inside.clone()].copy_from_slice(&values[outside.clone()]);
            }
        });
        Ok(())
    }

    /// Gives the elements, row by row.
    ///
    /// # Errors
    /// [`ShapeError::Length`] where `values` is not of this shape.
    pub fn store(&self, values: &mut [f32]) -> Result<(), ShapeError> {
        self.store_columns((0, self.columns), values)
    }

    /// Gives the columns `from..to` as a row-major matrix \[rows, to − from\].
    ///
    /// # Errors
    /// As [`load_columns`](Self::load_columns).
    pub fn store_columns(
        &self,
        (from, to): (usize, usize),
        values: &mut [f32],
    ) -> Result<(), ShapeError> {
        let width = self.width();
        let taken = self.column_range((from, to), values.len())?;
        each_piece(width, (from, to), |panel, inside, outside| {
            let block = self.values()[panel * self.rows * width..].chunks_exact(width);
            for (row, values) in block.zip(values.chunks_exact_mut(taken)) {
                values[outside.clone()].copy_from_slice(&row[inside.clone()]);
            }
        });
        Ok(())
    }

    /// Becomes the transpose of `source`.
    ///
    /// # Errors
    /// [`ShapeError::Layout`]; as [`zeros`](Self::zeros).
    pub fn transpose_of(&mut self, source: &Self) -> Result<(), ShapeError> {
        if self.path != source.path {
            return Err(ShapeError::Layout);
        }
        self.reshape(source.columns, source.rows)?;
        dispatch_on(
            self.path,
            Transpose {
                width: self.width(),
                shape: source.shape(),
                source: source.values(),
                target: self.memory.values_mut(),
            },
        );
        Ok(())
    }

    /// Whether it is of this shape, and laid out for this vector unit.
    pub(super) fn check(
        &self,
        what: &'static str,
        expected: (usize, usize),
        path: KernelPath,
    ) -> Result<(), ShapeError> {
        let found = self.shape();
        if found != expected {
            return Err(ShapeError::Matrix {
                what,
                found,
                expected,
            });
        }
        if self.path != path {
            return Err(ShapeError::Layout);
        }
        Ok(())
    }

    /// Columns of a panel.
    pub(crate) const fn width(&self) -> usize {
        self.path.panel_width()
    }

    /// What it is laid out for.
    pub(crate) const fn path(&self) -> KernelPath {
        self.path
    }

    /// All panels, padding included.
    pub(crate) fn values(&self) -> &[f32] {
        self.memory.values()
    }

    /// All panels, padding included.
    pub(crate) fn values_mut(&mut self) -> &mut [f32] {
        self.memory.values_mut()
    }

    /// How many columns `from..to` are, if they exist and fill `len`; at least 1, to cut rows with.
    fn column_range(&self, (from, to): (usize, usize), len: usize) -> Result<usize, ShapeError> {
        let columns = self.columns;
        if from > to || to > columns {
            return Err(ShapeError::Columns { from, to, columns });
        }
        length("a matrix's values", len, self.rows * (to - from))?;
        Ok((to - from).max(1))
    }
}

/// Calls `piece` with each panel that the columns `from..to` touch, and the columns in and outside it.
#[inline(always)]
fn each_piece(
    width: usize,
    (from, to): (usize, usize),
    mut piece: impl FnMut(usize, std::ops::Range<usize>, std::ops::Range<usize>),
) {
    let mut column = from;
    while column < to {
        let panel = column / width;
        let end = to.min((panel + 1) * width);
        let first = panel * width;
        piece(
            panel,
            column - first..end - first,
            column - from..end - from,
        );
        column = end;
    }
}

struct Transpose<'a> {
    width: usize,
    shape: (usize, usize),
    source: &'a [f32],
    target: &'a mut [f32],
}

impl super::dispatch::Kernel for Transpose<'_> {
    #[inline(always)]
    fn run<U: Unit>(self, unit: U) {
        let (width, (rows, columns)) = (self.width, self.shape);
        for (p, from) in (0..columns).step_by(width).enumerate() {
            let across = width.min(columns - from);
            for (q, first) in (0..rows).step_by(width).enumerate() {
                let down = width.min(rows - first);
                let source = &self.source[(p * rows + first) * width..];
                let target = &mut self.target[(q * columns + from) * width..];
                transpose(unit, (down, across), source, width, target, width);
            }
        }
    }
}

/// Memory that begins at a cache line.
#[derive(Debug, Default)]
struct Aligned {
    memory: Vec<f32>,
    start: usize,
    len: usize,
}

/// A cache line, and the widest register, in bytes.
const ALIGNMENT: usize = 64;

impl Aligned {
    /// `len` zeros.
    fn zeros(&mut self, len: usize) {
        let slack = ALIGNMENT / size_of::<f32>();
        self.memory.clear();
        self.memory.resize(len + slack, 0.0);
        self.start = self.memory.as_ptr().align_offset(ALIGNMENT).min(slack);
        self.len = len;
    }

    fn values(&self) -> &[f32] {
        &self.memory[self.start..self.start + self.len]
    }

    fn values_mut(&mut self) -> &mut [f32] {
        &mut self.memory[self.start..self.start + self.len]
    }
}

impl Clone for Aligned {
    /// Elsewhere in memory the cache lines begin elsewhere.
    fn clone(&self) -> Self {
        let mut clone = Self::default();
        clone.zeros(self.len);
        clone.values_mut().copy_from_slice(self.values());
        clone
    }
}
