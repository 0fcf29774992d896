//! A network's outputs, from its own copy of the parameters in the products' layout.

use super::architecture::{Architecture, Slot};
use super::network::Trainable;
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
    /// The input and what each layer made of it; the last is the raw output.
    pub(super) activations: Vec<Panels>,
}

/// Weight \[inputs, outputs\] and bias \[1, outputs\].
#[derive(Debug, Clone)]
pub(super) struct Layer {
    pub(super) weight: Panels,
    pub(super) bias: Panels,
}

impl Forward {
    /// With `weights` in the order of [`Parameters::visit`](super::Parameters::visit).
    pub(super) fn new(architecture: Architecture, weights: &[f32]) -> Result<Self, ShapeError> {
        architecture.check()?;
        let shapes = architecture.layers();
        let layer = |(inputs, outputs): &(usize, usize)| -> Result<Layer, ShapeError> {
            Ok(Layer {
                weight: Panels::zeros(*inputs, *outputs)?,
                bias: Panels::zeros(1, *outputs)?,
            })
        };
        let widths = shapes.iter().map(|(_, outputs)| *outputs);
        let widths = std::iter::once(architecture.n_features).chain(widths);
        let activations = widths.map(|width| Panels::zeros(0, width));
        let mut forward = Self {
            layers: shapes.iter().map(layer).collect::<Result<_, _>>()?,
            activations: activations.collect::<Result<_, _>>()?,
            architecture,
        };
        forward.load(weights)?;
        Ok(forward)
    }

    /// Of a network with the parameters it has now.
    pub(super) fn of(network: &impl Trainable) -> Result<Self, ShapeError> {
        let mut weights = Vec::new();
        network.copy_weights_into(&mut weights);
        Self::new(network.architecture(), &weights)
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
            let matrix = self.matrix(slot);
            let (mine, rest) = weights.split_at(len(matrix, slot));
            matrix.load_columns(slot.columns, mine)?;
            weights = rest;
        }
        Ok(())
    }

    /// Gives all parameters, in the order it took them.
    pub(super) fn store(&mut self, weights: &mut Vec<f32>) -> Result<(), ShapeError> {
        weights.clear();
        for slot in self.architecture.slots() {
            let matrix = self.matrix(slot);
            let start = weights.len();
            weights.resize(start + len(matrix, slot), 0.0);
            matrix.store_columns(slot.columns, &mut weights[start..])?;
        }
        Ok(())
    }

    fn matrix(&mut self, slot: Slot) -> &mut Panels {
        let layer = &mut self.layers[slot.layer];
        if slot.is_bias {
            &mut layer.bias
        } else {
            &mut layer.weight
        }
    }

    /// Computes the raw outputs of `n` rows of `x` \[n, F\]; they stay in the last activation.
    pub(super) fn run(&mut self, n: usize, x: &[f32]) -> Result<&Panels, ShapeError> {
        for activation in &mut self.activations {
            let (_, columns) = activation.shape();
            activation.reshape(n, columns)?;
        }
        self.activations[0].load(x)?;
        let last = self.layers.len() - 1;
        for (i, layer) in self.layers.iter().enumerate() {
            let (before, after) = self.activations.split_at_mut(i + 1);
            affine(
                &before[i],
                &layer.weight,
                &layer.bias,
                i < last,
                &mut after[0],
            )?;
        }
        Ok(&self.activations[last + 1])
    }

    /// The raw outputs of each row of `x` \[n, F\], row-major.
    pub(super) fn raw(&mut self, x: &[f32]) -> Result<Vec<f32>, ShapeError> {
        let (features, columns) = (
            self.architecture.n_features,
            self.architecture.loss.columns(),
        );
        let n = whole_rows("the features", x.len(), features)?;
        let mut raw = vec![0.0; n * columns];
        for (x, raw) in x
            .chunks(ROWS * features)
            .zip(raw.chunks_mut(ROWS * columns))
        {
            self.run(x.len() / features, x)?.store(raw)?;
        }
        Ok(raw)
    }
}

/// How many rows of `width` ≥ 1 numbers so many numbers are.
pub(super) fn whole_rows(
    what: &'static str,
    found: usize,
    width: usize,
) -> Result<usize, ShapeError> {
    if !found.is_multiple_of(width) {
        return Err(ShapeError::Rows { what, found, width });
    }
    Ok(found / width)
}

/// Numbers of a parameter tensor.
const fn len(matrix: &Panels, slot: Slot) -> usize {
    matrix.shape().0 * (slot.columns.1 - slot.columns.0)
}
