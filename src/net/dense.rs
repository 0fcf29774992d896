//! Dense layer (Keras `Dense`, PyTorch `Linear` with the weight transposed) as one tape operation.

use dfdx::prelude::{Cpu, Dim, HasShape, PutTape, SplitTape, Tape, Tensor};

use super::parameters::{Parameters, Visitor, VisitorMut};
use super::tensors::{add, panels, rows, tensor};
use crate::numerics::dense::{affine, input_gradient, weight_gradient};
use crate::numerics::panels::Panels;
use crate::seed::Stream;

/// What a layer does with its sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// Nothing.
    Linear,
    /// max(·, 0).
    Relu,
}

/// `y = activation(x·weight + bias)`.
///
/// # Shapes
/// `x` \[n, I\], `weight` \[I, O\], `bias` \[O\], `y` \[n, O\].
#[derive(Debug, Clone)]
pub struct Dense<I: Dim, O: Dim> {
    /// \[inputs, outputs\].
    pub weight: Tensor<(I, O), f32, Cpu>,
    /// \[outputs\].
    pub bias: Tensor<(O,), f32, Cpu>,
    activation: Activation,
}

impl<I: Dim, O: Dim> Dense<I, O> {
    /// Weights from Glorot's uniform distribution, biases zero (the defaults of Keras).
    pub fn new(
        device: &Cpu,
        inputs: I,
        outputs: O,
        activation: Activation,
        stream: &mut Stream,
    ) -> Self {
        let weight = glorot_uniform(inputs.size(), outputs.size(), stream);
        Self {
            weight: tensor(device, (inputs, outputs), &weight),
            bias: tensor(device, (outputs,), &vec![0.0; outputs.size()]),
            activation,
        }
    }

    /// I.
    pub fn inputs(&self) -> I {
        self.weight.shape().0
    }

    /// O.
    pub fn outputs(&self) -> O {
        self.weight.shape().1
    }

    /// The layer's output; the gradient flows to the parameters and to `x`.
    pub fn forward<T: Tape<f32, Cpu> + 'static>(
        &self,
        x: Tensor<(usize, I), f32, Cpu, T>,
    ) -> Tensor<(usize, O), f32, Cpu, T> {
        self.apply(x, true)
    }

    /// As [`forward`](Self::forward), but `x` is data: no gradient is computed for it.
    pub fn forward_data<T: Tape<f32, Cpu> + 'static>(
        &self,
        x: Tensor<(usize, I), f32, Cpu, T>,
    ) -> Tensor<(usize, O), f32, Cpu, T> {
        self.apply(x, false)
    }

    fn apply<T: Tape<f32, Cpu> + 'static>(
        &self,
        x: Tensor<(usize, I), f32, Cpu, T>,
        x_is_differentiated: bool,
    ) -> Tensor<(usize, O), f32, Cpu, T> {
        let (x, mut tape) = x.split_tape();
        let (inputs, outputs) = *self.weight.shape();
        let n = x.shape().0;
        let relu = self.activation == Activation::Relu;

        let x_panels = panels(&x, n, inputs.size());
        let weight_panels = panels(&self.weight, inputs.size(), outputs.size());
        let bias_panels = panels(&self.bias, 1, outputs.size());
        let mut y_panels = Panels::zeros(n, outputs.size());
        affine(&x_panels, &weight_panels, &bias_panels, relu, &mut y_panels);
        let y = tensor(x.device(), (n, outputs), &rows(&y_panels));

        if !T::OWNS_TAPE {
            return y.put_tape(tape);
        }
        let (weight, bias, y_ghost) = (self.weight.clone(), self.bias.clone(), y.clone());
        tape.add_backward_op(move |gradients| {
            let mut grad_y = gradients.get_or_alloc_mut(&y_ghost)?.to_vec();
            if relu {
                for (grad, y) in grad_y.iter_mut().zip(rows(&y_panels)) {
                    *grad = if y <= 0.0 { 0.0 } else { *grad };
                }
            }
            let grad_y = Panels::of(n, outputs.size(), &grad_y);
            let mut grad_weight = Panels::zeros(inputs.size(), outputs.size());
            let mut grad_bias = Panels::zeros(1, outputs.size());
            weight_gradient(&x_panels, &grad_y, &mut grad_weight, &mut grad_bias);
            add(gradients.get_or_alloc_mut(&weight)?, &rows(&grad_weight));
            add(gradients.get_or_alloc_mut(&bias)?, &rows(&grad_bias));
            if x_is_differentiated {
                let (mut turned, mut grad_x) =
                    (Panels::zeros(0, 0), Panels::zeros(n, inputs.size()));
                turned.transpose_of(&weight_panels);
                input_gradient(&grad_y, &turned, None, &mut grad_x);
                add(gradients.get_or_alloc_mut(&x)?, &rows(&grad_x));
            }
            Ok(())
        });
        y.put_tape(tape)
    }
}

impl<I: Dim, O: Dim> Parameters for Dense<I, O> {
    fn visit(&self, visitor: &mut impl Visitor) {
        visitor.parameter("weight", &self.weight);
        visitor.parameter("bias", &self.bias);
    }

    fn visit_mut(&mut self, visitor: &mut impl VisitorMut) {
        visitor.parameter("weight", &mut self.weight);
        visitor.parameter("bias", &mut self.bias);
    }
}

/// `fan_in`·`fan_out` draws of U(−l, l), l = √(6/(fan_in + fan_out)), row-major (Glorot and Bengio, 2010, eq. 16).
pub(crate) fn glorot_uniform(fan_in: usize, fan_out: usize, stream: &mut Stream) -> Vec<f32> {
    #[allow(clippy::cast_precision_loss, reason = "fans are far below 2⁵³")]
    let limit = (6.0 / (fan_in + fan_out) as f64).sqrt();
    (0..fan_in * fan_out)
        .map(|_| stream.uniform(-limit, limit) as f32)
        .collect()
}
