//! Training steps on a network's own copy of the parameters.
//!
//! From the batch to the updated weights everything stays in the layout of the products: no
//! operand is packed, no array copied or allocated between the layers. The bits are those of
//! the same layers as operations on dfdx's tape (`tests/it/net/engine.rs`).

use super::adam::{AdamConfig, Powers};
use super::architecture::{Architecture, Loss};
use super::forward::{Forward, Layer};
use crate::numerics::adam::{AdamStep, adam};
use crate::numerics::dense::{input_gradient, weight_gradient};
use crate::numerics::full_nll::full_nll_panels;
use crate::numerics::mixture_nll::{NllScratch, mixture_nll_panels};
use crate::numerics::panels::Panels;
use crate::numerics::{ShapeError, length};

/// Forward, backward, Adam.
#[derive(Debug)]
pub(super) struct Engine {
    pub(super) forward: Forward,
    /// Gradient and moments of each layer's weight and bias.
    pub(super) states: Vec<[State; 2]>,
    /// Each layer's weight, transposed; the first is not needed.
    transposed: Vec<Panels>,
    /// Gradient of each layer's output.
    gradients: Vec<Panels>,
    powers: Powers,
    losses: Vec<f32>,
    scratch: NllScratch,
}

/// What the optimiser knows of one matrix.
#[derive(Debug)]
pub(super) struct State {
    pub(super) gradient: Panels,
    first: Panels,
    second: Panels,
}

impl State {
    fn of(matrix: &Panels) -> Result<Self, ShapeError> {
        let (rows, columns) = matrix.shape();
        Ok(Self {
            gradient: Panels::zeros(rows, columns)?,
            first: Panels::zeros(rows, columns)?,
            second: Panels::zeros(rows, columns)?,
        })
    }

    fn update(&mut self, step: AdamStep, matrix: &mut Panels) -> Result<(), ShapeError> {
        adam(
            step,
            self.gradient.values(),
            self.first.values_mut(),
            self.second.values_mut(),
            matrix.values_mut(),
        )
    }
}

impl Engine {
    pub(super) fn new(
        architecture: Architecture,
        weights: &[f32],
        config: AdamConfig,
    ) -> Result<Self, ShapeError> {
        let forward = Forward::new(architecture, weights)?;
        let state = |layer: &Layer| -> Result<[State; 2], ShapeError> {
            Ok([State::of(&layer.weight)?, State::of(&layer.bias)?])
        };
        let outputs = forward.activations[1..].iter();
        let gradients = outputs.map(|output| Panels::zeros(0, output.shape().1));
        Ok(Self {
            states: forward.layers.iter().map(state).collect::<Result<_, _>>()?,
            transposed: vec![Panels::empty(); forward.layers.len()],
            gradients: gradients.collect::<Result<_, _>>()?,
            powers: Powers::new(config),
            losses: Vec::new(),
            scratch: NllScratch::default(),
            forward,
        })
    }

    /// Mean loss of a batch, without a gradient.
    pub(super) fn loss(&mut self, n: usize, x: &[f32], y: &[f32]) -> Result<f32, ShapeError> {
        self.forward.run(n, x)?;
        self.score(n, y, false)
    }

    /// Mean loss of a batch, and its gradient in the states.
    pub(super) fn loss_and_gradient(
        &mut self,
        n: usize,
        x: &[f32],
        y: &[f32],
    ) -> Result<f32, ShapeError> {
        self.forward.run(n, x)?;
        let loss = self.score(n, y, true)?;
        for i in (0..self.states.len()).rev() {
            let (before, after) = self.gradients.split_at_mut(i);
            let input = &self.forward.activations[i];
            let [weight, bias] = &mut self.states[i];
            weight_gradient(input, &after[0], &mut weight.gradient, &mut bias.gradient)?;
            if let Some(of_input) = before.last_mut() {
                let transposed = &mut self.transposed[i];
                transposed.transpose_of(&self.forward.layers[i].weight)?;
                of_input.reshape(n, input.shape().1)?;
                input_gradient(&after[0], transposed, Some(input), of_input)?;
            }
        }
        Ok(loss)
    }

    /// One step of Adam along the last gradient.
    pub(super) fn update(&mut self, learning_rate: f32) -> Result<(), ShapeError> {
        let step = self.powers.next(learning_rate);
        for (layer, [weight, bias]) in self.forward.layers.iter_mut().zip(&mut self.states) {
            weight.update(step, &mut layer.weight)?;
            bias.update(step, &mut layer.bias)?;
        }
        Ok(())
    }

    /// Mean loss of the raw outputs; their gradient, if asked for, in the last of `gradients`.
    fn score(&mut self, n: usize, y: &[f32], with_gradient: bool) -> Result<f32, ShapeError> {
        let last = self.states.len();
        let raw = &self.forward.activations[last];
        let grad_raw = &mut self.gradients[last - 1];
        if with_gradient {
            grad_raw.reshape(n, raw.shape().1)?;
        }
        #[allow(clippy::cast_precision_loss, reason = "a batch is far below 2²⁴ rows")]
        let share = 1.0 / n as f32;
        Ok(match self.forward.architecture().loss {
            Loss::SquaredError { n_targets } => {
                let residuals = &mut self.losses;
                length("the targets", y.len(), n * n_targets)?;
                residuals.resize(n * n_targets, 0.0);
                raw.store(residuals)?;
                let mut sum = 0.0f64;
                for (r, y) in residuals.iter_mut().zip(y) {
                    *r -= y;
                    sum += f64::from(*r) * f64::from(*r);
                }
                #[allow(clippy::cast_precision_loss, reason = "a batch is far below 2²⁴ rows")]
                let count = residuals.len() as f32;
                if with_gradient {
                    residuals
                        .iter_mut()
                        .for_each(|r| *r = 0.0 + 2.0 / count * *r);
                    grad_raw.load(residuals)?;
                }
                (sum / f64::from(count)) as f32
            }
            Loss::MixtureNll { head, link } => {
                self.losses.resize(n, 0.0);
                let (losses, scratch) = (&mut self.losses, &mut self.scratch);
                let grad_raw = with_gradient.then_some(grad_raw);
                mixture_nll_panels(head, link, raw, y, share, losses, grad_raw, scratch)?;
                mean(losses)
            }
            Loss::FullMixtureNll { head, link } => {
                self.losses.resize(n, 0.0);
                let (losses, scratch) = (&mut self.losses, &mut self.scratch);
                let grad_raw = with_gradient.then_some(grad_raw);
                full_nll_panels(head, link, raw, y, share, losses, grad_raw, scratch)?;
                mean(losses)
            }
        })
    }
}

/// Summed in f64 in rising order.
fn mean(losses: &[f32]) -> f32 {
    let sum: f64 = losses.iter().map(|v| f64::from(*v)).sum();
    (sum / losses.len() as f64) as f32
}
