//! Dense layer (Keras `Dense`, PyTorch `Linear` with the weight transposed) as one tape operation.

use dfdx::prelude::{Cpu, Dim, HasShape, PutTape, SplitTape, Tape, Tensor};

use super::parameters::{Parameters, Visitor, VisitorMut};
use super::workspace::{Workspace, tensor};
use crate::numerics::dense as kernel;
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
        workspace: &Workspace,
    ) -> Tensor<(usize, O), f32, Cpu, T> {
        self.apply(x, workspace, true)
    }

    /// As [`forward`](Self::forward), but `x` is data: no gradient is computed for it.
    pub fn forward_data<T: Tape<f32, Cpu> + 'static>(
        &self,
        x: Tensor<(usize, I), f32, Cpu, T>,
        workspace: &Workspace,
    ) -> Tensor<(usize, O), f32, Cpu, T> {
        self.apply(x, workspace, false)
    }

    fn apply<T: Tape<f32, Cpu> + 'static>(
        &self,
        x: Tensor<(usize, I), f32, Cpu, T>,
        workspace: &Workspace,
        x_is_differentiated: bool,
    ) -> Tensor<(usize, O), f32, Cpu, T> {
        let (x, mut tape) = x.split_tape();
        let (inputs, outputs) = *self.weight.shape();
        let rows = x.shape().0;
        let shape = kernel::Shape {
            n: rows,
            i: inputs.size(),
            o: outputs.size(),
        };
        let relu = self.activation == Activation::Relu;

        let x_data = workspace.copy_of(&x);
        let weight_data = workspace.copy_of(&self.weight);
        let bias_data = workspace.copy_of(&self.bias);
        let mut y_data = workspace.take(rows * outputs.size());
        workspace.with_dense(|scratch| {
            kernel::affine(
                shape,
                &x_data,
                &weight_data,
                &bias_data,
                relu,
                &mut y_data,
                scratch,
            );
        });
        workspace.give(bias_data);
        let y = tensor(x.device(), (rows, outputs), &y_data);

        if !T::OWNS_TAPE {
            workspace.give_all([x_data, weight_data, y_data]);
            return y.put_tape(tape);
        }
        let (weight, bias, y_ghost, workspace) = (
            self.weight.clone(),
            self.bias.clone(),
            y.clone(),
            workspace.clone(),
        );
        tape.add_backward_op(move |gradients| {
            // Taken out so that the parameters' gradients can be borrowed while it is read; put back below.
            let mut grad_y = std::mem::take(&mut **gradients.get_or_alloc_mut(&y_ghost)?);
            if relu {
                kernel::relu_gradient(&y_data, &mut grad_y);
            }
            let mut grad_bias = std::mem::take(&mut **gradients.get_or_alloc_mut(&bias)?);
            let grad_weight = gradients.get_or_alloc_mut(&weight)?;
            workspace.with_dense(|scratch| {
                kernel::weight_gradient(
                    shape,
                    &x_data,
                    &grad_y,
                    grad_weight,
                    &mut grad_bias,
                    scratch,
                );
            });
            **gradients.get_or_alloc_mut(&bias)? = grad_bias;
            if x_is_differentiated {
                let grad_x = gradients.get_or_alloc_mut(&x)?;
                workspace.with_dense(|scratch| {
                    kernel::input_gradient(shape, &grad_y, &weight_data, grad_x, scratch);
                });
            }
            **gradients.get_or_alloc_mut(&y_ghost)? = grad_y;
            workspace.give_all([x_data, weight_data, y_data]);
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
