//! A network's outputs, from its own copy of the parameters in the products' layout.

use super::architecture::{Architecture, Slot};
use crate::numerics::dense::affine;
use crate::numerics::panels::Panels;

/// Rows that go through the network together: few enough that the activations stay in the
/// second-level cache.
pub(super) const ROWS: usize = 256;

/// The layers of a network, ready to compute.
#[derive(Debug, Clone)]
pub struct Forward {
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
    ///
    /// # Panics
    /// If `weights` are not as many as the architecture has.
    #[must_use]
    pub fn new(architecture: Architecture, weights: &[f32]) -> Self {
        let shapes = architecture.layers();
        let layers = shapes.iter().map(|(inputs, outputs)| Layer {
            weight: Panels::zeros(*inputs, *outputs),
            bias: Panels::zeros(1, *outputs),
        });
        let inputs = Panels::zeros(0, architecture.n_features);
        let outputs = shapes.iter().map(|(_, outputs)| Panels::zeros(0, *outputs));
        let mut forward = Self {
            layers: layers.collect(),
            activations: std::iter::once(inputs).chain(outputs).collect(),
            architecture,
        };
        forward.load(weights);
        forward
    }

    /// What it computes.
    #[must_use]
    pub const fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    /// Takes all parameters.
    pub(super) fn load(&mut self, mut weights: &[f32]) {
        for slot in self.architecture.slots() {
            let matrix = self.matrix(slot);
            let (mine, rest) = weights.split_at(len(matrix, slot));
            matrix.load_columns(slot.columns, mine);
            weights = rest;
        }
        assert!(weights.is_empty(), "weights of another network");
    }

    /// Gives all parameters, in the order it took them.
    pub(super) fn store(&mut self, weights: &mut Vec<f32>) {
        weights.clear();
        for slot in self.architecture.slots() {
            let matrix = self.matrix(slot);
            let start = weights.len();
            weights.resize(start + len(matrix, slot), 0.0);
            matrix.store_columns(slot.columns, &mut weights[start..]);
        }
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
    pub(super) fn run(&mut self, n: usize, x: &[f32]) -> &Panels {
        for activation in &mut self.activations {
            let (_, columns) = activation.shape();
            activation.reshape(n, columns);
        }
        self.activations[0].load(x);
        let last = self.layers.len() - 1;
        for (i, layer) in self.layers.iter().enumerate() {
            let (before, after) = self.activations.split_at_mut(i + 1);
            affine(
                &before[i],
                &layer.weight,
                &layer.bias,
                i < last,
                &mut after[0],
            );
        }
        &self.activations[last + 1]
    }

    /// The raw outputs of each row of `x` \[n, F\], row-major.
    ///
    /// # Panics
    /// If `x` does not hold whole rows, or a row has no features.
    #[must_use]
    pub fn raw(&mut self, x: &[f32]) -> Vec<f32> {
        let (features, columns) = (
            self.architecture.n_features,
            self.architecture.loss.columns(),
        );
        assert_eq!(x.len() % features, 0, "x does not hold whole rows");
        let mut raw = vec![0.0; x.len() / features * columns];
        for (x, raw) in x
            .chunks(ROWS * features)
            .zip(raw.chunks_mut(ROWS * columns))
        {
            self.run(x.len() / features, x).store(raw);
        }
        raw
    }
}

/// Numbers of a parameter tensor.
const fn len(matrix: &Panels, slot: Slot) -> usize {
    matrix.shape().0 * (slot.columns.1 - slot.columns.0)
}
