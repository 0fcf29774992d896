//! The exhibits of a whole study: what no network enters, and what each network adds.

use super::cell::Finished;
use super::cell_exhibit::{CellExhibit, significant};
use super::data::StudyData;
use super::exhibit_spec::GridSpec;
use super::plan::CellPlan;
use super::record::{Exhibits, Grid, Points, Record};
use super::spec::Spec;
use crate::problem::Truth;

/// The part that no network enters.
pub(super) fn without_networks(spec: &Spec, data: &StudyData) -> Exhibits {
    let n = spec.exhibits.n_points.min(data.train.x.len());
    let x = over(&data.train.x, spec.exhibits.n_grid);
    let mean = x
        .iter()
        .map(|x| data.truth.mean(f64::from(*x)) as f32)
        .collect();
    Exhibits {
        data: Points {
            x: data.train.x[..n].to_vec(),
            y: data.train.y[..n].to_vec(),
        },
        oracle_mean: Points { x, y: mean },
        grid: spec.exhibits.grid.map(|grid| exact(&grid, data)),
        ..Exhibits::default()
    }
}

/// Adds what every cell shows, in the plan's order: the first baseline's curve, the first draws,
/// everything of which there is one a cell.
pub(super) fn place(exhibits: &mut Exhibits, finished: &[Finished]) {
    for Finished { cell, exhibit } in finished {
        place_one(exhibits, &cell.id, cell.n_components.is_some(), exhibit);
    }
}

fn place_one(exhibits: &mut Exhibits, id: &str, is_mixture: bool, shown: &CellExhibit) {
    match &shown.points {
        Some(points) if !is_mixture && exhibits.baseline.x.is_empty() => {
            exhibits.baseline = points.clone();
        }
        Some(points) if is_mixture && exhibits.samples_from.is_none() => {
            exhibits.samples = points.clone();
            exhibits.samples_from = Some(id.to_owned());
            exhibits.tempered = shown.tempered.clone();
        }
        _ => {}
    }
    exhibits.mixtures.extend(shown.mixtures.clone());
    exhibits.calibration.extend(shown.calibration.clone());
}

/// The record's exhibits with every part replaced that was computed again.
pub(super) fn expected(
    spec: &Spec,
    data: &StudyData,
    plans: &[CellPlan],
    record: &Record,
    computed: &[Finished],
) -> Exhibits {
    let mut expected = without_networks(spec, data);
    if computed.len() == plans.len() {
        place(&mut expected, computed);
        return expected;
    }
    for plan in plans {
        let id = plan.id();
        let is_mixture = plan.n_components.is_some();
        let again = computed.iter().find(|finished| finished.cell.id == id);
        let shown = again.map_or_else(
            || recorded(&record.exhibits, &id, plan),
            |finished| finished.exhibit.clone(),
        );
        place_one(&mut expected, &id, is_mixture, &shown);
    }
    expected
}

/// What the record shows of a cell. The baseline's curve bears no name: it is taken for that of the
/// first replicate of any recipe, and the first one placed wins.
fn recorded(exhibits: &Exhibits, id: &str, plan: &CellPlan) -> CellExhibit {
    let is_sampled = exhibits.samples_from.as_deref() == Some(id);
    let points = match plan.n_components {
        None if plan.replicate == 0 => Some(&exhibits.baseline),
        Some(_) if is_sampled => Some(&exhibits.samples),
        _ => None,
    };
    let of_cell = |cell: &str| cell == id;
    CellExhibit {
        points: points.filter(|points| !points.x.is_empty()).cloned(),
        mixtures: exhibits.mixtures.iter().find(|m| of_cell(&m.cell)).cloned(),
        calibration: exhibits
            .calibration
            .iter()
            .find(|c| of_cell(&c.cell))
            .cloned(),
        tempered: if is_sampled {
            exhibits.tempered.clone()
        } else {
            Vec::new()
        },
    }
}

/// The exact density over the plane.
fn exact(spec: &GridSpec, data: &StudyData) -> Grid {
    let x = over(&data.train.x, spec.n_x);
    let (low, high) = range(&data.train.y);
    let margin = spec.y_margin * (high - low);
    let y = equidistant(low - margin, high + margin, spec.n_y);
    let column = |x: &f32| density(data.truth.as_ref(), *x, &y, spec.digits);
    let density = x.iter().flat_map(column).collect();
    Grid { x, y, density }
}

/// p(y | x) at each y; 0 where x lies outside the problem's support.
fn density(truth: &dyn Truth, x: f32, y: &[f32], digits: usize) -> Vec<f32> {
    let at = truth.at(f64::from(x));
    let densities = y.iter().map(|y| libm::exp(at.log_density(f64::from(*y))));
    densities
        .map(|p| {
            if p.is_finite() {
                significant(p, digits)
            } else {
                0.0
            }
        })
        .collect()
}

/// `n` equidistant points from the smallest to the largest of `values`.
pub(super) fn over(values: &[f32], n: usize) -> Vec<f32> {
    let (low, high) = range(values);
    equidistant(low, high, n)
}

fn range(values: &[f32]) -> (f64, f64) {
    let low = values.iter().copied().fold(f32::INFINITY, f32::min);
    let high = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    (f64::from(low), f64::from(high))
}

fn equidistant(low: f64, high: f64, n: usize) -> Vec<f32> {
    let step = (high - low) / (n.max(2) - 1) as f64;
    (0..n).map(|i| (low + step * i as f64) as f32).collect()
}
