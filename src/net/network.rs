//! The two networks: one output trained on the squared error, and the mixture density network.

use dfdx::prelude::{Cpu, Dim, PutTape as _, Rank0, Tape, Tensor};

use super::architecture::Architecture;
use super::crossing;
use super::dense::{Activation, Dense};
use super::forward::{Forward, Ready};
use super::head::{HeadConfig, MixtureHead};
use super::loss::Loss;
use super::parameters::{Parameters, Prefixed, Visitor, VisitorMut};
use super::scratch;
use super::tape;
use super::tensors::tensor;
use super::trainable::Trainable;
use crate::mixture::{ConditionalDensity, ConditionalError, Mixtures, check_features};
use crate::numerics::ShapeError;
use crate::seed::Stream;

/// F → H ReLU → H ReLU → a mixture of K Gaussians over D targets (Bishop, 1994, section 3).
///
/// With `Const` sizes a wrong shape does not compile, with `usize` they are known at run time.
///
/// # Examples
///
/// ```
/// use dfdx::prelude::Const;
/// use mixture_density::net::{Mdn, Parameters as _};
/// use mixture_density::numerics::mixture_nll::ScaleLink;
/// use mixture_density::seed::Seed;
///
/// let link = ScaleLink::Softplus { floor: 1e-3 };
/// let sizes = (Const::<1>, Const::<128>, Const::<20>, Const::<1>);
/// let compiled = Mdn::new(sizes, link, &mut Seed::new(1).stream("init"))?;
/// let known_at_run_time = Mdn::new((1, 128, 20, 1), link, &mut Seed::new(1).stream("init"))?;
/// assert_eq!(compiled.weights_blake3(), known_at_run_time.weights_blake3());
/// assert_eq!(compiled.mixtures(&[0.5, 1.0])?.n_components(), 20);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub type Mdn<F, H, K, D> = Network<F, H, MixtureHead<H, K, D>>;

/// F → H ReLU → H ReLU → D outputs: learns the conditional mean.
pub type Mlp<F, H, D> = Network<F, H, Dense<H, D>>;

/// Two hidden layers with ReLU and an output layer.
#[derive(Debug, Clone)]
pub struct Network<F: Dim, H: Dim, L> {
    hidden_1: Dense<F, H>,
    hidden_2: Dense<H, H>,
    output: L,
    ready: Ready,
}

/// Rows of C columns, on dfdx's tape.
type Batch<C, T> = Tensor<(usize, C), f32, Cpu, T>;

/// The last layer of a [`Network`].
pub trait OutputLayer<H: Dim>: Parameters {
    /// Before the names of its parameters.
    const NAME: &'static str;

    /// How many outputs it has.
    type Columns: Dim;

    /// What its outputs are scored by.
    fn loss(&self) -> Loss;

    /// Its outputs, on the tape.
    ///
    /// # Errors
    /// [`ShapeError`] where `hidden` or a parameter is of another shape than the layer.
    fn outputs<T: Tape<f32, Cpu> + 'static>(
        &self,
        hidden: Tensor<(usize, H), f32, Cpu, T>,
    ) -> Result<Batch<Self::Columns, T>, ShapeError>;
}

impl<H: Dim, D: Dim> OutputLayer<H> for Dense<H, D> {
    const NAME: &'static str = "output";
    type Columns = D;

    fn loss(&self) -> Loss {
        let n_targets = Dense::outputs(self).size();
        Loss::SquaredError { n_targets }
    }

    fn outputs<T: Tape<f32, Cpu> + 'static>(
        &self,
        hidden: Tensor<(usize, H), f32, Cpu, T>,
    ) -> Result<Tensor<(usize, D), f32, Cpu, T>, ShapeError> {
        self.forward(hidden)
    }
}

impl<H: Dim, K: Dim, D: Dim> OutputLayer<H> for MixtureHead<H, K, D> {
    const NAME: &'static str = "head";
    type Columns = usize;

    fn loss(&self) -> Loss {
        MixtureHead::loss(self)
    }

    fn outputs<T: Tape<f32, Cpu> + 'static>(
        &self,
        hidden: Tensor<(usize, H), f32, Cpu, T>,
    ) -> Result<Tensor<(usize, usize), f32, Cpu, T>, ShapeError> {
        self.raw(hidden)
    }
}

impl<F: Dim, H: Dim, L: OutputLayer<H>> Network<F, H, L> {
    /// Around an output layer, all other parameters 0.
    fn around(output: L, (features, hidden): (F, H)) -> Result<Self, ShapeError> {
        architecture(features, hidden, output.loss()).check()?;
        Ok(Self {
            hidden_1: Dense::zeros((features, hidden), Activation::Relu)?,
            hidden_2: Dense::zeros((hidden, hidden), Activation::Relu)?,
            output,
            ready: Ready::default(),
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
    pub fn output(&self) -> &L {
        &self.output
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

    /// The outputs for the rows of `x` \[n, F\], on the tape.
    ///
    /// # Errors
    /// As [`Dense::forward`].
    pub fn forward<T: Tape<f32, Cpu> + 'static>(
        &self,
        x: Tensor<(usize, F), f32, Cpu, T>,
    ) -> Result<Batch<L::Columns, T>, ShapeError> {
        self.output.outputs(self.hidden(x)?)
    }

    /// The outputs for the rows of `x` \[n, F\], row-major: of an [`Mlp`] \[n, D\]; of an [`Mdn`]
    /// `means | raw scales | lower | logits`, where `lower` is there with full covariances.
    ///
    /// # Errors
    /// [`ShapeError::Rows`] where `x` does not hold whole rows.
    pub fn outputs(&self, x: &[f32]) -> Result<Vec<f32>, ShapeError> {
        let forward = self.forward_pass()?;
        let mut outputs = Vec::new();
        scratch::with(|scratch| forward.raw(x, &mut scratch.activations, &mut outputs))?;
        Ok(outputs)
    }

    /// The layers in the layout of the kernels.
    pub(super) fn forward_pass(&self) -> Result<&Forward, ShapeError> {
        let make = || Forward::of(self.architecture(), self);
        self.ready.get_or(make)
    }
}

impl<F: Dim, H: Dim, D: Dim> Mlp<F, H, D> {
    /// Fresh weights from `stream`.
    ///
    /// # Errors
    /// [`ShapeError::Size`] for a size of 0, or one that asks for more memory than any network.
    pub fn new(
        (features, hidden, targets): (F, H, D),
        stream: &mut Stream,
    ) -> Result<Self, ShapeError> {
        let n_targets = targets.size();
        architecture(features, hidden, Loss::SquaredError { n_targets }).check()?;
        let output = Dense::zeros((hidden, targets), Activation::Linear)?;
        let mut network = Self::around(output, (features, hidden))?;
        network.draw_weights(stream)?;
        Ok(network)
    }
}

impl<F: Dim, H: Dim, K: Dim, D: Dim> Mdn<F, H, K, D> {
    /// Fresh weights from `stream`. A [`ScaleLink`](crate::numerics::mixture_nll::ScaleLink) alone makes a head with
    /// diagonal covariances.
    ///
    /// # Errors
    /// [`ShapeError::Size`] for a size of 0, or one that asks for more memory than any network.
    pub fn new(
        sizes: (F, H, K, D),
        head: impl Into<HeadConfig>,
        stream: &mut Stream,
    ) -> Result<Self, ShapeError> {
        let mut network = Self::zeros(sizes, head.into())?;
        network.draw_weights(stream)?;
        Ok(network)
    }

    /// All parameters 0.
    pub(super) fn zeros(
        (features, hidden, components, targets): (F, H, K, D),
        head: HeadConfig,
    ) -> Result<Self, ShapeError> {
        let HeadConfig { link, covariance } = head;
        let loss = covariance.loss(components.size(), targets.size(), link);
        architecture(features, hidden, loss).check()?;
        let head = MixtureHead::zeros((hidden, components, targets), head)?;
        Self::around(head, (features, hidden))
    }

    /// The head.
    pub fn head(&self) -> &MixtureHead<H, K, D> {
        &self.output
    }

    /// The same network with its sizes in other types: `Const` for `usize` or the other way. `None` where a size
    /// is not that of the type.
    pub fn realize<F2: Dim, H2: Dim, K2: Dim, D2: Dim>(&self) -> Option<Mdn<F2, H2, K2, D2>> {
        Some(Network {
            hidden_1: self.hidden_1.realize()?,
            hidden_2: self.hidden_2.realize()?,
            output: self.output.realize()?,
            ready: self.ready.clone(),
        })
    }

    /// The predicted mixture of each row of `x` \[n, F\], in f64.
    ///
    /// # Errors
    /// If `x` does not hold whole rows, or a feature or an output is not finite.
    pub fn mixtures(&self, x: &[f32]) -> Result<Mixtures, ConditionalError> {
        check_features(x, Trainable::n_features(self))?;
        let raw = self.outputs(x)?;
        Ok(crossing::mixtures(self.output.loss(), &raw)?)
    }
}

impl<F: Dim, H: Dim, K: Dim, D: Dim> ConditionalDensity for Mdn<F, H, K, D> {
    fn n_features(&self) -> usize {
        Trainable::n_features(self)
    }

    fn n_targets(&self) -> usize {
        Trainable::n_targets(self)
    }

    fn mixtures_at(&self, xs: &[f64]) -> Result<Mixtures, ConditionalError> {
        let xs: Vec<f32> = xs.iter().map(|x| *x as f32).collect();
        self.mixtures(&xs)
    }
}

impl<F: Dim, H: Dim, L: OutputLayer<H>> Trainable for Network<F, H, L> {
    fn architecture(&self) -> Architecture {
        let (features, hidden) = (self.hidden_1.inputs(), self.hidden_1.outputs());
        architecture(features, hidden, self.output.loss())
    }

    fn ready(&self) -> &Ready {
        &self.ready
    }

    fn loss<T: Tape<f32, Cpu> + 'static>(
        &self,
        x: &[f32],
        target: &[f32],
        n: usize,
        tape: T,
    ) -> Result<Tensor<Rank0, f32, Cpu, T>, ShapeError> {
        if n == 0 {
            return Err(ShapeError::Zero { what: "rows" });
        }
        self.architecture().check_rows(x, target, n)?;
        let x = tensor((n, self.hidden_1.inputs()), x)?.put_tape(tape);
        tape::loss(self.forward(x)?, target, self.output.loss())
    }
}

impl<F: Dim, H: Dim, L: OutputLayer<H>> Parameters for Network<F, H, L> {
    fn visit(&self, visitor: &mut impl Visitor) {
        self.hidden_1.visit(&mut Prefixed("hidden_1", visitor));
        self.hidden_2.visit(&mut Prefixed("hidden_2", visitor));
        self.output.visit(&mut Prefixed(L::NAME, visitor));
    }

    fn visit_mut(&mut self, visitor: &mut impl VisitorMut) {
        self.ready.clear();
        self.hidden_1.visit_mut(&mut Prefixed("hidden_1", visitor));
        self.hidden_2.visit_mut(&mut Prefixed("hidden_2", visitor));
        self.output.visit_mut(&mut Prefixed(L::NAME, visitor));
    }
}

/// Of a network of two hidden layers.
fn architecture(features: impl Dim, hidden: impl Dim, loss: Loss) -> Architecture {
    Architecture {
        n_features: features.size(),
        hidden: vec![hidden.size(); 2],
        loss,
    }
}
