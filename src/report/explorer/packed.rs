//! Mixtures in two bytes a number, for the script.
//!
//! # Numerics
//! Square roots of weights are steps of 1/65535 (so that a small weight, which may be that of a
//! narrow peak, keeps its first digits); means are steps of that part of the range that the same component
//! has over x, log-scales likewise (of the whole network's ranges they would be coarse: a component
//! without weight may be anywhere), exact densities of the largest at the same x. So a number is
//! off by half a step at most: a mean that moves over 6 units of y by 5e-5 of them, a scale that
//! moves over a factor of 1000 by 0.006 % (`the_explorer_gets_what_the_record_says`).

use serde::Serialize;

use crate::report::RenderError;
use crate::report::script::base64;
use crate::study::record::{Cell, Grid, Mixtures};

/// What the script reads.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Packed {
    x: Vec<f32>,
    /// First, last and number of the equidistant ordinates.
    y: (f32, f32, usize),
    /// Largest exact density at each x.
    peaks: Vec<f32>,
    /// \[x, y\], y fastest.
    exact: String,
    networks: Vec<Network>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Network {
    cell: String,
    n_components: usize,
    nll_nats_mean_test: Option<f64>,
    crps_mean_test: Option<f64>,
    /// Smallest and largest over x, of each component.
    means: Vec<(f32, f32)>,
    scales: Vec<(f32, f32)>,
    /// Roots of the weights, means, log-scales, each \[x, k\], k fastest.
    parameters: String,
}

impl Packed {
    pub(super) fn of(grid: &Grid, networks: &[(&Mixtures, &Cell)]) -> Self {
        let n_y = grid.y.len();
        let columns = || grid.density.chunks(n_y);
        let largest = |column: &[f32]| column.iter().copied().fold(0.0, f32::max);
        let peaks: Vec<f32> = columns().map(largest).collect();
        let exact = columns().zip(&peaks).flat_map(|(column, peak)| {
            let range = (0.0, f64::from(*peak));
            column.iter().map(move |p| code(f64::from(*p), range))
        });
        Self {
            x: grid.x.clone(),
            y: (grid.y[0], grid.y[n_y - 1], n_y),
            exact: packed(exact),
            peaks,
            networks: networks.iter().map(|(m, c)| Network::of(m, c)).collect(),
        }
    }

    /// As JSON that may stand in a script element.
    pub(super) fn json(&self) -> Result<String, RenderError> {
        let json = serde_json::to_string(self);
        let json = json.map_err(|error| RenderError::Template {
            message: error.to_string(),
        })?;
        // The one character that could end the element.
        Ok(json.replace('<', "\\u003c"))
    }
}

impl Network {
    fn of(mixtures: &Mixtures, cell: &Cell) -> Self {
        let ranges = |values: &[f32]| -> Vec<(f32, f32)> {
            (0..mixtures.n_components)
                .map(|k| range(values.iter().skip(k).step_by(mixtures.n_components)))
                .collect()
        };
        let (means, scales) = (ranges(&mixtures.means), ranges(&mixtures.scales));
        let weights = mixtures.weights.iter();
        let weights = weights.map(|w| code(f64::from(*w).sqrt(), (0.0, 1.0)));
        let of_means = coded(&mixtures.means, &means, |mean| mean);
        let of_scales = coded(&mixtures.scales, &scales, libm::log);
        Self {
            cell: mixtures.cell.clone(),
            n_components: mixtures.n_components,
            nll_nats_mean_test: cell.nll_nats_mean.test.filter(|v| v.is_finite()),
            crps_mean_test: cell.crps_mean_test.filter(|v| v.is_finite()),
            parameters: packed(weights.chain(of_means).chain(of_scales)),
            means,
            scales,
        }
    }
}

/// Smallest and largest.
fn range<'a>(values: impl Iterator<Item = &'a f32>) -> (f32, f32) {
    values.fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), v| {
        (
            if *v < low { *v } else { low },
            if *v > high { *v } else { high },
        )
    })
}

/// Codes of `link` of the values, each between those of its component's range.
fn coded(
    values: &[f32],
    ranges: &[(f32, f32)],
    link: impl Fn(f64) -> f64,
) -> impl Iterator<Item = u16> {
    let at = move |value: f32| link(f64::from(value));
    values
        .iter()
        .zip(ranges.iter().cycle())
        .map(move |(value, (low, high))| code(at(*value), (at(*low), at(*high))))
}

/// The nearest of 65536 steps from `low` to `high`.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of 65535, clamped"
)]
fn code(value: f64, (low, high): (f64, f64)) -> u16 {
    if high > low {
        libm::round(((value - low) / (high - low)).clamp(0.0, 1.0) * 65_535.0) as u16
    } else {
        0
    }
}

/// Little-endian, in base64.
fn packed(codes: impl Iterator<Item = u16>) -> String {
    let bytes: Vec<u8> = codes.flat_map(u16::to_le_bytes).collect();
    base64(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_nearest_step() {
        assert_eq!(code(0.0, (0.0, 1.0)), 0);
        assert_eq!(code(1.0, (0.0, 1.0)), 65_535);
        assert_eq!(code(0.5 + 1e-9, (0.0, 1.0)), 32_768);
        assert_eq!(code(7.0, (7.0, 7.0)), 0);
        for share in [0.123, 0.5, 0.999_9] {
            let back = -3.0 + 8.0 * f64::from(code(-3.0 + 8.0 * share, (-3.0, 5.0))) / 65_535.0;
            assert!((back - (-3.0 + 8.0 * share)).abs() <= 8.0 / 131_070.0 * 1.000_001);
        }
        assert_eq!(packed([0x0102_u16, 0xff00].into_iter()), "AgEA/w==");
    }
}
