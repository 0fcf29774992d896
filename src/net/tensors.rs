//! Between dfdx's tensors and the kernels' panels.

use dfdx::prelude::{Cpu, CpuError, HasShape, Shape, Tensor, ZerosTensor};

use crate::numerics::panels::Panels;
use crate::numerics::{ShapeError, length};

/// A tensor with these elements.
pub(super) fn tensor<S: Shape>(
    device: &Cpu,
    shape: S,
    elements: &[f32],
) -> Result<Tensor<S, f32, Cpu>, ShapeError> {
    let mut made: Tensor<S, f32, Cpu> = device.try_zeros_like(&shape).map_err(memory)?;
    length("a tensor", elements.len(), made.shape().num_elements())?;
    made.copy_from(elements);
    Ok(made)
}

/// The tensor's elements.
pub(super) fn elements<S: Shape, T>(tensor: &Tensor<S, f32, Cpu, T>) -> Vec<f32> {
    tensor.as_vec()
}

/// The tensor's elements as a matrix \[rows, columns\].
pub(super) fn panels<S: Shape, T>(
    tensor: &Tensor<S, f32, Cpu, T>,
    rows: usize,
    columns: usize,
) -> Result<Panels, ShapeError> {
    Panels::of(rows, columns, &elements(tensor))
}

/// The elements of a matrix, row by row.
pub(super) fn rows(matrix: &Panels) -> Result<Vec<f32>, ShapeError> {
    let (rows, columns) = matrix.shape();
    let mut elements = vec![0.0; rows * columns];
    matrix.store(&mut elements)?;
    Ok(elements)
}

/// `into += values`.
pub(super) fn add(into: &mut [f32], values: &[f32]) -> Result<(), ShapeError> {
    length("a gradient", values.len(), into.len())?;
    for (into, value) in into.iter_mut().zip(values) {
        *into += value;
    }
    Ok(())
}

/// The one reason for which dfdx makes no tensor of a sound shape.
pub(super) fn memory(_: CpuError) -> ShapeError {
    ShapeError::Memory { what: "a tensor" }
}

/// What dfdx says of operands that do not fit together, on the way back along its tape.
pub(super) fn on_tape(_: ShapeError) -> CpuError {
    CpuError::WrongNumElements
}
