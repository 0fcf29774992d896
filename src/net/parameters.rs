//! One walk over the trainable tensors of a network, for first weights, optimiser, checkpoint and file alike.
//!
//! dfdx's own `TensorCollection` can only build constant shapes; this trait serves `usize` dimensions too.

use dfdx::prelude::{Cpu, HasShape, Shape, Tensor};

use super::tensors::{append, fill};
use crate::numerics::{ShapeError, length};
use crate::seed::Stream;

/// Reads each parameter, in a fixed order.
pub trait Visitor {
    /// Called with the parameter's name and the tensor.
    fn parameter<S: Shape>(&mut self, name: &str, tensor: &Tensor<S, f32, Cpu>);
}

/// Changes each parameter, in the same order.
pub trait VisitorMut {
    /// Called with the parameter's name and the tensor.
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

    /// Draws every tensor whose last name begins with `weight` from Glorot's uniform distribution and sets all
    /// others to 0, in the order of the walk (the defaults of Keras' `Dense`).
    ///
    /// # Errors
    /// [`ShapeError`] for a tensor that cannot be written.
    fn draw_weights(&mut self, stream: &mut Stream) -> Result<(), ShapeError> {
        struct Draw<'a>(&'a mut Stream, Result<(), ShapeError>);
        impl VisitorMut for Draw<'_> {
            fn parameter<S: Shape>(&mut self, name: &str, tensor: &mut Tensor<S, f32, Cpu>) {
                let n = tensor.shape().num_elements();
                let is_weight = name
                    .rsplit('.')
                    .next()
                    .is_some_and(|n| n.starts_with("weight"));
                let axes = tensor.shape().concrete();
                let inputs = axes.into_iter().next().filter(|_| is_weight && n > 0);
                let values = match inputs {
                    Some(inputs) => glorot_uniform(inputs, n / inputs, self.0),
                    None => vec![0.0; n],
                };
                if self.1.is_ok() {
                    self.1 = fill(tensor, &values);
                }
            }
        }
        let mut draw = Draw(stream, Ok(()));
        self.visit_mut(&mut draw);
        draw.1
    }

    /// BLAKE3 of all numbers as little-endian f32, in hexadecimal.
    fn weights_blake3(&self) -> String {
        let mut weights = Vec::new();
        self.copy_weights_into(&mut weights);
        blake3_of(&weights)
    }
}

/// Two parts of a network, the first one's parameters first.
impl<A: Parameters, B: Parameters> Parameters for (A, B) {
    fn visit(&self, visitor: &mut impl Visitor) {
        self.0.visit(visitor);
        self.1.visit(visitor);
    }

    fn visit_mut(&mut self, visitor: &mut impl VisitorMut) {
        self.0.visit_mut(visitor);
        self.1.visit_mut(visitor);
    }
}

/// Puts a layer's name before its parameters' names.
pub(super) struct Prefixed<'a, V>(pub(super) &'static str, pub(super) &'a mut V);

impl<V: Visitor> Visitor for Prefixed<'_, V> {
    fn parameter<S: Shape>(&mut self, name: &str, tensor: &Tensor<S, f32, Cpu>) {
        self.1.parameter(&format!("{}.{name}", self.0), tensor);
    }
}

impl<V: VisitorMut> VisitorMut for Prefixed<'_, V> {
    fn parameter<S: Shape>(&mut self, name: &str, tensor: &mut Tensor<S, f32, Cpu>) {
        self.1.parameter(&format!("{}.{name}", self.0), tensor);
    }
}

/// `fan_in`·`fan_out` draws of U(−l, l), l = √(6/(fan_in + fan_out)), row-major (Glorot and Bengio, 2010, eq. 16).
fn glorot_uniform(fan_in: usize, fan_out: usize, stream: &mut Stream) -> Vec<f32> {
    #[allow(clippy::cast_precision_loss, reason = "fans are far below 2⁵³")]
    let limit = (6.0 / (fan_in + fan_out) as f64).sqrt();
    (0..fan_in * fan_out)
        .map(|_| stream.uniform(-limit, limit) as f32)
        .collect()
}

/// BLAKE3 of numbers as little-endian f32, in hexadecimal.
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
