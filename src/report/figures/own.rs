//! Pictures of a fit to a user's own table.

use super::axis::{Axis, extent};
use super::bars::bars;
use super::chart::{Chart, Series};
use super::ink::Ink;
use super::portrait;
use crate::mixture::{GaussianMixture, Univariate};
use crate::record::{Histogram, ShownRow};
use crate::report::RenderError;
use crate::report::binomial::central_interval;
use crate::report::fit::rows;
use crate::report::number::fixed;
use crate::report::quantity;
use crate::report::view::FitView;

/// Nominal size of a small picture; three stand side by side.
const SIZE: (u32, u32) = (556, 400);
/// Nominal size of a map.
const MAP_SIZE: (u32, u32) = (860, 560);
/// Nominal size of the explorer's plane: within the margins a square.
const PLANE_SIZE: (u32, u32) = (556, 572);
/// So few points are drawn larger, to be seen.
const FEW: usize = 500;
/// Anchors of small pictures. What is beyond them is left out, and the page says so.
const IDS: [&str; 60] = [
    "own-1", "own-2", "own-3", "own-4", "own-5", "own-6", "own-7", "own-8", "own-9", "own-10",
    "own-11", "own-12", "own-13", "own-14", "own-15", "own-16", "own-17", "own-18", "own-19",
    "own-20", "own-21", "own-22", "own-23", "own-24", "own-25", "own-26", "own-27", "own-28",
    "own-29", "own-30", "own-31", "own-32", "own-33", "own-34", "own-35", "own-36", "own-37",
    "own-38", "own-39", "own-40", "own-41", "own-42", "own-43", "own-44", "own-45", "own-46",
    "own-47", "own-48", "own-49", "own-50", "own-51", "own-52", "own-53", "own-54", "own-55",
    "own-56", "own-57", "own-58", "own-59", "own-60",
];
/// Rows whose densities are drawn, of each list.
const ROWS: usize = 12;
/// Points of a drawn density.
const CURVE: usize = 200;
/// Ordinates of the map.
const MAP_ROWS: usize = 160;

/// A picture with what stands above it.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub(in crate::report) struct OwnPicture {
    heading: String,
    svg: String,
}

/// All pictures, by section.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub(in crate::report) struct OwnFigures {
    targets: Vec<OwnPicture>,
    features: Vec<OwnPicture>,
    densities: Vec<OwnPicture>,
    /// Of the least expected rows.
    worst: Vec<OwnPicture>,
    map: Vec<OwnPicture>,
    pit: Vec<OwnPicture>,
    residuals: Vec<OwnPicture>,
    /// Features that are not drawn.
    n_features_left_out: usize,
}

/// Gives each picture its anchor.
struct Drawer {
    next: usize,
}

impl OwnFigures {
    /// Draws what the record holds.
    ///
    /// # Errors
    /// [`RenderError::Mixture`] where shown parameters are those of no mixture; plotters' faults.
    pub(in crate::report) fn of(record: &FitView<'_>) -> Result<Self, RenderError> {
        let exhibits = &record.exhibits;
        let mut drawer = Drawer { next: 0 };
        let mut figures = Self::default();
        for histogram in exhibits.targets.iter().take(4) {
            figures
                .targets
                .extend(drawer.distribution(histogram, "target")?);
        }
        for histogram in exhibits.pit_test.iter().take(4) {
            figures.pit.extend(drawer.pit(histogram)?);
        }
        for histogram in exhibits.residuals_test.iter().take(4) {
            figures
                .residuals
                .extend(drawer.distribution(histogram, "residual of")?);
        }
        figures.densities = drawer.densities(&exhibits.rows_test, record)?;
        figures.worst = drawer.densities(&exhibits.worst_rows_test, record)?;
        if let ([_], [target]) = (
            record.table.features.as_slice(),
            record.table.targets.as_slice(),
        ) {
            figures.map.extend(drawer.map(record, target)?);
        }
        let n_features = exhibits.features.len().min(24);
        for histogram in &exhibits.features[..n_features] {
            figures
                .features
                .extend(drawer.distribution(histogram, "feature")?);
        }
        figures.n_features_left_out = record
            .table
            .features
            .len()
            .saturating_sub(figures.features.len());
        Ok(figures)
    }
}

impl Drawer {
    fn id(&mut self) -> Option<&'static str> {
        let id = IDS.get(self.next).copied();
        self.next += 1;
        id
    }

    fn picture(heading: &str, chart: &Chart) -> Result<OwnPicture, RenderError> {
        Ok(OwnPicture {
            heading: heading.to_owned(),
            svg: chart.svg()?,
        })
    }

    /// Counts as bars.
    fn distribution(
        &mut self,
        histogram: &Histogram,
        what: &str,
    ) -> Result<Option<OwnPicture>, RenderError> {
        let heights: Vec<f64> = histogram.counts.iter().map(|c| *c as f64).collect();
        let (Some(id), Some((_, highest))) = (self.id(), extent(heights.iter().copied())) else {
            return Ok(None);
        };
        let chart = Chart {
            id,
            title: format!("Distribution of {what} {}", histogram.name),
            description: format!(
                "Histogram of {} bins from {} to {}; the highest holds {highest} rows.",
                heights.len(),
                histogram.low,
                histogram.high
            ),
            size: SIZE,
            x: Axis::linear(&histogram.name, histogram.low, histogram.high, 4.0),
            y: Axis::linear("rows", 0.0, 1.05 * highest, 4.0),
            series: bars(&heights, (histogram.low, histogram.high), Ink::Data),
        };
        Self::picture(&histogram.name, &chart).map(Some)
    }

    /// Relative frequencies, with the band in which a calibrated model's lie.
    fn pit(&mut self, histogram: &Histogram) -> Result<Option<OwnPicture>, RenderError> {
        let n: u64 = histogram.counts.iter().sum();
        let n_bins = histogram.counts.len();
        let n = usize::try_from(n).unwrap_or(usize::MAX);
        let (Some(id), true) = (self.id(), n > 0 && n_bins > 0) else {
            return Ok(None);
        };
        let expected = n as f64 / n_bins as f64;
        let heights: Vec<f64> = histogram
            .counts
            .iter()
            .map(|c| *c as f64 / expected)
            .collect();
        let highest = extent(heights.iter().copied()).map_or(1.0, |(_, high)| high);
        let (low, high) = central_interval(n, 1.0 / n_bins as f64, 0.95);
        let (low, high) = (low as f64 / expected, high as f64 / expected);
        let beyond = heights.iter().filter(|h| **h < low || **h > high).count();
        let mut series = bars(&heights, (0.0, 1.0), Ink::Mdn);
        series.push(Series::Band {
            ink: Ink::Oracle,
            points: vec![(0.0, low, high), (1.0, low, high)],
        });
        series.push(Series::Level {
            ink: Ink::Oracle,
            y: 1.0,
        });
        let chart = Chart {
            id,
            title: format!("PIT histogram of {}", histogram.name),
            description: format!(
                "{n_bins} bins, heights relative to a uniform histogram; {beyond} of them lie outside the band from {} to {}.",
                fixed(low, 2),
                fixed(high, 2)
            ),
            size: SIZE,
            x: Axis::linear("predicted cdf at the target", 0.0, 1.0, 5.0),
            y: Axis::linear(
                "relative frequency",
                0.0,
                1.05 * highest.max(high).max(1.1),
                5.0,
            ),
            series,
        };
        Self::picture(&histogram.name, &chart).map(Some)
    }

    /// The density of the first target in each of some test rows, and where the target was.
    fn densities(
        &mut self,
        rows: &[ShownRow],
        record: &FitView<'_>,
    ) -> Result<Vec<OwnPicture>, RenderError> {
        let rows = rows.get(..ROWS).unwrap_or(rows);
        let mut pictures = Vec::new();
        for (row, heading) in rows.iter().zip(rows::headings(record, rows)) {
            pictures.extend(self.density(row, &heading, record)?);
        }
        Ok(pictures)
    }

    fn density(
        &mut self,
        row: &ShownRow,
        heading: &str,
        record: &FitView<'_>,
    ) -> Result<Option<OwnPicture>, RenderError> {
        let mixture = first_target(row)?;
        let (Some(id), Ok(y)) = (self.id(), mixture.as_univariate()) else {
            return Ok(None);
        };
        let (mut low, mut high) = ends(y);
        let truth = row.y.first().copied();
        if let Some(truth) = truth {
            low = low.min(truth);
            high = high.max(truth);
        }
        let points: Vec<(f64, f64)> = (0..CURVE)
            .map(|i| low + (high - low) * i as f64 / (CURVE - 1) as f64)
            .map(|v| (v, y.density(v)))
            .collect();
        let highest = extent(points.iter().map(|p| p.1)).map_or(1.0, |(_, high)| high);
        let mut series = vec![Series::Line {
            ink: Ink::Mdn,
            points,
        }];
        if let Some(truth) = truth {
            series.push(Series::Line {
                ink: Ink::Oracle,
                points: vec![(truth, 0.0), (truth, 1.05 * highest)],
            });
        }
        let target = record.table.targets.first().map_or("", String::as_str);
        let digits = rows::target_digits(record, 0);
        let chart = Chart {
            id,
            title: format!("Predicted density of {target}, {heading}"),
            description: format!(
                "A curve over {target}, greatest {}; the target was {}.",
                quantity::text(highest),
                truth.map_or_else(|| "not known".to_owned(), |truth| digits.text(truth))
            ),
            size: SIZE,
            x: Axis::linear(target, low, high, 4.0),
            y: Axis::linear("density", 0.0, 1.05 * highest, 4.0),
            series,
        };
        Self::picture(heading, &chart).map(Some)
    }

    /// The density over one feature and one target, with test points.
    fn map(
        &mut self,
        record: &FitView<'_>,
        target: &str,
    ) -> Result<Option<OwnPicture>, RenderError> {
        let exhibits = &record.exhibits;
        let (Some(first), Some(last)) = (exhibits.grid.first(), exhibits.grid.last()) else {
            return Ok(None);
        };
        let (Some([x_low]), Some([x_high])) = (
            first.x.first_chunk::<1>().copied(),
            last.x.first_chunk::<1>().copied(),
        ) else {
            return Ok(None);
        };
        let (Some(id), Some(seen)) = (self.id(), exhibits.targets.first()) else {
            return Ok(None);
        };
        let (y_low, y_high) = (seen.low, seen.high);
        let ordinate = |j: usize| y_high - (y_high - y_low) * (j as f64 + 0.5) / MAP_ROWS as f64;
        let mut values = Vec::with_capacity(exhibits.grid.len() * MAP_ROWS);
        for row in &exhibits.grid {
            let mixture = first_target(row)?;
            let Ok(y) = mixture.as_univariate() else {
                return Ok(None);
            };
            values.extend((0..MAP_ROWS).map(|j| y.density(ordinate(j))));
        }
        // The 99th percentile is opaque: one sharp point must not make the rest invisible.
        let mut sorted = values.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        let cap = sorted.get(sorted.len() * 99 / 100).copied().unwrap_or(0.0);
        let n = exhibits.grid.len();
        let opacities = (0..MAP_ROWS).flat_map(|j| {
            let row = values.iter().skip(j).step_by(MAP_ROWS);
            row.map(|v| (255.0 * (v / cap).clamp(0.0, 1.0).sqrt()).round() as u8)
        });
        let half = 0.5 * (x_high - x_low) / (n.max(2) - 1) as f64;
        let points = exhibits.points_test.iter().map(|[x, y]| (*x, *y));
        let points: Vec<(f64, f64)> = points.collect();
        let feature = record.table.features.first().map_or("", String::as_str);
        let chart = Chart {
            id,
            title: format!("Predicted density of {target} over {feature}"),
            description: format!(
                "Heat map: the stronger the shade, the denser, up to {}. Points are test rows.",
                quantity::text(cap)
            ),
            size: MAP_SIZE,
            x: Axis::linear(feature, x_low - half, x_high + half, 6.0),
            y: Axis::linear(target, y_low, y_high, 6.0),
            series: vec![
                Series::Raster {
                    ink: Ink::Density,
                    id: format!("{id}-raster"),
                    n_columns: n,
                    opacities: opacities.collect(),
                    x: (x_low - half, x_high + half),
                    y: (y_low, y_high),
                },
                Series::Dots {
                    ink: Ink::Row,
                    radius: if points.len() < FEW { 22 } else { 14 },
                    points,
                    id: None,
                },
            ],
        };
        Self::picture("", &chart).map(Some)
    }
}

/// The plane of the one feature and the one target, with test rows; none without a grid.
pub(in crate::report) fn plane(record: &FitView<'_>, feature: &str, target: &str) -> Option<Chart> {
    let exhibits = &record.exhibits;
    let seen = exhibits.targets.first()?;
    let at = |row: Option<&ShownRow>| row?.x.first().copied();
    let x = (at(exhibits.grid.first())?, at(exhibits.grid.last())?);
    let test = exhibits.points_test.iter().map(|[_, y]| *y);
    let y = extent([seen.low, seen.high].into_iter().chain(test))?;
    let axis = |title: &str, (low, high): (f64, f64)| {
        let margin = 0.04 * (high - low);
        Axis::linear(title, low - margin, high + margin, 6.0)
    };
    Some(Chart {
        id: portrait::PLANE,
        title: portrait::PLANE_TITLE.to_owned(),
        description: portrait::described(feature),
        size: PLANE_SIZE,
        x: axis(feature, x),
        y: axis(target, y),
        series: vec![Series::Dots {
            ink: Ink::Data,
            radius: if exhibits.points_test.len() < FEW {
                28
            } else {
                12
            },
            points: exhibits.points_test.iter().map(|[x, y]| (*x, *y)).collect(),
            id: None,
        }],
    })
}

/// The recorded mixture of the first target.
pub(in crate::report) fn first_target(row: &ShownRow) -> Result<GaussianMixture, RenderError> {
    let first = |values: &[Vec<f64>]| values.first().cloned().unwrap_or_default();
    let mixture = GaussianMixture::new(row.weights.clone(), first(&row.means), first(&row.scales));
    mixture.map_err(|source| RenderError::Mixture {
        cell: "a shown row".to_owned(),
        source,
    })
}

/// Quantiles at 0.001 and 0.999.
fn ends(y: Univariate<'_>) -> (f64, f64) {
    let low = y.quantile(0.001).unwrap_or_else(|_| y.mean());
    let high = y.upper_quantile(0.001).unwrap_or_else(|_| y.mean());
    (low, high)
}
