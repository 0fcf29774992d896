//! Passes over all numbers of a matrix that are neither product nor Adam.

use super::dispatch::{Kernel, Unit, dispatch};
use super::panels::Panels;

/// Columns that are summed apart; no panel is narrower than a divisor of it.
const LANES: usize = 16;

/// `mean += (value − mean)·weight`, element by element.
///
/// # Panics
/// Where the slices differ in length.
pub fn move_towards(weight: f32, values: &[f32], mean: &mut [f32]) {
    assert_eq!(values.len(), mean.len(), "of another length");
    dispatch(MoveTowards {
        weight,
        values,
        mean,
    });
}

/// `values ·= factor`.
pub fn scale(factor: f32, values: &mut [f32]) {
    dispatch(Scale { factor, values });
}

/// Σ v² in f64.
///
/// # Numerics
/// Column c is summed in lane c mod 16, row by row, and the lanes in rising order at last: the
/// same bits in every layout of the panels.
#[must_use]
pub fn square_sum(matrix: &Panels) -> f64 {
    let mut lanes = [0.0f64; LANES];
    let (rows, columns) = matrix.shape();
    let width = matrix.width();
    for row in 0..rows {
        for (panel, from) in (0..columns).step_by(width).enumerate() {
            let start = (panel * rows + row) * width;
            let values = &matrix.values()[start..][..width.min(columns - from)];
            for (chunk, values) in values.chunks(LANES).enumerate() {
                let first = (from + chunk * LANES) % LANES;
                for (lane, value) in lanes[first..].iter_mut().zip(values) {
                    *lane += f64::from(*value) * f64::from(*value);
                }
            }
        }
    }
    lanes.iter().sum()
}

struct MoveTowards<'a> {
    weight: f32,
    values: &'a [f32],
    mean: &'a mut [f32],
}

impl Kernel for MoveTowards<'_> {
    #[inline(always)]
    fn run<U: Unit>(self, _unit: U) {
        for (mean, value) in self.mean.iter_mut().zip(self.values) {
            *mean = (*value - *mean).mul_add(self.weight, *mean);
        }
    }
}

struct Scale<'a> {
    factor: f32,
    values: &'a mut [f32],
}

impl Kernel for Scale<'_> {
    #[inline(always)]
    fn run<U: Unit>(self, _unit: U) {
        for value in self.values {
            *value *= self.factor;
        }
    }
}
