//! The kernels alone, on one core: loss, sampling, matrix product.
//!
//! Group and parameter names are read by other programs. Each benchmark compares its answer
//! with plain code before it is timed.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use mixture_density::mixture::{MixtureBatch, Sampler};
use mixture_density::numerics::dense::affine;
use mixture_density::numerics::mixture_nll::{HeadShape, NllScratch, ScaleLink, mixture_nll};
use mixture_density::numerics::panels::Panels;
use mixture_density::numerics::peak::multiply_adds;
use mixture_density::seed::Seed;

const ROWS: usize = 10_000;
const FLOOR: f32 = 1e-7;

/// Uniform numbers of the stream called `name`.
fn uniform(name: &str, n: usize, low: f64, high: f64) -> Vec<f32> {
    let mut stream = Seed::new(1).stream(name);
    (0..n).map(|_| stream.uniform(low, high) as f32).collect()
}

fn normal(name: &str, n: usize, mean: f64, scale: f64) -> Vec<f32> {
    let mut stream = Seed::new(1).stream(name);
    (0..n).map(|_| stream.normal(mean, scale) as f32).collect()
}

/// NLL of one row with one target, from the formula, in `f64`.
fn plain_nll(k: usize, raw: &[f32], y: f32) -> f64 {
    let value = |i: usize| f64::from(raw[i]);
    let total: f64 = (0..k).map(|c| libm::exp(value(2 * k + c))).sum();
    let terms: Vec<f64> = (0..k)
        .map(|c| {
            let a = value(k + c);
            let sigma = f64::from(FLOOR) + if a > 0.0 { a + 1.0 } else { libm::exp(a) };
            let z = (f64::from(y) - value(c)) / sigma;
            let log_normal = -0.5 * z * z - libm::log(sigma * libm::sqrt(std::f64::consts::TAU));
            value(2 * k + c) - libm::log(total) + log_normal
        })
        .collect();
    let top = terms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    -top - libm::log(terms.iter().map(|term| libm::exp(term - top)).sum())
}

/// Loss and gradient of 10,000 rows of head outputs.
fn nll(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("nll");
    group.throughput(Throughput::Elements(ROWS as u64));
    for k in [1, 5, 20, 40] {
        let head = HeadShape {
            n_components: k,
            n_targets: 1,
        };
        let link = ScaleLink::EluPlusOne { floor: FLOOR };
        let mut raw = normal("bench/raw", ROWS * 3 * k, 0.0, 1.0);
        for row in raw.chunks_mut(3 * k) {
            for mean in &mut row[..k] {
                *mean = 1.5 * *mean + 2.5;
            }
        }
        let y = uniform("bench/y", ROWS, 0.0, 5.0);
        let (mut nll, mut grad) = (vec![0.0; ROWS], vec![0.0; raw.len()]);
        let mut scratch = NllScratch::default();
        let factor = 1.0 / ROWS as f32;
        let mut run = || {
            let raw = black_box(&raw);
            mixture_nll(
                head,
                link,
                raw,
                &y,
                factor,
                &mut nll,
                Some(&mut grad),
                &mut scratch,
            )
            .expect("fitting shapes");
            black_box((nll[0], grad[0]))
        };
        run();
        for (row, value) in raw.chunks(3 * k).zip(&y).zip(&nll) {
            let want = plain_nll(k, row.0, *row.1);
            assert!((f64::from(*value) - want).abs() < 1e-5 * want.abs().max(1.0));
        }
        for row in grad.chunks(3 * k) {
            let of_logits: f32 = row[2 * k..].iter().sum();
            assert!(
                of_logits.abs() < 1e-6 * factor * 100.0,
                "softmax gradients sum to 0"
            );
        }
        group.bench_function(BenchmarkId::from_parameter(k), |bencher| {
            bencher.iter(|| {
                let raw = black_box(&raw);
                mixture_nll(
                    head,
                    link,
                    raw,
                    &y,
                    factor,
                    &mut nll,
                    Some(&mut grad),
                    &mut scratch,
                )
                .expect("fitting shapes");
                black_box((nll[0], grad[0]))
            });
        });
    }
}

/// Draws from given mixtures of 20 components, as `mdn sample` makes them.
fn sampling(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sampling");
    group.sample_size(10);
    let k = 20;
    // A million mixtures of one draw each come as ten tables, so that they fit into memory.
    for (name, n, n_draws, n_tables) in [
        ("one_each", 100_000, 1, 10),
        ("hundred_each", 10_000, 100, 1),
    ] {
        let batch = |table: usize| {
            let means = uniform(&format!("bench/means/{table}"), n * k, 0.0, 5.0);
            let scales = uniform(&format!("bench/scales/{table}"), n * k, 0.05, 0.5);
            let logits = normal(&format!("bench/logits/{table}"), n * k, 0.0, 1.0);
            MixtureBatch::from_logits(k, 1, wide(&logits), wide(&means), wide(&scales))
        };
        let batches: Vec<MixtureBatch> = (0..n_tables).map(|i| batch(i).expect("valid")).collect();
        let numbers: Vec<u64> = (0..n as u64).collect();
        let mut draws = vec![0.0; n * n_draws];
        let mut sampler = Sampler::new(Seed::new(1).key("bench/draws"));
        let mut sample = |batch: &MixtureBatch, draws: &mut [f64]| {
            sampler
                .sample_into(batch, &numbers, 0..n_draws as u64, draws)
                .expect("fitting shapes");
        };
        // The mean of all draws against the mean of all mixtures, 5 standard errors apart.
        for batch in &batches {
            sample(batch, &mut draws);
            let rows = batch.univariate_rows().expect("one target");
            let expected = rows.map(|row| row.mean()).sum::<f64>() / n as f64;
            let mean = draws.iter().sum::<f64>() / draws.len() as f64;
            let standard_error = 1.5 / libm::sqrt(draws.len() as f64);
            assert!(
                (mean - expected).abs() < 5.0 * standard_error,
                "{mean} {expected}"
            );
        }
        group.throughput(Throughput::Elements((draws.len() * n_tables) as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                for batch in &batches {
                    sample(black_box(batch), &mut draws);
                }
                black_box(draws[0])
            });
        });
    }
}

fn wide(values: &[f32]) -> Vec<f64> {
    values.iter().map(|v| f64::from(*v)).collect()
}

/// The product of the hidden layer, in the layout in which training holds its matrices.
fn matmul(criterion: &mut Criterion) {
    const EDGE: usize = 128;
    let mut group = criterion.benchmark_group("matmul");
    let x = uniform("bench/x", EDGE * EDGE, -1.0, 1.0);
    let w = uniform("bench/w", EDGE * EDGE, -1.0, 1.0);
    let b = uniform("bench/b", EDGE, -1.0, 1.0);
    let square = |values: &[f32]| Panels::of(EDGE, EDGE, values).expect("a shape");
    let (px, pw, pb) = (
        square(&x),
        square(&w),
        Panels::of(1, EDGE, &b).expect("a shape"),
    );
    let mut py = Panels::zeros(EDGE, EDGE).expect("a shape");
    affine(&px, &pw, &pb, false, &mut py).expect("fitting shapes");
    let mut y = vec![0.0; EDGE * EDGE];
    py.store(&mut y).expect("a shape");
    for r in 0..EDGE {
        for c in 0..EDGE {
            let want = (0..EDGE).fold(b[c], |sum, k| x[r * EDGE + k].mul_add(w[k * EDGE + c], sum));
            assert_eq!(
                y[r * EDGE + c].to_bits(),
                want.to_bits(),
                "element {r}, {c}"
            );
        }
    }
    group.throughput(Throughput::Elements(2 * (EDGE * EDGE * EDGE) as u64));
    group.bench_function("128x128x128", |bencher| {
        bencher.iter(|| {
            affine(black_box(&px), &pw, &pb, false, &mut py).expect("fitting shapes");
            black_box(&py);
        });
    });
}

/// What the same core does in registers alone: what `matmul` is a share of.
fn peak(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("peak");
    let (flop, sum) = multiply_adds(0.5, 0.25);
    // x ← x/2 + 1/4 stays at 1/2, in each of the accumulated lanes.
    let lanes = flop / (2.0 * 4096.0);
    assert!(
        (f64::from(sum) - 0.5 * lanes).abs() < 1e-6,
        "{sum} of {lanes} lanes"
    );
    group.throughput(Throughput::Elements(flop as u64));
    group.bench_function("multiply_adds", |bencher| {
        bencher.iter(|| multiply_adds(black_box(0.5), black_box(0.25)));
    });
}

criterion_group!(benches, nll, sampling, matmul, peak);
criterion_main!(benches);
