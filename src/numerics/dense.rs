//! The three products of a dense layer.
//!
//! All matrices are row-major. `n` rows (samples), `i` inputs, `o` outputs.

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
pub struct Scratch {}

/// `y = x·w + b`, then ReLU if asked: `x` [n, i], `w` [i, o], `b` [o], `y` [n, o].
///
/// Each element is the chain `b, fma(x₀, w₀, ·), fma(x₁, w₁, ·), …` in rising order.
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
    let _ = scratch;
    for r in 0..shape.n {
        for c in 0..shape.o {
            let mut acc = b[c];
            for k in 0..shape.i {
                acc = x[r * shape.i + k].mul_add(w[k * shape.o + c], acc);
            }
            y[r * shape.o + c] = if relu && acc <= 0.0 { 0.0 } else { acc };
        }
    }
}

/// `grad_w += xᵀ·grad_y`, `grad_b += Σₙ grad_y`: chains over the samples in rising order, from 0.
pub fn weight_gradient(
    shape: Shape,
    x: &[f32],
    grad_y: &[f32],
    grad_w: &mut [f32],
    grad_b: &mut [f32],
    scratch: &mut Scratch,
) {
    let _ = scratch;
    for k in 0..shape.i {
        for c in 0..shape.o {
            let mut acc = 0.0f32;
            for r in 0..shape.n {
                acc = x[r * shape.i + k].mul_add(grad_y[r * shape.o + c], acc);
            }
            grad_w[k * shape.o + c] += acc;
        }
    }
    for c in 0..shape.o {
        let mut acc = 0.0f32;
        for r in 0..shape.n {
            acc += grad_y[r * shape.o + c];
        }
        grad_b[c] += acc;
    }
}

/// `grad_x += grad_y·wᵀ`: chains over the outputs in rising order, from 0.
pub fn input_gradient(
    shape: Shape,
    grad_y: &[f32],
    w: &[f32],
    grad_x: &mut [f32],
    scratch: &mut Scratch,
) {
    let _ = scratch;
    for r in 0..shape.n {
        for k in 0..shape.i {
            let mut acc = 0.0f32;
            for c in 0..shape.o {
                acc = grad_y[r * shape.o + c].mul_add(w[k * shape.o + c], acc);
            }
            grad_x[r * shape.i + k] += acc;
        }
    }
}

/// Backward of ReLU in place: `grad_y` is zeroed where `y` is not positive.
pub fn relu_gradient(y: &[f32], grad_y: &mut [f32]) {
    for (g, y) in grad_y.iter_mut().zip(y) {
        if *y <= 0.0 {
            *g = 0.0;
        }
    }
}
