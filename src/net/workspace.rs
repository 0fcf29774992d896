//! Buffers that outlive a training step, so that a step allocates no array.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use dfdx::prelude::{Cpu, HasShape, Shape, Tensor, ZerosTensor};

use crate::numerics::dense::Scratch;
use crate::numerics::mixture_nll::NllScratch;

/// Buffers by length, shared by the operations of one network on one thread.
///
/// An operation takes what it needs, keeps it in its backward closure and gives it
/// back there; so after the first step every buffer comes from here.
#[derive(Debug, Clone, Default)]
pub struct Workspace(Rc<RefCell<Buffers>>);

#[derive(Debug, Default)]
struct Buffers {
    free: BTreeMap<usize, Vec<Vec<f32>>>,
    dense: Scratch,
    nll: NllScratch,
}

impl Workspace {
    /// A buffer of this length with unspecified contents.
    #[must_use]
    pub fn take(&self, len: usize) -> Vec<f32> {
        let kept = self.0.borrow_mut().free.get_mut(&len).and_then(Vec::pop);
        kept.unwrap_or_else(|| vec![0.0; len])
    }

    /// The tensor's elements in a buffer.
    pub(crate) fn copy_of<S: Shape, T>(&self, tensor: &Tensor<S, f32, Cpu, T>) -> Vec<f32> {
        let mut data = self.take(tensor.shape().num_elements());
        tensor.copy_into(&mut data);
        data
    }

    /// Gives a buffer back.
    pub fn give(&self, buffer: Vec<f32>) {
        self.0
            .borrow_mut()
            .free
            .entry(buffer.len())
            .or_default()
            .push(buffer);
    }

    /// Gives several buffers back.
    pub fn give_all<const N: usize>(&self, buffers: [Vec<f32>; N]) {
        for buffer in buffers {
            self.give(buffer);
        }
    }

    /// Packing buffers of the matrix kernels.
    pub(crate) fn with_dense<R>(&self, run: impl FnOnce(&mut Scratch) -> R) -> R {
        run(&mut self.0.borrow_mut().dense)
    }

    /// Transposition buffers of the mixture loss.
    pub(crate) fn with_nll<R>(&self, run: impl FnOnce(&mut NllScratch) -> R) -> R {
        run(&mut self.0.borrow_mut().nll)
    }
}

/// A tensor with these elements, its buffer from the device's cache where that is on.
pub(crate) fn tensor<S: Shape>(device: &Cpu, shape: S, elements: &[f32]) -> Tensor<S, f32, Cpu> {
    let mut made: Tensor<S, f32, Cpu> = device.zeros_like(&shape);
    made.copy_from(elements);
    made
}
