//! Rows of data.

use crate::numerics::ShapeError;

/// Rows of features \[n, F\] and targets \[n, D\], row-major: `f64` in the data's units, `f32` as a network reads them.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a, V = f64> {
    /// Features.
    pub x: &'a [V],
    /// Targets.
    pub y: &'a [V],
}

/// How many rows of `width` ≥ 1 numbers so many numbers are.
pub(super) fn whole_rows(
    what: &'static str,
    found: usize,
    width: usize,
) -> Result<usize, ShapeError> {
    if !found.is_multiple_of(width) {
        return Err(ShapeError::Rows { what, found, width });
    }
    Ok(found / width)
}
