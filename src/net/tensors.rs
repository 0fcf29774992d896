//! Between dfdx's tensors and the kernels' panels.

use dfdx::prelude::{Cpu, HasShape, Shape, Tensor, ZerosTensor};

use crate::numerics::panels::Panels;

/// A tensor with these elements.
pub(super) fn tensor<S: Shape>(device: &Cpu, shape: S, elements: &[f32]) -> Tensor<S, f32, Cpu> {
    let mut made: Tensor<S, f32, Cpu> = device.zeros_like(&shape);
    made.copy_from(elements);
    made
}

/// The tensor's elements.
pub(super) fn elements<S: Shape, T>(tensor: &Tensor<S, f32, Cpu, T>) -> Vec<f32> {
    let mut elements = vec![0.0; tensor.shape().num_elements()];
    tensor.copy_into(&mut elements);
    elements
}

/// The tensor's elements as a matrix \[rows, columns\].
pub(super) fn panels<S: Shape, T>(
    tensor: &Tensor<S, f32, Cpu, T>,
    rows: usize,
    columns: usize,
) -> Panels {
    Panels::of(rows, columns, &elements(tensor))
}

/// The elements of a matrix, row by row.
pub(super) fn rows(matrix: &Panels) -> Vec<f32> {
    let (rows, columns) = matrix.shape();
    let mut elements = vec![0.0; rows * columns];
    matrix.store(&mut elements);
    elements
}

/// `into += values`.
pub(super) fn add(into: &mut [f32], values: &[f32]) {
    for (into, value) in into.iter_mut().zip(values) {
        *into += value;
    }
}
