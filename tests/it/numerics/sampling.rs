//! Bulk sampling: the generator against `rand_chacha`, the draws against their distribution.

use mixture_density::numerics::chacha;
use mixture_density::numerics::dispatch::KernelPath;
use mixture_density::numerics::sampling::{
    Mixtures, SampleScratch, Temperature, TemperatureError, sample,
};
use proptest::prelude::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::words::{Dice, bits};

const KEY: [u8; 32] = *b"a key that is the same each time";

struct Rows {
    k: usize,
    logits: Vec<f32>,
    means: Vec<f32>,
    scales: Vec<f32>,
}

impl Rows {
    fn random(n: usize, k: usize, seed: u64) -> Self {
        let mut dice = Dice(seed);
        let logits = dice.many(n * k, -2.0, 2.0);
        let means = dice.many(n * k, -3.0, 3.0);
        let scales = dice.many(n * k, 0.1, 1.0);
        Self {
            k,
            logits,
            means,
            scales,
        }
    }

    /// `n` times the same mixture.
    fn repeated(n: usize, logits: &[f32], means: &[f32], scales: &[f32]) -> Self {
        let k = logits.len();
        let [logits, means, scales] = [logits, means, scales].map(|part| part.repeat(n));
        Self {
            k,
            logits,
            means,
            scales,
        }
    }

    fn draw(
        &self,
        temperature: Temperature,
        rows: std::ops::Range<usize>,
        first: u64,
        m: usize,
    ) -> Vec<f32> {
        let cells = rows.start * self.k..rows.end * self.k;
        let mixtures = Mixtures {
            n_components: self.k,
            logits: &self.logits[cells.clone()],
            means: &self.means[cells.clone()],
            scales: &self.scales[cells],
        };
        let mut draws = vec![f32::NAN; rows.len() * m];
        let first = first + rows.start as u64;
        sample(
            mixtures,
            temperature,
            &KEY,
            first,
            m,
            &mut draws,
            &mut SampleScratch::default(),
        )
        .expect("fitting shapes");
        draws
    }

    fn n(&self) -> usize {
        self.logits.len() / self.k
    }
}

#[test]
fn blocks_are_those_of_rand_chacha() {
    for path in KernelPath::ALL {
        for nonce in [0, 1, 99, u64::from(u32::MAX) + 7, u64::MAX] {
            for counter in [
                0,
                1,
                15,
                u64::from(u32::MAX) - 3,
                u64::from(u32::MAX) + 1,
                1 << 40,
            ] {
                let mut reference = ChaCha8Rng::from_seed(KEY);
                reference.set_stream(nonce);
                reference.set_word_pos(u128::from(counter) * 16);
                let want: [u32; 16] = std::array::from_fn(|_| reference.next_u32());
                if let Some(got) = path.force(|| chacha::block(&KEY, nonce, counter)) {
                    assert_eq!(got, want, "{path:?} {nonce} {counter}");
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    /// Neither the path, nor how rows are split, nor how many draws follow, moves a draw.
    #[test]
    fn a_draw_depends_on_key_row_and_number_only(
        n in 1usize..400, k in 1usize..24, m in 1usize..5, first in 0u64..1000, cut: prop::sample::Index, seed: u64,
    ) {
        let rows = Rows::random(n, k, seed);
        let whole = rows.draw(Temperature::ONE, 0..n, first, m);
        for path in KernelPath::ALL {
            let got = path.force(|| rows.draw(Temperature::ONE, 0..n, first, m));
            prop_assert!(got.is_none_or(|got| bits(&got) == bits(&whole)), "{path:?}");
        }
        let cut = cut.index(n);
        let mut parts = rows.draw(Temperature::ONE, 0..cut, first, m);
        parts.extend(rows.draw(Temperature::ONE, cut..n, first, m));
        prop_assert_eq!(bits(&parts), bits(&whole));
        let more = rows.draw(Temperature::ONE, 0..n, first, m + 2);
        for (long, short) in more.chunks(m + 2).zip(whole.chunks(m)) {
            prop_assert_eq!(bits(&long[..m]), bits(short));
        }
    }
}

/// The twin: rows numbered from elsewhere get other draws.
#[test]
fn another_row_number_gives_another_draw() {
    let rows = Rows::repeated(300, &[0.0], &[0.0], &[1.0]);
    let (a, b) = (
        rows.draw(Temperature::ONE, 0..300, 0, 1),
        rows.draw(Temperature::ONE, 0..300, 1, 1),
    );
    assert_eq!(bits(&a[1..]), bits(&b[..299]));
    let equal = a
        .iter()
        .zip(&b)
        .filter(|(a, b)| a.to_bits() == b.to_bits())
        .count();
    assert!(equal < 3);
}

/// √n times the distance of Kolmogorov and Smirnov; above 1.949 with probability 0.001.
fn ks(mut draws: Vec<f32>, cdf: impl Fn(f64) -> f64) -> f64 {
    draws.sort_by(f32::total_cmp);
    let n = draws.len() as f64;
    let distances = draws.iter().enumerate().map(|(i, x)| {
        let p = cdf(f64::from(*x));
        (p - i as f64 / n).max((i + 1) as f64 / n - p)
    });
    distances.fold(0.0, f64::max) * n.sqrt()
}

const KS_LIMIT: f64 = 1.949;

fn normal_cdf(z: f64) -> f64 {
    0.5 * libm::erfc(-z / std::f64::consts::SQRT_2)
}

#[test]
fn draws_follow_the_mixture() {
    let weights = [0.2, 0.5, 0.3];
    let logits = weights.map(libm::logf);
    let (means, scales) = ([-1.0, 0.5, 2.0], [0.3, 1.0, 0.1]);
    let rows = Rows::repeated(2_000, &logits, &means, &scales);
    let draws = rows.draw(Temperature::ONE, 0..rows.n(), 0, 100);
    let cdf = |scale: f64| {
        move |x: f64| {
            let part = |k: usize| {
                let z = (x - f64::from(means[k])) / (scale * f64::from(scales[k]));
                f64::from(weights[k]) * normal_cdf(z)
            };
            (0..3).map(part).sum::<f64>()
        }
    };
    assert!(ks(draws.clone(), cdf(1.0)) < KS_LIMIT);
    // The twin: scales 3 % too large are detected in the same draws.
    assert!(ks(draws, cdf(1.03)) > KS_LIMIT);
}

#[test]
fn one_draw_a_row_is_normal_and_rows_are_independent() {
    let n = 200_000;
    let rows = Rows::repeated(n, &[0.0], &[0.0], &[1.0]);
    let draws = rows.draw(Temperature::ONE, 0..n, 0, 1);
    assert!(ks(draws.clone(), normal_cdf) < KS_LIMIT);
    assert!(ks(draws.iter().map(|z| z + 0.02).collect(), normal_cdf) > KS_LIMIT);
    // Rows 64 apart share two words of the generator; neighbours share none.
    let correlation = |a: &[f32], b: &[f32], power: i32| {
        let raised =
            |z: &f32| (0..power).fold(1.0, |p, _| p * f64::from(*z)) - f64::from(power - 1);
        let sum: f64 = a.iter().zip(b).map(|(a, b)| raised(a) * raised(b)).sum();
        let variance = if power == 1 { 1.0 } else { 2.0 };
        sum / variance / (a.len() as f64).sqrt()
    };
    for apart in [1, 16, 64, 128] {
        for power in [1, 2] {
            let (a, b) = (&draws[apart..], &draws[..n - apart]);
            assert!(correlation(a, b, power).abs() < 3.3, "{apart} {power}");
        }
    }
    // The twin: the same statistic sees a dependence of 2 %.
    let mixed: Vec<f32> = draws[1..]
        .iter()
        .zip(&draws)
        .map(|(a, b)| a + 0.02 * b)
        .collect();
    assert!(correlation(&mixed, &draws[..n - 1], 1).abs() > 3.3);
}

/// Pearson's statistic of the chosen components; scales of 0 make the mean the choice.
fn chi_square(logits: &[f32], temperature: Temperature, weights: &[f64]) -> f64 {
    let means: Vec<f32> = (0..logits.len()).map(|k| k as f32).collect();
    let rows = Rows::repeated(1_000, logits, &means, &vec![0.0; logits.len()]);
    let draws = rows.draw(temperature, 0..1_000, 5, 200);
    let mut counts = vec![0.0; logits.len()];
    for draw in &draws {
        counts[*draw as usize] += 1.0;
    }
    let n = draws.len() as f64;
    let terms = counts
        .iter()
        .zip(weights)
        .map(|(count, weight): (&f64, &f64)| {
            if *weight > 0.0 {
                (count - n * weight) * (count - n * weight) / (n * weight)
            } else {
                count * f64::INFINITY.min(1e300)
            }
        });
    terms.sum()
}

#[test]
fn components_are_chosen_by_their_weights() {
    let logits: Vec<f32> = (0..8).map(|k| 0.4 * k as f32).collect();
    let soft = |t: f64| {
        let raw: Vec<f64> = logits
            .iter()
            .map(|l| libm::exp(f64::from(*l) / t))
            .collect();
        let total: f64 = raw.iter().sum();
        raw.into_iter().map(|w| w / total).collect::<Vec<_>>()
    };
    let at = |t: f32| Temperature::new(t, 1.0).unwrap();
    // 0.999 quantile of chi-square with 7 degrees of freedom: 24.32.
    for t in [0.5, 1.0, 3.0] {
        assert!(
            chi_square(&logits, at(t), &soft(f64::from(t))) < 24.32,
            "{t}"
        );
    }
    assert!(chi_square(&logits, at(f32::INFINITY), &[0.125; 8]) < 24.32);
    // The twin: a temperature 5 % off is detected.
    assert!(chi_square(&logits, at(1.0), &soft(1.05)) > 24.32);
    let mut heaviest = [0.0; 8];
    heaviest[7] = 1.0;
    assert!(chi_square(&logits, at(0.0), &heaviest) < 1e-9);
}

#[test]
fn a_component_without_weight_is_never_chosen() {
    let never = f32::NEG_INFINITY;
    for t in [0.0, 1e-30, 1.0, 1e30, f32::INFINITY] {
        let t = Temperature::new(t, 1.0).unwrap();
        let weights = [0.0, 0.5, 0.0, 0.5, 0.0];
        // 0.999 quantile with one degree of freedom: 10.83.
        assert!(chi_square(&[never, 0.0, never, 0.0, never], t, &weights) < 10.83);
    }
}

#[test]
fn temperature_of_the_variance_multiplies_the_variance() {
    let rows = Rows::repeated(500, &[0.0], &[1.0], &[0.5]);
    let at = |variance: f32| rows.draw(Temperature::new(1.0, variance).unwrap(), 0..500, 0, 1);
    let (one, four, zero) = (at(1.0), at(4.0), at(0.0));
    for ((one, four), zero) in one.iter().zip(&four).zip(&zero) {
        assert!((four - 1.0 - 2.0 * (one - 1.0)).abs() < 1e-6);
        assert_eq!(zero.to_bits(), 1f32.to_bits());
    }
}

#[test]
fn bad_temperatures_are_named_and_bad_rows_are_nan() {
    let minus = Temperature::new(-1.0, 1.0);
    assert!(matches!(minus, Err(TemperatureError::Weights { found }) if found < 0.0));
    assert!(Temperature::new(f32::NAN, 1.0).is_err());
    for variance in [-1.0, f32::NAN, f32::INFINITY] {
        let error = Temperature::new(1.0, variance);
        assert!(matches!(error, Err(TemperatureError::Variance { .. })));
    }
    let mut rows = Rows::random(300, 3, 1);
    let clean = rows.draw(Temperature::ONE, 0..300, 0, 2);
    rows.logits[7 * 3 + 1] = f32::NAN;
    rows.logits[9 * 3..10 * 3].fill(f32::NEG_INFINITY);
    let draws = rows.draw(Temperature::ONE, 0..300, 0, 2);
    for (i, (draw, clean)) in draws.iter().zip(&clean).enumerate() {
        let bad = [7, 9].contains(&(i / 2));
        assert_eq!(draw.is_nan(), bad, "{i}");
        assert!(bad || draw.to_bits() == clean.to_bits());
    }
}
