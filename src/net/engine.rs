//! Training steps on a network's own copy of the parameters.
//!
//! From the batch to the updated weights everything stays in the layout of the products: no
//! operand is packed, no array copied or allocated between the layers. The bits are those of
//! the same layers as operations on dfdx's tape (`tests/it/net/engine.rs`).

use super::adam::Powers;
use super::forward::{Activations, Forward, Layer};
use super::loss::LossScratch;
use crate::numerics::ShapeError;
use crate::numerics::adam::{AdamStep, adam};
use crate::numerics::dense::{input_gradient, weight_gradient};
use crate::numerics::panels::Panels;
use crate::recipe::AdamConfig;

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
    activations: Activations,
    powers: Powers,
    scratch: LossScratch,
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
    pub(super) fn new(forward: Forward, config: AdamConfig) -> Result<Self, ShapeError> {
        let state = |layer: &Layer| -> Result<[State; 2], ShapeError> {
            Ok([State::of(&layer.weight)?, State::of(&layer.bias)?])
        };
        let outputs = forward.layers.iter().map(|layer| layer.bias.shape().1);
        let gradients = outputs.map(|columns| Panels::zeros(0, columns));
        Ok(Self {
            states: forward.layers.iter().map(state).collect::<Result<_, _>>()?,
            transposed: vec![Panels::empty(); forward.layers.len()],
            gradients: gradients.collect::<Result<_, _>>()?,
            activations: Activations::default(),
            powers: Powers::new(config),
            scratch: LossScratch::default(),
            forward,
        })
    }

    /// Mean loss of a batch, without a gradient.
    pub(super) fn loss(&mut self, n: usize, x: &[f32], y: &[f32]) -> Result<f32, ShapeError> {
        self.forward.run(n, x, &mut self.activations)?;
        self.score(n, y, false)
    }

    /// Mean loss of a batch, and its gradient in the states.
    pub(super) fn loss_and_gradient(
        &mut self,
        n: usize,
        x: &[f32],
        y: &[f32],
    ) -> Result<f32, ShapeError> {
        self.forward.run(n, x, &mut self.activations)?;
        let loss = self.score(n, y, true)?;
        for i in (0..self.states.len()).rev() {
            let (before, after) = self.gradients.split_at_mut(i);
            let input = &self.activations.0[i];
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
        let raw = &self.activations.0[last];
        let gradient = &mut self.gradients[last - 1];
        if with_gradient {
            gradient.reshape(n, raw.shape().1)?;
        }
        let loss = self.forward.architecture().loss;
        let gradient = with_gradient.then_some(gradient);
        loss.mean(raw, y, gradient, &mut self.scratch)
    }
}
