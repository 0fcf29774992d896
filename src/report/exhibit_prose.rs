//! Numbers for the text about densities, calibration, draws and speed.

use serde::Serialize;

use super::RenderError;
use super::binomial::central_interval;
use super::field::{Field, Predicted};
use super::figures::calibration::{self, LEVEL, Shown};
use super::figures::speed::steps_per_s;
use super::number::{count, datum, exact, optional, percent};
use super::view::StudyView;
use crate::record::{Cell, Timing};

/// Ready strings; `None` where the record has nothing to say.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct ExhibitProse {
    density: Option<DensityProse>,
    calibration: Option<CalibrationProse>,
    tempered: Option<TemperedProse>,
    speed: Option<SpeedProse>,
}

impl ExhibitProse {
    pub(super) fn of(
        record: &StudyView<'_>,
        showcase: Option<&Cell>,
        field: Option<&Field<'_>>,
        timing: Option<&Timing>,
    ) -> Result<Self, RenderError> {
        let density = match showcase.and_then(|cell| Some((cell, field?))) {
            Some((cell, field)) => DensityProse::of(cell, field)?,
            None => None,
        };
        Ok(Self {
            density,
            calibration: CalibrationProse::of(record, showcase)?,
            tempered: TemperedProse::of(record),
            speed: timing.and_then(|timing| SpeedProse::of(record, timing)),
        })
    }
}

/// An integral over the grid that is further from 1 is mentioned.
const WORTH_TELLING: f64 = 0.02;

/// How far the showcased density is from the exact one, and how many components it takes.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct DensityProse {
    n_components: String,
    misplaced_mean: String,
    misplaced_most: String,
    x_most: String,
    /// How far an integral of the exact density strays from 1, where that is worth telling.
    grid_error: Option<String>,
    effective: Option<String>,
    used: Option<String>,
}

impl DensityProse {
    fn of(cell: &Cell, field: &Field<'_>) -> Result<Option<Self>, RenderError> {
        let Some(predicted) = field.of_cell(&cell.id) else {
            return Ok(None);
        };
        let misplaced = field.misplaced(&field.density(predicted)?);
        let total: f64 = misplaced.iter().sum();
        let mean = total / misplaced.len() as f64;
        let most = misplaced
            .iter()
            .enumerate()
            .max_by(|a, b| a.1.total_cmp(b.1));
        let Some((at, most)) = most else {
            return Ok(None);
        };
        let strays = field.integrals(&field.exact).into_iter();
        let grid_error = strays.map(|i| (i - 1.0).abs()).fold(0.0, f64::max);
        let key = |name: &str| format!("cells/{}/{name}", cell.id);
        let number = |name: &str, value: Option<f64>| value.map(|v| datum(&key(name), v, 1));
        Ok(Some(Self {
            n_components: Self::n_components(cell, predicted),
            misplaced_mean: percent("derived/density/misplaced_mean", Some(mean), 0),
            misplaced_most: percent(&format!("derived/density/misplaced/{at}"), Some(*most), 0),
            x_most: datum(&format!("exhibits/grid/x/{at}"), field.x[at], 2),
            grid_error: (grid_error > WORTH_TELLING)
                .then(|| percent("derived/density/grid_error", Some(grid_error), 0)),
            effective: number("effective_components_test", cell.effective_components_test),
            used: number("used_components_test", cell.used_components_test),
        }))
    }

    fn n_components(cell: &Cell, predicted: &Predicted<'_>) -> String {
        count(
            &format!("cells/{}/n_components", cell.id),
            predicted.recorded.n_components,
        )
    }
}

/// What the histogram and the coverage of the showcased network say.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct CalibrationProse {
    n_components: String,
    n_bins: String,
    n_outside: String,
    all_outside: bool,
    none_outside: bool,
    low: String,
    high: String,
    n_shown: usize,
    showcase: Option<CoverageProse>,
}

/// The showcased network's coverage at 90 %.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct CoverageProse {
    n_components: String,
    pit_distance: String,
    covered: String,
    low: String,
    high: String,
    /// `within`, `below` or `above` what calibration allows.
    verdict: &'static str,
}

impl CalibrationProse {
    fn of(record: &StudyView<'_>, showcase: Option<&Cell>) -> Result<Option<Self>, RenderError> {
        let shown = calibration::shown(record, showcase.map(|cell| cell.id.as_str()))?;
        let is_showcase = |s: &&Shown<'_>| showcase.is_some_and(|c| c.id == s.calibration.cell);
        let Some(told) = shown.iter().find(is_showcase).or(shown.first()) else {
            return Ok(None);
        };
        let counts = &told.calibration.pit_counts;
        if counts.is_empty() || record.data.n_test == 0 {
            return Ok(None);
        }
        let p = 1.0 / counts.len() as f64;
        let (low, high) = central_interval(record.data.n_test, p, LEVEL);
        let n_outside = counts.iter().filter(|c| **c < low || **c > high).count();
        let of = |what: &str| format!("derived/pit/{}/{what}", told.index);
        let key = format!("cells/{}/n_components", told.calibration.cell);
        Ok(Some(Self {
            n_components: count(&key, told.k),
            n_bins: count(&of("n_bins"), counts.len()),
            n_outside: count(&of("n_outside"), n_outside),
            all_outside: n_outside == counts.len(),
            none_outside: n_outside == 0,
            low: count(&of("low"), low),
            high: count(&of("high"), high),
            n_shown: shown.len(),
            showcase: showcase.and_then(|cell| CoverageProse::of(record, cell)),
        }))
    }
}

impl CoverageProse {
    fn of(record: &StudyView<'_>, cell: &Cell) -> Option<Self> {
        const CLAIMED: f64 = 0.9;
        let n = record.data.n_test;
        let covered = cell.coverage_test.get("90").copied().flatten()?;
        let (low, high) = central_interval(n, CLAIMED, LEVEL);
        let (low, high) = (low as f64 / n as f64, high as f64 / n as f64);
        let key = |name: &str| format!("cells/{}/{name}", cell.id);
        Some(Self {
            n_components: count(&key("n_components"), cell.n_components?),
            pit_distance: optional(&key("pit_ks_test"), cell.pit_ks_test, 3),
            covered: percent(&key("coverage_test.90"), Some(covered), 1),
            low: percent("derived/coverage/90/low", Some(low), 1),
            high: percent("derived/coverage/90/high", Some(high), 1),
            verdict: match covered {
                c if c < low => "below",
                c if c > high => "above",
                _ => "within",
            },
        })
    }
}

/// Which temperatures were drawn at.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct TemperedProse {
    coolest: String,
    warmest: String,
    narrowest: String,
    n_points: String,
}

impl TemperedProse {
    fn of(record: &StudyView<'_>) -> Option<Self> {
        let all = &record.exhibits.tempered;
        let indexed = || all.iter().enumerate();
        let (cool, coolest) =
            indexed().min_by(|a, b| a.1.temperature.total_cmp(&b.1.temperature))?;
        let (warm, warmest) =
            indexed().max_by(|a, b| a.1.temperature.total_cmp(&b.1.temperature))?;
        let narrow = |t: &(usize, &crate::record::Tempered)| t.1.covariance_temperature;
        let (thin, narrowest) = indexed().min_by(|a, b| narrow(a).total_cmp(&narrow(b)))?;
        let key = |index: usize, field: &str| format!("exhibits/tempered/{index}/{field}");
        Some(Self {
            coolest: exact(&key(cool, "temperature"), coolest.temperature),
            warmest: exact(&key(warm, "temperature"), warmest.temperature),
            narrowest: exact(
                &key(thin, "covariance_temperature"),
                narrowest.covariance_temperature,
            ),
            n_points: count("derived/tempered/n_points", coolest.y.len()),
        })
    }
}

/// The smallest and the largest network's first trainings.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct SpeedProse {
    first: TrainingProse,
    last: TrainingProse,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct TrainingProse {
    n_components: String,
    wall_s: String,
    n_steps: String,
    steps_per_s: String,
}

impl SpeedProse {
    fn of(record: &StudyView<'_>, timing: &Timing) -> Option<Self> {
        let mut timed = Vec::new();
        for (index, times) in timing.cells.iter().enumerate() {
            let cell = record.cells.iter().find(|cell| cell.id == times.id);
            let Some((cell, k)) = cell.and_then(|cell| Some((cell, cell.n_components?))) else {
                continue;
            };
            let Some(rate) = steps_per_s(times) else {
                continue;
            };
            let key = |field: &str| format!("timing/cells/{index}/{field}");
            let told = TrainingProse {
                n_components: count(&format!("cells/{}/n_components", cell.id), k),
                wall_s: datum(&key("train_wall_s"), times.train_wall_s, 1),
                n_steps: count(&key("n_steps"), times.n_steps),
                steps_per_s: datum(&format!("derived/speed/{index}"), rate, 0),
            };
            timed.push((k, index, told));
        }
        timed.sort_by_key(|(k, index, _)| (*k, *index));
        let (least, _, first) = timed.first()?.clone();
        // The first replicate of the largest K.
        let greatest = timed.last()?.0;
        let (_, _, last) = timed.iter().find(|(k, _, _)| *k == greatest)?.clone();
        (greatest > least).then_some(Self { first, last })
    }
}
