//! What the page derives from the exhibits and the timing, derived again.

use std::collections::BTreeMap;

use mixture_density::mixture::MixtureBatch;
use mixture_density::record::{Cell, ModelKind, Record, Timing};
use serde_json::Value;

use super::fixture::Known as _;

/// By the page's keys, without `derived/`.
pub(crate) fn exhibits(record: &Record, timing: Option<&Timing>) -> BTreeMap<String, Value> {
    let mut derived = BTreeMap::new();
    if record.exhibits.is_none() {
        return derived;
    }
    let mut put = |key: String, value: Value| {
        derived.insert(key, value);
    };
    if let Some(cell) = showcase(record) {
        density(record, cell, &mut put);
    }
    let n = record.data.n_test;
    for (index, calibration) in record.shown().calibration.iter().enumerate() {
        let counts = &calibration.pit_counts;
        let (low, high) = band(n, 1.0 / counts.len() as f64);
        let outside = counts.iter().filter(|c| !(low..=high).contains(*c)).count();
        for (what, value) in [
            ("n_bins", counts.len()),
            ("n_outside", outside),
            ("low", low),
            ("high", high),
        ] {
            put(format!("pit/{index}/{what}"), value.into());
        }
    }
    let (low, high) = band(n, 0.9);
    put("coverage/90/low".into(), (low as f64 / n as f64).into());
    put("coverage/90/high".into(), (high as f64 / n as f64).into());
    if let Some(tempered) = record.shown().tempered.first() {
        put("tempered/n_points".into(), tempered.y.len().into());
    }
    for (index, times) in timing.iter().flat_map(|t| &t.cells).enumerate() {
        let rate = times.n_steps as f64 / times.train_wall_s;
        put(format!("speed/{index}"), rate.into());
        let cell = record.cells.iter().find(|cell| cell.id == times.id);
        if let Some(k) = cell.and_then(|cell| cell.n_components) {
            put(format!("timing/n_components/{index}"), k.into());
        }
    }
    derived
}

/// The sampled network; else the first of K = 20; else the first of the largest K.
pub(crate) fn showcase(record: &Record) -> Option<&Cell> {
    let trained = |cell: &&Cell| cell.model == ModelKind::Mdn && cell.failure.is_none();
    let mut trained: Vec<&Cell> = record.cells.iter().filter(trained).collect();
    let sampled = record.shown().samples_from.as_ref();
    trained.sort_by_key(|cell| {
        let k = cell.n_components.unwrap_or(0);
        (Some(&cell.id) != sampled, k != 20, usize::MAX - k)
    });
    trained.first().copied()
}

fn density(record: &Record, cell: &Cell, put: &mut impl FnMut(String, Value)) {
    let Some(grid) = &record.shown().grid else {
        return;
    };
    let mut mixtures = record.shown().mixtures.iter();
    let Some(mixtures) = mixtures.find(|m| m.cell == cell.id) else {
        return;
    };
    let wide = |values: &[f32]| values.iter().map(|v| f64::from(*v)).collect::<Vec<_>>();
    let logs = wide(&mixtures.weights).into_iter().map(libm::log).collect();
    let (means, scales) = (wide(&mixtures.means), wide(&mixtures.scales));
    let batch = MixtureBatch::from_logits(mixtures.n_components, 1, logs, means, scales);
    let batch = batch.expect("mixtures");
    let y = wide(&grid.y);
    let integral = |f: &dyn Fn(usize) -> f64| {
        let mut sum = 0.0;
        for i in 1..y.len() {
            sum += 0.5 * (y[i] - y[i - 1]) * (f(i - 1) + f(i));
        }
        sum
    };
    let mut total = 0.0;
    let mut strays: f64 = 0.0;
    for (row, mixture) in batch.univariate_rows().expect("one target").enumerate() {
        let exact = |i: usize| f64::from(grid.density[row * y.len() + i]);
        let predicted = |i: usize| mixture.density(y[i]);
        let misplaced = 0.5 * integral(&|i| (predicted(i) - exact(i)).abs());
        total += misplaced;
        strays = strays.max((integral(&exact) - 1.0).abs());
        put(
            format!("density/integral_exact/{row}"),
            integral(&exact).into(),
        );
        put(
            format!("density/integral_predicted/{row}"),
            integral(&predicted).into(),
        );
        put(format!("density/misplaced/{row}"), misplaced.into());
    }
    put("density/grid_error".into(), strays.into());
    put(
        "density/misplaced_mean".into(),
        (total / batch.len() as f64).into(),
    );
}

/// Where a binomial count lies with 95 %: least and greatest k with more than 2.5 % on their outer
/// side, from the probabilities by the gamma function.
pub(crate) fn band(n: usize, p: f64) -> (usize, usize) {
    let size = n as f64;
    let log_probability = |k: f64| {
        libm::lgamma(size + 1.0) - libm::lgamma(k + 1.0) - libm::lgamma(size - k + 1.0)
            + k * libm::log(p)
            + (size - k) * libm::log1p(-p)
    };
    let tail = |ks: &mut dyn Iterator<Item = usize>| {
        let mut sum = 0.0;
        for k in ks {
            sum += libm::exp(log_probability(k as f64));
            if sum > 0.025 {
                return k;
            }
        }
        unreachable!("the probabilities sum to 1")
    };
    (tail(&mut (0..=n)), tail(&mut (0..=n).rev()))
}
