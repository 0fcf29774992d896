//! Dense layer (Keras `Dense`, PyTorch `Linear` with the weight transposed) as one tape operation.

use dfdx::prelude::{Cpu, Dim, HasShape, PutTape, SplitTape, Tape, Tensor};

use super::architecture::{Architecture, Loss};
use super::parameters::{Parameters, Visitor, VisitorMut};
use super::tensors::{add, on_tape, panels, rows, tensor, whole};
use crate::numerics::ShapeError;
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
    ///
    /// # Errors
    /// [`ShapeError::Size`] as of a network of this one layer.
    pub fn new(
        device: &Cpu,
        inputs: I,
        outputs: O,
        activation: Activation,
        stream: &mut Stream,
    ) -> Result<Self, ShapeError> {
        let n_targets = outputs.size();
        Architecture {
            n_features: inputs.size(),
            hidden: Vec::new(),
            loss: Loss::SquaredError { n_targets },
        }
        .check()?;
        let weight = glorot_uniform(inputs.size(), outputs.size(), stream);
        Ok(Self {
            weight: tensor(device, (inputs, outputs), &weight)?,
            bias: tensor(device, (outputs,), &vec![0.0; outputs.size()])?,
            activation,
        })
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
    ///
    /// # Errors
    /// [`ShapeError`] where x or a parameter is of another shape than the layer, or x has no row. On the way
    /// back the same is dfdx's `WrongNumElements`.
    pub fn forward<T: Tape<f32, Cpu> + 'static>(
        &self,
        x: Tensor<(usize, I), f32, Cpu, T>,
    ) -> Result<Tensor<(usize, O), f32, Cpu, T>, ShapeError> {
        self.apply(x, true)
    }

    /// As [`forward`](Self::forward), but `x` is data: no gradient is computed for it.
    ///
    /// # Errors
    /// As there.
    pub fn forward_data<T: Tape<f32, Cpu> + 'static>(
        &self,
        x: Tensor<(usize, I), f32, Cpu, T>,
    ) -> Result<Tensor<(usize, O), f32, Cpu, T>, ShapeError> {
        self.apply(x, false)
    }

    fn apply<T: Tape<f32, Cpu> + 'static>(
        &self,
        x: Tensor<(usize, I), f32, Cpu, T>,
        x_is_differentiated: bool,
    ) -> Result<Tensor<(usize, O), f32, Cpu, T>, ShapeError> {
        let (x, mut tape) = whole(x)?.split_tape();
        let (inputs, outputs) = *self.weight.shape();
        let n = x.shape().0;
        let relu = self.activation == Activation::Relu;

        let x_panels = panels(&x, n, x.shape().1.size())?;
        let weight_panels = panels(&self.weight, inputs.size(), outputs.size())?;
        let bias_panels = panels(&self.bias, 1, self.bias.shape().0.size())?;
        let mut y_panels = Panels::zeros(n, outputs.size())?;
        affine(&x_panels, &weight_panels, &bias_panels, relu, &mut y_panels)?;
        let y = tensor(x.device(), (n, outputs), &rows(&y_panels)?)?;

        if !T::OWNS_TAPE {
            return Ok(y.put_tape(tape));
        }
        let (weight, bias, y_ghost) = (self.weight.clone(), self.bias.clone(), y.clone());
        tape.add_backward_op(move |gradients| {
            let grad_y = gradients.get_or_alloc_mut(&y_ghost)?.to_vec();
            let back = |mut grad_y: Vec<f32>| -> Result<_, ShapeError> {
                if relu {
                    for (grad, y) in grad_y.iter_mut().zip(rows(&y_panels)?) {
                        *grad = if y <= 0.0 { 0.0 } else { *grad };
                    }
                }
                let grad_y = Panels::of(n, outputs.size(), &grad_y)?;
                let mut grad_weight = Panels::zeros(inputs.size(), outputs.size())?;
                let mut grad_bias = Panels::zeros(1, outputs.size())?;
                weight_gradient(&x_panels, &grad_y, &mut grad_weight, &mut grad_bias)?;
                let mut grad_x = None;
                if x_is_differentiated {
                    let mut turned = Panels::empty();
                    turned.transpose_of(&weight_panels)?;
                    let mut grad = Panels::zeros(n, inputs.size())?;
                    input_gradient(&grad_y, &turned, None, &mut grad)?;
                    grad_x = Some(rows(&grad)?);
                }
                Ok((rows(&grad_weight)?, rows(&grad_bias)?, grad_x))
            };
            let (grad_weight, grad_bias, grad_x) = back(grad_y).map_err(on_tape)?;
            add(gradients.get_or_alloc_mut(&weight)?, &grad_weight).map_err(on_tape)?;
            add(gradients.get_or_alloc_mut(&bias)?, &grad_bias).map_err(on_tape)?;
            if let Some(grad_x) = grad_x {
                add(gradients.get_or_alloc_mut(&x)?, &grad_x).map_err(on_tape)?;
            }
            Ok(())
        });
        Ok(y.put_tape(tape))
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
