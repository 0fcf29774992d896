//! Dense layer (Keras `Dense`, PyTorch `Linear` with the weight transposed) as one tape operation.

use dfdx::prelude::{Cpu, Dim, HasShape, RealizeTo as _, Tape, Tensor};

use super::architecture::Architecture;
use super::loss::Loss;
use super::parameters::{Parameters, Visitor, VisitorMut};
use super::tape::{self, Applied};
use super::tensors::zeros;
use crate::numerics::ShapeError;
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
        (inputs, outputs): (I, O),
        activation: Activation,
        stream: &mut Stream,
    ) -> Result<Self, ShapeError> {
        let mut dense = Self::zeros((inputs, outputs), activation)?;
        dense.draw_weights(stream)?;
        Ok(dense)
    }

    /// All parameters 0.
    pub(super) fn zeros(
        (inputs, outputs): (I, O),
        activation: Activation,
    ) -> Result<Self, ShapeError> {
        architecture(inputs, outputs).check()?;
        Ok(Self {
            weight: zeros((inputs, outputs)),
            bias: zeros((outputs,)),
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

    /// The layer's output where `x` is data: no gradient is computed for it.
    ///
    /// # Errors
    /// As [`forward`](Self::forward).
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
        let applied = Applied {
            relu: self.activation == Activation::Relu,
            x_is_differentiated,
        };
        let (inputs, outputs) = *self.weight.shape();
        tape::layer(self, architecture(inputs, outputs), outputs, applied, x)
    }

    /// The same layer with its sizes in other types; `None` where a size is another.
    pub(super) fn realize<I2: Dim, O2: Dim>(&self) -> Option<Dense<I2, O2>> {
        Some(Dense {
            weight: self.weight.clone().try_realize().ok()?,
            bias: self.bias.clone().try_realize().ok()?,
            activation: self.activation,
        })
    }
}

/// Of a network of one layer.
fn architecture(inputs: impl Dim, outputs: impl Dim) -> Architecture {
    let n_targets = outputs.size();
    Architecture {
        n_features: inputs.size(),
        hidden: Vec::new(),
        loss: Loss::SquaredError { n_targets },
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
