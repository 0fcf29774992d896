//! The tile under all matrix products.
//!
//! A tile holds a few rows of outputs in registers, over the whole sum: lanes run over the
//! outputs of a row, and each output is one chain of fused multiply-adds.

use super::dispatch::{PanelKernel, Unit};

/// What becomes of a finished sum of [`RowProduct`].
#[derive(Debug, Clone, Copy)]
pub(crate) enum Finish<'a> {
    /// Written as it is.
    Store,
    /// ReLU first.
    Relu,
    /// Added to 0, and 0 where this matrix of the output's layout is not positive.
    Masked(&'a [f32]),
    /// Added to 0.
    FromZero,
}

/// `output[r, :] = finish(start + Σₖ left[r, k]·right[k, :])`; all operands in panels.
#[derive(Debug)]
pub(crate) struct RowProduct<'a> {
    pub(crate) rows: usize,
    pub(crate) depth: usize,
    pub(crate) columns: usize,
    pub(crate) left: &'a [f32],
    pub(crate) right: &'a [f32],
    /// One row in panels, or zeros.
    pub(crate) start: Option<&'a [f32]>,
    pub(crate) finish: Finish<'a>,
    pub(crate) output: &'a mut [f32],
}

/// `output[r, :] = 0 + Σₙ left[n, r]·right[n, :]`; all operands in panels.
#[derive(Debug)]
pub(crate) struct ColumnProduct<'a> {
    pub(crate) depth: usize,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) left: &'a [f32],
    pub(crate) right: &'a [f32],
    pub(crate) output: &'a mut [f32],
}

/// `output[0, :] = 0 + Σₙ matrix[n, :]`, in panels.
#[derive(Debug)]
pub(crate) struct ColumnSums<'a> {
    pub(crate) rows: usize,
    pub(crate) matrix: &'a [f32],
    pub(crate) output: &'a mut [f32],
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
    ($U:ty, $rows:expr, $row:ident, $M:ident, $body:block) => {{
        let mut $row = 0;
        if <$U>::F32_LANES >= 16 {
            each_tile!(@of 8, $rows, $row, $M, $body);
        } else if <$U>::F32_LANES >= 8 {
            each_tile!(@of 6, $rows, $row, $M, $body);
        }
        each_tile!(@of 4, $rows, $row, $M, $body);
        each_tile!(@of 2, $rows, $row, $M, $body);
        each_tile!(@of 1, $rows, $row, $M, $body);
    }};
}

impl PanelKernel for RowProduct<'_> {
    #[inline(always)]
    fn run<U: Unit, const W: usize>(self, unit: U) {
        let zeros = [0.0; W];
        let left = self.left.as_chunks::<W>().0;
        let output = self.output.as_chunks_mut::<W>().0;
        for (panel, first) in (0..self.columns).step_by(W).enumerate() {
            let tiles = RowTiles {
                left,
                rows: self.rows,
                right: &self.right.as_chunks::<W>().0[panel * self.depth..][..self.depth],
                start: self.start.map_or(&zeros, |s| &s.as_chunks::<W>().0[panel]),
                output: &mut output[panel * self.rows..][..self.rows],
            };
            match self.finish {
                Finish::Store => tiles.fill(unit, self.columns - first, |_, _, sum| sum),
                Finish::Relu => tiles.fill(unit, self.columns - first, |_, _, sum| {
                    positive(unit, sum, sum)
                }),
                Finish::FromZero => tiles.fill(unit, self.columns - first, |_, _, sum| {
                    unit.add_f32s(unit.splat_f32s(0.0), sum)
                }),
                Finish::Masked(mask) => {
                    let mask = &mask.as_chunks::<W>().0[panel * self.rows..][..self.rows];
                    tiles.fill(unit, self.columns - first, |row, r, sum| {
                        let sum = unit.add_f32s(unit.splat_f32s(0.0), sum);
                        positive(unit, U::as_simd_f32s(&mask[row]).0[r], sum)
                    });
                }
            }
        }
    }
}

/// `value` where `mask` is positive (or NaN), else 0.
#[inline(always)]
fn positive<U: Unit>(unit: U, mask: U::f32s, value: U::f32s) -> U::f32s {
    let zero = unit.splat_f32s(0.0);
    unit.select_f32s(unit.less_than_or_equal_f32s(mask, zero), zero, value)
}

/// One panel of the right operand, and all rows of the left one.
struct RowTiles<'a, const W: usize> {
    left: &'a [[f32; W]],
    rows: usize,
    right: &'a [[f32; W]],
    start: &'a [f32; W],
    output: &'a mut [[f32; W]],
}

impl<const W: usize> RowTiles<'_, W> {
    /// `width` columns are left, this panel's among them; `finish` sees row, register and sum.
    #[inline(always)]
    fn fill<U: Unit>(
        self,
        unit: U,
        width: usize,
        finish: impl Fn(usize, usize, U::f32s) -> U::f32s,
    ) {
        if width > U::F32_LANES {
            self.registers::<U, 2>(unit, finish);
        } else {
            self.registers::<U, 1>(unit, finish);
        }
    }

    #[inline(always)]
    fn registers<U: Unit, const R: usize>(
        self,
        unit: U,
        finish: impl Fn(usize, usize, U::f32s) -> U::f32s,
    ) {
        each_tile!(U, self.rows, row, M, {
            let mut sums = [[unit.splat_f32s(0.0); R]; M];
            for sums in &mut sums {
                sums.copy_from_slice(&U::as_simd_f32s(self.start).0[..R]);
            }
            let (whole, rest) = self.right.as_chunks::<W>();
            let mut panels = self.left.chunks_exact(self.rows);
            for (right, panel) in whole.iter().zip(&mut panels) {
                if let Some(left) = panel[row..].first_chunk::<M>() {
                    row_terms(unit, left, right, &mut sums);
                }
            }
            if let Some(left) = panels.next().and_then(|panel| panel[row..].first_chunk()) {
                row_terms(unit, left, rest, &mut sums);
            }
            for (m, (output, sums)) in self.output[row..row + M].iter_mut().zip(sums).enumerate() {
                let output = U::as_mut_simd_f32s(output).0;
                for (r, sum) in sums.into_iter().enumerate() {
                    output[r] = finish(row + m, r, sum);
                }
            }
        });
    }
}

/// Adds the terms of at most `W` values of the summed index.
#[inline(always)]
fn row_terms<U: Unit, const W: usize, const M: usize, const R: usize>(
    unit: U,
    left: &[[f32; W]; M],
    right: &[[f32; W]],
    sums: &mut [[U::f32s; R]; M],
) {
    for (k, right) in right.iter().enumerate().take(W) {
        let right = U::as_simd_f32s(right).0;
        for (sums, left) in sums.iter_mut().zip(left) {
            let factor = unit.splat_f32s(left[k]);
            for (sum, right) in sums.iter_mut().zip(right) {
                *sum = unit.mul_add_f32s(factor, *right, *sum);
            }
        }
    }
}

impl PanelKernel for ColumnProduct<'_> {
    #[inline(always)]
    fn run<U: Unit, const W: usize>(self, unit: U) {
        let output = self.output.as_chunks_mut::<W>().0;
        for (panel, first) in (0..self.columns).step_by(W).enumerate() {
            let right = &self.right.as_chunks::<W>().0[panel * self.depth..][..self.depth];
            let output = &mut output[panel * self.rows..][..self.rows];
            for (p, from) in (0..self.rows).step_by(W).enumerate() {
                let left = &self.left.as_chunks::<W>().0[p * self.depth..][..self.depth];
                let end = self.rows.min(from + W);
                let output = &mut output[from..end];
                if self.columns - first > U::F32_LANES {
                    column_tiles::<U, W, 2>(unit, left, right, output);
                } else {
                    column_tiles::<U, W, 1>(unit, left, right, output);
                }
            }
        }
    }
}

/// The rows of the output that one panel of the left operand gives.
#[inline(always)]
fn column_tiles<U: Unit, const W: usize, const R: usize>(
    unit: U,
    left: &[[f32; W]],
    right: &[[f32; W]],
    output: &mut [[f32; W]],
) {
    each_tile!(U, output.len(), column, M, {
        let mut sums = [[unit.splat_f32s(0.0); R]; M];
        for (left, right) in left.iter().zip(right) {
            let right = U::as_simd_f32s(right).0;
            let Some(left) = left[column..].first_chunk::<M>() else {
                break;
            };
            for (sums, left) in sums.iter_mut().zip(left) {
                let factor = unit.splat_f32s(*left);
                for (sum, right) in sums.iter_mut().zip(right) {
                    *sum = unit.mul_add_f32s(factor, *right, *sum);
                }
            }
        }
        for (output, sums) in output[column..column + M].iter_mut().zip(sums) {
            let output = U::as_mut_simd_f32s(output).0;
            for (r, sum) in sums.into_iter().enumerate() {
                output[r] = unit.add_f32s(unit.splat_f32s(0.0), sum);
            }
        }
    });
}

impl PanelKernel for ColumnSums<'_> {
    #[inline(always)]
    fn run<U: Unit, const W: usize>(self, unit: U) {
        let matrix = self.matrix.as_chunks::<W>().0;
        let output = self.output.as_chunks_mut::<W>().0;
        for (panel, output) in output.iter_mut().enumerate() {
            let zero = unit.splat_f32s(0.0);
            let mut sums = [zero; 2];
            for row in &matrix[panel * self.rows..][..self.rows] {
                for (sum, value) in sums.iter_mut().zip(U::as_simd_f32s(row).0) {
                    *sum = unit.add_f32s(*sum, *value);
                }
            }
            for (output, sum) in U::as_mut_simd_f32s(output).0.iter_mut().zip(sums) {
                *output = unit.add_f32s(zero, sum);
            }
        }
    }
}
