//! Mixture head: the last layer of a mixture density network, with its loss fused into one tape operation.

use dfdx::prelude::{Cpu, Dim, HasShape, PutTape, Rank0, SplitTape, Tape, Tensor};

use super::dense::glorot_uniform;
use super::parameters::{Parameters, Visitor, VisitorMut};
use super::workspace::{Workspace, tensor};
use crate::numerics::dense as kernel;
use crate::numerics::mixture_nll::{HeadShape, ScaleLink, mixture_nll};
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
    pub fn new(
        device: &Cpu,
        hidden: H,
        components: K,
        targets: D,
        link: ScaleLink,
        stream: &mut Stream,
    ) -> Self {
        let (h, k, d) = (hidden.size(), components.size(), targets.size());
        let means = glorot_uniform(h, k * d, stream);
        let scales = glorot_uniform(h, k * d, stream);
        let logits = glorot_uniform(h, k, stream);
        let zeros = vec![0.0; k * d];
        Self {
            weight_means: tensor(device, (hidden, components, targets), &means),
            bias_means: tensor(device, (components, targets), &zeros),
            weight_scales: tensor(device, (hidden, components, targets), &scales),
            bias_scales: tensor(device, (components, targets), &zeros),
            weight_logits: tensor(device, (hidden, components), &logits),
            bias_logits: tensor(device, (components,), &zeros[..k]),
            link,
        }
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

    /// The raw outputs `means | raw scales | logits` of each row, in a workspace buffer \[n, 2·K·D + K\].
    pub fn raw<T>(
        &self,
        hidden: &Tensor<(usize, H), f32, Cpu, T>,
        workspace: &Workspace,
    ) -> Vec<f32> {
        let shape = self.product_shape(hidden.shape().0);
        let hidden = workspace.copy_of(hidden);
        let weight = self.joined_weight(workspace);
        let raw = self.product(shape, &hidden, &weight, workspace);
        workspace.give(hidden);
        workspace.give(weight);
        raw
    }

    /// Mean negative log-likelihood of the rows of `target` \[n, D\], in nats.
    ///
    /// Value and closed-form gradient are computed in one pass; the rows are summed in f64 in rising order.
    ///
    /// # Panics
    /// If `target` does not have a row for each row of `hidden`.
    pub fn nll<T: Tape<f32, Cpu> + 'static>(
        &self,
        hidden: Tensor<(usize, H), f32, Cpu, T>,
        target: &[f32],
        workspace: &Workspace,
    ) -> Tensor<Rank0, f32, Cpu, T> {
        let (hidden, mut tape) = hidden.split_tape();
        let rows = hidden.shape().0;
        let shape = self.product_shape(rows);
        let head = self.shape();
        assert_eq!(
            target.len(),
            rows * head.n_targets,
            "one target row for each hidden row"
        );

        let hidden_data = workspace.copy_of(&hidden);
        let weight = self.joined_weight(workspace);
        let raw = self.product(shape, &hidden_data, &weight, workspace);
        let mut nll = workspace.take(rows);
        #[allow(clippy::cast_precision_loss, reason = "a batch is far below 2²⁴ rows")]
        let grad_scale = 1.0 / rows as f32;
        let mut grad_raw = T::OWNS_TAPE.then(|| workspace.take(raw.len()));
        workspace.with_nll(|scratch| {
            mixture_nll(
                head,
                self.link,
                &raw,
                target,
                grad_scale,
                &mut nll,
                grad_raw.as_deref_mut(),
                scratch,
            );
        });
        #[allow(clippy::cast_precision_loss, reason = "a batch is far below 2⁵³ rows")]
        let mean = (nll.iter().map(|v| f64::from(*v)).sum::<f64>() / rows as f64) as f32;
        workspace.give(nll);
        workspace.give(raw);
        let loss = tensor(hidden.device(), (), &[mean]);

        let Some(mut grad_raw) = grad_raw else {
            workspace.give(hidden_data);
            workspace.give(weight);
            return loss.put_tape(tape);
        };
        let (loss_ghost, workspace, parts) = (loss.clone(), workspace.clone(), self.clone());
        tape.add_backward_op(move |gradients| {
            let upstream = gradients.get_or_alloc_mut(&loss_ghost)?[0];
            if upstream.to_bits() != 1.0f32.to_bits() {
                grad_raw.iter_mut().for_each(|g| *g *= upstream);
            }
            let mut grad_weight = workspace.take(shape.i * shape.o);
            let mut grad_bias = workspace.take(shape.o);
            grad_weight.fill(0.0);
            grad_bias.fill(0.0);
            workspace.with_dense(|scratch| {
                kernel::weight_gradient(
                    shape,
                    &hidden_data,
                    &grad_raw,
                    &mut grad_weight,
                    &mut grad_bias,
                    scratch,
                );
            });
            let parts_of = head.parts();
            add_columns(
                gradients.get_or_alloc_mut(&parts.weight_means)?,
                &grad_weight,
                shape.o,
                parts_of[0],
            );
            add_columns(
                gradients.get_or_alloc_mut(&parts.weight_scales)?,
                &grad_weight,
                shape.o,
                parts_of[1],
            );
            add_columns(
                gradients.get_or_alloc_mut(&parts.weight_logits)?,
                &grad_weight,
                shape.o,
                parts_of[2],
            );
            add_columns(
                gradients.get_or_alloc_mut(&parts.bias_means)?,
                &grad_bias,
                shape.o,
                parts_of[0],
            );
            add_columns(
                gradients.get_or_alloc_mut(&parts.bias_scales)?,
                &grad_bias,
                shape.o,
                parts_of[1],
            );
            add_columns(
                gradients.get_or_alloc_mut(&parts.bias_logits)?,
                &grad_bias,
                shape.o,
                parts_of[2],
            );
            let grad_hidden = gradients.get_or_alloc_mut(&hidden)?;
            workspace.with_dense(|scratch| {
                kernel::input_gradient(shape, &grad_raw, &weight, grad_hidden, scratch);
            });
            workspace.give_all([hidden_data, weight, grad_raw, grad_weight, grad_bias]);
            Ok(())
        });
        loss.put_tape(tape)
    }

    fn product_shape(&self, rows: usize) -> kernel::Shape {
        kernel::Shape {
            n: rows,
            i: self.weight_logits.shape().0.size(),
            o: self.shape().columns(),
        }
    }

    fn product(
        &self,
        shape: kernel::Shape,
        hidden: &[f32],
        weight: &[f32],
        workspace: &Workspace,
    ) -> Vec<f32> {
        let parts = self.shape().parts();
        let mut bias = workspace.take(shape.o);
        self.bias_means.copy_into(&mut bias[parts[0].0..parts[0].1]);
        self.bias_scales
            .copy_into(&mut bias[parts[1].0..parts[1].1]);
        self.bias_logits
            .copy_into(&mut bias[parts[2].0..parts[2].1]);
        let mut raw = workspace.take(shape.n * shape.o);
        workspace.with_dense(|scratch| {
            kernel::affine(shape, hidden, weight, &bias, false, &mut raw, scratch)
        });
        workspace.give(bias);
        raw
    }

    /// The three weights as one row-major matrix \[H, 2·K·D + K\].
    fn joined_weight(&self, workspace: &Workspace) -> Vec<f32> {
        let shape = self.product_shape(0);
        let parts = self.shape().parts();
        let mut joined = workspace.take(shape.i * shape.o);
        let mut put = |part: Vec<f32>, (from, to): (usize, usize)| {
            for (row, source) in joined
                .chunks_exact_mut(shape.o)
                .zip(part.chunks_exact(to - from))
            {
                row[from..to].copy_from_slice(source);
            }
            workspace.give(part);
        };
        put(workspace.copy_of(&self.weight_means), parts[0]);
        put(workspace.copy_of(&self.weight_scales), parts[1]);
        put(workspace.copy_of(&self.weight_logits), parts[2]);
        joined
    }
}

/// `into += joined[.., from..to]`, row by row.
fn add_columns(into: &mut [f32], joined: &[f32], columns: usize, (from, to): (usize, usize)) {
    for (target, row) in into
        .chunks_exact_mut(to - from)
        .zip(joined.chunks_exact(columns))
    {
        for (t, g) in target.iter_mut().zip(&row[from..to]) {
            *t += g;
        }
    }
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
