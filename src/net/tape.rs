//! The two operations on dfdx's tape that everything here is made of: a dense layer and a loss.

use dfdx::prelude::{
    Cpu, CpuError, Dim, Gradients, HasShape, PutTape, Rank0, Shape, SplitTape, Tape, Tensor,
};

use super::architecture::Architecture;
use super::forward::{Forward, Layer};
use super::loss::{Loss, LossScratch};
use super::parameters::{Parameters, Visitor};
use super::tensors::{add, on_tape, panels, rows, tensor, whole};
use crate::numerics::ShapeError;
use crate::numerics::dense::{affine, input_gradient, weight_gradient};
use crate::numerics::panels::Panels;

/// How a layer is applied.
#[derive(Debug, Clone, Copy)]
pub(super) struct Applied {
    /// Whether max(·, 0) follows.
    pub(super) relu: bool,
    /// Whether a gradient is computed for x.
    pub(super) x_is_differentiated: bool,
}

/// `x·weight + bias`, of parameters that are one layer of this architecture.
pub(super) fn layer<P, I, O, T>(
    parameters: &P,
    architecture: Architecture,
    outputs: O,
    applied: Applied,
    x: Tensor<(usize, I), f32, Cpu, T>,
) -> Result<Tensor<(usize, O), f32, Cpu, T>, ShapeError>
where
    P: Parameters + Clone + 'static,
    I: Dim,
    O: Dim,
    T: Tape<f32, Cpu> + 'static,
{
    let (x, mut tape) = whole(x)?.split_tape();
    let n = x.shape().0;
    let mut forward = Forward::of(architecture, parameters)?;
    let slots = forward.architecture().slots();
    let layer = forward.layers.remove(0);
    let x_panels = panels(&x, n, x.shape().1.size())?;
    let mut y_panels = Panels::zeros(n, outputs.size())?;
    affine(
        &x_panels,
        &layer.weight,
        &layer.bias,
        applied.relu,
        &mut y_panels,
    )?;
    let y = tensor((n, outputs), &rows(&y_panels)?)?;
    if !T::OWNS_TAPE {
        return Ok(y.put_tape(tape));
    }
    let (parameters, y_ghost) = (parameters.clone(), y.clone());
    tape.add_backward_op(move |gradients| {
        let mut grad_y = gradients.get_or_alloc_mut(&y_ghost)?.to_vec();
        if applied.relu {
            let outputs = rows(&y_panels).map_err(on_tape)?;
            for (grad, y) in grad_y.iter_mut().zip(outputs) {
                *grad = if y <= 0.0 { 0.0 } else { *grad };
            }
        }
        let back = backward(&layer, &x_panels, &grad_y, applied.x_is_differentiated);
        let (of_layer, of_x) = back.map_err(on_tape)?;
        let mut give = Give {
            gradients,
            slots: slots.iter(),
            of_layer: &of_layer,
            given: Ok(()),
        };
        parameters.visit(&mut give);
        give.given?;
        match of_x {
            Some(of_x) => add(gradients.get_or_alloc_mut(&x)?, &of_x).map_err(on_tape),
            None => Ok(()),
        }
    });
    Ok(y.put_tape(tape))
}

/// The gradients of weight and bias, and that of x if it is wanted, row by row.
fn backward(
    layer: &Layer,
    x: &Panels,
    grad_y: &[f32],
    x_is_differentiated: bool,
) -> Result<(Layer, Option<Vec<f32>>), ShapeError> {
    let grad_y = Panels::of(x.shape().0, layer.bias.shape().1, grad_y)?;
    let mut of_layer = layer.clone();
    weight_gradient(x, &grad_y, &mut of_layer.weight, &mut of_layer.bias)?;
    if !x_is_differentiated {
        return Ok((of_layer, None));
    }
    let mut turned = Panels::empty();
    turned.transpose_of(&layer.weight)?;
    let mut grad_x = x.clone();
    input_gradient(&grad_y, &turned, None, &mut grad_x)?;
    Ok((of_layer, Some(rows(&grad_x)?)))
}

/// Adds to the gradient of each parameter its columns of the layer's.
struct Give<'a> {
    gradients: &'a mut Gradients<f32, Cpu>,
    slots: std::slice::Iter<'a, super::architecture::Slot>,
    of_layer: &'a Layer,
    given: Result<(), CpuError>,
}

impl Visitor for Give<'_> {
    fn parameter<S: Shape>(&mut self, _: &str, tensor: &Tensor<S, f32, Cpu>) {
        let (Ok(()), Some(slot)) = (&self.given, self.slots.next()) else {
            return;
        };
        let matrix = self.of_layer.matrix(*slot);
        let mut values = vec![0.0; matrix.shape().0 * (slot.columns.1 - slot.columns.0)];
        self.given = matrix
            .store_columns(slot.columns, &mut values)
            .map_err(on_tape)
            .and_then(|()| add(self.gradients.get_or_alloc_mut(tensor)?, &values).map_err(on_tape));
    }
}

/// The loss of raw outputs against `target` \[n, D\], closed-form gradient included.
pub(super) fn loss<O: Dim, T: Tape<f32, Cpu> + 'static>(
    outputs: Tensor<(usize, O), f32, Cpu, T>,
    target: &[f32],
    loss: Loss,
) -> Result<Tensor<Rank0, f32, Cpu, T>, ShapeError> {
    let (outputs, mut tape) = whole(outputs)?.split_tape();
    let raw = panels(&outputs, outputs.shape().0, outputs.shape().1.size())?;
    let mut gradient = T::OWNS_TAPE.then(|| raw.clone());
    let scratch = &mut LossScratch::default();
    let value = loss.mean(&raw, target, gradient.as_mut(), scratch)?;
    let value = tensor((), &[value])?;
    let Some(gradient) = gradient else {
        return Ok(value.put_tape(tape));
    };
    let (gradient, ghost) = (rows(&gradient)?, value.clone());
    tape.add_backward_op(move |gradients| {
        let upstream = gradients.get_or_alloc_mut(&ghost)?[0];
        let into = gradients.get_or_alloc_mut(&outputs)?;
        for (into, value) in into.iter_mut().zip(&gradient) {
            *into += value * upstream;
        }
        Ok(())
    });
    Ok(value.put_tape(tape))
}

/// Mean over rows and targets of `(prediction − target)²` (Keras `mse`), on the tape.
///
/// # Numerics
/// The squares are summed in f64 in rising order.
///
/// # Errors
/// [`ShapeError::Length`] where `target` is not as long as `prediction`; [`ShapeError::Zero`] where that has no
/// number.
pub fn mean_squared_error<O: Dim, T: Tape<f32, Cpu> + 'static>(
    prediction: Tensor<(usize, O), f32, Cpu, T>,
    target: &[f32],
) -> Result<Tensor<Rank0, f32, Cpu, T>, ShapeError> {
    let n_targets = prediction.shape().1.size();
    loss(prediction, target, Loss::SquaredError { n_targets })
}
