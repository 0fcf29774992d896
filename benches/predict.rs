//! A user's own table at its full width: 20 features, 2 targets.
//!
//! Group `predict`, parameter covariance and K: rows to mixtures in the data's units, and one row alone. Group `fit`:
//! an epoch at K = 10, standardising, shuffling, noise, averaging and validation included.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use mixture_density::net::{Covariance, Metadata, Model, Recipe, Rows, Scratch, Training};
use mixture_density::seed::Seed;

const FEATURES: usize = 20;

/// Two targets that depend on two of the features.
fn table(n: usize) -> (Vec<f64>, Vec<f64>) {
    let mut stream = Seed::new(1).stream("bench/table");
    let x: Vec<f64> = (0..n * FEATURES)
        .map(|_| stream.uniform(-2.0, 2.0))
        .collect();
    let y = x
        .chunks_exact(FEATURES)
        .flat_map(|x| {
            let u = x[0] * x[1] + stream.normal(0.0, 0.3);
            [u, x[2] + 0.5 * u + stream.normal(0.0, 0.2)]
        })
        .collect();
    (x, y)
}

/// Trains on all but the last thousand rows of the table.
fn fitted(
    (x, y): &(Vec<f64>, Vec<f64>),
    k: usize,
    covariance: Covariance,
    batch_size: usize,
    epochs: usize,
) -> (Model, f32) {
    let n = y.len() / 2 - 1000;
    let mut recipe = Recipe::named("tuned").expect("a known recipe");
    recipe.max_epochs = epochs;
    recipe.batch_size = batch_size;
    recipe.tuning.schedule = None;
    let features = (0..FEATURES).map(|i| format!("x{i}"));
    let metadata = Metadata::new(features, ["u", "v"].map(String::from));
    let train = Rows {
        x: &x[..n * FEATURES],
        y: &y[..n * 2],
    };
    let validation = Rows {
        x: &x[n * FEATURES..],
        y: &y[n * 2..],
    };
    let training = Training::new(&recipe, metadata).stream("bench");
    let training = training.components(k).covariance(covariance);
    let result = Model::fit(&training, train, validation);
    let (model, fit) = result.expect("a training");
    let last = fit.history.last().map_or(f32::NAN, |epoch| epoch.val_loss);
    (model, last)
}

fn predict(criterion: &mut Criterion) {
    const ROWS: usize = 8192;
    let mut group = criterion.benchmark_group("predict");
    group.sample_size(20);
    group.throughput(Throughput::Elements(ROWS as u64));
    let (x, _) = table(ROWS);
    for (name, covariance, k) in [
        ("diagonal_5", Covariance::Diagonal, 5),
        ("full_5", Covariance::Full, 5),
        ("diagonal_20", Covariance::Diagonal, 20),
    ] {
        let (model, _) = fitted(&table(3000), k, covariance, 128, 1);
        // The answer first: a chunk's rows are those of the whole.
        let whole = model.mixtures(&x).expect("finite rows");
        let part = model.mixtures(&x[4000 * FEATURES..]).expect("finite rows");
        assert_eq!(whole.get(4001), part.get(1));
        group.bench_function(BenchmarkId::from_parameter(name), |b| {
            b.iter(|| model.mixtures(&x));
        });
    }
    group.finish();
}

/// One row of a network with 5 components and one target, answered in the memory of the answer before.
fn one_row(criterion: &mut Criterion) {
    let (x, y) = table(3000);
    let y: Vec<f64> = y.into_iter().step_by(2).collect();
    let mut recipe = Recipe::named("tuned").expect("a known recipe");
    recipe.max_epochs = 1;
    let names: Vec<String> = (0..FEATURES).map(|i| format!("x{i}")).collect();
    let training = Training::new(&recipe, Metadata::new(names, ["u".to_owned()])).components(5);
    let rows = Rows { x: &x, y: &y };
    let (model, _) = Model::fit(&training, rows, rows).expect("a training");
    let mut scratch = Scratch::default();
    // The answer first: a row alone is the row among others.
    let all = model.mixtures(&x[..2 * FEATURES]).expect("finite rows");
    let row = &x[FEATURES..2 * FEATURES];
    let own = model.mixtures_in(row, &mut scratch).expect("a finite row");
    assert_eq!(own.get(0), all.get(1));
    criterion.bench_function("predict/one_row", |b| {
        b.iter(|| model.mixtures_in(row, &mut scratch).map(|own| own.len()));
    });
}

fn fit(criterion: &mut Criterion) {
    const ROWS: usize = 65_536;
    let table = table(ROWS + 1000);
    let diagonal = Covariance::Diagonal;
    // The answer first: a second epoch is better than the first.
    let (first, second) = (
        fitted(&table, 10, diagonal, 128, 1).1,
        fitted(&table, 10, diagonal, 128, 2).1,
    );
    assert!(second < first, "the loss went from {first} to {second}");
    let mut group = criterion.benchmark_group("fit");
    group.sample_size(10);
    group.throughput(Throughput::Elements(ROWS as u64));
    for (name, covariance, batch) in [
        ("diagonal_128", diagonal, 128),
        ("diagonal_512", diagonal, 512),
        ("full_512", Covariance::Full, 512),
    ] {
        group.bench_function(BenchmarkId::from_parameter(name), |b| {
            b.iter_custom(|epochs| {
                let started = now();
                fitted(&table, 10, covariance, batch, epochs as usize);
                started.elapsed()
            });
        });
    }
    group.finish();
}

#[allow(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
fn now() -> std::time::Instant {
    std::time::Instant::now()
}

criterion_group!(benches, predict, one_row, fit);
criterion_main!(benches);
