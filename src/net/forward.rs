//! A network's parameters in the layout of the kernels, and its outputs.

use std::sync::{Arc, OnceLock};

use super::architecture::{Architecture, Slot};
use super::parameters::Parameters;
use super::rows::whole_rows;
use crate::numerics::dense::affine;
use crate::numerics::panels::Panels;
use crate::numerics::{ShapeError, length};

/// Rows that go through the network together: few enough that the activations stay in the
/// second-level cache.
pub(super) const ROWS: usize = 256;

/// The layers of a network, ready to compute.
#[derive(Debug, Clone)]
pub(super) struct Forward {
    architecture: Architecture,
    pub(super) layers: Vec<Layer>,
}

/// Weight \[inputs, outputs\] and bias \[1, outputs\].
#[derive(Debug, Clone)]
pub(super) struct Layer {
    pub(super) weight: Panels,
    pub(super) bias: Panels,
}

/// The input and what each layer made of it; the last is the raw output.
#[derive(Debug, Default)]
pub(super) struct Activations(pub(super) Vec<Panels>);

impl Forward {
    /// With `weights` in the order of [`Parameters::visit`].
    pub(super) fn new(architecture: Architecture, weights: &[f32]) -> Result<Self, ShapeError> {
        architecture.check()?;
        let layer = |(inputs, outputs): (usize, usize)| -> Result<Layer, ShapeError> {
            Ok(Layer {
                weight: Panels::zeros(inputs, outputs)?,
                bias: Panels::zeros(1, outputs)?,
            })
        };
        let shapes = architecture.layers().into_iter();
        let mut forward = Self {
            layers: shapes.map(layer).collect::<Result<_, _>>()?,
            architecture,
        };
        forward.load(weights)?;
        Ok(forward)
    }

    /// Of these parameters as they are now.
    pub(super) fn of(
        architecture: Architecture,
        parameters: &impl Parameters,
    ) -> Result<Self, ShapeError> {
        let mut weights = Vec::new();
        parameters.copy_weights_into(&mut weights);
        Self::new(architecture, &weights)
    }

    /// What it computes.
    pub(super) const fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    /// Takes all parameters.
    pub(super) fn load(&mut self, mut weights: &[f32]) -> Result<(), ShapeError> {
        let expected = self.architecture.n_parameters();
        length("the weights", weights.len(), expected)?;
        for slot in self.architecture.slots() {
            let (mine, rest) = weights.split_at(self.architecture.len(slot));
            let layer = &mut self.layers[slot.layer];
            let matrix = if slot.is_bias {
                &mut layer.bias
            } else {
                &mut layer.weight
            };
            matrix.load_columns(slot.columns, mine)?;
            weights = rest;
        }
        Ok(())
    }

    /// Gives all parameters, in the order it took them.
    pub(super) fn store(&self, weights: &mut Vec<f32>) -> Result<(), ShapeError> {
        weights.clear();
        for slot in self.architecture.slots() {
            let start = weights.len();
            weights.resize(start + self.architecture.len(slot), 0.0);
            let matrix = self.layers[slot.layer].matrix(slot);
            matrix.store_columns(slot.columns, &mut weights[start..])?;
        }
        Ok(())
    }

    /// Computes the raw outputs of `n` rows of `x` \[n, F\].
    pub(super) fn run<'a>(
        &self,
        n: usize,
        x: &[f32],
        activations: &'a mut Activations,
    ) -> Result<&'a Panels, ShapeError> {
        activations.reshape(self, n)?;
        let activations = &mut activations.0;
        activations[0].load(x)?;
        let last = self.layers.len() - 1;
        for (i, layer) in self.layers.iter().enumerate() {
            let (before, after) = activations.split_at_mut(i + 1);
            affine(
                &before[i],
                &layer.weight,
                &layer.bias,
                i < last,
                &mut after[0],
            )?;
        }
        Ok(&activations[last + 1])
    }

    /// The raw outputs of each row of `x` \[n, F\], row-major, after those of `raw`.
    pub(super) fn raw(
        &self,
        x: &[f32],
        activations: &mut Activations,
        raw: &mut Vec<f32>,
    ) -> Result<(), ShapeError> {
        let features = self.architecture.n_features;
        whole_rows("the features", x.len(), features)?;
        for x in x.chunks(ROWS * features) {
            let n = x.len() / features;
            let start = raw.len();
            raw.resize(start + n * self.architecture.loss.columns(), 0.0);
            self.run(n, x, activations)?.store(&mut raw[start..])?;
        }
        Ok(())
    }
}

impl Layer {
    /// The weight or the bias.
    pub(super) const fn matrix(&self, slot: Slot) -> &Panels {
        if slot.is_bias {
            &self.bias
        } else {
            &self.weight
        }
    }
}

impl Activations {
    /// Room for `n` rows through these layers.
    fn reshape(&mut self, forward: &Forward, n: usize) -> Result<(), ShapeError> {
        let widths = forward.layers.iter().map(|layer| layer.bias.shape().1);
        let widths = std::iter::once(forward.architecture.n_features).chain(widths);
        self.0.truncate(forward.layers.len() + 1);
        for (i, width) in widths.enumerate() {
            // Of the layers' own layout, which need not be the one in use on this thread.
            let like = &forward.layers[i.saturating_sub(1)].bias;
            match self.0.get_mut(i) {
                Some(activation) if activation.path() == like.path() => {}
                Some(activation) => *activation = like.clone(),
                None => self.0.push(like.clone()),
            }
            self.0[i].reshape(n, width)?;
        }
        Ok(())
    }
}

/// A network's parameters in the layout of the kernels, made when they are first needed.
///
/// A network holds one, and empties it whenever it lends its parameters to be changed.
#[derive(Debug, Clone, Default)]
pub struct Ready(OnceLock<Arc<Forward>>);

impl Ready {
    /// The layers, made by `make` if they are not there.
    pub(super) fn get_or(
        &self,
        make: impl FnOnce() -> Result<Forward, ShapeError>,
    ) -> Result<&Forward, ShapeError> {
        if let Some(forward) = self.0.get() {
            return Ok(forward);
        }
        let made = Arc::new(make()?);
        Ok(self.0.get_or_init(|| made))
    }

    /// Takes layers that have the parameters' numbers, where there are none.
    pub(super) fn keep(&self, forward: Forward) {
        // Of two that are offered at once the first stays: they are equal.
        let _ = self.0.set(Arc::new(forward));
    }

    /// Forgets the layers: the parameters change.
    pub fn clear(&mut self) {
        self.0.take();
    }
}
