//! Passes over all numbers of a matrix that are neither product nor Adam.

use super::dispatch::{Kernel, PanelKernel, Unit, dispatch, dispatch_panels};
use super::panels::Panels;

/// Columns that are summed apart; no panel is narrower than a divisor of it.
const LANES: usize = 16;

/// `mean += (value − mean)·weight`, element by element.
///
/// The slices must be as long as each other.
pub(crate) fn move_towards(weight: f32, values: &[f32], mean: &mut [f32]) {
    assert_eq!(values.len(), mean.len(), "of another length");
    dispatch(MoveTowards {
        weight,
        values,
        mean,
    });
}

/// `values ·= factor`.
pub(crate) fn scale(factor: f32, values: &mut [f32]) {
    dispatch(Scale { factor, values });
}

/// Σ v² in f64.
///
/// # Numerics
/// Column c is summed in lane c mod 16, row by row, and the lanes in rising order at last: the
/// same bits in every layout of the panels.
#[must_use]
pub(crate) fn square_sum(matrix: &Panels) -> f64 {
    let mut lanes = [0.0f64; LANES];
    let kernel = SquareSum {
        matrix,
        lanes: &mut lanes,
    };
    dispatch_panels(matrix.path(), kernel);
    lanes.iter().sum()
}

/// `values[i] += deviates[i]·scales[i mod width]`, where `scales` has a number for each of the width columns.
///
/// `values` and `deviates` must be as long as each other.
pub(crate) fn add_scaled(scales: &[f32], deviates: &[f32], values: &mut [f32]) {
    assert_eq!(values.len(), deviates.len(), "of another length");
    dispatch(AddScaled {
        scales,
        deviates,
        values,
    });
}

struct SquareSum<'a> {
    matrix: &'a Panels,
    lanes: &'a mut [f64; LANES],
}

impl PanelKernel for SquareSum<'_> {
    #[inline(always)]
    fn run<U: Unit, const W: usize>(self, _unit: U) {
        let (rows, columns) = self.matrix.shape();
        let (panels, _) = self.matrix.values().as_chunks::<W>();
        // A copy of its own, which can stay in registers.
        let mut lanes = *self.lanes;
        for row in 0..rows {
            for (panel, from) in (0..columns).step_by(W).enumerate() {
                // Past the last column stand zeros, which change no sum.
                let values = &panels[panel * rows + row];
                let (whole, narrow) = values.as_chunks::<LANES>();
                for chunk in whole {
                    for (lane, value) in lanes.iter_mut().zip(chunk) {
                        *lane += f64::from(*value) * f64::from(*value);
                    }
                }
                // Asked of the width first, which is known when this is compiled: lanes that are found by a
                // number stay in no register.
                if W < LANES {
                    for (lane, value) in lanes[from % LANES..].iter_mut().zip(narrow) {
                        *lane += f64::from(*value) * f64::from(*value);
                    }
                }
            }
        }
        *self.lanes = lanes;
    }
}

struct AddScaled<'a> {
    scales: &'a [f32],
    deviates: &'a [f32],
    values: &'a mut [f32],
}

impl Kernel for AddScaled<'_> {
    #[inline(always)]
    fn run<U: Unit>(self, _unit: U) {
        let width = self.scales.len().max(1);
        let rows = self.values.chunks_exact_mut(width);
        for (row, deviates) in rows.zip(self.deviates.chunks_exact(width)) {
            for ((value, deviate), scale) in row.iter_mut().zip(deviates).zip(self.scales) {
                *value = deviate.mul_add(*scale, *value);
            }
        }
    }
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
