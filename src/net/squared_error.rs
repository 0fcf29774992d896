//! Mean squared error as one tape operation (Keras `mse`).

use dfdx::prelude::{Cpu, Dim, HasShape, PutTape, Rank0, Shape as _, SplitTape, Tape, Tensor};

use super::tensors::{elements, tensor, whole};
use crate::numerics::{ShapeError, length};

/// Mean over rows and targets of `(prediction − target)²`.
///
/// The squares are summed in f64 in rising order.
///
/// # Errors
/// [`ShapeError::Length`] where `target` is not as long as `prediction`; [`ShapeError::Zero`] where that has no
/// number.
pub fn mean_squared_error<O: Dim, T: Tape<f32, Cpu> + 'static>(
    prediction: Tensor<(usize, O), f32, Cpu, T>,
    target: &[f32],
) -> Result<Tensor<Rank0, f32, Cpu, T>, ShapeError> {
    let (prediction, mut tape) = whole(prediction)?.split_tape();
    let n = prediction.shape().num_elements();
    length("the targets", target.len(), n)?;
    let mut residual = elements(&prediction);
    let mut sum = 0.0f64;
    for (r, t) in residual.iter_mut().zip(target) {
        *r -= t;
        sum += f64::from(*r) * f64::from(*r);
    }
    #[allow(clippy::cast_precision_loss, reason = "a batch is far below 2²⁴ rows")]
    let mean = (sum / n as f64) as f32;
    let loss = tensor(prediction.device(), (), &[mean])?;
    if !T::OWNS_TAPE {
        return Ok(loss.put_tape(tape));
    }
    let loss_ghost = loss.clone();
    tape.add_backward_op(move |gradients| {
        #[allow(clippy::cast_precision_loss, reason = "a batch is far below 2²⁴ rows")]
        let factor = 2.0 * gradients.get_or_alloc_mut(&loss_ghost)?[0] / n as f32;
        let grad = gradients.get_or_alloc_mut(&prediction)?;
        for (g, r) in grad.iter_mut().zip(&residual) {
            *g += factor * r;
        }
        Ok(())
    });
    Ok(loss.put_tape(tape))
}
