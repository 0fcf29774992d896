//! The exhibits of a whole study: what no network enters, and what each network adds.

use super::cell_exhibit::{CellExhibit, significant};
use super::data::SplitData;
use super::finished::Finished;
use super::grid::{equidistant, over, range};
use super::plan::CellPlan;
use crate::problem::Truth;
use crate::record::{Exhibits, Grid, Points};
use crate::spec::{ExhibitSpec, GridSpec};

/// The part that no network enters; `None` where the truth is not known.
pub(super) fn without_networks(spec: &ExhibitSpec, data: &SplitData) -> Option<Exhibits> {
    let truth = data.truth.as_deref()?;
    let n = spec.n_points.min(data.train.len());
    let narrow = |values: &[f64]| values[..n].iter().map(|v| *v as f32).collect();
    let x = over(&data.train.x, spec.n_grid);
    let mean = x.iter().map(|x| truth.mean(f64::from(*x)) as f32).collect();
    Some(Exhibits {
        data: Points {
            x: narrow(&data.train.x),
            y: narrow(&data.train.y),
        },
        oracle_mean: Points { x, y: mean },
        grid: spec.grid.map(|grid| exact(&grid, data, truth)),
        ..Exhibits::default()
    })
}

/// Adds what every cell shows, in the plan's order: the first baseline's curve, the first draws,
/// everything of which there is one a cell.
pub(super) fn place(exhibits: &mut Exhibits, finished: &[Finished]) {
    for Finished { cell, exhibit, .. } in finished {
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

/// The recorded exhibits with every part replaced that was computed again: those `without_networks`, and those of the
/// `computed` cells.
pub(super) fn expected(
    mut without_networks: Exhibits,
    plans: &[CellPlan],
    recorded: &Exhibits,
    computed: &[Finished],
) -> Exhibits {
    for plan in plans {
        let id = plan.id();
        let is_mixture = plan.n_components.is_some();
        let again = computed.iter().find(|finished| finished.cell.id == id);
        let shown = again.map_or_else(
            || of_record(recorded, &id, plan),
            |finished| finished.exhibit.clone(),
        );
        place_one(&mut without_networks, &id, is_mixture, &shown);
    }
    without_networks
}

/// What the record shows of a cell. The baseline's curve bears no name: it is taken for that of the
/// first replicate of any recipe, and the first one placed wins.
fn of_record(exhibits: &Exhibits, id: &str, plan: &CellPlan) -> CellExhibit {
    let is_sampled = exhibits.samples_from.as_deref() == Some(id);
    let points = match plan.n_components {
        None if (plan.replicate, plan.split) == (0, 0) => Some(&exhibits.baseline),
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
fn exact(spec: &GridSpec, data: &SplitData, truth: &dyn Truth) -> Grid {
    let x = over(&data.train.x, spec.n_x);
    let (low, high) = range(&data.train.y);
    let margin = spec.y_margin * (high - low);
    let y = equidistant(low - margin, high + margin, spec.n_y);
    let column = |x: &f32| density(truth, *x, &y, spec.digits);
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
