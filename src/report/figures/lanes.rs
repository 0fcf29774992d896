//! Values of several things on one axis, a lane each: dots, their mean and what it is uncertain by.

use super::axis::{Axis, extent};
use super::chart::{Chart, Series};
use super::ink::Ink;
use crate::report::RenderError;

/// Nominal width.
const WIDTH: u32 = 760;
/// Nominal pixels of a lane.
const LANE: u32 = 34;

/// One lane.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::report) struct Lane {
    pub(in crate::report) name: String,
    pub(in crate::report) dots: Vec<f64>,
    /// A mean, and half the width of the line through it.
    pub(in crate::report) middle: Option<(f64, f64)>,
}

/// The lanes from the top down, with a dashed line at each of the levels.
pub(in crate::report) fn lanes(
    id: &'static str,
    title: &str,
    description: String,
    axis: &str,
    lanes: &[Lane],
    levels: &[f64],
) -> Result<String, RenderError> {
    let ends = lanes.iter().filter_map(|lane| lane.middle);
    let ends = ends.flat_map(|(mean, half)| [mean - half, mean + half]);
    let dots = lanes.iter().flat_map(|lane| lane.dots.iter().copied());
    let (low, high) = extent(ends.chain(dots).chain(levels.iter().copied())).unwrap_or((0.0, 1.0));
    let margin = 0.04 * (high - low);
    let n = lanes.len();
    let mut series = Vec::new();
    for level in levels {
        series.push(Series::Line {
            ink: Ink::Gaussian,
            points: vec![(*level, -0.6), (*level, n as f64 - 0.4)],
        });
    }
    for (place, lane) in lanes.iter().enumerate() {
        let y = (n - 1 - place) as f64;
        series.push(Series::Dots {
            ink: Ink::Mdn,
            radius: 30,
            points: lane.dots.iter().map(|dot| (*dot, y + 0.12)).collect(),
            id: None,
        });
        if let Some((mean, half)) = lane.middle {
            series.push(Series::Line {
                ink: Ink::Baseline,
                points: vec![(mean - half, y - 0.2), (mean + half, y - 0.2)],
            });
            series.push(Series::Dots {
                ink: Ink::Baseline,
                radius: 50,
                points: vec![(mean, y - 0.2)],
                id: None,
            });
        }
    }
    let names: Vec<&str> = lanes.iter().map(|lane| lane.name.as_str()).collect();
    let lanes_high = u32::try_from(n).unwrap_or(u32::MAX).saturating_mul(LANE);
    Chart {
        id,
        title: title.to_owned(),
        description,
        size: (WIDTH, lanes_high.saturating_add(104)),
        x: Axis::linear(axis, low - margin, high + margin, 6.0),
        y: Axis::names(&names),
        series,
    }
    .svg()
}
