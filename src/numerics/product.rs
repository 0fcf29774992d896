//! The tile under all matrix products, and the packing that feeds it.
//!
//! The right operand is packed into panels of two registers' width, the summed index
//! outermost and the start values in front, so that a tile walks memory in one straight
//! line. A tile holds a few rows of outputs in registers, over the whole sum.

use pulp::Simd;

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

/// `target` [columns, rows] becomes the transpose of `source` [rows, columns].
#[inline(always)]
pub(crate) fn transpose(source: &[f32], rows: usize, columns: usize, target: &mut [f32]) {
    for (r, row) in source.chunks_exact(columns.max(1)).enumerate() {
        for (c, value) in row.iter().enumerate() {
            target[c * rows + r] = *value;
        }
    }
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
pub(crate) fn pack_transposed<S: Simd>(
    source: &[f32],
    depth: usize,
    width: usize,
    packed: &mut [f32],
) {
    let columns = panel_width::<S>();
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
        for (column, from) in block.chunks_exact(depth).enumerate() {
            for (row, value) in rows.chunks_exact_mut(columns).zip(from) {
                row[column] = *value;
            }
        }
    }
}

/// Rows of a row-major matrix, read in place.
#[derive(Clone, Copy)]
struct Rows<'a, const M: usize>([&'a [f32]; M]);

impl<const M: usize> Rows<'_, M> {
    /// The `M` factors of term `k` of the sum.
    #[inline(always)]
    fn at(&self, k: usize) -> [f32; M] {
        self.0.map(|row| row[k])
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
    pub(crate) left: &'a [f32],
    pub(crate) depth: usize,
    pub(crate) packed: &'a [f32],
    pub(crate) width: usize,
    pub(crate) finish: Finish,
    pub(crate) output: &'a mut [f32],
}

impl Product<'_> {
    /// Runs over all panels, and for each over all rows of the left operand.
    #[inline(always)]
    pub(crate) fn run<S: Simd>(mut self, simd: S) {
        let columns = panel_width::<S>();
        let rows = self.output.len() / self.width.max(1);
        let panels = self.packed.chunks_exact(columns * (self.depth + 1));
        for (panel, first) in panels.zip((0..self.width).step_by(columns)) {
            let panel = S::as_simd_f32s(panel).0.as_chunks::<2>().0;
            let mut row = 0;
            macro_rules! tiles {
                ($m:literal) => {
                    while row + $m <= rows {
                        let left = self.rows::<$m>(row);
                        let sums = tile::<S, $m>(simd, left, panel);
                        self.finish::<S, $m>(simd, &sums, row, first);
                        row += $m;
                    }
                };
            }
            // As many rows as the registers hold, two of the panel's and one factor apart.
            if S::F32_LANES >= 16 {
                tiles!(8);
            } else if S::F32_LANES >= 8 {
                tiles!(6);
            }
            tiles!(4);
            tiles!(2);
            tiles!(1);
        }
    }

    #[inline(always)]
    fn rows<const M: usize>(&self, first: usize) -> Rows<'_, M> {
        let rows = &self.left[first * self.depth..(first + M) * self.depth];
        Rows(std::array::from_fn(|m| {
            &rows[m * self.depth..(m + 1) * self.depth]
        }))
    }

    #[inline(always)]
    fn finish<S: Simd, const M: usize>(
        &mut self,
        simd: S,
        sums: &[[S::f32s; 2]; M],
        row: usize,
        first: usize,
    ) {
        let taken = panel_width::<S>().min(self.width - first);
        for (m, sums) in sums.iter().enumerate() {
            let from = (row + m) * self.width + first;
            let target = &mut self.output[from..from + taken];
            if taken == panel_width::<S>() {
                for (target, sum) in S::as_mut_simd_f32s(target).0.iter_mut().zip(sums) {
                    *target = finished(simd, self.finish, *sum, *target);
                }
            } else {
                let (low, high) = target.split_at_mut(S::F32_LANES.min(taken));
                for (target, sum) in [low, high].into_iter().zip(sums) {
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

/// The chains of `M` rows and one panel, in registers.
#[inline(always)]
fn tile<S: Simd, const M: usize>(
    simd: S,
    left: Rows<'_, M>,
    panel: &[[S::f32s; 2]],
) -> [[S::f32s; 2]; M] {
    let Some((start, right)) = panel.split_first() else {
        return [[simd.splat_f32s(0.0); 2]; M];
    };
    // Cut to the common length here, where it spares the inner loop its bounds checks.
    let left = Rows(left.0.map(|row| &row[..right.len()]));
    let mut sums = [*start; M];
    for (k, right) in right.iter().enumerate() {
        for (factor, sums) in left.at(k).into_iter().zip(&mut sums) {
            let factor = simd.splat_f32s(factor);
            for (right, sum) in right.iter().zip(sums) {
                *sum = simd.mul_add_f32s(factor, *right, *sum);
            }
        }
    }
    sums
}
