//! The three products of a dense layer.
//!
//! All matrices are row-major. `n` rows (samples), `i` inputs, `o` outputs.

use super::dispatch::{Kernel, Unit, dispatch};
use super::packing::{Aligned, pack, pack_tiles, pack_transposed, packed_len};
use super::product::{Finish, Left, Product, tile_len};

/// Sizes of one dense layer over one batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Rows: samples in the batch.
    pub n: usize,
    /// Inputs of the layer.
    pub i: usize,
    /// Outputs of the layer.
    pub o: usize,
}

/// Packing buffers, reused from call to call so that a training step allocates nothing.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    left: Aligned,
    right: Aligned,
    tile: Aligned,
}

impl Shape {
    fn check(self, x: usize, w: usize, y: usize) {
        assert_eq!(x, self.n * self.i, "x is not [n, i]");
        assert_eq!(w, self.i * self.o, "w is not [i, o]");
        assert_eq!(y, self.n * self.o, "y is not [n, o]");
    }
}

/// `y = x·w + b`, then ReLU if asked: `x` [n, i], `w` [i, o], `b` \[o\], `y` [n, o].
///
/// Each element is the chain `b, fma(x₀, w₀, ·), fma(x₁, w₁, ·), …` in rising order.
///
/// # Panics
/// Where a slice does not have its length.
#[allow(
    clippy::too_many_arguments,
    reason = "the operands of one BLAS-like product"
)]
pub fn affine(
    shape: Shape,
    x: &[f32],
    w: &[f32],
    b: &[f32],
    relu: bool,
    y: &mut [f32],
    scratch: &mut Scratch,
) {
    shape.check(x.len(), w.len(), y.len());
    assert_eq!(b.len(), shape.o, "b is not [o]");
    dispatch(Affine {
        shape,
        x,
        w,
        b,
        relu,
        y,
        scratch,
    });
}

/// `grad_w += xᵀ·grad_y`, `grad_b += Σₙ grad_y`: chains over the samples in rising order, from 0.
///
/// # Panics
/// Where a slice does not have its length.
pub fn weight_gradient(
    shape: Shape,
    x: &[f32],
    grad_y: &[f32],
    grad_w: &mut [f32],
    grad_b: &mut [f32],
    scratch: &mut Scratch,
) {
    shape.check(x.len(), grad_w.len(), grad_y.len());
    assert_eq!(grad_b.len(), shape.o, "grad_b is not [o]");
    dispatch(WeightGradient {
        shape,
        x,
        grad_y,
        grad_w,
        grad_b,
        scratch,
    });
}

/// `grad_x += grad_y·wᵀ`: chains over the outputs in rising order, from 0.
///
/// # Panics
/// Where a slice does not have its length.
pub fn input_gradient(
    shape: Shape,
    grad_y: &[f32],
    w: &[f32],
    grad_x: &mut [f32],
    scratch: &mut Scratch,
) {
    shape.check(grad_x.len(), w.len(), grad_y.len());
    dispatch(InputGradient {
        shape,
        grad_y,
        w,
        grad_x,
        scratch,
    });
}

/// Backward of ReLU in place: `grad_y` is zeroed where `y` is not positive.
///
/// # Panics
/// Where the slices differ in length.
pub fn relu_gradient(y: &[f32], grad_y: &mut [f32]) {
    assert_eq!(y.len(), grad_y.len(), "y and grad_y differ in length");
    dispatch(ReluGradient { y, grad_y });
}

struct Affine<'a> {
    shape: Shape,
    x: &'a [f32],
    w: &'a [f32],
    b: &'a [f32],
    relu: bool,
    y: &'a mut [f32],
    scratch: &'a mut Scratch,
}

impl Kernel for Affine<'_> {
    #[inline(always)]
    fn run<U: Unit>(self, unit: U) {
        let Shape { i, o, .. } = self.shape;
        let packed = self.scratch.right.take(packed_len::<U>(i, o));
        pack::<U>(self.w, i, o, Some(self.b), packed);
        let finish = if self.relu {
            Finish::StoreRelu
        } else {
            Finish::Store
        };
        Product {
            left: Left::Rows(self.x),
            depth: i,
            packed,
            width: o,
            finish,
            output: self.y,
            tile: self.scratch.tile.take(tile_len::<U>()),
        }
        .run(unit);
    }
}

struct WeightGradient<'a> {
    shape: Shape,
    x: &'a [f32],
    grad_y: &'a [f32],
    grad_w: &'a mut [f32],
    grad_b: &'a mut [f32],
    scratch: &'a mut Scratch,
}

impl Kernel for WeightGradient<'_> {
    #[inline(always)]
    fn run<U: Unit>(self, unit: U) {
        let Shape { n, i, o } = self.shape;
        let left = self.scratch.left.take(n * i);
        pack_tiles::<U>(self.x, n, i, left);
        let packed = self.scratch.right.take(packed_len::<U>(n, o));
        pack::<U>(self.grad_y, n, o, None, packed);
        let output = self.grad_w;
        Product {
            left: Left::Tiles(left),
            depth: n,
            packed,
            width: o,
            finish: Finish::Add,
            output,
            tile: self.scratch.tile.take(tile_len::<U>()),
        }
        .run(unit);
        add_column_sums(self.grad_y, self.grad_b);
    }
}

struct InputGradient<'a> {
    shape: Shape,
    grad_y: &'a [f32],
    w: &'a [f32],
    grad_x: &'a mut [f32],
    scratch: &'a mut Scratch,
}

impl Kernel for InputGradient<'_> {
    #[inline(always)]
    fn run<U: Unit>(self, unit: U) {
        let Shape { i, o, .. } = self.shape;
        let packed = self.scratch.right.take(packed_len::<U>(o, i));
        pack_transposed(unit, self.w, o, i, packed);
        let (left, output) = (self.grad_y, self.grad_x);
        Product {
            left: Left::Rows(left),
            depth: o,
            packed,
            width: i,
            finish: Finish::Add,
            output,
            tile: self.scratch.tile.take(tile_len::<U>()),
        }
        .run(unit);
    }
}

struct ReluGradient<'a> {
    y: &'a [f32],
    grad_y: &'a mut [f32],
}

impl Kernel for ReluGradient<'_> {
    #[inline(always)]
    fn run<U: Unit>(self, unit: U) {
        // By name: from a plain loop the compiler made a branch for each element.
        let zero = unit.splat_f32s(0.0);
        let (y, y_rest) = U::as_simd_f32s(self.y);
        let (grad, grad_rest) = U::as_mut_simd_f32s(self.grad_y);
        for (g, y) in grad.iter_mut().zip(y) {
            *g = unit.select_f32s(unit.less_than_or_equal_f32s(*y, zero), zero, *g);
        }
        for (g, y) in grad_rest.iter_mut().zip(y_rest) {
            *g = if *y <= 0.0 { 0.0 } else { *g };
        }
    }
}

/// Columns summed at a time: their sums stay in registers.
const SUMMED: usize = 64;

/// `sums[c] += Σᵣ rows[r, c]`, in rising order from 0.
#[inline(always)]
fn add_column_sums(rows: &[f32], sums: &mut [f32]) {
    let width = sums.len();
    for (sums, first) in sums.chunks_mut(SUMMED).zip((0..width).step_by(SUMMED)) {
        let mut total = [0.0; SUMMED];
        if sums.len() == SUMMED {
            for row in rows.chunks_exact(width) {
                for (total, value) in total.iter_mut().zip(&row[first..first + SUMMED]) {
                    *total += value;
                }
            }
        } else {
            for row in rows.chunks_exact(width) {
                for (total, value) in total.iter_mut().zip(&row[first..]) {
                    *total += value;
                }
            }
        }
        for (sum, total) in sums.iter_mut().zip(total) {
            *sum += total;
        }
    }
}
