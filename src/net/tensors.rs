//! Between dfdx's tensors and the kernels' panels.

use dfdx::prelude::{Cpu, CpuError, HasShape, ReshapeTo as _, Shape, Tape, Tensor, ZerosTensor};

use crate::numerics::panels::Panels;
use crate::numerics::{MOST_NUMBERS, ShapeError, at_most, length};

/// A tensor of zeros.
pub(super) fn zeros<S: Shape>(shape: S) -> Tensor<S, f32, Cpu> {
    Cpu::default().zeros_like(&shape)
}

/// A tensor with these elements.
pub(super) fn tensor<S: Shape>(
    shape: S,
    elements: &[f32],
) -> Result<Tensor<S, f32, Cpu>, ShapeError> {
    let mut made = zeros(shape);
    fill(&mut made, elements)?;
    Ok(made)
}

/// The operand with numbers of its own, in the order of its shape: a broadcast or permuted one is copied, and its
/// gradient finds the way back.
///
/// # Errors
/// [`ShapeError::Zero`] for a tensor without an element, whose numbers dfdx cannot be asked for;
/// [`ShapeError::Most`] for a view of more elements than a matrix may have.
pub(super) fn whole<S: Shape, T: Tape<f32, Cpu>>(
    tensor: Tensor<S, f32, Cpu, T>,
) -> Result<Tensor<S, f32, Cpu, T>, ShapeError> {
    let what = "numbers of a tensor";
    let sizes = tensor.shape().concrete().into_iter();
    let found = sizes.fold(1, usize::saturating_mul);
    if found == 0 {
        return Err(ShapeError::Zero { what });
    }
    at_most(what, found, MOST_NUMBERS)?;
    Ok(tensor.contiguous())
}

/// Puts the tensor's elements after those of `into`.
pub(super) fn append<S: Shape>(into: &mut Vec<f32>, tensor: &Tensor<S, f32, Cpu>) {
    let (start, n) = (into.len(), tensor.shape().num_elements());
    // dfdx looks for the first element of a view even where there is none.
    if n > 0 {
        into.resize(start + n, 0.0);
        tensor.clone().contiguous().copy_into(&mut into[start..]);
    }
}

/// The tensor's elements.
pub(super) fn elements<S: Shape>(tensor: &Tensor<S, f32, Cpu>) -> Vec<f32> {
    let mut elements = Vec::new();
    append(&mut elements, tensor);
    elements
}

/// Takes these elements.
pub(super) fn fill<S: Shape>(
    tensor: &mut Tensor<S, f32, Cpu>,
    elements: &[f32],
) -> Result<(), ShapeError> {
    length("a tensor", elements.len(), tensor.shape().num_elements())?;
    if !elements.is_empty() {
        // A tensor that is a view of other numbers gets its own; any other stays the tensor it is.
        *tensor = tensor.clone().contiguous();
        tensor.copy_from(elements);
    }
    Ok(())
}

/// The tensor's elements as a matrix \[rows, columns\].
pub(super) fn panels<S: Shape>(
    tensor: &Tensor<S, f32, Cpu>,
    rows: usize,
    columns: usize,
) -> Result<Panels, ShapeError> {
    let mut panels = Panels::zeros(rows, columns)?;
    panels.load(&elements(tensor))?;
    Ok(panels)
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

/// What dfdx says of operands that do not fit together, on the way back along its tape.
pub(super) fn on_tape(_: ShapeError) -> CpuError {
    CpuError::WrongNumElements
}
