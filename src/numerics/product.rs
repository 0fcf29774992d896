//! The tile under all matrix products.
//!
//! A tile holds a few rows of outputs in registers, over the whole sum: lanes run over the
//! outputs of a row, and each output is one chain of fused multiply-adds.

use pulp::Simd;

use super::packing::{each_tile, panel_width};

/// A left operand [rows, depth].
#[derive(Debug, Clone, Copy)]
pub(crate) enum Left<'a> {
    /// Row-major, read in place.
    Rows(&'a [f32]),
    /// As `pack_tiles` leaves it: the rows of a tile side by side.
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
