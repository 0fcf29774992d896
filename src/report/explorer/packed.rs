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

use super::subject::{self, Columns, Names, Score, Subject};
use crate::report::RenderError;
use crate::report::script::base64;

/// What the script reads.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Packed<'a> {
    names: Names<'a>,
    digits: Columns,
    x: &'a [f64],
    /// Null where nobody knows it.
    exact: Option<Exact>,
    networks: Vec<Network<'a>>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Exact {
    /// First, last and number of the equidistant ordinates.
    y: (f64, f64, usize),
    /// Largest exact density at each x.
    peaks: Vec<f64>,
    /// \[x, y\], y fastest, as shares of those.
    shares: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Network<'a> {
    cell: &'a str,
    recipe: &'a str,
    n_components: usize,
    nll: &'a Score,
    crps: &'a Score,
    /// Smallest and largest over x, of each component.
    means: Vec<(f64, f64)>,
    scales: Vec<(f64, f64)>,
    /// Roots of the weights, means, log-scales, each \[x, k\], k fastest.
    parameters: String,
}

impl<'a> Packed<'a> {
    pub(super) fn of(subject: &'a Subject<'_>) -> Self {
        Self {
            names: subject.names,
            digits: subject.digits,
            x: &subject.x,
            exact: subject.exact.as_ref().map(Exact::of),
            networks: subject.networks.iter().map(Network::of).collect(),
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

impl Exact {
    fn of(exact: &subject::Exact) -> Self {
        let n_y = exact.y.len();
        let columns = || exact.density.chunks(n_y);
        let peaks: Vec<f64> = columns().map(|column| range(column.iter()).1).collect();
        let shares = columns().zip(&peaks);
        let shares =
            shares.flat_map(|(column, peak)| column.iter().map(|p| code(*p, (0.0, *peak))));
        Self {
            y: (exact.y[0], exact.y[n_y - 1], n_y),
            shares: packed(shares),
            peaks,
        }
    }
}

impl<'a> Network<'a> {
    fn of(network: &'a subject::Network<'_>) -> Self {
        let k = network.n_components;
        let ranges = |values: &[f64]| -> Vec<(f64, f64)> {
            let of = |component: usize| range(values.iter().skip(component).step_by(k));
            (0..k).map(of).collect()
        };
        let (means, scales) = (ranges(&network.means), ranges(&network.scales));
        let weights = network.weights.iter();
        let weights = weights.map(|w| code(w.sqrt(), (0.0, 1.0)));
        let of_means = coded(&network.means, &means, |mean| mean);
        let of_scales = coded(&network.scales, &scales, libm::log);
        Self {
            cell: network.cell,
            recipe: network.recipe,
            n_components: k,
            nll: &network.nll,
            crps: &network.crps,
            parameters: packed(weights.chain(of_means).chain(of_scales)),
            means,
            scales,
        }
    }
}

/// Smallest and largest.
fn range<'a>(values: impl Iterator<Item = &'a f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
        (
            if *v < low { *v } else { low },
            if *v > high { *v } else { high },
        )
    })
}

/// Codes of `link` of the values, each between those of its component's range.
fn coded(
    values: &[f64],
    ranges: &[(f64, f64)],
    link: impl Fn(f64) -> f64,
) -> impl Iterator<Item = u16> {
    values
        .iter()
        .zip(ranges.iter().cycle())
        .map(move |(value, (low, high))| code(link(*value), (link(*low), link(*high))))
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
