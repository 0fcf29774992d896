//! The kept model on the test rows, which are predicted once: its scores, and what the figures show.

use serde::{Deserialize, Serialize};

use super::StudyError;
use super::chunks::per_chunk;
use super::data::{Rows, SplitData};
use super::{importance, point_errors};
use crate::mixture::{MixtureRef, Mixtures};
use crate::net::Model;
use crate::predict::{Predictor as _, densities_of, scores_of};
use crate::record::{Baselines, Cell, Histogram, PointErrors, ShownRow, TableExhibits};
use crate::score::{RowScores, Scores, Summary, Wanted};
use crate::seed::Seed;

/// Bins of a histogram.
const BINS: usize = 40;
/// Bins of the PIT values.
const PIT_BINS: usize = 20;
/// Test rows whose densities are shown.
const SHOWN: usize = 12;
/// Test rows that were least expected.
const WORST: usize = 6;
/// Points of the grid over one feature.
const GRID: usize = 128;
/// Test points that are shown over one feature.
const POINTS: usize = 2000;
/// Features whose distribution is shown: the first ones.
const FEATURES: usize = 100;
/// Test rows whose modes are looked for, which is slow.
const MODE_ROWS: usize = 5000;

/// What the record says of the kept model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Judged {
    /// `None` without a model.
    pub(super) scores_test: Option<Scores>,
    /// `None` without a model.
    pub(super) baselines: Option<Baselines>,
    pub(super) exhibits: TableExhibits,
}

impl Judged {
    /// Looks at the test rows; without a model, the distributions alone are shown.
    pub(super) fn of(
        model: Option<&Model>,
        cell: Option<&Cell>,
        data: &SplitData,
        seed: u64,
    ) -> Result<Self, StudyError> {
        let (f, d) = (data.features.len(), data.targets.len());
        let mut exhibits = TableExhibits {
            features: histograms(&data.features, &data.train.x, f),
            targets: histograms(&data.targets, &data.train.y, d),
            ..TableExhibits::default()
        };
        let Some(model) = model else {
            return Ok(Self {
                scores_test: None,
                baselines: None,
                exhibits,
            });
        };
        let Predicted {
            mut rows,
            residuals,
            distances,
        } = predict(model, &data.test, seed)?;
        let mut scores = scores_of(&rows, &data.test.y, &data.targets)?;
        let validation = cell.and_then(|cell| cell.validation.as_ref());
        // The training rows, which are many more, and were seen as they are in the table, have decided.
        if let Some(validation) = validation {
            for (target, collapsed) in scores.targets.iter_mut().zip(&validation.collapsed) {
                target.degenerate_likelihood = *collapsed;
            }
        }
        for ((name, target), residuals) in data.targets.iter().zip(&rows.targets).zip(&residuals) {
            let pit = Histogram::between(name, &target.pit, PIT_BINS, (0.0, 1.0));
            exhibits.pit_test.push(pit);
            let residuals = Histogram::of(name, residuals, BINS);
            exhibits.residuals_test.push(residuals);
        }
        for (at, (name, distances)) in data.targets.iter().zip(&distances).enumerate() {
            let column: Vec<f64> = data.test.y.iter().skip(at).step_by(d).copied().collect();
            exhibits.point_errors_test.push(PointErrors {
                name: name.clone(),
                absolute_error: Summary::of(distances)?,
                variance: point_errors::variance(&column)?,
            });
        }
        let nll = std::mem::take(&mut rows.nll);
        drop((rows, residuals, distances));
        let test = &data.test;
        exhibits.rows_test = shown_rows(model, test, &nll, &evenly(test.len()))?;
        exhibits.worst_rows_test = shown_rows(model, test, &nll, &worst(&nll))?;
        exhibits.importance = Some(importance::of(model, data, &nll, seed));
        if f == 1 {
            exhibits.grid = grid(model, &exhibits.features)?;
            if d == 1 {
                let step = data.test.len().div_ceil(POINTS).max(1);
                let points = data.test.x.iter().zip(&data.test.y).step_by(step);
                exhibits.points_test = points.map(|(x, y)| [*x, *y]).collect();
            }
        }
        Ok(Self {
            scores_test: Some(scores),
            baselines: super::baselines::compare(data, &nll)?,
            exhibits,
        })
    }
}

/// The distribution of each of the first columns of rows of `width` values.
fn histograms(names: &[String], values: &[f64], width: usize) -> Vec<Histogram> {
    let named = names.iter().take(FEATURES).enumerate();
    named
        .map(|(at, name)| {
            let column: Vec<f64> = values.iter().skip(at).step_by(width).copied().collect();
            Histogram::of(name, &column, BINS)
        })
        .collect()
}

/// What is known of the test rows.
struct Predicted {
    rows: RowScores,
    /// For each target: its distance from the highest mode, of the first rows.
    residuals: Vec<Vec<f64>>,
    /// For each target: its distance from the median, of some rows.
    distances: Vec<Vec<f64>>,
}

fn predict(model: &Model, test: &Rows, seed: u64) -> Result<Predicted, StudyError> {
    let wanted = Wanted {
        n_crps: usize::MAX,
        calibration: true,
        energy: Some(Seed::new(seed)),
    };
    let d = model.target_names().len();
    let step = point_errors::step(test.len());
    let work = |first, mixtures: &Mixtures, y: &[f64], numbers: &[u64]| {
        let mut residuals = vec![Vec::new(); d];
        let looked_at = MODE_ROWS.saturating_sub(first);
        let rows = mixtures.marginals().rows().zip(y.chunks_exact(d));
        for (row, y) in rows.take(looked_at) {
            for (target, residuals) in residuals.iter_mut().enumerate() {
                let own = row.marginal(target);
                residuals.extend(own.map(|own| y[target] - own.highest_mode().at));
            }
        }
        Ok(Predicted {
            rows: RowScores::of(mixtures, y, numbers, &wanted)?,
            residuals,
            distances: point_errors::distances(mixtures, y, first, step)?,
        })
    };
    let mut all = Predicted {
        rows: RowScores::default(),
        residuals: vec![Vec::new(); d],
        distances: vec![Vec::new(); d],
    };
    per_chunk(model, test, work, |mut chunk| {
        all.rows.append(chunk.rows);
        all.rows.reserve(test.len());
        for at in 0..d {
            all.residuals[at].append(&mut chunk.residuals[at]);
            all.distances[at].append(&mut chunk.distances[at]);
        }
    })?;
    Ok(all)
}

/// Places of the rows that are shown, evenly over the test rows, which are in the order of the table.
fn evenly(n: usize) -> Vec<usize> {
    let n_shown = n.min(SHOWN);
    (0..n_shown).map(|i| i * n / n_shown).collect()
}

/// Places of the least expected rows, the worst first; of equal ones the table's first.
fn worst(nll: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..nll.len()).collect();
    order.sort_by(|a, b| nll[*b].total_cmp(&nll[*a]));
    order.truncate(WORST);
    order
}

/// The rows at these places, with their densities.
fn shown_rows(
    model: &Model,
    test: &Rows,
    nll: &[f64],
    places: &[usize],
) -> Result<Vec<ShownRow>, StudyError> {
    let (f, d) = (model.feature_names().len(), model.target_names().len());
    let x = places
        .iter()
        .flat_map(|row| &test.x[row * f..(row + 1) * f]);
    let x: Vec<f64> = x.copied().collect();
    let numbers: Vec<u64> = places.iter().map(|row| test.numbers.at(*row)).collect();
    let asked = densities_of(model, &x, &numbers)?;
    let rows = asked.marginals().rows().zip(places).zip(x.chunks_exact(f));
    let rows = rows.zip(&numbers).map(|(((row, at), x), number)| ShownRow {
        row: Some(*number),
        nll_nats: nll.get(*at).copied().filter(|nll| nll.is_finite()),
        ..shown_row(row, x, &test.y[at * d..(at + 1) * d])
    });
    Ok(rows.collect())
}

/// Densities over the range of the only feature.
fn grid(model: &Model, features: &[Histogram]) -> Result<Vec<ShownRow>, StudyError> {
    let Some(Histogram { low, high, .. }) = features.first() else {
        return Ok(Vec::new());
    };
    let share = |i: usize| i as f64 / (GRID - 1) as f64;
    let x = (0..GRID).map(|i| low * (1.0 - share(i)) + high * share(i));
    let x: Vec<f64> = x.collect();
    let asked = model.predictions(&x)?;
    let rows = asked.marginals().rows().zip(&x);
    Ok(rows.map(|(row, x)| shown_row(row, &[*x], &[])).collect())
}

fn shown_row(row: MixtureRef<'_>, x: &[f64], y: &[f64]) -> ShownRow {
    let marginals = || (0..row.n_targets()).filter_map(|target| row.marginal(target));
    ShownRow {
        row: None,
        nll_nats: None,
        x: x.to_vec(),
        y: y.to_vec(),
        weights: row.weights().to_vec(),
        means: marginals().map(|own| own.means().to_vec()).collect(),
        scales: marginals().map(|own| own.scales().to_vec()).collect(),
    }
}
