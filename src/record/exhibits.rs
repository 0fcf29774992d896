//! What the figures are drawn from: points, curves, predicted mixtures, calibration.
//!
//! Each part is there if the spec asks for it; an absent part is not written at all.

use serde::{Deserialize, Serialize};

/// Points and curves for the figures, all in units of the data.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exhibits {
    /// Points of the data (training and validation), thinned.
    pub data: Points,
    /// The exact conditional mean over a grid of x.
    pub oracle_mean: Points,
    /// The baseline's prediction over a grid of x (replicate 0 of the first recipe).
    pub baseline: Points,
    /// One draw for each x of `data`, by the network named in `samples_from`.
    pub samples: Points,
    /// Identity of the cell whose draws `samples` are; `null` where there is none.
    pub samples_from: Option<String>,
    /// The exact conditional density over the plane.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grid: Option<Grid>,
    /// What networks predict at each x of `grid`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mixtures: Vec<ShownMixtures>,
    /// Where the test targets lie in the predicted distributions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calibration: Vec<Calibration>,
    /// Draws at other temperatures by the network named in `samples_from`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tempered: Vec<Tempered>,
}

/// Pairs (x, y).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Points {
    /// Abscissae.
    #[serde(with = "super::canonical::shortest")]
    pub x: Vec<f32>,
    /// Ordinates.
    #[serde(with = "super::canonical::shortest")]
    pub y: Vec<f32>,
}

/// The exact conditional density p(y | x) on a rectangular grid.
///
/// # Numerics
/// The density is computed in f64 and recorded with `exhibits.grid.digits` significant digits: for
/// pictures, not for scores.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grid {
    /// Equidistant abscissae, over the range of the training points.
    #[serde(with = "super::canonical::shortest")]
    pub x: Vec<f32>,
    /// Equidistant ordinates, over that range and a margin.
    #[serde(with = "super::canonical::shortest")]
    pub y: Vec<f32>,
    /// p(y | x) in 1/(unit of y), \[x, y\] with y running fastest; 0 where x has no density.
    #[serde(with = "super::canonical::shortest")]
    pub density: Vec<f32>,
}

/// The mixtures that one network predicts at each x of the grid.
///
/// # Numerics
/// Means and scales have `exhibits.mixtures.digits` significant digits, weights as many decimals:
/// their sum is 1 only within rounding.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShownMixtures {
    /// Identity of the network's cell.
    pub cell: String,
    /// K.
    pub n_components: usize,
    /// \[x, k\] with k running fastest, as the other two.
    #[serde(with = "super::canonical::shortest")]
    pub weights: Vec<f32>,
    /// Units of y.
    #[serde(with = "super::canonical::shortest")]
    pub means: Vec<f32>,
    /// Units of y.
    #[serde(with = "super::canonical::shortest")]
    pub scales: Vec<f32>,
}

/// Where the test targets lie in the distributions that one network predicts for them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// Identity of the network's cell.
    pub cell: String,
    /// Test points whose predicted cdf at the target falls in each of so many equal parts of \[0, 1\].
    pub pit_counts: Vec<usize>,
    /// Levels of the central intervals, percent.
    pub levels: Vec<u32>,
    /// Test points inside the interval of each level.
    pub covered: Vec<usize>,
}

/// One draw for each of the first `y.len()` abscissae of [`Exhibits::data`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tempered {
    /// T: weights ∝ wₖ^(1/T).
    pub temperature: f64,
    /// Factor of each component's variance.
    pub covariance_temperature: f64,
    /// The draws.
    #[serde(with = "super::canonical::shortest")]
    pub y: Vec<f32>,
}
