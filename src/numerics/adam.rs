//! One pass of Adam over a parameter tensor.

use super::dispatch::{Kernel, Unit, dispatch};
use super::shape::{ShapeError, length};

/// Everything of a step that is the same for all parameters.
///
/// Keras' form (Kingma and Ba, 2015, end of section 2): the bias correction is folded
/// into the rate, ε stands outside it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdamStep {
    /// α·√(1 − β₂ᵗ)/(1 − β₁ᵗ).
    pub corrected_rate: f32,
    /// 1 − β₁.
    pub one_minus_beta_1: f32,
    /// 1 − β₂.
    pub one_minus_beta_2: f32,
    /// ε.
    pub epsilon: f32,
}

/// `m += (g − m)(1 − β₁)`, `v += (g² − v)(1 − β₂)`, `p −= rate·m/(√v + ε)`, element by element.
///
/// # Errors
/// [`ShapeError::Length`] where the slices are not as long as `gradient`.
pub fn adam(
    step: AdamStep,
    gradient: &[f32],
    first: &mut [f32],
    second: &mut [f32],
    parameter: &mut [f32],
) -> Result<(), ShapeError> {
    for (what, found) in [
        ("the first moment", first.len()),
        ("the second moment", second.len()),
        ("the parameter", parameter.len()),
    ] {
        length(what, found, gradient.len())?;
    }
    dispatch(Update {
        step,
        gradient,
        first,
        second,
        parameter,
    });
    Ok(())
}

struct Update<'a> {
    step: AdamStep,
    gradient: &'a [f32],
    first: &'a mut [f32],
    second: &'a mut [f32],
    parameter: &'a mut [f32],
}

impl Kernel for Update<'_> {
    #[inline(always)]
    fn run<U: Unit>(self, _unit: U) {
        update(
            self.step,
            self.gradient,
            self.first,
            self.second,
            self.parameter,
        );
    }
}

/// A function of its own, because slices that are arguments are known not to overlap.
#[inline(always)]
fn update(
    step: AdamStep,
    gradient: &[f32],
    first: &mut [f32],
    second: &mut [f32],
    parameter: &mut [f32],
) {
    for (((p, g), m), v) in parameter.iter_mut().zip(gradient).zip(first).zip(second) {
        *m = (*g - *m).mul_add(step.one_minus_beta_1, *m);
        *v = g.mul_add(*g, -*v).mul_add(step.one_minus_beta_2, *v);
        *p -= step.corrected_rate * *m / (v.sqrt() + step.epsilon);
    }
}
