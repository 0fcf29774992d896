//! Calibration: histograms of the probability integral transform, and coverage against its claim.

use super::axis::{Axis, extent};
use super::bars::bars;
use super::chart::{Chart, Series};
use super::ink::{Ink, N_KINDS};
use super::{Figure, Panel, key};
use crate::record::Calibration;
use crate::report::RenderError;
use crate::report::again::Again;
use crate::report::behind::Behind;
use crate::report::binomial::central_interval;
use crate::report::number::fixed;
use crate::report::view::StudyView;

/// Nominal size of a picture; three stand side by side.
const SIZE: (u32, u32) = (556, 440);

/// Probability with which a count of a calibrated network lies in its band.
pub(in crate::report) const LEVEL: f64 = 0.95;

/// Networks to show, at most: the first, the one the page looks at, and the last.
const IDS: [&str; 3] = ["pit-first", "pit-showcase", "pit-last"];

/// Which recorded networks are shown, with their K, checked.
///
/// # Errors
/// [`RenderError::Length`] where counts do not add up to the test points, or levels and counts differ
/// in number.
pub(in crate::report) fn shown<'a>(
    record: &'a StudyView<'a>,
    showcase: Option<&str>,
) -> Result<Vec<Shown<'a>>, RenderError> {
    let mut all = Vec::new();
    for (index, calibration) in record.exhibits.calibration.iter().enumerate() {
        check(calibration, record.data.n_test)?;
        let cell = record.cells.iter().find(|cell| cell.id == calibration.cell);
        if let Some((k, cell)) = cell.and_then(|cell| Some((cell.n_components?, cell))) {
            all.push((
                cell.recipe.as_str(),
                Shown {
                    index,
                    k,
                    calibration,
                },
            ));
        }
    }
    // One recipe a picture: the first of the record.
    let recipe = all.first().map(|(recipe, _)| *recipe);
    all.retain(|(other, _)| Some(*other) == recipe);
    let mut all: Vec<Shown<'a>> = all.into_iter().map(|(_, shown)| shown).collect();
    all.sort_by_key(|shown| shown.k);
    let middle = all
        .iter()
        .find(|s| Some(s.calibration.cell.as_str()) == showcase);
    let picked = [all.first(), middle, all.last()].into_iter().flatten();
    let mut picked: Vec<Shown<'a>> = picked.cloned().collect();
    picked.dedup_by_key(|shown| shown.index);
    Ok(picked)
}

/// One network's calibration.
#[derive(Debug, Clone, Copy)]
pub(in crate::report) struct Shown<'a> {
    /// Its place in the record's list.
    pub(in crate::report) index: usize,
    /// K.
    pub(in crate::report) k: usize,
    /// As recorded.
    pub(in crate::report) calibration: &'a Calibration,
}

fn check(calibration: &Calibration, n_test: usize) -> Result<(), RenderError> {
    let of = |field: &str| format!("exhibits.calibration of {}: {field}", calibration.cell);
    let fault = |what, found, expected| {
        Err(RenderError::Length {
            what,
            found,
            expected,
        })
    };
    let n_counted = calibration
        .pit_counts
        .iter()
        .fold(0usize, |n, c| n.saturating_add(*c));
    if n_counted != n_test {
        return fault(of("sum of pit_counts"), n_counted, n_test);
    }
    let (levels, covered) = (&calibration.levels, &calibration.covered);
    if levels.len() != covered.len() {
        return fault(of("covered"), covered.len(), levels.len());
    }
    if let Some(most) = covered.iter().find(|c| **c > n_test) {
        return fault(of("covered"), *most, n_test);
    }
    if let Some(level) = levels.iter().find(|level| !(1..100).contains(*level)) {
        return fault(of("a level, percent,"), *level as usize, 50);
    }
    Ok(())
}

/// A histogram for each network, relative to the count that a calibrated one expects.
pub(super) fn pit(
    record: &StudyView<'_>,
    shown: &[Shown<'_>],
    again: &Again,
) -> Result<Option<Figure>, RenderError> {
    let n = record.data.n_test;
    let relative = |shown: &Shown<'_>| -> Vec<f64> {
        let counts = &shown.calibration.pit_counts;
        let expected = n as f64 / counts.len() as f64;
        counts.iter().map(|c| *c as f64 / expected).collect()
    };
    let Some((_, highest)) = extent(shown.iter().flat_map(relative)) else {
        return Ok(None);
    };
    let mut panels = Vec::new();
    for (id, shown) in IDS.into_iter().zip(shown) {
        let heights = relative(shown);
        let n_bins = heights.len() as f64;
        let expected = n as f64 / n_bins;
        let (low, high) = central_interval(n, 1.0 / n_bins, LEVEL);
        let (low, high) = (low as f64 / expected, high as f64 / expected);
        let mut series = bars(&heights, (0.0, 1.0), Ink::Mdn);
        series.push(Series::Band {
            ink: Ink::Oracle,
            points: vec![(0.0, low, high), (1.0, low, high)],
        });
        series.push(Series::Level {
            ink: Ink::Oracle,
            y: 1.0,
        });
        let beyond = heights.iter().filter(|h| **h < low || **h > high).count();
        let (least, most) = extent(heights.iter().copied()).unwrap_or((0.0, 0.0));
        let chart = Chart {
            id,
            title: format!("PIT histogram, K = {}", shown.k),
            description: format!(
                "{} bins, heights relative to a uniform histogram, from {} to {}; {beyond} of them lie outside the band from {} to {}.",
                heights.len(),
                fixed(least, 2),
                fixed(most, 2),
                fixed(low, 3),
                fixed(high, 3),
            ),
            size: SIZE,
            x: Axis::linear("predicted cdf at the target", 0.0, 1.0, 5.0),
            y: Axis::linear("relative frequency", 0.0, 1.05 * highest.max(1.1), 5.0),
            series,
        };
        panels.push(Panel {
            heading: format!("K = {}", shown.k).into(),
            svg: chart.svg()?,
        });
    }
    let legend = vec![
        key(Ink::Mdn, "area", "test targets"),
        key(Ink::Oracle, "line", "calibrated: uniform"),
        key(Ink::Oracle, "area", "95 % band"),
    ];
    let figure = Figure::new("figure-pit", "panels", panels, legend);
    let n_bins = shown.iter().map(|s| s.calibration.pit_counts.len()).max();
    let mut behind = Behind::indexed(n_bins.unwrap_or(0));
    for shown in shown {
        behind = behind.column(
            (&format!("count_k{}", shown.k), &format!("K = {}", shown.k)),
            &format!("exhibits/calibration/{}/pit_counts/*", shown.index),
            0,
            numbers(&shown.calibration.pit_counts),
        );
    }
    let behind =
        behind.says("A row is one bin, from 0 upwards; the numbers are test points in it.");
    Ok(Some(figure.again(again.verify()).behind(again, &behind)))
}

fn numbers(counts: &[usize]) -> impl Iterator<Item = Option<f64>> {
    counts.iter().map(|c| u32::try_from(*c).ok().map(f64::from))
}

/// Coverage of the central intervals against their level, and the difference under a glass.
pub(super) fn reliability(
    record: &StudyView<'_>,
    shown: &[Shown<'_>],
    again: &Again,
) -> Result<Option<Figure>, RenderError> {
    let n = record.data.n_test as f64;
    let mut plain = vec![Series::Line {
        ink: Ink::Oracle,
        points: vec![(0.0, 0.0), (100.0, 100.0)],
    }];
    let mut differences = Vec::new();
    let mut legend = Vec::new();
    for (kind, shown) in (0..N_KINDS).zip(shown) {
        let Calibration {
            levels, covered, ..
        } = shown.calibration;
        let ink = Ink::Kind(kind);
        let points: Vec<(f64, f64)> = levels
            .iter()
            .zip(covered)
            .map(|(level, covered)| (f64::from(*level), 100.0 * *covered as f64 / n))
            .collect();
        let gaps: Vec<(f64, f64)> = points.iter().map(|(x, y)| (*x, y - x)).collect();
        plain.push(Series::Line { ink, points });
        differences.push(Series::Line { ink, points: gaps });
        legend.push(key(ink, "line", format!("K = {}", shown.k)));
    }
    let Some(first) = shown.first().filter(|s| !s.calibration.levels.is_empty()) else {
        return Ok(None);
    };
    let band: Vec<(f64, f64, f64)> = first
        .calibration
        .levels
        .iter()
        .map(|level| {
            let p = f64::from(*level) / 100.0;
            let (low, high) = central_interval(record.data.n_test, p, LEVEL);
            let gap = |count: usize| 100.0 * (count as f64 / n - p);
            (100.0 * p, gap(low), gap(high))
        })
        .collect();
    let ends = differences.iter().flat_map(|series| match series {
        Series::Line { points, .. } => points.iter().map(|p| p.1).collect(),
        _ => Vec::new(),
    });
    let ends = ends.chain(band.iter().flat_map(|(_, low, high)| [*low, *high]));
    let (low, high) = extent(ends).unwrap_or((-1.0, 1.0));
    let margin = 0.05 * (high - low);
    let mut series = vec![
        Series::Band {
            ink: Ink::Oracle,
            points: band,
        },
        Series::Level {
            ink: Ink::Oracle,
            y: 0.0,
        },
    ];
    series.append(&mut differences);
    let level_axis = || Axis::linear("level of the central interval (%)", 0.0, 100.0, 5.0);
    let plain = Chart {
        id: "reliability-plain",
        title: "Coverage against level".to_owned(),
        description: described(shown, n),
        size: SIZE,
        x: level_axis(),
        y: Axis::linear("targets inside (%)", 0.0, 100.0, 5.0),
        series: plain,
    };
    let glass = Chart {
        id: "reliability-difference",
        title: "Coverage minus level".to_owned(),
        description: format!(
            "The same as differences, from {} to {} percentage points, with the band in which a calibrated network lies at each level.",
            fixed(low, 1),
            fixed(high, 1)
        ),
        size: SIZE,
        x: level_axis(),
        y: Axis::linear(
            "targets inside − level (percentage points)",
            low - margin,
            high + margin,
            6.0,
        ),
        series,
    };
    legend.push(key(Ink::Oracle, "line", "calibrated"));
    legend.push(key(Ink::Oracle, "area", "95 % band"));
    let panels = vec![
        Panel {
            heading: "Targets inside, of those claimed".into(),
            svg: plain.svg()?,
        },
        Panel {
            heading: "Difference".into(),
            svg: glass.svg()?,
        },
    ];
    let figure = Figure::new("figure-reliability", "pair", panels, legend);
    let levels = &first.calibration.levels;
    let mut behind = Behind::indexed(levels.len()).column(
        ("level_percent", "level (%)"),
        &format!("exhibits/calibration/{}/levels/*", first.index),
        0,
        levels.iter().map(|level| Some(f64::from(*level))),
    );
    for shown in shown {
        behind = behind.column(
            (
                &format!("covered_k{}", shown.k),
                &format!("K = {}", shown.k),
            ),
            &format!("exhibits/calibration/{}/covered/*", shown.index),
            0,
            numbers(&shown.calibration.covered),
        );
    }
    let behind =
        behind.says("A row is one level; the numbers are test points inside the central interval.");
    Ok(Some(figure.again(again.verify()).behind(again, &behind)))
}

fn described(shown: &[Shown<'_>], n: f64) -> String {
    let mut words =
        "Share of test targets inside the central interval against its level, a line a network."
            .to_owned();
    for shown in shown {
        let (levels, covered) = (&shown.calibration.levels, &shown.calibration.covered);
        if let (Some(level), Some(covered)) = (levels.last(), covered.last()) {
            let share = 100.0 * *covered as f64 / n;
            words.push_str(&format!(
                " K = {}: {} % at {level} %.",
                shown.k,
                fixed(share, 1)
            ));
        }
    }
    words
}
