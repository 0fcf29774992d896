//! Mixture head: the last layer of a mixture density network, with its loss fused into one tape operation.

use dfdx::prelude::{Cpu, Dim, HasShape, PutTape, Rank0, SplitTape, Tape, Tensor};

use super::architecture::{Architecture, Loss};
use super::dense::glorot_uniform;
use super::parameters::{Parameters, Visitor, VisitorMut};
use super::tensors::{add, elements, on_tape, panels, rows, tensor, whole};
use crate::numerics::dense::{affine, input_gradient, weight_gradient};
use crate::numerics::mixture_nll::{HeadShape, NllScratch, ScaleLink, mixture_nll};
use crate::numerics::panels::Panels;
use crate::numerics::{ShapeError, length};
use crate::seed::Stream;

/// Three dense layers side by side: means, raw scales and logits of K diagonal Gaussians over D targets.
///
/// # Shapes
/// `hidden` \[n, H\]; weights \[H, K, D\], \[H, K, D\], \[H, K\]; biases \[K, D\], \[K, D\], \[K\].
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
    /// \[H, K\].
    pub weight_logits: Tensor<(H, K), f32, Cpu>,
    /// \[K\].
    pub bias_logits: Tensor<(K,), f32, Cpu>,
    link: ScaleLink,
}

impl<H: Dim, K: Dim, D: Dim> MixtureHead<H, K, D> {
    /// Glorot-uniform weights with each part's own fans, biases zero: three Keras `Dense` layers.
    ///
    /// # Errors
    /// [`ShapeError::Size`] as of a network of this one layer.
    pub fn new(
        device: &Cpu,
        hidden: H,
        components: K,
        targets: D,
        link: ScaleLink,
        stream: &mut Stream,
    ) -> Result<Self, ShapeError> {
        let (h, k, d) = (hidden.size(), components.size(), targets.size());
        let head = HeadShape {
            n_components: k,
            n_targets: d,
        };
        Architecture {
            n_features: h,
            hidden: Vec::new(),
            loss: Loss::MixtureNll { head, link },
        }
        .check()?;
        let means = glorot_uniform(h, k * d, stream);
        let scales = glorot_uniform(h, k * d, stream);
        let logits = glorot_uniform(h, k, stream);
        let zeros = vec![0.0; k * d];
        Ok(Self {
            weight_means: tensor(device, (hidden, components, targets), &means)?,
            bias_means: tensor(device, (components, targets), &zeros)?,
            weight_scales: tensor(device, (hidden, components, targets), &scales)?,
            bias_scales: tensor(device, (components, targets), &zeros)?,
            weight_logits: tensor(device, (hidden, components), &logits)?,
            bias_logits: tensor(device, (components,), &zeros[..k])?,
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

    /// Mean negative log-likelihood of the rows of `target` \[n, D\], in nats.
    ///
    /// Value and closed-form gradient are computed in one pass; the rows are summed in f64 in rising order.
    ///
    /// # Errors
    /// [`ShapeError`] where `target` does not have a row for each row of `hidden`, there is none, or a parameter is
    /// of another shape than the head. On the way back the same is dfdx's `WrongNumElements`.
    pub fn nll<T: Tape<f32, Cpu> + 'static>(
        &self,
        hidden: Tensor<(usize, H), f32, Cpu, T>,
        target: &[f32],
    ) -> Result<Tensor<Rank0, f32, Cpu, T>, ShapeError> {
        let (hidden, mut tape) = whole(hidden)?.split_tape();
        let (n, head) = (hidden.shape().0, self.shape());
        length(
            "the targets",
            target.len(),
            n.saturating_mul(head.n_targets),
        )?;

        let hidden_panels = panels(&hidden, n, hidden.shape().1.size())?;
        let (weight, bias) = self.joined()?;
        let mut raw = Panels::zeros(n, head.columns())?;
        affine(&hidden_panels, &weight, &bias, false, &mut raw)?;
        let mut nll = vec![0.0; n];
        let mut grad_raw = vec![0.0; n * head.columns()];
        #[allow(clippy::cast_precision_loss, reason = "a batch is far below 2²⁴ rows")]
        let count = n as f32;
        mixture_nll(
            head,
            self.link,
            &rows(&raw)?,
            target,
            1.0 / count,
            &mut nll,
            T::OWNS_TAPE.then_some(&mut grad_raw),
            &mut NllScratch::default(),
        )?;
        let sum: f64 = nll.iter().map(|v| f64::from(*v)).sum();
        let loss = tensor(hidden.device(), (), &[(sum / f64::from(count)) as f32])?;

        if !T::OWNS_TAPE {
            return Ok(loss.put_tape(tape));
        }
        let (loss_ghost, parts) = (loss.clone(), self.clone());
        tape.add_backward_op(move |gradients| {
            let upstream = gradients.get_or_alloc_mut(&loss_ghost)?[0];
            grad_raw.iter_mut().for_each(|g| *g *= upstream);
            let back = || -> Result<_, ShapeError> {
                let grad_raw = Panels::of(n, head.columns(), &grad_raw)?;
                let (mut grad_weight, mut grad_bias) = (weight.clone(), bias.clone());
                weight_gradient(&hidden_panels, &grad_raw, &mut grad_weight, &mut grad_bias)?;
                let mut turned = Panels::empty();
                turned.transpose_of(&weight)?;
                let mut grad_hidden = hidden_panels.clone();
                input_gradient(&grad_raw, &turned, None, &mut grad_hidden)?;
                let [of_means, of_scales, of_logits] = head.parts();
                Ok([
                    columns(&grad_weight, of_means)?,
                    columns(&grad_weight, of_scales)?,
                    columns(&grad_weight, of_logits)?,
                    columns(&grad_bias, of_means)?,
                    columns(&grad_bias, of_scales)?,
                    columns(&grad_bias, of_logits)?,
                    rows(&grad_hidden)?,
                ])
            };
            let [
                means,
                scales,
                logits,
                bias_means,
                bias_scales,
                bias_logits,
                of_hidden,
            ] = back().map_err(on_tape)?;
            let give = |into: &mut [f32], values: &[f32]| add(into, values).map_err(on_tape);
            give(gradients.get_or_alloc_mut(&parts.weight_means)?, &means)?;
            give(gradients.get_or_alloc_mut(&parts.weight_scales)?, &scales)?;
            give(gradients.get_or_alloc_mut(&parts.weight_logits)?, &logits)?;
            give(gradients.get_or_alloc_mut(&parts.bias_means)?, &bias_means)?;
            give(
                gradients.get_or_alloc_mut(&parts.bias_scales)?,
                &bias_scales,
            )?;
            give(
                gradients.get_or_alloc_mut(&parts.bias_logits)?,
                &bias_logits,
            )?;
            give(gradients.get_or_alloc_mut(&hidden)?, &of_hidden)
        });
        Ok(loss.put_tape(tape))
    }

    /// The three parts as one weight \[H, 2·K·D + K\] and one bias \[1, 2·K·D + K\].
    fn joined(&self) -> Result<(Panels, Panels), ShapeError> {
        let head = self.shape();
        let hidden = self.weight_logits.shape().0.size();
        let mut weight = Panels::zeros(hidden, head.columns())?;
        let mut bias = Panels::zeros(1, head.columns())?;
        let [means, scales, logits] = head.parts();
        weight.load_columns(means, &elements(&self.weight_means))?;
        weight.load_columns(scales, &elements(&self.weight_scales))?;
        weight.load_columns(logits, &elements(&self.weight_logits))?;
        bias.load_columns(means, &elements(&self.bias_means))?;
        bias.load_columns(scales, &elements(&self.bias_scales))?;
        bias.load_columns(logits, &elements(&self.bias_logits))?;
        Ok((weight, bias))
    }
}

/// The columns `from..to`, row by row.
fn columns(matrix: &Panels, (from, to): (usize, usize)) -> Result<Vec<f32>, ShapeError> {
    let mut values = vec![0.0; matrix.shape().0 * (to - from)];
    matrix.store_columns((from, to), &mut values)?;
    Ok(values)
}

impl<H: Dim, K: Dim, D: Dim> Parameters for MixtureHead<H, K, D> {
    fn visit(&self, visitor: &mut impl Visitor) {
        visitor.parameter("weight_means", &self.weight_means);
        visitor.parameter("bias_means", &self.bias_means);
        visitor.parameter("weight_scales", &self.weight_scales);
        visitor.parameter("bias_scales", &self.bias_scales);
        visitor.parameter("weight_logits", &self.weight_logits);
        visitor.parameter("bias_logits", &self.bias_logits);
    }

    fn visit_mut(&mut self, visitor: &mut impl VisitorMut) {
        visitor.parameter("weight_means", &mut self.weight_means);
        visitor.parameter("bias_means", &mut self.bias_means);
        visitor.parameter("weight_scales", &mut self.weight_scales);
        visitor.parameter("bias_scales", &mut self.bias_scales);
        visitor.parameter("weight_logits", &mut self.weight_logits);
        visitor.parameter("bias_logits", &mut self.bias_logits);
    }
}
