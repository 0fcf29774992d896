//! Scoring 10,000 mixtures on one core: log-density, cdf and CRPS at K = 1, 20 and 40; quantiles of
//! 1,000 of them, highest-density probabilities (which look for every mode) of 100.
//!
//! The answer is checked before the clock starts: log-density against a sum of densities by
//! `libm`, CRPS against the closed form by `libm`'s `erf`.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use mixture_density::mixture::{MixtureBatch, Univariate};
use mixture_density::score;
use mixture_density::seed::Seed;

const ROWS: usize = 10_000;

fn batch(k: usize) -> (MixtureBatch, Vec<f64>) {
    let mut stream = Seed::new(1).stream("bench/scores");
    let mut draw = |n: usize, low, high| {
        (0..n)
            .map(|_| stream.uniform(low, high))
            .collect::<Vec<f64>>()
    };
    let (logits, means) = (draw(ROWS * k, -3.0, 3.0), draw(ROWS * k, 0.0, 5.0));
    let scales = draw(ROWS * k, -3.0, 0.0)
        .into_iter()
        .map(libm::exp)
        .collect();
    let ys = draw(ROWS, 0.0, 5.0);
    (
        MixtureBatch::from_logits(k, 1, logits, means, scales).expect("valid"),
        ys,
    )
}

/// The same numbers from the textbook's formulas.
fn check(row: Univariate<'_>, y: f64) {
    let a = |d: f64, s: f64| {
        let z = d / s;
        d * libm::erf(z / std::f64::consts::SQRT_2)
            + s * 0.797_884_560_802_865_4 * libm::exp(-0.5 * z * z)
    };
    let (mut density, mut crps) = (0.0, 0.0);
    for i in 0..row.n_components() {
        let (w, m, s) = (row.weights()[i], row.means()[i], row.scales()[i]);
        density +=
            w * 0.398_942_280_401_432_7 / s * libm::exp(-0.5 * ((y - m) / s) * ((y - m) / s));
        crps += w * a(y - m, s);
        for j in 0..row.n_components() {
            let (v, n, t) = (row.weights()[j], row.means()[j], row.scales()[j]);
            crps -= 0.5 * w * v * a(m - n, libm::hypot(s, t));
        }
    }
    assert!((row.crps(y) - crps).abs() < 1e-12);
    if density > 1e-280 {
        let want = libm::log(density);
        assert!((row.log_density(y) - want).abs() < 1e-12 * (1.0 + want.abs()));
    }
}

fn scores(c: &mut Criterion) {
    for k in [1, 20, 40] {
        let (batch, ys) = batch(k);
        for (row, y) in batch.marginals(0).expect("one target").zip(&ys).take(200) {
            check(row, *y);
        }
        let mut group = c.benchmark_group("scores");
        group
            .throughput(Throughput::Elements(ROWS as u64))
            .sample_size(20);
        group.bench_function(BenchmarkId::new("log_density", k), |b| {
            b.iter(|| score::nll_nats(&batch, &ys))
        });
        group.bench_function(BenchmarkId::new("cdf", k), |b| {
            b.iter(|| score::pit(&batch, &ys))
        });
        group.bench_function(BenchmarkId::new("crps", k), |b| {
            b.iter(|| score::crps(&batch, &ys))
        });
        group.throughput(Throughput::Elements(ROWS as u64 / 10));
        group.bench_function(BenchmarkId::new("quantile", k), |b| {
            b.iter(|| {
                let rows = batch.marginals(0).expect("one target").take(ROWS / 10);
                rows.map(|row| row.quantile(0.9).expect("inside (0, 1)"))
                    .sum::<f64>()
            });
        });
        group.throughput(Throughput::Elements(ROWS as u64 / 100));
        group.bench_function(BenchmarkId::new("highest_density", k), |b| {
            b.iter(|| {
                let rows = batch.marginals(0).expect("one target").take(ROWS / 100);
                rows.zip(&ys)
                    .map(|(row, y)| row.highest_density_probability(*y))
                    .sum::<f64>()
            });
        });
        group.finish();
    }
}

criterion_group!(benches, scores);
criterion_main!(benches);
