//! Normal deviates by counting: their distribution, their words, their bits.

use mixture_density::numerics::chacha::block;
use mixture_density::numerics::dispatch::KernelPath;
use mixture_density::numerics::normals::normals;
use mixture_density::seed::Seed;

use super::words::bits;
use crate::ks;

fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x / std::f64::consts::SQRT_2)
}

fn drawn(stream: u64, n: usize) -> Vec<f32> {
    let mut out = vec![f32::NAN; n];
    normals(&Seed::new(5).key("test/normals"), stream, &mut out);
    out
}

fn wide(values: &[f32]) -> Vec<f64> {
    values.iter().map(|v| f64::from(*v)).collect()
}

/// Kolmogorov–Smirnov at α = 0.001 with a fixed seed, over one long stream and over the first
/// deviates of many.
#[test]
fn deviates_are_standard_normal() {
    assert!(ks::follows(&wide(&drawn(0, 20_000)), normal_cdf));
    let firsts: Vec<f32> = (0..5_000).map(|step| drawn(step, 1)[0]).collect();
    assert!(ks::follows(&wide(&firsts), normal_cdf));
}

/// The twins: a scale 5 % too large, and a mean of 0.06, do not pass.
#[test]
fn a_biased_source_is_detected() {
    let good = wide(&drawn(0, 20_000));
    let wider: Vec<f64> = good.iter().map(|v| 1.05 * v).collect();
    let moved: Vec<f64> = good.iter().map(|v| v + 0.06).collect();
    assert!(!ks::follows(&wider, normal_cdf));
    assert!(!ks::follows(&moved, normal_cdf));
}

/// Neighbours, the two of a pair, and the same place in neighbouring streams are uncorrelated.
#[test]
fn deviates_are_uncorrelated() {
    let (a, b) = (drawn(1, 51_200), drawn(2, 51_200));
    let correlation = |x: &[f32], y: &[f32]| {
        let sum: f64 = x.iter().zip(y).map(|(x, y)| f64::from(x * y)).sum();
        sum / x.len().min(y.len()) as f64
    };
    // 4 standard errors.
    let bound = 4.0 / (51_200.0f64).sqrt();
    assert!(correlation(&a, &b).abs() < bound);
    assert!(correlation(&a, &a[1..]).abs() < bound);
    let (first, second): (Vec<f32>, Vec<f32>) = a
        .chunks_exact(256)
        .flat_map(|round| {
            round[..128]
                .iter()
                .copied()
                .zip(round[128..].iter().copied())
        })
        .unzip();
    assert!(correlation(&first, &second).abs() < bound * std::f64::consts::SQRT_2);
    // The twin: a stream and itself.
    assert!(correlation(&a, &a).abs() > bound);
}

/// Deviate e comes from the words the documentation says, by the transform in f64.
#[test]
fn deviates_are_the_transform_of_their_words() {
    let key = Seed::new(5).key("test/normals");
    let out = drawn(7, 600);
    let blocks: Vec<_> = (0..48).map(|counter| block(&key, 7, counter)).collect();
    for (e, deviate) in out.iter().enumerate() {
        // Word w of block b stands at 16·w + b of its round.
        let word = |at: usize, round: usize| blocks[round * 16 + at % 16][at / 16];
        let (round, pair) = (e / 256, e % 128);
        let unit = (f64::from(word(pair, round) >> 1) + 0.5) / 2_147_483_648.0;
        let turn = f64::from(word(pair + 128, round)) / 4_294_967_296.0;
        let radius = (-2.0 * libm::log(unit)).sqrt();
        let angle = 2.0 * std::f64::consts::PI * turn;
        let want = radius
            * if e % 256 < 128 {
                libm::cos(angle)
            } else {
                libm::sin(angle)
            };
        // u is rounded to 24 bits: 6e-8 in r²/2, which weighs most where r is small.
        let bound = 2e-6 + 1.2e-7 / radius;
        let off = (f64::from(*deviate) - want).abs();
        assert!(off < bound, "{e}: {deviate} {want}");
    }
}

#[test]
fn every_path_has_the_same_bits_and_a_prefix_is_a_prefix() {
    let runs: Vec<_> = KernelPath::ALL
        .into_iter()
        .filter_map(|path| path.force(|| bits(&drawn(3, 1000))))
        .collect();
    assert!(runs.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(bits(&drawn(3, 300)), runs[0][..300]);
    assert_ne!(bits(&drawn(4, 300)), runs[0][..300]);
}
