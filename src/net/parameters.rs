//! One walk over the trainable tensors of a network, for optimiser, checkpoint and counting alike.
//!
//! dfdx's own `TensorCollection` can only build constant shapes; this trait serves `usize` dimensions too.

use dfdx::prelude::{Cpu, HasShape, Shape, Tensor};

use super::tensors::{append, fill};
use crate::numerics::{ShapeError, length};

/// Reads each parameter, in a fixed order.
pub trait Visitor {
    /// Called with the layer's path-less name and the tensor.
    fn parameter<S: Shape>(&mut self, name: &str, tensor: &Tensor<S, f32, Cpu>);
}

/// Changes each parameter, in the same order.
pub trait VisitorMut {
    /// Called with the layer's path-less name and the tensor.
    fn parameter<S: Shape>(&mut self, name: &str, tensor: &mut Tensor<S, f32, Cpu>);
}

/// Something with trainable tensors.
pub trait Parameters {
    /// Shows every tensor to `visitor`.
    fn visit(&self, visitor: &mut impl Visitor);

    /// Hands every tensor to `visitor`.
    fn visit_mut(&mut self, visitor: &mut impl VisitorMut);

    /// Trainable numbers.
    fn n_parameters(&self) -> usize {
        struct Count(usize);
        impl Visitor for Count {
            fn parameter<S: Shape>(&mut self, _: &str, tensor: &Tensor<S, f32, Cpu>) {
                self.0 += tensor.shape().num_elements();
            }
        }
        let mut count = Count(0);
        self.visit(&mut count);
        count.0
    }

    /// All numbers, tensor after tensor, into `weights` (which is cleared first).
    fn copy_weights_into(&self, weights: &mut Vec<f32>) {
        struct Copy<'a>(&'a mut Vec<f32>);
        impl Visitor for Copy<'_> {
            fn parameter<S: Shape>(&mut self, _: &str, tensor: &Tensor<S, f32, Cpu>) {
                append(self.0, tensor);
            }
        }
        weights.clear();
        self.visit(&mut Copy(weights));
    }

    /// Takes back what [`copy_weights_into`](Self::copy_weights_into) gave.
    ///
    /// # Errors
    /// [`ShapeError::Length`] where `weights` is not as long as [`n_parameters`](Self::n_parameters); then
    /// nothing is changed.
    fn restore_weights(&mut self, weights: &[f32]) -> Result<(), ShapeError> {
        struct Restore<'a>(&'a [f32], Result<(), ShapeError>);
        impl VisitorMut for Restore<'_> {
            fn parameter<S: Shape>(&mut self, _: &str, tensor: &mut Tensor<S, f32, Cpu>) {
                let Some((mine, rest)) = self.0.split_at_checked(tensor.shape().num_elements())
                else {
                    self.1 = length("the weights", 0, tensor.shape().num_elements());
                    return;
                };
                self.0 = rest;
                if self.1.is_ok() {
                    self.1 = fill(tensor, mine);
                }
            }
        }
        length("the weights", weights.len(), self.n_parameters())?;
        let mut restore = Restore(weights, Ok(()));
        self.visit_mut(&mut restore);
        restore.1
    }

    /// BLAKE3 of all numbers as little-endian f32, in hexadecimal.
    fn weights_blake3(&self) -> String {
        let mut weights = Vec::new();
        self.copy_weights_into(&mut weights);
        blake3_of(&weights)
    }
}

/// BLAKE3 of these numbers as little-endian f32, in hexadecimal.
pub(super) fn blake3_of(weights: &[f32]) -> String {
    let mut hasher = blake3::Hasher::new();
    for weight in weights {
        // −0 and +0 are one weight, and every NaN is one NaN.
        let canonical = if weight.is_nan() {
            f32::NAN
        } else {
            weight + 0.0
        };
        hasher.update(&canonical.to_le_bytes());
    }
    hasher.finalize().to_hex().to_string()
}
