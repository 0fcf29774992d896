//! Draws by counting: what they depend on, and what they follow.

use insta::assert_snapshot;
use mixture_density::mixture::{GaussianMixture, MixtureBatch, MixtureError, Sampler, Temperature};
use mixture_density::numerics::dispatch::KernelPath;
use mixture_density::score::KsDistance;
use mixture_density::seed::{Distribution, Rng, Seed, Stream};
use proptest::prelude::*;

const KEY: [u8; 32] = *b"a key that is the same each time";
/// False alarms of a test.
const ALPHA: f64 = 0.001;

fn random(n: usize, k: usize, d: usize, seed: u64) -> MixtureBatch {
    let mut stream = Seed::new(seed).stream("test/mixture/draws");
    let mut many =
        |n: usize, low, high| -> Vec<f64> { (0..n).map(|_| stream.uniform(low, high)).collect() };
    let logits = many(n * k, -2.0, 2.0);
    let means = many(n * k * d, -3.0, 3.0);
    let scales = many(n * k * d, 0.1, 1.0);
    MixtureBatch::from_logits(k, d, logits, means, scales).expect("valid")
}

/// `n` times the same mixture.
fn repeated(n: usize, weights: &[f64], means: &[f64], scales: &[f64]) -> MixtureBatch {
    let logits: Vec<f64> = weights.iter().map(|w| libm::log(*w)).collect();
    let [logits, means, scales] = [&logits, means, scales].map(|part| part.repeat(n));
    MixtureBatch::from_logits(weights.len(), 1, logits, means, scales).expect("valid")
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|v| v.to_bits()).collect()
}

fn drawn(batch: &MixtureBatch, numbers: &[u64], draws: std::ops::Range<u64>) -> Vec<f64> {
    let n = (draws.end - draws.start) as usize;
    let mut out = vec![f64::NAN; batch.len() * n * batch.n_targets()];
    let sampled = Sampler::new(KEY).sample_into(batch, numbers, draws, &mut out);
    sampled.expect("fitting shapes");
    out
}

/// The same mixtures, with factors that are diagonal.
fn each(batch: &MixtureBatch) -> Vec<GaussianMixture> {
    let full = |row: GaussianMixture| {
        let d = row.n_targets();
        let scales = row.scales().expect("diagonal").chunks_exact(d);
        let mut factors = Vec::new();
        for scales in scales {
            for (i, scale) in scales.iter().enumerate() {
                factors.extend((0..d).map(|j| if i == j { *scale } else { 0.0 }));
            }
        }
        let (weights, means) = (row.weights().to_vec(), row.means().to_vec());
        GaussianMixture::from_cholesky(d, weights, means, factors).expect("valid")
    };
    batch.rows().map(|row| full(row.into())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// Neither the path, nor how rows or draws are cut, nor the other rows move a draw.
    #[test]
    fn a_draw_depends_on_key_row_and_number_only(
        n in 1usize..40, k in 1usize..24, d in 1usize..5, m in 1u64..40, first in 0u64..50,
        cut: prop::sample::Index, cut_draws: prop::sample::Index, seed: u64,
    ) {
        let batch = random(n, k, d, seed);
        let numbers: Vec<u64> = (0..n as u64).map(|row| row.wrapping_mul(seed | 1)).collect();
        let whole = drawn(&batch, &numbers, first..first + m);
        for path in KernelPath::ALL {
            let got = path.force(|| drawn(&batch, &numbers, first..first + m));
            prop_assert!(got.is_none_or(|got| bits(&got) == bits(&whole)), "{path:?}");
        }
        let row = cut.index(n);
        let alone = GaussianMixture::from(batch.row(row).expect("a row"));
        let alone = MixtureBatch::from_logits(
            k, d,
            batch.row(row).expect("a row").marginal(0).expect("a target").log_weights().to_vec(),
            alone.means().to_vec(),
            alone.scales().expect("diagonal").to_vec(),
        ).expect("valid");
        let middle = first + cut_draws.index(m as usize) as u64;
        let mut parts = drawn(&alone, &numbers[row..=row], first..middle);
        parts.extend(drawn(&alone, &numbers[row..=row], middle..first + m));
        let width = m as usize * d;
        prop_assert_eq!(bits(&parts), bits(&whole[row * width..][..width]));
    }

    /// Mixtures that own their numbers draw as the rows of a batch do.
    #[test]
    fn every_kind_of_mixture_draws_alike(
        n in 1usize..20, k in 1usize..9, d in 1usize..5, m in 1u64..12, seed: u64,
    ) {
        let batch = random(n, k, d, seed);
        let numbers: Vec<u64> = (7..7 + n as u64).collect();
        let want = drawn(&batch, &numbers, 3..3 + m);
        let owned: Vec<GaussianMixture> = batch.rows().map(Into::into).collect();
        for mixtures in [owned, each(&batch)] {
            let mut out = vec![f64::NAN; want.len()];
            let mut sampler = Sampler::new(KEY);
            sampler.sample_each_into(&mixtures, &numbers, 3..3 + m, &mut out).expect("fitting");
            for (got, want) in out.iter().zip(&want) {
                prop_assert!((got - want).abs() <= 1e-14 * (1.0 + want.abs()));
            }
        }
    }
}

/// The twin: rows numbered from elsewhere, other draws and another key are other numbers.
#[test]
fn another_row_draw_or_key_is_another_number() {
    let batch = repeated(300, &[1.0], &[0.0], &[1.0]);
    let numbers: Vec<u64> = (0..300).collect();
    let later: Vec<u64> = (1..301).collect();
    let (a, b) = (drawn(&batch, &numbers, 0..1), drawn(&batch, &later, 0..1));
    assert_eq!(bits(&a[1..]), bits(&b[..299]));
    let mut key = KEY;
    key[31] ^= 1;
    let c = Sampler::new(key).sample(&batch, 1).expect("few");
    for other in [b, drawn(&batch, &numbers, 1..2), c] {
        let mut pairs = a.iter().zip(&other);
        assert!(pairs.all(|(a, b)| a.to_bits() != b.to_bits()));
    }
}

fn p_value(draws: &[f64], cdf: impl Fn(f64) -> f64) -> f64 {
    let u: Vec<f64> = draws.iter().map(|y| cdf(*y)).collect();
    KsDistance::of(&u).expect("draws").p_value_bound()
}

#[test]
fn draws_follow_the_mixture() {
    let mixture = |stretch: f64| {
        let scales = [0.3, 1.0, 0.1].map(|s| s * stretch).to_vec();
        GaussianMixture::new(vec![0.2, 0.5, 0.3], vec![-1.0, 0.5, 2.0], scales).expect("valid")
    };
    let one = mixture(1.0);
    let view = one.as_univariate().expect("one target");
    let mut draws = vec![0.0; 200_000];
    let mut sampler = Sampler::new(KEY);
    let row = std::slice::from_ref(&one);
    let sampled = sampler.sample_each_into(row, &[0], 0..200_000, &mut draws);
    sampled.expect("fitting");
    assert!(p_value(&draws, |y| view.cdf(y)) > ALPHA);
    // The twin: scales 3 % too large are seen in the same draws.
    let wide = mixture(1.03);
    let wide = wide.as_univariate().expect("one target");
    assert!(p_value(&draws, |y| wide.cdf(y)) < ALPHA);
    // No two draws are one: the deviates are as fine as f64 shows them.
    draws.sort_by(f64::total_cmp);
    assert!(draws.windows(2).all(|pair| pair[0] < pair[1]));
}

#[test]
fn draws_in_space_follow_every_direction() {
    let covariances = vec![1.0, 0.8, 0.8, 2.0, 0.5, -0.3, -0.3, 0.4];
    let means = vec![0.0, 0.0, 2.0, -1.0];
    let mixture = GaussianMixture::full(2, vec![0.4, 0.6], means.clone(), covariances);
    let mixture = mixture.expect("valid");
    let n = 40_000;
    let mut draws = vec![0.0; 2 * n];
    let row = std::slice::from_ref(&mixture);
    let sampled = Sampler::new(KEY).sample_each_into(row, &[9], 0..n as u64, &mut draws);
    sampled.expect("fitting");
    // The twin forgets the correlation.
    let scales = vec![1.0, f64::sqrt(2.0), f64::sqrt(0.5), f64::sqrt(0.4)];
    let blind = GaussianMixture::diagonal(2, vec![0.4, 0.6], means, scales).expect("valid");
    for (a, b) in [(1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, -0.7)] {
        let along: Vec<f64> = draws.chunks_exact(2).map(|y| a * y[0] + b * y[1]).collect();
        let p = |mixture: &GaussianMixture| {
            let along_it = mixture.linear_map(&[a, b], &[0.0]).expect("a direction");
            let view = along_it.as_univariate().expect("one target");
            p_value(&along, |y| view.cdf(y))
        };
        assert!(p(&mixture) > ALPHA, "{a} {b}");
        assert!(p(&blind) < ALPHA || a * b == 0.0, "{a} {b}");
    }
}

#[test]
fn one_draw_a_row_is_normal_and_neighbours_are_independent() {
    let n = 200_000;
    let normal = GaussianMixture::new(vec![1.0], vec![0.0], vec![1.0]).expect("valid");
    let cdf = |y: f64| normal.as_univariate().expect("one target").cdf(y);
    // By rows, and by draws of one row.
    let batch = repeated(n, &[1.0], &[0.0], &[1.0]);
    let by_rows = Sampler::new(KEY).sample(&batch, 1).expect("few");
    let one = repeated(1, &[1.0], &[0.0], &[1.0]);
    let by_draws = Sampler::new(KEY).sample(&one, n).expect("few");
    let correlation = |a: &[f64], b: &[f64], power: i32| {
        let raised = |z: &f64| (0..power).fold(1.0, |p, _| p * z) - f64::from(power - 1);
        let sum: f64 = a.iter().zip(b).map(|(a, b)| raised(a) * raised(b)).sum();
        let variance = if power == 1 { 1.0 } else { 2.0 };
        sum / variance / (a.len() as f64).sqrt()
    };
    for draws in [by_rows, by_draws] {
        assert!(p_value(&draws, cdf) > ALPHA);
        assert!(p_value(&draws, |y| cdf(y + 0.02)) < ALPHA);
        // Draws 4 apart share two words of the generator.
        for apart in [1, 2, 4, 8, 16] {
            for power in [1, 2] {
                let (a, b) = (&draws[apart..], &draws[..n - apart]);
                assert!(correlation(a, b, power).abs() < 3.3, "{apart} {power}");
            }
        }
        // The twin: a dependence of 2 % is seen.
        let mixed = draws[1..].iter().zip(&draws).map(|(a, b)| a + 0.02 * b);
        let mixed: Vec<f64> = mixed.collect();
        assert!(correlation(&mixed, &draws[..n - 1], 1).abs() > 3.3);
    }
}

/// Pearson's statistic of the chosen components; at covariance temperature 0 the mean is the choice.
fn chi_square(logits: &[f64], t: f64, weights: &[f64]) -> f64 {
    let k = logits.len();
    let means: Vec<f64> = (0..k).map(|k| k as f64).collect();
    let row = MixtureBatch::from_logits(k, 1, logits.to_vec(), means, vec![1.0; k]);
    let temperature = Temperature::new(t, 0.0).expect("allowed");
    let mut sampler = Sampler::new(KEY).tempered(temperature);
    let draws = sampler.sample(&row.expect("valid"), 200_000).expect("few");
    let mut counts = vec![0.0; k];
    for draw in &draws {
        counts[*draw as usize] += 1.0;
    }
    let n = draws.len() as f64;
    let terms = counts
        .iter()
        .zip(weights)
        .map(|(count, weight): (&f64, _)| {
            if *weight > 0.0 {
                (count - n * weight) * (count - n * weight) / (n * weight)
            } else {
                count * 1e300
            }
        });
    terms.sum()
}

#[test]
fn components_are_chosen_by_their_weights() {
    let logits: Vec<f64> = (0..8).map(|k| 0.4 * f64::from(k)).collect();
    let soft = |t: f64| {
        let raw: Vec<f64> = logits.iter().map(|l| libm::exp(l / t)).collect();
        let total: f64 = raw.iter().sum();
        raw.into_iter().map(|w| w / total).collect::<Vec<_>>()
    };
    // 0.999 quantile of chi-square with 7 degrees of freedom: 24.32.
    for t in [0.5, 1.0, 3.0] {
        assert!(chi_square(&logits, t, &soft(t)) < 24.32, "{t}");
    }
    assert!(chi_square(&logits, f64::INFINITY, &[0.125; 8]) < 24.32);
    // The twin: a temperature 5 % off is seen.
    assert!(chi_square(&logits, 1.0, &soft(1.05)) > 24.32);
    let mut heaviest = [0.0; 8];
    heaviest[7] = 1.0;
    assert!(chi_square(&logits, 0.0, &heaviest) < 1e-9);
    // A component without weight is never chosen, wherever it is.
    let never = f64::NEG_INFINITY;
    for t in [0.0, 1e-30, 1.0, 1e30, f64::INFINITY] {
        let logits = [never, 0.0, never, 0.0, never];
        // 0.999 quantile with one degree of freedom: 10.83.
        assert!(chi_square(&logits, t, &[0.0, 0.5, 0.0, 0.5, 0.0]) < 10.83);
    }
}

#[test]
fn a_sampler_has_the_golden_bits() {
    let batch = random(100, 7, 3, 3);
    let cold = Temperature::new(0.7, 0.5).expect("allowed");
    let hash = |mut sampler: Sampler| {
        let draws = sampler.sample(&batch, 9).expect("few");
        let bytes = bits(&draws).into_iter().flat_map(u64::to_le_bytes);
        blake3::hash(&bytes.collect::<Vec<u8>>()).to_hex().as_str()[..16].to_owned()
    };
    assert_snapshot!(hash(Sampler::new(KEY)), @"2156ee718b7761bc");
    assert_snapshot!(hash(Sampler::new(KEY).tempered(cold)), @"b14d07fa1ebea635");
}

#[test]
fn operands_that_do_not_fit_are_refused() {
    let batch = random(3, 2, 2, 1);
    let mut sampler = Sampler::new(KEY);
    let mut into = |numbers: &[u64], draws: std::ops::Range<u64>, len: usize| {
        sampler.sample_into(&batch, numbers, draws, &mut vec![0.0; len])
    };
    assert!(into(&[0, 1, 2], 0..4, 24).is_ok() && into(&[0, 1, 2], 4..4, 0).is_ok());
    assert_snapshot!(into(&[0, 1], 0..4, 24).unwrap_err(), @"row numbers: 2 numbers where 3 are needed");
    assert_snapshot!(into(&[0, 1, 2], 0..4, 23).unwrap_err(), @"draws: 23 numbers where 24 are needed");
    assert!(into(&[0, 1, 2], 0..u64::MAX, 24).is_err());
    // Backwards there is nothing.
    let backwards = std::ops::Range { start: 4, end: 3 };
    assert!(into(&[0, 1, 2], backwards, 0).is_ok());
    // The last draws there are.
    assert!(into(&[u64::MAX; 3], u64::MAX - 4..u64::MAX, 24).is_ok());
    assert_snapshot!(sampler.sample(&batch, 1 << 40).unwrap_err(), @"draws: 6597069766656 numbers; allowed are at most 500000000");
    let none: MixtureBatch =
        MixtureBatch::from_logits(2, 2, vec![], vec![], vec![]).expect("no row");
    assert_eq!(sampler.sample(&none, 5), Ok(vec![]));
    assert_eq!(sampler.sample_each_into(&[], &[], 0..5, &mut []), Ok(()));
    let one = GaussianMixture::new(vec![1.0], vec![0.0], vec![1.0]).expect("valid");
    let two = GaussianMixture::new(vec![0.5; 2], vec![0.0; 2], vec![1.0; 2]).expect("valid");
    let mixed = sampler.sample_each_into(&[one, two], &[0, 1], 0..1, &mut [0.0; 2]);
    assert!(matches!(mixed, Err(MixtureError::InRow { row: 1, .. })));
}

/// Another family's generator draws from a mixture, and our stream is one of that family.
#[test]
fn mixtures_are_distributions_for_any_generator() {
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::SeedableRng as _;
    let mixture = GaussianMixture::new(vec![0.3, 0.7], vec![-1.0, 2.0], vec![0.5, 1.0]);
    let mixture = mixture.expect("valid");
    let view = mixture.as_univariate().expect("one target");
    let draws: Vec<f64> = view
        .sample_iter(ChaCha8Rng::seed_from_u64(3))
        .take(20_000)
        .collect();
    assert!(p_value(&draws, |y| view.cdf(y)) > ALPHA);
    assert!(p_value(&draws, |y| view.cdf(y + 0.05)) < ALPHA);
    // The bits of a stream are the same by every way to it.
    let stream = || Seed::new(1).stream("test/mixture/any");
    let want = view.sample(&mut stream());
    let over = view.sample(&mut Stream::over(&mut stream()));
    let dynamic: &mut dyn Rng = &mut stream();
    let several: Vec<f64> = Distribution::sample(&mixture, &mut stream());
    for got in [over, view.sample(dynamic), several[0]] {
        assert_eq!(got.to_bits(), want.to_bits());
    }
    let batch = random(1, 3, 2, 1);
    let row = batch.row(0).expect("a row");
    let mut out = [0.0; 2];
    row.sample_into(&mut stream(), &mut out)
        .expect("two places");
    let drawn: Vec<f64> = row.sample(&mut stream());
    assert_eq!(bits(&drawn), bits(&out));
}
