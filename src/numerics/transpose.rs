//! Transposes, by squares that stay in registers.

use super::dispatch::Unit;
use super::square::{EDGE, Square};

/// `target[c, r] = source[r, c]` for `rows` × `columns` elements; consecutive rows begin
/// `source_stride` and `target_stride` elements apart.
///
/// Written as one plain loop, it is compiled to scatters: 5 times slower.
///
/// No slice may be too short, and no stride shorter than a row: it is asserted, for the unsafe copies' sake.
#[inline(always)]
pub(crate) fn transpose<U: Unit>(
    unit: U,
    (rows, columns): (usize, usize),
    source: &[f32],
    source_stride: usize,
    target: &mut [f32],
    target_stride: usize,
) {
    if rows == 0 || columns == 0 {
        return;
    }
    assert!(columns <= source_stride && rows <= target_stride);
    assert!((rows - 1) * source_stride + columns <= source.len());
    assert!((columns - 1) * target_stride + rows <= target.len());
    if rows < EDGE || columns < EDGE {
        for r in 0..rows {
            let row = &source[r * source_stride..][..columns];
            for (c, value) in row.iter().enumerate() {
                target[c * target_stride + r] = *value;
            }
        }
        return;
    }
    // The last square of a row or column of squares overlaps the one before it.
    for r in (0..rows).step_by(EDGE) {
        let r = r.min(rows - EDGE);
        for c in (0..columns).step_by(EDGE) {
            let c = c.min(columns - EDGE);
            // SAFETY: r + EDGE ≤ rows and c + EDGE ≤ columns, so that the square lies within
            // what the assertions above cover, in both slices.
            #[allow(unsafe_code, reason = "checked, a square takes twice the time")]
            unsafe {
                let square = read(source.as_ptr().add(r * source_stride + c), source_stride);
                let target = target.as_mut_ptr().add(c * target_stride + r);
                write(&unit.turned(square), target, target_stride);
            }
        }
    }
}

/// A square whose rows begin `stride` apart.
///
/// # Safety
/// All of it must be readable.
#[inline(always)]
#[allow(unsafe_code, reason = "see its caller")]
unsafe fn read(source: *const f32, stride: usize) -> Square {
    let mut square = [[0.0; EDGE]; EDGE];
    for (i, row) in square.iter_mut().enumerate() {
        // SAFETY: promised by the caller; an array of f32 may begin at any f32.
        *row = unsafe { source.add(i * stride).cast::<[f32; EDGE]>().read() };
    }
    square
}

/// The inverse of [`read`].
///
/// # Safety
/// All of it must be writable.
#[inline(always)]
#[allow(unsafe_code, reason = "see its caller")]
unsafe fn write(square: &Square, target: *mut f32, stride: usize) {
    for (i, row) in square.iter().enumerate() {
        // SAFETY: promised by the caller; an array of f32 may begin at any f32.
        unsafe { target.add(i * stride).cast::<[f32; EDGE]>().write(*row) };
    }
}
