//! The tile under all matrix products, and the packing that feeds it.
//!
//! The right operand is packed into panels of two registers' width, the summed index
//! outermost and the start values in front, so that a tile walks memory in one straight
//! line. A tile holds a few rows of outputs in registers, over the whole sum.

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
    ($S:ty, $rows:expr, $row:ident, $M:ident, $body:block) => {{
        let mut $row = 0;
        macro_rules! of {
                    ($height:literal) => {{
                        const $M: usize = $height;
                        while $row + $M <= $rows {
                            $body
                            $row += $M;
                        }
                    }};
                }
        if <$S>::F32_LANES >= 16 {
            of!(8);
        } else if <$S>::F32_LANES >= 8 {
            of!(6);
        }
        of!(4);
        of!(2);
        of!(1);
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

/// A left operand [rows, depth].
#[derive(Debug, Clone, Copy)]
pub(crate) enum Left<'a> {
    /// Row-major, read in place.
    Rows(&'a [f32]),
    /// As [`pack_tiles`] leaves it: the rows of a tile side by side.
    Tiles(&'a [f32]),
}

impl<'a> Left<'a> {
    #[inline(always)]
    const fn values(self) -> &'a [f32] {
        match self {
            Self::Rows(values) | Self::Tiles(values) => values,
        }
    }
}

/// What happens to a finished tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Finish {
    /// Written over the output.
    Store,
    /// ReLU, then written over the output.
    StoreRelu,
    /// Added to the output.
    Add,
}

/// `output[m, :] = finish(start + Σₖ left[m, k]·right[k, :])` for a packed right operand.
#[derive(Debug)]
pub(crate) struct Product<'a> {
    pub(crate) left: Left<'a>,
    pub(crate) depth: usize,
    pub(crate) packed: &'a [f32],
    pub(crate) width: usize,
    pub(crate) finish: Finish,
    pub(crate) output: &'a mut [f32],
    /// Memory of [`tile_len`].
    pub(crate) tile: &'a mut [f32],
}

/// Rows of the tallest tile.
const TALLEST: usize = 8;

/// Length of the memory a finished tile passes through.
pub(crate) const fn tile_len<S: Simd>() -> usize {
    TALLEST * panel_width::<S>()
}

impl Product<'_> {
    /// Runs over all panels, and for each over all rows of the left operand.
    #[inline(always)]
    pub(crate) fn run<S: Simd>(mut self, simd: S) {
        let columns = panel_width::<S>();
        let panels = self.packed.chunks_exact(columns * (self.depth + 1));
        for (panel, first) in panels.zip((0..self.width).step_by(columns)) {
            let panel = S::as_simd_f32s(panel).0.as_chunks::<2>().0;
            if self.width - first > S::F32_LANES {
                self.panel::<S, 2>(simd, panel, first);
            } else {
                self.panel::<S, 1>(simd, panel, first);
            }
        }
    }

    /// All rows for one panel, of which `W` registers are in use.
    #[inline(always)]
    fn panel<S: Simd, const W: usize>(&mut self, simd: S, panel: &[[S::f32s; 2]], first: usize) {
        let rows = self.output.len() / self.width;
        each_tile!(S, rows, row, M, {
            let left = &self.left.values()[row * self.depth..(row + M) * self.depth];
            let sums = S::as_mut_simd_f32s(self.tile).0.as_chunks_mut::<2>().0;
            match self.left {
                Left::Rows(_) => tile::<S, _, M, W>(simd, rows_of::<M>(left), panel, sums),
                Left::Tiles(_) => tile::<S, _, M, W>(simd, left.as_chunks::<M>().0, panel, sums),
            }
            self.finish::<S>(simd, M, row, first);
        });
    }

    #[inline(always)]
    fn finish<S: Simd>(&mut self, simd: S, rows: usize, row: usize, first: usize) {
        let columns = panel_width::<S>();
        let taken = columns.min(self.width - first);
        let targets = self.output[row * self.width..].chunks_mut(self.width);
        for (target, sums) in targets.zip(self.tile.chunks_exact(columns)).take(rows) {
            let target = &mut target[first..first + taken];
            let sums = S::as_simd_f32s(sums).0;
            if taken == columns {
                for (target, sum) in S::as_mut_simd_f32s(target).0.iter_mut().zip(sums) {
                    *target = finished(simd, self.finish, *sum, *target);
                }
            } else {
                for (target, sum) in target.chunks_mut(S::F32_LANES).zip(sums) {
                    let old = simd.partial_load_f32s(target);
                    simd.partial_store_f32s(target, finished(simd, self.finish, *sum, old));
                }
            }
        }
    }
}

#[inline(always)]
fn finished<S: Simd>(simd: S, finish: Finish, sum: S::f32s, old: S::f32s) -> S::f32s {
    let zero = simd.splat_f32s(0.0);
    match finish {
        Finish::Store => sum,
        Finish::StoreRelu => simd.select_f32s(simd.less_than_or_equal_f32s(sum, zero), zero, sum),
        Finish::Add => simd.add_f32s(old, sum),
    }
}

/// The rows of one tile of the left operand.
#[inline(always)]
fn rows_of<const M: usize>(left: &[f32]) -> [&[f32]; M] {
    // A plain loop: `array::from_fn` was not inlined here.
    let depth = left.len() / M;
    let mut rows = [left; M];
    for (m, row) in rows.iter_mut().enumerate() {
        *row = &left[m * depth..(m + 1) * depth];
    }
    rows
}

/// What a tile multiplies the right operand with.
trait Factors: Copy {
    /// Cut to `depth` terms, which spares the inner loop its bounds checks.
    fn cut(self, depth: usize) -> Self;
    /// The factor of row `m` in term `k`.
    fn at(&self, k: usize, m: usize) -> f32;
}

impl<const M: usize> Factors for [&[f32]; M] {
    #[inline(always)]
    fn cut(mut self, depth: usize) -> Self {
        for row in &mut self {
            *row = &row[..depth];
        }
        self
    }

    #[inline(always)]
    fn at(&self, k: usize, m: usize) -> f32 {
        self[m][k]
    }
}

impl<const M: usize> Factors for &[[f32; M]] {
    #[inline(always)]
    fn cut(self, depth: usize) -> Self {
        &self[..depth]
    }

    #[inline(always)]
    fn at(&self, k: usize, m: usize) -> f32 {
        self[k][m]
    }
}

/// The chains of `M` rows and `W` registers of one panel.
///
/// The sums leave through memory: used in place, by code that the compiler does not unroll,
/// they would have to live in memory during the whole sum, 8 times slower.
#[inline(always)]
fn tile<S: Simd, F: Factors, const M: usize, const W: usize>(
    simd: S,
    left: F,
    panel: &[[S::f32s; 2]],
    result: &mut [[S::f32s; 2]],
) {
    let Some((start, right)) = panel.split_first() else {
        return;
    };
    let left = left.cut(right.len());
    let mut sums = [[simd.splat_f32s(0.0); W]; M];
    for sums in &mut sums {
        sums.copy_from_slice(&start[..W]);
    }
    for (k, right) in right.iter().enumerate() {
        for (m, sums) in sums.iter_mut().enumerate() {
            let factor = simd.splat_f32s(left.at(k, m));
            for (right, sum) in right.iter().zip(sums) {
                *sum = simd.mul_add_f32s(factor, *right, *sum);
            }
        }
    }
    for (result, sums) in result.iter_mut().zip(sums) {
        result[..W].copy_from_slice(&sums);
    }
}
