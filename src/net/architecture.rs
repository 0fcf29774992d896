//! What a network computes, without its numbers.

use super::loss::Loss;
use crate::numerics::{MOST_NUMBERS, ShapeError, length, size};

/// Most numbers in one row of a layer: a mistyped size must not ask for the whole memory.
pub(super) const MAX_WIDTH: usize = 1 << 20;
/// Most trainable numbers: a gigabyte, and a model file that can still be read.
pub(super) const MAX_PARAMETERS: usize = 250_000_000;

const _: () = assert!(
    MAX_PARAMETERS + 31 * MAX_WIDTH <= MOST_NUMBERS,
    "the largest weight, with its columns filled up to panels of 32, must be a matrix"
);

/// Dense layers with ReLU between them, and what the last one's outputs are scored by.
#[derive(Debug, Clone, PartialEq)]
pub struct Architecture {
    /// F, columns of x.
    pub n_features: usize,
    /// Units of each hidden layer, first to last.
    pub hidden: Vec<usize>,
    /// The loss of the last layer's outputs.
    pub loss: Loss,
}

/// One parameter tensor's place: columns of a layer's weight or bias.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) layer: usize,
    pub(crate) is_bias: bool,
    pub(crate) columns: (usize, usize),
}

impl Architecture {
    /// Inputs and outputs of each layer.
    #[must_use]
    pub fn layers(&self) -> Vec<(usize, usize)> {
        let inputs = std::iter::once(self.n_features).chain(self.hidden.iter().copied());
        let outputs = self.hidden.iter().copied().chain([self.loss.columns()]);
        inputs.zip(outputs).collect()
    }

    /// Trainable numbers.
    #[must_use]
    pub fn n_parameters(&self) -> usize {
        let layers = self.layers().into_iter();
        layers.fold(0, |total, (inputs, outputs)| {
            let layer = inputs.saturating_add(1).saturating_mul(outputs);
            total.saturating_add(layer)
        })
    }

    /// Whether a network of these sizes can be made.
    ///
    /// # Errors
    /// [`ShapeError::Size`], the first size at fault.
    pub fn check(&self) -> Result<(), ShapeError> {
        let most_targets = self.loss.most_targets().unwrap_or(MAX_WIDTH);
        size("features", self.n_features, MAX_WIDTH)?;
        for units in &self.hidden {
            size("hidden units", *units, MAX_WIDTH)?;
        }
        size("components", self.loss.n_components(), MAX_WIDTH)?;
        size("targets", self.loss.n_targets(), most_targets)?;
        size("numbers for one mixture", self.loss.columns(), MAX_WIDTH)?;
        size("trainable numbers", self.n_parameters(), MAX_PARAMETERS)
    }

    /// Whether these are `n` rows of features and of targets.
    pub(super) fn check_rows(&self, x: &[f32], y: &[f32], n: usize) -> Result<(), ShapeError> {
        let (features, targets) = (self.n_features, self.loss.n_targets());
        length("the features", x.len(), n.saturating_mul(features))?;
        length("the targets", y.len(), n.saturating_mul(targets))
    }

    /// Numbers of a parameter tensor.
    pub(crate) fn len(&self, slot: Slot) -> usize {
        let width = slot.columns.1 - slot.columns.0;
        if slot.is_bias {
            width
        } else {
            self.layers()[slot.layer].0 * width
        }
    }

    /// The parameter tensors in the order of [`Parameters::visit`](super::Parameters::visit).
    pub(crate) fn slots(&self) -> Vec<Slot> {
        let last = self.hidden.len();
        let hidden = self.hidden.iter().enumerate();
        let mut parts: Vec<_> = hidden.map(|(layer, units)| (layer, (0, *units))).collect();
        parts.extend(self.loss.parts().into_iter().map(|columns| (last, columns)));
        let slot = |(layer, columns)| {
            [false, true].map(|is_bias| Slot {
                layer,
                is_bias,
                columns,
            })
        };
        parts.into_iter().flat_map(slot).collect()
    }
}
