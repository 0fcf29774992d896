//! One training step of the study's network, as training makes it: gather a fresh batch of 128
//! rows, forward, backward, Adam. Group `training_step`, parameter K.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use dfdx::prelude::Const;
use mixture_density::net::{AdamConfig, Mdn, Rows, Stepper};
use mixture_density::numerics::mixture_nll::ScaleLink;
use mixture_density::problem::{Points, Problem};
use mixture_density::seed::Seed;

const BATCH: usize = 128;
const ADAM: AdamConfig = AdamConfig {
    learning_rate: 1e-3,
    beta_1: 0.9,
    beta_2: 0.999,
    epsilon: 1e-7,
};

/// The spiral's 8,448 first points: 66 whole batches.
fn data() -> Points {
    let json = r#"{"name":"spiral","n":8448,"jitter":0.2,"revolutions":2.0,"span":5.0}"#;
    let problem: Problem = serde_json::from_str(json).expect("a problem");
    let drawn = problem.realise(Seed::new(0), 1).expect("in range");
    drawn.train
}

/// FLOP of a step as the products have them: forward, and twice that backward but for the data.
fn flop(k: usize) -> u64 {
    let products = |i: usize, o: usize| 2 * BATCH * i * o;
    (2 * products(1, 128) + 3 * products(128, 128) + 3 * products(128, 3 * k)) as u64
}

fn bench<const K: usize>(
    group: &mut criterion::BenchmarkGroup<'_, criterion::measurement::WallTime>,
    data: &Points,
) {
    let rows = Rows {
        x: &data.x,
        y: &data.y,
    };
    let link = ScaleLink::EluPlusOne { floor: 1e-7 };
    let sizes = (Const::<1>, Const::<128>, Const::<K>, Const::<1>);
    let network = Mdn::new(sizes, link, &mut Seed::new(0).stream("init"));
    let network = network.expect("sizes of a network");
    let mut stepper = Stepper::new(&network, ADAM).expect("its weights");
    let mut stream = Seed::new(0).stream("shuffle");
    let mut order: Vec<usize> = (0..data.len()).collect();
    let mut epoch = |stream: &mut mixture_density::seed::Stream| {
        stream.shuffle(&mut order);
        let losses = order
            .chunks(BATCH)
            .map(|batch| stepper.step(rows, batch, 1e-3).expect("finite"));
        losses.sum::<f32>() / (data.len() / BATCH) as f32
    };
    // The answer first: training learns.
    let (first, second) = (epoch(&mut stream), epoch(&mut stream));
    assert!(
        second < first && second.is_finite(),
        "the loss went from {first} to {second}"
    );

    group.throughput(Throughput::Elements(flop(K)));
    group.bench_function(BenchmarkId::from_parameter(K), |b| {
        b.iter_custom(|steps| {
            // Whole epochs are timed, shuffling included; the time is scaled to the steps asked for.
            let batches = (data.len() / BATCH) as u64;
            let epochs = steps.div_ceil(batches);
            let started = now();
            for _ in 0..epochs {
                epoch(&mut stream);
            }
            started
                .elapsed()
                .mul_f64(steps as f64 / (epochs * batches) as f64)
        });
    });
}

#[allow(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
fn now() -> std::time::Instant {
    std::time::Instant::now()
}

fn training_step(criterion: &mut Criterion) {
    let data = data();
    let mut group = criterion.benchmark_group("training_step");
    group.sample_size(20);
    bench::<1>(&mut group, &data);
    bench::<20>(&mut group, &data);
    bench::<40>(&mut group, &data);
    group.finish();
}

criterion_group!(benches, training_step);
criterion_main!(benches);
