//! The three products of a dense layer, on matrices in [`Panels`].
//!
//! `n` rows (samples), `i` inputs, `o` outputs.

use super::dispatch::dispatch_panels;
use super::panels::Panels;
use super::product::{ColumnProduct, ColumnSums, Finish, RowProduct};
use super::shape::ShapeError;

/// `y = x·w + b`, then ReLU if asked: `x` [n, i], `w` [i, o], `b` [1, o], `y` [n, o].
///
/// Each element is the chain `b, fma(x₀, w₀, ·), fma(x₁, w₁, ·), …` in rising order.
///
/// # Errors
/// [`ShapeError::Matrix`], [`ShapeError::Layout`].
pub fn affine(
    x: &Panels,
    w: &Panels,
    b: &Panels,
    relu: bool,
    y: &mut Panels,
) -> Result<(), ShapeError> {
    let ((n, i), (_, o)) = (x.shape(), w.shape());
    check(
        x,
        &[
            ("the weight", w, (i, o)),
            ("the bias", b, (1, o)),
            ("the output", y, (n, o)),
        ],
    )?;
    dispatch_panels(
        x.path(),
        RowProduct {
            rows: n,
            depth: i,
            columns: o,
            left: x.values(),
            right: w.values(),
            start: Some(b.values()),
            finish: if relu { Finish::Relu } else { Finish::Store },
            output: y.values_mut(),
        },
    );
    Ok(())
}

/// `grad_w = xᵀ·grad_y`, `grad_b = Σₙ grad_y`: chains over the samples in rising order, from 0.
///
/// `x` [n, i], `grad_y` [n, o], `grad_w` [i, o], `grad_b` [1, o].
///
/// # Errors
/// As [`affine`].
pub fn weight_gradient(
    x: &Panels,
    grad_y: &Panels,
    grad_w: &mut Panels,
    grad_b: &mut Panels,
) -> Result<(), ShapeError> {
    let ((n, i), (_, o)) = (x.shape(), grad_y.shape());
    check(
        x,
        &[
            ("the output's gradient", grad_y, (n, o)),
            ("the weight's gradient", grad_w, (i, o)),
            ("the bias' gradient", grad_b, (1, o)),
        ],
    )?;
    dispatch_panels(
        x.path(),
        ColumnProduct {
            depth: n,
            rows: i,
            columns: o,
            left: x.values(),
            right: grad_y.values(),
            output: grad_w.values_mut(),
        },
    );
    dispatch_panels(
        x.path(),
        ColumnSums {
            rows: n,
            matrix: grad_y.values(),
            output: grad_b.values_mut(),
        },
    );
    Ok(())
}

/// `grad_x = grad_y·wᵀ`: chains over the outputs in rising order, from 0.
///
/// `grad_y` [n, o], `w_transposed` [o, i], `grad_x` [n, i]. Where `x` [n, i] is given, it is the
/// result of a ReLU, and the gradient is that before the ReLU: 0 where `x` is not positive.
///
/// # Errors
/// As [`affine`].
pub fn input_gradient(
    grad_y: &Panels,
    w_transposed: &Panels,
    x: Option<&Panels>,
    grad_x: &mut Panels,
) -> Result<(), ShapeError> {
    let ((n, o), (_, i)) = (grad_y.shape(), w_transposed.shape());
    check(
        grad_y,
        &[
            ("the transposed weight", w_transposed, (o, i)),
            ("the input's gradient", grad_x, (n, i)),
        ],
    )?;
    let finish = match x {
        Some(x) => {
            check(grad_y, &[("the input", x, (n, i))])?;
            Finish::Masked(x.values())
        }
        None => Finish::FromZero,
    };
    dispatch_panels(
        grad_y.path(),
        RowProduct {
            rows: n,
            depth: o,
            columns: i,
            left: grad_y.values(),
            right: w_transposed.values(),
            start: None,
            finish,
            output: grad_x.values_mut(),
        },
    );
    Ok(())
}

fn check(
    first: &Panels,
    others: &[(&'static str, &Panels, (usize, usize))],
) -> Result<(), ShapeError> {
    others
        .iter()
        .try_for_each(|(what, matrix, expected)| matrix.check(what, *expected, first.path()))
}
