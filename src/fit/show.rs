//! Picks what the figures show.

use super::cell::Data;
use super::exhibits::{FitExhibits, Histogram, ShownRow};
use super::run::FitError;
use crate::mixture::MixtureRef;
use crate::net::Model;
use crate::predict::{Predictor as _, densities_of};
use crate::table::Table;

/// Bins of a histogram.
const BINS: usize = 40;
/// Bins of the PIT values.
const PIT_BINS: usize = 20;
/// Test rows whose densities are shown.
const SHOWN: usize = 12;
/// Points of the grid over one feature.
const GRID: usize = 128;
/// Test points that are shown over one feature.
const POINTS: usize = 2000;
/// Features whose distribution is shown: the first ones.
const FEATURES: usize = 100;
/// Test rows whose modes are looked for, which is slow.
const MODE_ROWS: usize = 5000;

/// The figures' numbers; without a model, the distributions alone.
pub(super) fn exhibits(
    model: Option<&Model>,
    table: &Table,
    train: &Data,
    test: &Data,
) -> Result<FitExhibits, FitError> {
    let (f, d) = (table.feature_names().len(), table.target_names().len());
    let histograms = |names: &[String], values: &[f64], width: usize| -> Vec<Histogram> {
        let column =
            |at: usize| -> Vec<f64> { values.iter().skip(at).step_by(width).copied().collect() };
        let named = names.iter().take(FEATURES).enumerate();
        named
            .map(|(at, name)| Histogram::of(name, &column(at), BINS))
            .collect()
    };
    let mut exhibits = FitExhibits {
        features: histograms(table.feature_names(), &train.x, f),
        targets: histograms(table.target_names(), &train.y, d),
        ..FitExhibits::default()
    };
    let Some(model) = model else {
        return Ok(exhibits);
    };
    let (mut pit, mut residuals) = (vec![Vec::new(); d], vec![Vec::new(); d]);
    let n_test = test.y.len() / d;
    let chunks = test.x.chunks(1024 * f).zip(test.y.chunks(1024 * d));
    for ((x, y), numbers) in chunks.zip(test.numbers.chunks(1024)) {
        let predictions = densities_of(model, x, numbers)?;
        for (row, y) in predictions.marginals().rows().zip(y.chunks_exact(d)) {
            for target in 0..d {
                if let Some(own) = row.marginal(target) {
                    pit[target].push(own.cdf(y[target]));
                    if residuals[target].len() < MODE_ROWS {
                        residuals[target].push(y[target] - own.highest_mode().at);
                    }
                }
            }
        }
    }
    for (target, name) in table.target_names().iter().enumerate() {
        exhibits
            .pit_test
            .push(Histogram::between(name, &pit[target], PIT_BINS, (0.0, 1.0)));
        exhibits
            .residuals_test
            .push(Histogram::of(name, &residuals[target], BINS));
    }
    // Evenly over the test rows, which are in the order of the table.
    let shown: Vec<usize> = (0..n_test.min(SHOWN))
        .map(|i| i * n_test / n_test.min(SHOWN))
        .collect();
    let x: Vec<f64> = shown
        .iter()
        .flat_map(|row| &test.x[row * f..(row + 1) * f])
        .copied()
        .collect();
    let numbers: Vec<u64> = shown.iter().map(|row| test.numbers[*row]).collect();
    let asked = densities_of(model, &x, &numbers)?;
    for ((row, at), x) in asked.marginals().rows().zip(&shown).zip(x.chunks_exact(f)) {
        exhibits
            .rows_test
            .push(shown_row(row, x, &test.y[at * d..(at + 1) * d]));
    }
    if let ([histogram], 1) = (exhibits.features.as_slice(), f) {
        let (low, high) = (histogram.low, histogram.high);
        let share = |i: usize| i as f64 / (GRID - 1) as f64;
        let x: Vec<f64> = (0..GRID)
            .map(|i| low * (1.0 - share(i)) + high * share(i))
            .collect();
        let asked = model.predictions(&x)?;
        let rows = asked.marginals().rows().zip(&x);
        exhibits.grid = rows.map(|(row, x)| shown_row(row, &[*x], &[])).collect();
        if d == 1 {
            let step = n_test.div_ceil(POINTS).max(1);
            let points = test.x.iter().zip(&test.y).step_by(step);
            exhibits.points_test = points.map(|(x, y)| [*x, *y]).collect();
        }
    }
    Ok(exhibits)
}

fn shown_row(row: MixtureRef<'_>, x: &[f64], y: &[f64]) -> ShownRow {
    let marginals = || (0..row.n_targets()).filter_map(|target| row.marginal(target));
    ShownRow {
        x: x.to_vec(),
        y: y.to_vec(),
        weights: row.weights().to_vec(),
        means: marginals().map(|own| own.means().to_vec()).collect(),
        scales: marginals().map(|own| own.scales().to_vec()).collect(),
    }
}
