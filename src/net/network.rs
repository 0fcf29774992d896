//! The two networks of the study: one output trained on the squared error, and the mixture density network.

use dfdx::prelude::{Const, Cpu, Dim, PutTape, Rank0, Shape, Tape, Tensor};

use super::architecture::{Architecture, Loss};
use super::dense::{Activation, Dense};
use super::forward::Forward;
use super::head::MixtureHead;
use super::parameters::{Parameters, Visitor, VisitorMut};
use super::squared_error::mean_squared_error;
use super::tensors::tensor;
use crate::numerics::ShapeError;
use crate::numerics::mixture_nll::{HeadShape, ScaleLink};
use crate::seed::Stream;

/// Something [`fit`](super::train::fit) can train.
pub trait Trainable: Parameters {
    /// What it computes: training and prediction run on a copy of its parameters, in the
    /// layout of the kernels.
    fn architecture(&self) -> Architecture;

    /// F, columns of x.
    fn n_features(&self) -> usize {
        self.architecture().n_features
    }

    /// D, columns of the target.
    fn n_targets(&self) -> usize {
        self.architecture().loss.n_targets()
    }

    /// Mean loss of the rows of `x` \[n, F\] against `target` \[n, D\], layer by layer on dfdx's tape.
    ///
    /// The same bits as training computes, and slower; for composing with dfdx's operations.
    ///
    /// # Errors
    /// [`ShapeError`] where the slices do not hold `n` rows, or there is none.
    fn loss<T: Tape<f32, Cpu> + 'static>(
        &self,
        x: &[f32],
        target: &[f32],
        n: usize,
        tape: T,
    ) -> Result<Tensor<Rank0, f32, Cpu, T>, ShapeError>;
}

/// F → H ReLU → H ReLU → D outputs: learns the conditional mean.
#[derive(Debug, Clone)]
pub struct Mlp<F: Dim, H: Dim, D: Dim> {
    hidden_1: Dense<F, H>,
    hidden_2: Dense<H, H>,
    output: Dense<H, D>,
    device: Cpu,
}

impl<F: Dim, H: Dim, D: Dim> Mlp<F, H, D> {
    /// Fresh weights from `stream`.
    ///
    /// # Errors
    /// [`ShapeError::Size`] for a size of 0, or one that asks for more memory than any network.
    pub fn new(
        features: F,
        hidden: H,
        targets: D,
        stream: &mut Stream,
    ) -> Result<Self, ShapeError> {
        let n_targets = targets.size();
        architecture(features, hidden, Loss::SquaredError { n_targets }).check()?;
        let device = Cpu::default();
        Ok(Self {
            hidden_1: Dense::new(&device, features, hidden, Activation::Relu, stream)?,
            hidden_2: Dense::new(&device, hidden, hidden, Activation::Relu, stream)?,
            output: Dense::new(&device, hidden, targets, Activation::Linear, stream)?,
            device,
        })
    }

    /// The first layer.
    pub fn hidden_1(&self) -> &Dense<F, H> {
        &self.hidden_1
    }

    /// The second layer.
    pub fn hidden_2(&self) -> &Dense<H, H> {
        &self.hidden_2
    }

    /// The last layer.
    pub fn output(&self) -> &Dense<H, D> {
        &self.output
    }

    /// The outputs \[n, D\] for the rows of `x` \[n, F\], on the tape.
    ///
    /// # Errors
    /// As [`Dense::forward`].
    pub fn forward<T: Tape<f32, Cpu> + 'static>(
        &self,
        x: Tensor<(usize, F), f32, Cpu, T>,
    ) -> Result<Tensor<(usize, D), f32, Cpu, T>, ShapeError> {
        let hidden = self.hidden_1.forward_data(x)?;
        let hidden = self.hidden_2.forward(hidden)?;
        self.output.forward(hidden)
    }

    /// The outputs \[n, D\] for the rows of `x` \[n, F\], row-major.
    ///
    /// # Errors
    /// [`ShapeError::Rows`] where `x` does not hold whole rows.
    pub fn predict(&self, x: &[f32]) -> Result<Vec<f32>, ShapeError> {
        Forward::of(self)?.raw(x)
    }
}

impl<F: Dim, H: Dim, D: Dim> Trainable for Mlp<F, H, D> {
    fn architecture(&self) -> Architecture {
        let (features, hidden) = (self.hidden_1.inputs(), self.hidden_1.outputs());
        let n_targets = self.output.outputs().size();
        architecture(features, hidden, Loss::SquaredError { n_targets })
    }

    fn loss<T: Tape<f32, Cpu> + 'static>(
        &self,
        x: &[f32],
        target: &[f32],
        n: usize,
        tape: T,
    ) -> Result<Tensor<Rank0, f32, Cpu, T>, ShapeError> {
        check_rows(self, x, target, n)?;
        let x = tensor(&self.device, (n, self.hidden_1.inputs()), x)?.put_tape(tape);
        mean_squared_error(self.forward(x)?, target)
    }
}

impl<F: Dim, H: Dim, D: Dim> Parameters for Mlp<F, H, D> {
    fn visit(&self, visitor: &mut impl Visitor) {
        self.hidden_1.visit(&mut Prefixed("hidden_1", visitor));
        self.hidden_2.visit(&mut Prefixed("hidden_2", visitor));
        self.output.visit(&mut Prefixed("output", visitor));
    }

    fn visit_mut(&mut self, visitor: &mut impl VisitorMut) {
        self.hidden_1.visit_mut(&mut Prefixed("hidden_1", visitor));
        self.hidden_2.visit_mut(&mut Prefixed("hidden_2", visitor));
        self.output.visit_mut(&mut Prefixed("output", visitor));
    }
}

/// F → H ReLU → H ReLU → a mixture of K diagonal Gaussians over D targets (Bishop, 1994, section 3).
#[derive(Debug, Clone)]
pub struct Mdn<F: Dim, H: Dim, K: Dim, D: Dim> {
    hidden_1: Dense<F, H>,
    hidden_2: Dense<H, H>,
    head: MixtureHead<H, K, D>,
    device: Cpu,
}

impl<F: Dim, H: Dim, K: Dim, D: Dim> Mdn<F, H, K, D> {
    /// Fresh weights from `stream`.
    ///
    /// # Errors
    /// As [`Mlp::new`].
    pub fn new(
        features: F,
        hidden: H,
        components: K,
        targets: D,
        link: ScaleLink,
        stream: &mut Stream,
    ) -> Result<Self, ShapeError> {
        let head = HeadShape {
            n_components: components.size(),
            n_targets: targets.size(),
        };
        architecture(features, hidden, Loss::MixtureNll { head, link }).check()?;
        let device = Cpu::default();
        Ok(Self {
            hidden_1: Dense::new(&device, features, hidden, Activation::Relu, stream)?,
            hidden_2: Dense::new(&device, hidden, hidden, Activation::Relu, stream)?,
            head: MixtureHead::new(&device, hidden, components, targets, link, stream)?,
            device,
        })
    }

    /// The last hidden layer \[n, H\], on the tape.
    ///
    /// # Errors
    /// As [`Dense::forward`].
    pub fn hidden<T: Tape<f32, Cpu> + 'static>(
        &self,
        x: Tensor<(usize, F), f32, Cpu, T>,
    ) -> Result<Tensor<(usize, H), f32, Cpu, T>, ShapeError> {
        let hidden = self.hidden_1.forward_data(x)?;
        self.hidden_2.forward(hidden)
    }

    /// The head.
    pub fn head(&self) -> &MixtureHead<H, K, D> {
        &self.head
    }

    /// The first layer.
    pub fn hidden_1(&self) -> &Dense<F, H> {
        &self.hidden_1
    }

    /// The second layer.
    pub fn hidden_2(&self) -> &Dense<H, H> {
        &self.hidden_2
    }

    /// The raw outputs `means | raw scales | logits` for the rows of `x` \[n, F\], row-major \[n, 2·K·D + K\].
    ///
    /// # Errors
    /// [`ShapeError::Rows`] where `x` does not hold whole rows.
    pub fn raw(&self, x: &[f32]) -> Result<Vec<f32>, ShapeError> {
        Forward::of(self)?.raw(x)
    }
}

impl<F: Dim, H: Dim, K: Dim, D: Dim> Trainable for Mdn<F, H, K, D> {
    fn architecture(&self) -> Architecture {
        let (features, hidden) = (self.hidden_1.inputs(), self.hidden_1.outputs());
        let (head, link) = (self.head.shape(), self.head.link());
        architecture(features, hidden, Loss::MixtureNll { head, link })
    }

    fn loss<T: Tape<f32, Cpu> + 'static>(
        &self,
        x: &[f32],
        target: &[f32],
        n: usize,
        tape: T,
    ) -> Result<Tensor<Rank0, f32, Cpu, T>, ShapeError> {
        check_rows(self, x, target, n)?;
        let x = tensor(&self.device, (n, self.hidden_1.inputs()), x)?.put_tape(tape);
        self.head.nll(self.hidden(x)?, target)
    }
}

impl<F: Dim, H: Dim, K: Dim, D: Dim> Parameters for Mdn<F, H, K, D> {
    fn visit(&self, visitor: &mut impl Visitor) {
        self.hidden_1.visit(&mut Prefixed("hidden_1", visitor));
        self.hidden_2.visit(&mut Prefixed("hidden_2", visitor));
        self.head.visit(&mut Prefixed("head", visitor));
    }

    fn visit_mut(&mut self, visitor: &mut impl VisitorMut) {
        self.hidden_1.visit_mut(&mut Prefixed("hidden_1", visitor));
        self.hidden_2.visit_mut(&mut Prefixed("hidden_2", visitor));
        self.head.visit_mut(&mut Prefixed("head", visitor));
    }
}

/// What a network of two hidden layers computes.
fn architecture(features: impl Dim, hidden: impl Dim, loss: Loss) -> Architecture {
    Architecture {
        n_features: features.size(),
        hidden: vec![hidden.size(); 2],
        loss,
    }
}

/// `n` ≥ 1 rows of the network's width.
fn check_rows(
    network: &impl Trainable,
    x: &[f32],
    target: &[f32],
    n: usize,
) -> Result<(), ShapeError> {
    if n == 0 {
        return Err(ShapeError::Zero { what: "rows" });
    }
    network.architecture().check_rows(x, target, n)
}

/// The study's mixture density network: one feature, one target, shapes in the type.
///
/// # Errors
/// As [`Mlp::new`].
pub fn univariate_mdn<const H: usize, const K: usize>(
    link: ScaleLink,
    stream: &mut Stream,
) -> Result<Mdn<Const<1>, Const<H>, Const<K>, Const<1>>, ShapeError> {
    Mdn::new(Const, Const, Const, Const, link, stream)
}

/// The study's baseline: one feature, one output, shapes in the type.
///
/// # Errors
/// As [`Mlp::new`].
pub fn univariate_mlp<const H: usize>(
    stream: &mut Stream,
) -> Result<Mlp<Const<1>, Const<H>, Const<1>>, ShapeError> {
    Mlp::new(Const, Const, Const, stream)
}

/// Puts a layer's name before its parameters' names.
struct Prefixed<'a, V>(&'static str, &'a mut V);

impl<V: Visitor> Visitor for Prefixed<'_, V> {
    fn parameter<S: Shape>(&mut self, name: &str, tensor: &Tensor<S, f32, Cpu>) {
        self.1.parameter(&format!("{}.{name}", self.0), tensor);
    }
}

impl<V: VisitorMut> VisitorMut for Prefixed<'_, V> {
    fn parameter<S: Shape>(&mut self, name: &str, tensor: &mut Tensor<S, f32, Cpu>) {
        self.1.parameter(&format!("{}.{name}", self.0), tensor);
    }
}
