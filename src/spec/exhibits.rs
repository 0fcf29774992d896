//! What the figures show: the part of the spec, and whether it can be drawn.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::SpecError;
use super::checker::Checker;

/// Most points of a figure's curve.
const MAX_CURVE: usize = 100_000;
/// Most abscissae or ordinates of a grid: a page holds every point of it.
const MAX_GRID: usize = 1_000;
/// Most bins of a histogram.
const MAX_BINS: usize = 1_000;
/// Hottest draw.
const MAX_TEMPERATURE: f64 = 1_000.0;
/// Decimal digits that an f32 keeps.
const MAX_DIGITS: usize = 6;

/// What the figures show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExhibitSpec {
    /// Points of data and samples drawn.
    pub n_points: usize,
    /// Points of each curve over x.
    pub n_grid: usize,
    /// K of the network whose samples are drawn (replicate 0); where it is not trained, none are.
    pub n_components: usize,
    /// The exact density over the plane, if it is wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grid: Option<GridSpec>,
    /// Predicted mixtures at each x of the grid, if they are wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mixtures: Option<MixturesSpec>,
    /// Where the test targets lie in the predicted distributions, if that is wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibration: Option<CalibrationSpec>,
    /// Draws at other temperatures, if they are wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tempered: Option<TemperedSpec>,
}

/// A rectangular grid over the plane.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GridSpec {
    /// Abscissae, over the range of the training points.
    pub n_x: usize,
    /// Ordinates, over that range and a margin.
    pub n_y: usize,
    /// The margin at either end of the ordinates, as a share of their range.
    pub y_margin: f64,
    /// Significant digits of the recorded densities.
    pub digits: usize,
}

/// Which networks' mixtures are recorded, and how finely.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MixturesSpec {
    /// Every K (replicate 0 of each recipe); one that is not trained is passed over.
    pub components: Vec<usize>,
    /// Significant digits of means and scales, decimals of weights.
    pub digits: usize,
}

/// Which networks' calibration is recorded, and how finely.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalibrationSpec {
    /// Every K (replicate 0 of each recipe); one that is not trained is passed over.
    pub components: Vec<usize>,
    /// Equal parts of \[0, 1\] into which the PIT values are counted.
    pub n_bins: usize,
    /// Levels of the central intervals, percent.
    pub levels: Vec<u32>,
}

/// Draws at every pair of temperatures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemperedSpec {
    /// Draws of each pair, at the first abscissae of the data.
    pub n_points: usize,
    /// T of the weights: wₖ ∝ wₖ^(1/T).
    pub temperatures: Vec<f64>,
    /// Factors of the variances.
    pub covariance_temperatures: Vec<f64>,
}

impl Checker<'_> {
    /// Checks every field.
    pub(super) fn exhibits(&self, spec: &ExhibitSpec) -> Result<(), SpecError> {
        self.at_least("exhibits.n_points", spec.n_points, 1)?;
        self.between("exhibits.n_grid", spec.n_grid, 2, MAX_CURVE)?;
        if let Some(grid) = spec.grid {
            self.between("exhibits.grid.n_x", grid.n_x, 2, MAX_GRID)?;
            self.between("exhibits.grid.n_y", grid.n_y, 2, MAX_GRID)?;
            self.between("exhibits.grid.digits", grid.digits, 1, MAX_DIGITS)?;
            if !(0.0..=1.0).contains(&grid.y_margin) {
                let allowed = "a number from 0 to 1";
                return Err(self.value("exhibits.grid.y_margin", grid.y_margin, allowed));
            }
        }
        if let Some(mixtures) = &spec.mixtures {
            if spec.grid.is_none() {
                let (found, allowed) = ("without a grid", "beside a table `exhibits.grid`");
                return Err(self.value("exhibits.mixtures", found, allowed));
            }
            self.components("exhibits.mixtures.components", &mixtures.components)?;
            // Of 40 equal weights, none may be rounded to 0.
            self.between("exhibits.mixtures.digits", mixtures.digits, 2, MAX_DIGITS)?;
        }
        if let Some(calibration) = &spec.calibration {
            self.components("exhibits.calibration.components", &calibration.components)?;
            self.between(
                "exhibits.calibration.n_bins",
                calibration.n_bins,
                1,
                MAX_BINS,
            )?;
            self.levels(&calibration.levels)?;
        }
        spec.tempered
            .as_ref()
            .map_or(Ok(()), |tempered| self.tempered(spec, tempered))
    }

    /// Percentages in rising order.
    fn levels(&self, levels: &[u32]) -> Result<(), SpecError> {
        let inside = levels.iter().all(|level| (1..100).contains(level));
        if !levels.is_empty() && inside && levels.is_sorted_by(|a, b| a < b) {
            return Ok(());
        }
        let allowed = "whole numbers from 1 to 99 in rising order";
        Err(self.value(
            "exhibits.calibration.levels",
            format!("{levels:?}"),
            allowed,
        ))
    }

    fn tempered(&self, spec: &ExhibitSpec, tempered: &TemperedSpec) -> Result<(), SpecError> {
        self.between(
            "exhibits.tempered.n_points",
            tempered.n_points,
            1,
            spec.n_points,
        )?;
        let lists = [
            ("temperatures", &tempered.temperatures),
            ("covariance_temperatures", &tempered.covariance_temperatures),
        ];
        for (name, list) in lists {
            let key = format!("exhibits.tempered.{name}");
            if list.is_empty() {
                return Err(self.value(key, "empty", "a list of temperatures"));
            }
            if let Some(bad) = list.iter().find(|t| !(0.0..=MAX_TEMPERATURE).contains(*t)) {
                let allowed = format!("numbers from 0 to {MAX_TEMPERATURE}");
                return Err(self.value(key, format!("a list with {bad}"), allowed));
            }
            let distinct: BTreeSet<u64> = list.iter().map(|t| (t + 0.0).to_bits()).collect();
            if distinct.len() < list.len() {
                return Err(self.value(key, format!("{list:?}"), "each temperature once"));
            }
        }
        // A component without width has no density to draw from.
        let factors = &tempered.covariance_temperatures;
        if factors.iter().any(|t| *t <= 0.0) {
            let key = "exhibits.tempered.covariance_temperatures";
            return Err(self.value(key, "a list with 0", "positive numbers"));
        }
        Ok(())
    }
}
