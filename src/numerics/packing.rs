//! Packed operands of the matrix products, so that a tile walks memory in one straight line.
//!
//! A right operand becomes panels of two registers' width, the summed index outermost and
//! the values to start from in front. A left operand that is given as its transpose becomes
//! tiles, their rows side by side.

use pulp::Simd;

use super::dispatch::Unit;
use super::transpose::transpose;

/// Memory for packed operands, aligned to cache lines; grows, never shrinks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Aligned(Vec<f32>);

/// A cache line, and the widest register, in bytes.
const ALIGNMENT: usize = 64;

impl Aligned {
    /// `len` values, at an aligned address; what they hold is unspecified.
    pub(crate) fn take(&mut self, len: usize) -> &mut [f32] {
        let slack = ALIGNMENT / size_of::<f32>();
        if self.0.len() < len + slack {
            self.0.resize(len + slack, 0.0);
        }
        let start = self.0.as_ptr().align_offset(ALIGNMENT).min(slack);
        &mut self.0[start..start + len]
    }
}

/// Columns of one panel: two registers.
#[inline(always)]
pub(crate) const fn panel_width<S: Simd>() -> usize {
    2 * S::F32_LANES
}

/// Length of the packed form of a right operand with `depth` rows and `width` columns.
#[inline(always)]
pub(crate) const fn packed_len<S: Simd>(depth: usize, width: usize) -> usize {
    width.div_ceil(panel_width::<S>()) * panel_width::<S>() * (depth + 1)
}

/// Packs `source` [depth, width] and `start` [width] (or zeros); columns past the end are 0.
#[inline(always)]
pub(crate) fn pack<S: Simd>(
    source: &[f32],
    depth: usize,
    width: usize,
    start: Option<&[f32]>,
    packed: &mut [f32],
) {
    let columns = panel_width::<S>();
    let panels = packed.chunks_exact_mut(columns * (depth + 1));
    for (panel, first) in panels.zip((0..width).step_by(columns)) {
        let taken = columns.min(width - first);
        let mut rows = panel.chunks_exact_mut(columns);
        if let Some(row) = rows.next() {
            row.fill(0.0);
            if let Some(start) = start {
                row[..taken].copy_from_slice(&start[first..first + taken]);
            }
        }
        let from = source.chunks_exact(width.max(1));
        if taken == columns {
            for (row, from) in rows.zip(from) {
                row.copy_from_slice(&from[first..first + columns]);
            }
        } else {
            for (row, from) in rows.zip(from) {
                row[taken..].fill(0.0);
                row[..taken].copy_from_slice(&from[first..first + taken]);
            }
        }
    }
}

/// Packs the transpose of `source` [width, depth], with zeros to start from.
#[inline(always)]
pub(crate) fn pack_transposed<U: Unit>(
    unit: U,
    source: &[f32],
    depth: usize,
    width: usize,
    packed: &mut [f32],
) {
    let columns = panel_width::<U>();
    if depth == 0 {
        return packed.fill(0.0);
    }
    let panels = packed.chunks_exact_mut(columns * (depth + 1));
    debug_assert_eq!(source.len(), depth * width);
    for (panel, block) in panels.zip(source.chunks(depth * columns)) {
        let (start, rows) = panel.split_at_mut(columns);
        start.fill(0.0);
        let taken = block.len() / depth;
        if taken < columns {
            rows.fill(0.0);
        }
        transpose(unit, (taken, depth), block, depth, rows, columns);
    }
}

/// Runs `$body` for each tile of `$rows` rows, the tallest first: `$M` rows from `$row` on.
///
/// As many as fill the registers: 16 of 32 with AVX-512, 12 of 16 with AVX2.
macro_rules! each_tile {
    (@of $height:literal, $rows:expr, $row:ident, $M:ident, $body:block) => {{
        const $M: usize = $height;
        while $row + $M <= $rows {
            $body
            $row += $M;
        }
    }};
    ($S:ty, $rows:expr, $row:ident, $M:ident, $body:block) => {{
        let mut $row = 0;
        if <$S>::F32_LANES >= 16 {
            each_tile!(@of 8, $rows, $row, $M, $body);
        } else if <$S>::F32_LANES >= 8 {
            each_tile!(@of 6, $rows, $row, $M, $body);
        }
        each_tile!(@of 4, $rows, $row, $M, $body);
        each_tile!(@of 2, $rows, $row, $M, $body);
        each_tile!(@of 1, $rows, $row, $M, $body);
    }};
}

/// Packs the transpose of `source` [depth, rows] for [`Left::Tiles`].
#[inline(always)]
pub(crate) fn pack_tiles<S: Simd>(source: &[f32], depth: usize, rows: usize, packed: &mut [f32]) {
    each_tile!(S, rows, row, M, {
        let tile = packed[row * depth..(row + M) * depth]
            .as_chunks_mut::<M>()
            .0;
        for (target, source) in tile.iter_mut().zip(source.chunks_exact(rows)) {
            target.copy_from_slice(&source[row..row + M]);
        }
    });
}

pub(crate) use each_tile;
