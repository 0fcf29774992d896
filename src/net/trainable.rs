//! What the trainer asks of a network.

use dfdx::prelude::{Cpu, Rank0, Tape, Tensor};

use super::architecture::Architecture;
use super::forward::Ready;
use super::parameters::Parameters;
use crate::numerics::ShapeError;

/// Dense layers with ReLU between them, which a [`Trainer`](super::Trainer) can train.
pub trait Trainable: Parameters {
    /// What it computes: training and prediction run on a copy of its parameters, in the
    /// layout of the kernels.
    fn architecture(&self) -> Architecture;

    /// That copy. It must be [cleared](Ready::clear) whenever a parameter changes.
    fn ready(&self) -> &Ready;

    /// Mean loss of the rows of `x` \[n, F\] against `target` \[n, D\], layer by layer on dfdx's tape.
    ///
    /// The same bits as training computes, and slower; for composing with dfdx's operations.
    ///
    /// # Errors
    /// [`ShapeError`] where the slices do not hold `n` rows, or there is none.
    fn loss<T: Tape<f32, Cpu> + 'static>(
        &self,
        x: &[f32],
        target: &[f32],
        n: usize,
        tape: T,
    ) -> Result<Tensor<Rank0, f32, Cpu, T>, ShapeError>;

    /// F, columns of x.
    fn n_features(&self) -> usize {
        self.architecture().n_features
    }

    /// D, columns of the target.
    fn n_targets(&self) -> usize {
        self.architecture().loss.n_targets()
    }
}
