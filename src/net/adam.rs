//! Adam (Kingma and Ba, 2015) in Keras' form, over every parameter of a network.

use dfdx::prelude::{Cpu, Gradients, HasShape, Shape, Tensor};

use super::parameters::{Parameters, Visitor, VisitorMut};
use super::tensors::{append, fill};
use crate::numerics::adam::{AdamStep, adam};
use crate::numerics::{ShapeError, length};
use crate::recipe::AdamConfig;

/// The part of the state that all parameters share: the powers of β.
#[derive(Debug, Clone)]
pub(super) struct Powers {
    config: AdamConfig,
    beta_1_power: f64,
    beta_2_power: f64,
}

impl Powers {
    pub(super) const fn new(config: AdamConfig) -> Self {
        Self {
            config,
            beta_1_power: 1.0,
            beta_2_power: 1.0,
        }
    }

    /// The next step, with this rate.
    pub(super) fn next(&mut self, learning_rate: f32) -> AdamStep {
        self.beta_1_power *= self.config.beta_1;
        self.beta_2_power *= self.config.beta_2;
        let correction = (1.0 - self.beta_2_power).sqrt() / (1.0 - self.beta_1_power);
        AdamStep {
            corrected_rate: (f64::from(learning_rate) * correction) as f32,
            one_minus_beta_1: (1.0 - self.config.beta_1) as f32,
            one_minus_beta_2: (1.0 - self.config.beta_2) as f32,
            epsilon: self.config.epsilon as f32,
        }
    }
}

/// The optimiser of a network whose gradients come from dfdx's tape: for networks composed of
/// this module's operations and dfdx's own. [`Trainer`](super::Trainer) does not need it.
#[derive(Debug, Clone)]
pub struct Adam {
    powers: Powers,
    moments: Vec<Moments>,
}

#[derive(Debug, Clone)]
struct Moments {
    first: Vec<f32>,
    second: Vec<f32>,
    /// The parameter itself while it is changed: dfdx lends no slice.
    parameter: Vec<f32>,
}

impl Adam {
    /// State before the first step.
    #[must_use]
    pub fn new(config: AdamConfig) -> Self {
        Self {
            powers: Powers::new(config),
            moments: Vec::new(),
        }
    }

    /// Moves the parameters of `network` one step against `gradients` with this rate.
    ///
    /// # Errors
    /// [`ShapeError`] where the network is another than the time before, or a gradient is not that of its
    /// parameter; then neither the parameters nor the optimiser have changed.
    pub fn step(
        &mut self,
        network: &mut impl Parameters,
        gradients: &mut Gradients<f32, Cpu>,
        learning_rate: f32,
    ) -> Result<(), ShapeError> {
        let mut survey = Survey {
            gradients,
            lengths: Vec::new(),
            fault: Ok(()),
        };
        network.visit(&mut survey);
        let (lengths, fault) = (survey.lengths, survey.fault);
        fault?;
        if self.moments.is_empty() {
            self.moments = lengths.iter().map(|len| Moments::zeros(*len)).collect();
        }
        // Of two networks of different length the shorter one's missing tensors have no numbers.
        for i in 0..lengths.len().max(self.moments.len()) {
            let known = self.moments.get(i).map_or(0, |m| m.first.len());
            length("the moments", known, lengths.get(i).copied().unwrap_or(0))?;
        }
        let mut update = Update {
            step: self.powers.next(learning_rate),
            gradients,
            moments: self.moments.iter_mut(),
            fault: Ok(()),
        };
        network.visit_mut(&mut update);
        update.fault
    }
}

impl Moments {
    fn zeros(len: usize) -> Self {
        Self {
            first: vec![0.0; len],
            second: vec![0.0; len],
            parameter: Vec::with_capacity(len),
        }
    }
}

/// Looks before anything moves: how many numbers each parameter has, and whether its gradient has as many.
struct Survey<'a> {
    gradients: &'a mut Gradients<f32, Cpu>,
    lengths: Vec<usize>,
    fault: Result<(), ShapeError>,
}

impl Visitor for Survey<'_> {
    fn parameter<S: Shape>(&mut self, _: &str, tensor: &Tensor<S, f32, Cpu>) {
        let len = tensor.shape().num_elements();
        self.lengths.push(len);
        if let (Ok(()), Ok(gradient)) = (&self.fault, self.gradients.get_or_alloc_mut(tensor)) {
            self.fault = length("a gradient", gradient.len(), len);
        }
    }
}

struct Update<'a> {
    step: AdamStep,
    gradients: &'a mut Gradients<f32, Cpu>,
    moments: std::slice::IterMut<'a, Moments>,
    fault: Result<(), ShapeError>,
}

impl VisitorMut for Update<'_> {
    fn parameter<S: Shape>(&mut self, _: &str, tensor: &mut Tensor<S, f32, Cpu>) {
        if self.fault.is_ok() {
            self.fault = self.update(tensor);
        }
    }
}

impl Update<'_> {
    fn update<S: Shape>(&mut self, tensor: &mut Tensor<S, f32, Cpu>) -> Result<(), ShapeError> {
        // A parameter the loss does not depend on has a zero gradient.
        let gradient = self.gradients.get_or_alloc_mut(&*tensor);
        let (Some(moments), Ok(gradient)) = (self.moments.next(), gradient) else {
            return Ok(());
        };
        moments.parameter.clear();
        append(&mut moments.parameter, tensor);
        adam(
            self.step,
            gradient,
            &mut moments.first,
            &mut moments.second,
            &mut moments.parameter,
        )?;
        fill(tensor, &moments.parameter)
    }
}
