//! Mixture head: the last layer of a mixture density network, for any body that ends in H numbers a row.

use dfdx::prelude::{Cpu, Dim, HasShape, Rank0, RealizeTo as _, Tape, Tensor};

use super::architecture::Architecture;
use super::crossing;
use super::loss::Loss;
use super::parameters::{Parameters, Visitor, VisitorMut};
use super::tape::{self, Applied};
use super::tensors::{elements, zeros};
use crate::mixture::{ConditionalError, Mixtures};
use crate::numerics::ShapeError;
use crate::numerics::mixture_nll::{HeadShape, ScaleLink};
use crate::recipe::Covariance;
use crate::seed::Stream;

/// How a head makes scales and covariances of its outputs. A [`ScaleLink`] is the one with diagonal covariances.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeadConfig {
    /// How raw scales become scales.
    pub link: ScaleLink,
    /// Diagonal or full.
    pub covariance: Covariance,
}

impl From<ScaleLink> for HeadConfig {
    fn from(link: ScaleLink) -> Self {
        let covariance = Covariance::Diagonal;
        Self { link, covariance }
    }
}

/// Dense layers side by side: means, raw scales and logits of K Gaussians over D targets, and with full
/// covariances the entries below the diagonals of their Cholesky factors.
///
/// # Shapes
/// `hidden` \[n, H\]; weights \[H, K, D\], \[H, K, D\], \[H, K, D(D − 1)/2\], \[H, K\]; biases likewise without H.
///
/// # Examples
///
/// A body of dfdx's own layers, trained by dfdx's optimiser, with this head, trained by [`Adam`](super::Adam):
///
/// ```
/// use dfdx::{nn::builders::{Linear, Tanh}, optim, prelude::*};
/// use mixture_density::net::{AdamConfig, Adam as HeadAdam, MixtureHead};
/// use mixture_density::numerics::mixture_nll::ScaleLink;
/// use mixture_density::seed::Seed;
///
/// let device = Cpu::default();
/// let mut body = device.build_module::<(Linear<1, 16>, Tanh), f32>();
/// let link = ScaleLink::Softplus { floor: 1e-3 };
/// let mut stream = Seed::new(1).stream("init/head");
/// let mut head = MixtureHead::new((Const::<16>, Const::<2>, Const::<1>), link, &mut stream)?;
///
/// // y² = x: two answers for every x.
/// let x: Vec<f32> = (0..64).map(|i| (i / 2) as f32 / 32.0).collect();
/// let y: Vec<f32> = (0..64).map(|i| x[i].sqrt() * if i % 2 == 0 { 1.0 } else { -1.0 }).collect();
/// let x: Tensor<(usize, Const<1>), f32, _> = device.tensor_from_vec(x, (64, Const));
///
/// let mut of_body = optim::Adam::new(&body, optim::AdamConfig { lr: 0.02, ..Default::default() });
/// let mut of_head = HeadAdam::new(AdamConfig::default());
/// for _ in 0..400 {
///     let hidden = body.forward(x.leaky_trace());
///     let mut gradients = head.nll(hidden, &y)?.backward();
///     of_head.step(&mut head, &mut gradients, 0.02)?;
///     of_body.update(&mut body, &gradients)?;
/// }
/// let mixtures = head.mixtures(body.forward(x))?;
/// let at_half = mixtures.get(32).ok_or("no such row")?;
/// assert!(at_half.log_density(&[0.7])? > at_half.log_density(&[0.0])?);
/// assert!(at_half.log_density(&[-0.7])? > at_half.log_density(&[0.0])?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct MixtureHead<H: Dim, K: Dim, D: Dim> {
    /// \[H, K, D\].
    pub weight_means: Tensor<(H, K, D), f32, Cpu>,
    /// \[K, D\].
    pub bias_means: Tensor<(K, D), f32, Cpu>,
    /// \[H, K, D\]; before the link.
    pub weight_scales: Tensor<(H, K, D), f32, Cpu>,
    /// \[K, D\]; before the link.
    pub bias_scales: Tensor<(K, D), f32, Cpu>,
    /// \[H, K, D(D − 1)/2\] and \[K, D(D − 1)/2\], with full covariances: row by row of the lower triangle.
    pub lower: Option<Lower<H, K>>,
    /// \[H, K\].
    pub weight_logits: Tensor<(H, K), f32, Cpu>,
    /// \[K\].
    pub bias_logits: Tensor<(K,), f32, Cpu>,
    link: ScaleLink,
}

/// Weight and bias of the entries below the diagonals.
type Lower<H, K> = (
    Tensor<(H, K, usize), f32, Cpu>,
    Tensor<(K, usize), f32, Cpu>,
);

impl<H: Dim, K: Dim, D: Dim> MixtureHead<H, K, D> {
    /// Glorot-uniform weights with each part's own fans, biases zero: three or four Keras `Dense` layers.
    ///
    /// # Errors
    /// [`ShapeError::Size`] as of a network of this one layer.
    pub fn new(
        sizes: (H, K, D),
        config: impl Into<HeadConfig>,
        stream: &mut Stream,
    ) -> Result<Self, ShapeError> {
        let mut head = Self::zeros(sizes, config.into())?;
        head.draw_weights(stream)?;
        Ok(head)
    }

    /// All parameters 0.
    pub(super) fn zeros(
        (hidden, components, targets): (H, K, D),
        HeadConfig { link, covariance }: HeadConfig,
    ) -> Result<Self, ShapeError> {
        let (k, d) = (components.size(), targets.size());
        architecture(hidden, covariance.loss(k, d, link)).check()?;
        let n_lower = d * (d - 1) / 2;
        Ok(Self {
            weight_means: zeros((hidden, components, targets)),
            bias_means: zeros((components, targets)),
            weight_scales: zeros((hidden, components, targets)),
            bias_scales: zeros((components, targets)),
            lower: (covariance == Covariance::Full).then(|| {
                let weight = zeros((hidden, components, n_lower));
                (weight, zeros((components, n_lower)))
            }),
            weight_logits: zeros((hidden, components)),
            bias_logits: zeros((components,)),
            link,
        })
    }

    /// K and D.
    pub fn shape(&self) -> HeadShape {
        let (_, components, targets) = *self.weight_means.shape();
        HeadShape {
            n_components: components.size(),
            n_targets: targets.size(),
        }
    }

    /// How raw scales become scales.
    pub fn link(&self) -> ScaleLink {
        self.link
    }

    /// Diagonal or full.
    pub fn covariance(&self) -> Covariance {
        match self.lower {
            Some(_) => Covariance::Full,
            None => Covariance::Diagonal,
        }
    }

    /// What the raw outputs are scored by.
    pub(super) fn loss(&self) -> Loss {
        let HeadShape {
            n_components,
            n_targets,
        } = self.shape();
        self.covariance().loss(n_components, n_targets, self.link)
    }

    /// The raw outputs of each row, on the tape: `means | raw scales | lower | logits`, component by component.
    ///
    /// # Errors
    /// [`ShapeError`] where `hidden` has no row, or it or a parameter is of another shape than the head. On the way
    /// back the same is dfdx's `WrongNumElements`.
    pub fn raw<T: Tape<f32, Cpu> + 'static>(
        &self,
        hidden: Tensor<(usize, H), f32, Cpu, T>,
    ) -> Result<Tensor<(usize, usize), f32, Cpu, T>, ShapeError> {
        let applied = Applied {
            relu: false,
            x_is_differentiated: true,
        };
        let (loss, inputs) = (self.loss(), self.weight_logits.shape().0);
        let columns = loss.columns();
        tape::layer(self, architecture(inputs, loss), columns, applied, hidden)
    }

    /// Mean negative log-likelihood of the rows of `target` \[n, D\], in nats, on the tape.
    ///
    /// The gradient is in closed form; the rows are summed in f64 in rising order.
    ///
    /// # Errors
    /// As [`raw`](Self::raw), and [`ShapeError`] where `target` does not have a row for each row of `hidden`.
    pub fn nll<T: Tape<f32, Cpu> + 'static>(
        &self,
        hidden: Tensor<(usize, H), f32, Cpu, T>,
        target: &[f32],
    ) -> Result<Tensor<Rank0, f32, Cpu, T>, ShapeError> {
        tape::loss(self.raw(hidden)?, target, self.loss())
    }

    /// The predicted mixture of each row of `hidden`, in f64.
    ///
    /// # Errors
    /// As [`raw`](Self::raw), and where an output is not finite.
    pub fn mixtures(
        &self,
        hidden: Tensor<(usize, H), f32, Cpu>,
    ) -> Result<Mixtures, ConditionalError> {
        let raw = elements(&self.raw(hidden)?);
        Ok(crossing::mixtures(self.loss(), &raw)?)
    }

    /// The same head with its sizes in other types; `None` where a size is another.
    pub(super) fn realize<H2: Dim, K2: Dim, D2: Dim>(&self) -> Option<MixtureHead<H2, K2, D2>> {
        let lower = match &self.lower {
            Some((weight, bias)) => Some((
                weight.clone().try_realize().ok()?,
                bias.clone().try_realize().ok()?,
            )),
            None => None,
        };
        Some(MixtureHead {
            weight_means: self.weight_means.clone().try_realize().ok()?,
            bias_means: self.bias_means.clone().try_realize().ok()?,
            weight_scales: self.weight_scales.clone().try_realize().ok()?,
            bias_scales: self.bias_scales.clone().try_realize().ok()?,
            lower,
            weight_logits: self.weight_logits.clone().try_realize().ok()?,
            bias_logits: self.bias_logits.clone().try_realize().ok()?,
            link: self.link,
        })
    }
}

/// Of a network of one layer.
fn architecture(hidden: impl Dim, loss: Loss) -> Architecture {
    Architecture {
        n_features: hidden.size(),
        hidden: Vec::new(),
        loss,
    }
}

impl<H: Dim, K: Dim, D: Dim> Parameters for MixtureHead<H, K, D> {
    fn visit(&self, visitor: &mut impl Visitor) {
        visitor.parameter("weight_means", &self.weight_means);
        visitor.parameter("bias_means", &self.bias_means);
        visitor.parameter("weight_scales", &self.weight_scales);
        visitor.parameter("bias_scales", &self.bias_scales);
        if let Some((weight, bias)) = &self.lower {
            visitor.parameter("weight_lower", weight);
            visitor.parameter("bias_lower", bias);
        }
        visitor.parameter("weight_logits", &self.weight_logits);
        visitor.parameter("bias_logits", &self.bias_logits);
    }

    fn visit_mut(&mut self, visitor: &mut impl VisitorMut) {
        visitor.parameter("weight_means", &mut self.weight_means);
        visitor.parameter("bias_means", &mut self.bias_means);
        visitor.parameter("weight_scales", &mut self.weight_scales);
        visitor.parameter("bias_scales", &mut self.bias_scales);
        if let Some((weight, bias)) = &mut self.lower {
            visitor.parameter("weight_lower", weight);
            visitor.parameter("bias_lower", bias);
        }
        visitor.parameter("weight_logits", &mut self.weight_logits);
        visitor.parameter("bias_logits", &mut self.bias_logits);
    }
}
