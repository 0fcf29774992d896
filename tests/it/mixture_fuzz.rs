//! Whatever the numbers, there is an error or an answer, and never a panic.

use mixture_density::mixture::{GaussianMixture, MixtureBatch, Temperature};
use mixture_density::score;
use mixture_density::seed::Seed;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};

/// Any f64: NaN, infinities, subnormals and extremes as often as ordinary numbers.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        3 => -10.0..10.0f64,
        2 => proptest::num::f64::ANY,
        1 => prop::sample::select(vec![0.0, -0.0, 1.0, 1e300, -1e300, 1e-300, 5e-324, f64::MAX, f64::NAN, f64::INFINITY, f64::NEG_INFINITY]),
    ]
}

/// A positive number of any size.
fn positive() -> impl Strategy<Value = f64> {
    prop_oneof![2 => 0.01..10.0f64, 1 => proptest::num::f64::POSITIVE, 1 => prop::sample::select(vec![5e-324, 1e-300, 1e300, f64::MAX])]
}

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(5),
        ..Config::default()
    })
}

#[test]
fn one_target() {
    let component = (number(), number(), positive());
    let strategy = (prop::collection::vec(component, 1..5), number(), number());
    let answered = std::cell::Cell::new(0);
    runner(500)
        .run(&strategy, |(components, y, p)| {
            let logits = components.iter().map(|c| c.0).collect();
            let means = components.iter().map(|c| c.1).collect();
            let scales = components.iter().map(|c| c.2).collect();
            let Ok(batch) = MixtureBatch::from_logits(components.len(), 1, logits, means, scales)
            else {
                return Ok(());
            };
            let view = batch
                .univariate_rows()
                .expect("one target")
                .next()
                .expect("one row");
            prop_assert!(view.log_density(y).is_nan() == y.is_nan());
            for probability in [
                view.cdf(y),
                view.survival(y),
                view.interval_probability(y - 1.0, y),
                view.highest_density_probability(y),
            ] {
                prop_assert!(
                    y.is_nan() || (0.0..=1.0).contains(&probability),
                    "{probability}"
                );
            }
            prop_assert!(y.is_nan() || view.crps(y) >= 0.0, "{}", view.crps(y));
            for p in [
                p,
                p.abs().fract(),
                1.0 - p.abs().fract(),
                1.0 - f64::EPSILON / 2.0,
                5e-324,
            ] {
                let inside = p > 0.0 && p < 1.0;
                prop_assert!(view.quantile(p).is_ok_and(|q| !q.is_nan()) == inside);
                prop_assert!(view.upper_quantile(p).is_ok_and(|q| !q.is_nan()) == inside);
            }
            let level = p.abs().fract();
            let region = view.highest_density_region(level);
            prop_assert!(
                region.is_ok_and(|r| (0.0..=1.0).contains(&r.probability))
                    == (level > 0.0 && level < 1.0)
            );
            prop_assert!(!view.modes().is_empty() && view.modes().len() <= view.n_components());
            let _ = (
                view.mean(),
                view.variance(),
                view.skewness(),
                view.kurtosis(),
                view.highest_mode(),
            );
            let mixture = GaussianMixture::from(batch.row(0).expect("one row"));
            let _ = mixture.shift_and_scale(&[y], &[p]);
            let _ = mixture.linear_map(&[p], &[y]);
            let _ = Temperature::new(y, p).and_then(|t| mixture.tempered(t));
            let _ = score::pinball(&batch, &[y], p);
            let _ = score::PointErrors::of(&batch, &[y]);
            answered.set(answered.get() + 1);
            Ok(())
        })
        .unwrap_or_else(|failure| panic!("{failure}"));
    // The twin of "no panic" is "nothing was asked".
    assert!(answered.get() > 50, "{}", answered.get());
}

#[test]
fn entropy() {
    let component = (-5.0..5.0f64, number(), positive());
    runner(200)
        .run(&prop::collection::vec(component, 1..4), |components| {
            let logits = components.iter().map(|c| c.0).collect();
            let means = components.iter().map(|c| c.1).collect();
            let scales = components.iter().map(|c| c.2).collect();
            if let Ok(batch) = MixtureBatch::from_logits(components.len(), 1, logits, means, scales)
            {
                let entropy = batch
                    .univariate_rows()
                    .expect("one target")
                    .next()
                    .expect("one row")
                    .entropy();
                prop_assert!(
                    !entropy.nats.is_nan()
                        || entropy.error_nats.is_nan()
                        || entropy.error_nats == f64::INFINITY,
                    "{entropy:?}"
                );
            }
            Ok(())
        })
        .unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn two_targets() {
    let strategy = (
        prop::collection::vec(number(), 4),
        prop::collection::vec(prop_oneof![number(), Just(0.0), Just(2.0)], 4),
        prop::collection::vec(number(), 6),
    );
    let answered = std::cell::Cell::new(0);
    runner(4000)
        .run(&strategy, |(means, matrix, values)| {
            let symmetric = vec![matrix[0], matrix[1], matrix[1], matrix[3]];
            let covariances = [symmetric, vec![1.0, 0.5, 0.5, 2.0]].concat();
            for mixture in [
                GaussianMixture::full(2, vec![0.5, 0.5], means.clone(), covariances),
                GaussianMixture::from_cholesky(
                    2,
                    vec![0.5, 0.5],
                    means.clone(),
                    [matrix.clone(), vec![1.0, 0.0, 0.5, 2.0]].concat(),
                ),
                GaussianMixture::diagonal(2, vec![0.5, 0.5], means.clone(), matrix.clone()),
            ]
            .into_iter()
            .flatten()
            {
                let _ = mixture.log_density(&values[..2]);
                for part in [
                    mixture.condition(&[1], &values[..1]),
                    mixture.condition(&[0], &values[..1]),
                    mixture.marginal(&[1]),
                ]
                .into_iter()
                .flatten()
                {
                    // A scale of 0 would show here: +∞ or NaN at the mean.
                    for y in [values[1], part.means()[0]] {
                        let log = part.log_density(&[y]).expect("one target");
                        prop_assert!(y.is_nan() || log < f64::INFINITY, "{log} at {y}");
                    }
                    answered.set(answered.get() + 1);
                }
                let _ = mixture
                    .marginal(&[1, 0])
                    .map(|m| (m.covariance(), m.log_density(&values[..2])));
                let _ = mixture.linear_map(&values[..4], &values[4..]);
                let _ = mixture.shift_and_scale(&values[..2], &values[2..4]);
                prop_assert!(mixture.modes().is_ok_and(|modes| !modes.is_empty()));
                let mut stream = Seed::new(1).stream("test/mixture/fuzz");
                let _ = score::joint_energy_score(&mixture, &values[..2], 2, &mut stream);
            }
            Ok(())
        })
        .unwrap_or_else(|failure| panic!("{failure}"));
    assert!(answered.get() > 1000, "{}", answered.get());
}
