//! Streams: golden first draws, independence, distributions.

use std::collections::BTreeSet;

use mixture_density::seed::Seed;

use crate::ks;

const N: usize = 20_000;

fn normal_cdf(z: f64) -> f64 {
    0.5 * libm::erfc(-z / std::f64::consts::SQRT_2)
}

/// Against ChaCha8 written out in another language (tests/data/seed/streams.py).
#[test]
fn first_draws_are_the_golden_ones() {
    let table = include_str!("../data/seed/streams.csv");
    let mut kinds = BTreeSet::new();
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let stream = || Seed::new(cells[1].parse().unwrap()).stream(cells[2]);
        kinds.insert(cells[0]);
        let mut stream = stream();
        for draw in cells[3].split(' ') {
            let expected: f64 = draw.parse().unwrap();
            let (found, tolerance) = match cells[0] {
                "uniform" => (stream.uniform(0.0, 1.0), 0.0),
                // Two libraries' logarithms may differ in the last bit.
                "normal" => (stream.normal(0.0, 1.0), 1e-15 * expected.abs()),
                _ => (stream.categorical(&[1.0, 0.0, 2.0, 5.0]) as f64, 0.0),
            };
            assert!(
                (found - expected).abs() <= tolerance,
                "{line}\nfound {found}"
            );
        }
    }
    assert_eq!(kinds.len(), 3);
}

/// The bits of the normal deviates and the order of the shuffle are this project's own
/// contract: a change of either is value-breaking.
#[test]
fn first_normals_and_first_shuffle_keep_their_bits() {
    let mut stream = Seed::new(0).stream("data/train");
    let bits: Vec<u64> = (0..4).map(|_| stream.normal(1.0, 2.0).to_bits()).collect();
    assert_eq!(
        bits,
        [
            4614075271839967009,
            13816299340904809968,
            4613015617596704638,
            4606100711705973706
        ]
    );
    let mut items: Vec<u32> = (0..16).collect();
    Seed::new(0).stream("shuffle/0").shuffle(&mut items);
    assert_eq!(
        items,
        [9, 11, 13, 8, 1, 15, 4, 2, 0, 10, 14, 6, 7, 12, 3, 5]
    );
}

#[test]
fn a_stream_depends_on_seed_and_path_and_on_nothing_else() {
    let paths = [
        "",
        "a",
        "b",
        "a/b",
        "ab",
        "a/b/",
        "a/B",
        "init/k=1/r=11",
        "init/k=11/r=1",
    ];
    let mut keys = BTreeSet::new();
    let mut streams = 0;
    for seed in [0, 1, 256, 1 << 32, u64::MAX] {
        for path in paths {
            keys.insert(Seed::new(seed).key(path));
            streams += 1;
            let first = Seed::new(seed).stream(path).uniform(0.0, 1.0);
            let again = Seed::new(seed).stream(path).uniform(0.0, 1.0);
            assert_eq!(first.to_bits(), again.to_bits());
        }
    }
    assert_eq!(keys.len(), streams);
}

#[test]
fn neighbouring_streams_are_uncorrelated() {
    let draws = |seed, path: &str| -> Vec<f64> {
        let mut stream = Seed::new(seed).stream(path);
        (0..N).map(|_| stream.uniform(-1.0, 1.0)).collect()
    };
    // Var of the sum of products is n/9; 4.9 standard deviations: once in a million.
    let uncorrelated = |a: &[f64], b: &[f64]| {
        let sum: f64 = a.iter().zip(b).map(|(a, b)| a * b).sum();
        sum.abs() < 4.9 * (N as f64 / 9.0).sqrt()
    };
    let one = draws(3, "shuffle/r=0");
    assert!(uncorrelated(&one, &draws(3, "shuffle/r=1")));
    assert!(uncorrelated(&one, &draws(4, "shuffle/r=0")));
    assert!(uncorrelated(&one[..N - 1], &one[1..]));
    // The twin: one stream in twenty draws copied from the other.
    let mut leaky = draws(3, "shuffle/r=1");
    for i in (0..N).step_by(20) {
        leaky[i] = one[i];
    }
    assert!(!uncorrelated(&one, &leaky));
}

#[test]
fn uniform_and_normal_draws_follow_their_cdfs() {
    let mut stream = Seed::new(11).stream("ks");
    let uniform: Vec<f64> = (0..N).map(|_| stream.uniform(-2.0, 3.0)).collect();
    assert!(uniform.iter().all(|u| (-2.0..3.0).contains(u)));
    assert!(ks::follows(&uniform, |x| (x + 2.0) / 5.0));
    let normal: Vec<f64> = (0..N).map(|_| stream.normal(1.5, 0.5)).collect();
    assert!(ks::follows(&normal, |x| normal_cdf((x - 1.5) / 0.5)));
    // The twins: 3 % shifted, 5 % too narrow.
    let shifted: Vec<f64> = uniform.iter().map(|u| u + 0.15).collect();
    assert!(!ks::follows(&shifted, |x| (x + 2.0) / 5.0));
    let narrow: Vec<f64> = normal.iter().map(|z| 1.5 + 0.93 * (z - 1.5)).collect();
    assert!(!ks::follows(&narrow, |x| normal_cdf((x - 1.5) / 0.5)));
}

/// The tails of the normal, which a KS test hardly sees.
#[test]
fn normal_draws_have_the_right_tails() {
    let mut stream = Seed::new(12).stream("tails");
    let n = 1_000_000;
    let beyond = (0..n)
        .filter(|_| stream.normal(0.0, 1.0).abs() > 4.0)
        .count() as f64;
    let expected = 2.0 * normal_cdf(-4.0) * f64::from(n);
    assert!(
        (beyond - expected).abs() < 4.0 * expected.sqrt(),
        "{beyond} of {expected}"
    );
}

/// Pearson's χ² of `counts` against equal or given `expected` shares.
fn chi_square(counts: &[usize], expected: &[f64]) -> f64 {
    counts
        .iter()
        .zip(expected)
        .map(|(&c, e)| (c as f64 - e) * (c as f64 - e) / e)
        .sum()
}

#[test]
fn shuffles_are_uniform_over_permutations() {
    let permutations = |swap_all: bool| {
        let mut stream = Seed::new(13).stream("permutations");
        let mut counts = [0_usize; 27];
        for _ in 0..N {
            let mut items = [0, 1, 2];
            if swap_all {
                // The well-known wrong shuffle: each place with any place.
                for i in 0..3 {
                    items.swap(i, stream.categorical(&[1.0; 3]));
                }
            } else {
                stream.shuffle(&mut items);
            }
            counts[items[0] * 9 + items[1] * 3 + items[2]] += 1;
        }
        counts.into_iter().filter(|c| *c > 0).collect::<Vec<_>>()
    };
    // χ² with 5 degrees of freedom exceeds 20.515 once in 1,000 times.
    let expected = [N as f64 / 6.0; 6];
    assert_eq!(permutations(false).len(), 6);
    assert!(chi_square(&permutations(false), &expected) < 20.515);
    assert!(chi_square(&permutations(true), &expected) > 20.515);
}

#[test]
fn categorical_draws_have_their_weights() {
    let counts = |weights: &[f64; 4]| {
        let mut stream = Seed::new(14).stream("categorical");
        let mut counts = [0_usize; 4];
        for _ in 0..N {
            counts[stream.categorical(weights)] += 1;
        }
        assert_eq!(counts[1], 0, "weight zero was drawn");
        [counts[0], counts[2], counts[3]]
    };
    // Weights need not sum to one. χ² with 2 degrees of freedom: 13.816 at 0.001.
    let expected = [0.125, 0.25, 0.625].map(|p| p * N as f64);
    assert!(chi_square(&counts(&[1.0, 0.0, 2.0, 5.0]), &expected) < 13.816);
    assert!(chi_square(&counts(&[1.1, 0.0, 2.0, 5.0]), &expected) > 13.816);
}

#[test]
fn categorical_has_an_answer_for_bad_weights() {
    let mut stream = Seed::new(15).stream("bad");
    assert_eq!(stream.categorical(&[]), 0);
    assert_eq!(stream.categorical(&[0.0, 0.0]), 0);
    assert_eq!(stream.categorical(&[0.0, f64::INFINITY, 0.0]), 1);
    assert!(stream.categorical(&[f64::NAN, 1.0]) < 2);
    for _ in 0..1000 {
        // A sum that rounds below the draw must not run past the end.
        assert!(stream.categorical(&[1e-300, 0.1, 0.2, 0.7, 0.0]) < 4);
    }
}
