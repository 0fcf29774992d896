//! Laws that hold for every mixture, over random ones; each with a twin that breaks the law.
//!
//! A law is written as a violation, 0 where it holds. It must stay below a tolerance for all
//! mixtures, and its twin, the same law of a broken implementation, above it for nearly all.

use mixture_density::mixture::{GaussianMixture, Univariate};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};

fn mixtures() -> impl Strategy<Value = GaussianMixture> {
    let component = (-6.0..3.0f64, -20.0..20.0f64, -3.0..2.0f64);
    prop::collection::vec(component, 1..12).prop_map(|components| {
        let logits = components.iter().map(|c| c.0).collect();
        let means = components.iter().map(|c| c.1).collect();
        let scales = components.iter().map(|c| libm::exp(c.2)).collect();
        let k = components.len();
        let batch =
            mixture_density::mixture::MixtureBatch::from_logits(k, 1, logits, means, scales);
        GaussianMixture::from(batch.expect("valid").row(0).expect("one row"))
    })
}

const CASES: u32 = 150;

fn runner() -> TestRunner {
    TestRunner::new(Config {
        cases: CASES,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(20_261_122),
        ..Config::default()
    })
}

/// `law` stays below `tolerance` for all mixtures, `twin` does not for nine in ten.
pub(super) fn check(
    tolerance: f64,
    law: impl Fn(Univariate<'_>) -> f64,
    twin: impl Fn(Univariate<'_>) -> f64,
) {
    check_where(tolerance, law, |m| Some(twin(m)));
}

/// As [`check`], with a twin that can only be told from the original on some mixtures, at least
/// half of them: `None` on the others.
pub(super) fn check_where(
    tolerance: f64,
    law: impl Fn(Univariate<'_>) -> f64,
    twin: impl Fn(Univariate<'_>) -> Option<f64>,
) {
    let (asked, caught) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    runner()
        .run(&mixtures(), |mixture| {
            let view = mixture.as_univariate().expect("one target");
            let violation = law(view);
            prop_assert!(violation <= tolerance, "{violation:e}");
            if let Some(violation) = twin(view) {
                asked.set(asked.get() + 1);
                // Not `>`: a NaN is a violation too.
                if !matches!(
                    violation.partial_cmp(&tolerance),
                    Some(std::cmp::Ordering::Less)
                ) {
                    caught.set(caught.get() + 1);
                }
            }
            Ok(())
        })
        .unwrap_or_else(|failure| panic!("{failure}"));
    assert!(2 * asked.get() >= CASES, "asked {} times", asked.get());
    assert!(
        10 * caught.get() >= 9 * asked.get(),
        "the twin was caught {} times of {} only",
        caught.get(),
        asked.get()
    );
}

/// ∫ f by Simpson's rule on pieces between the components' landmarks and `extra` cuts. `f` is told
/// the middle of its piece too, so that it knows on which side of a jump it is.
fn integral(m: Univariate<'_>, extra: &[f64], f: impl Fn(f64, f64) -> f64) -> f64 {
    let mut cuts = extra.to_vec();
    for (mean, scale) in m.means().iter().zip(m.scales()) {
        cuts.extend([-9.0, -5.0, -3.0, -1.5, 0.0, 1.5, 3.0, 5.0, 9.0].map(|z| mean + z * scale));
    }
    cuts.sort_by(f64::total_cmp);
    let mut total = 0.0;
    for pair in cuts.windows(2) {
        let (n, step) = (32, (pair[1] - pair[0]) / 32.0);
        for i in 0..=n {
            let weight = if i == 0 || i == n {
                1.0
            } else if i % 2 == 1 {
                4.0
            } else {
                2.0
            };
            total +=
                weight * step / 3.0 * f(pair[0] + f64::from(i) * step, 0.5 * (pair[0] + pair[1]));
        }
    }
    total
}

/// Some points in the mixture's range.
fn points(m: Univariate<'_>) -> Vec<f64> {
    let landmarks = m.means().iter().zip(m.scales());
    landmarks
        .flat_map(|(mean, scale)| [-2.3, -0.4, 0.9, 3.1].map(|z| mean + z * scale))
        .collect()
}

pub(super) fn greatest(values: impl IntoIterator<Item = f64>) -> f64 {
    values
        .into_iter()
        .fold(0.0, |g, x| if x > g || x.is_nan() { x } else { g })
}

fn owned(m: Univariate<'_>) -> GaussianMixture {
    GaussianMixture::new(
        m.weights().to_vec(),
        m.means().to_vec(),
        m.scales().to_vec(),
    )
    .expect("valid")
}

#[test]
fn density_integrates_to_one() {
    check(
        1e-6,
        |m| (integral(m, &[], |y, _| m.density(y)) - 1.0).abs(),
        // The dropped constant.
        |m| (integral(m, &[], |y, _| m.density(y) * 2.506_628_274_631) - 1.0).abs(),
    );
}

#[test]
fn slope_of_the_cdf_is_the_density() {
    let violation = |m: Univariate<'_>, density: &dyn Fn(f64) -> f64| {
        greatest(points(m).into_iter().map(|y| {
            let h = 1e-4 * m.scales().iter().copied().fold(f64::INFINITY, f64::min);
            let slope = (m.cdf(y + h) - m.cdf(y - h)) / (2.0 * h);
            (slope - density(y)).abs() * h / 1e-4 / (1.0 + density(y) * h / 1e-4)
        }))
    };
    check(
        1e-7,
        |m| violation(m, &|y| m.density(y)),
        // The scale passed where the variance is meant.
        |m| {
            let scales = m.scales().iter().map(|s| s.sqrt()).collect();
            let wrong = GaussianMixture::new(m.weights().to_vec(), m.means().to_vec(), scales)
                .expect("valid");
            violation(m, &|y| {
                wrong.as_univariate().expect("one target").density(y)
            })
        },
    );
}

#[test]
fn cdf_of_the_quantile_is_the_probability() {
    let levels = [1e-12, 1e-3, 0.2, 0.5, 0.8, 0.999];
    check(
        1e-9,
        |m| greatest(levels.map(|p| (m.cdf(m.quantile(p).expect("inside")) / p - 1.0).abs())),
        // A grid that cuts the tails: nothing below the least mean minus four scales.
        |m| {
            let least = m
                .means()
                .iter()
                .zip(m.scales())
                .fold(f64::INFINITY, |l, (a, s)| l.min(a - 4.0 * s));
            greatest(
                levels.map(|p| (m.cdf(m.quantile(p).expect("inside").max(least)) / p - 1.0).abs()),
            )
        },
    );
}

#[test]
fn order_of_components_does_not_matter() {
    let reversed = |values: &[f64]| values.iter().rev().copied().collect::<Vec<f64>>();
    let violation = |m: Univariate<'_>, weights: Vec<f64>| {
        let other = GaussianMixture::new(weights, reversed(m.means()), reversed(m.scales()))
            .expect("valid");
        let other = other.as_univariate().expect("one target");
        greatest(points(m).into_iter().flat_map(|y| {
            [
                (m.density(y) - other.density(y)).abs(),
                (m.cdf(y) - other.cdf(y)).abs(),
                (m.crps(y) - other.crps(y)).abs(),
                (m.variance() / other.variance() - 1.0).abs(),
            ]
        }))
    };
    // The twin leaves the weights where they are; it can only be seen with two components or more.
    check_where(
        1e-12,
        |m| violation(m, reversed(m.weights())),
        |m| (m.n_components() > 1).then(|| violation(m, m.weights().to_vec())),
    );
}

#[test]
fn shift_and_scale_move_everything_as_they_must() {
    let (a, b) = (3.25, -0.4);
    let violation = |m: Univariate<'_>, log_jacobian: f64| {
        let image = owned(m).shift_and_scale(&[a], &[b]).expect("finite");
        let image = image.as_univariate().expect("one target");
        greatest(points(m).into_iter().flat_map(|y| {
            let z = a + b * y;
            [
                (image.log_density(z) - (m.log_density(y) - log_jacobian)).abs()
                    / (1.0 + m.log_density(y).abs()),
                (image.cdf(z) - m.survival(y)).abs(),
                (image.crps(z) - b.abs() * m.crps(y)).abs(),
                (image.variance() / (b * b * m.variance()) - 1.0).abs(),
            ]
        }))
    };
    // The twin forgets the Jacobian.
    check(
        1e-11,
        |m| violation(m, libm::log(b.abs())),
        |m| violation(m, 0.0),
    );
}

#[test]
fn crps_is_the_integral_of_the_squared_gap() {
    let point = |m: Univariate<'_>| m.means()[0] + 0.3 * m.scales()[0];
    let violation = |m: Univariate<'_>, crps: f64| {
        let y = point(m);
        let squared = integral(m, &[y], |u, piece| {
            let gap = if piece < y { m.cdf(u) } else { m.survival(u) };
            gap * gap
        });
        (squared - crps).abs() / (1.0 + squared)
    };
    check(
        1e-6,
        |m| violation(m, m.crps(point(m))),
        // The between-component term left out, as one well-known library does.
        |m| {
            let to_point =
                m.means()
                    .iter()
                    .zip(m.scales())
                    .zip(m.weights())
                    .map(|((mean, scale), w)| {
                        let z = (point(m) - mean) / scale;
                        let density = 0.398_942_280_401_432_7 * libm::exp(-0.5 * z * z);
                        w * scale * (z * libm::erf(z / std::f64::consts::SQRT_2) + 2.0 * density)
                    });
            violation(m, to_point.sum())
        },
    );
}

#[test]
fn one_component_is_the_normal() {
    let normal = |m: Univariate<'_>, power: f64| {
        let view = GaussianMixture::new(vec![1.0], vec![m.means()[0]], vec![m.scales()[0]])
            .expect("valid");
        let view = view.as_univariate().expect("one target");
        greatest([-6.0, -1.0, 0.0, 2.5].map(|z: f64| {
            let y = m.means()[0] + z * m.scales()[0];
            let cdf = 0.5 * libm::erfc(-z / std::f64::consts::SQRT_2);
            let density =
                libm::exp(-0.5 * z * z) * 0.398_942_280_401_432_7 / libm::pow(m.scales()[0], power);
            (view.cdf(y) - cdf).abs() + (view.density(y) / density - 1.0).abs()
        })) + (view.skewness().abs() + (view.kurtosis() - 3.0).abs())
            + (view.variance().sqrt() / m.scales()[0] - 1.0).abs()
    };
    check(1e-11, |m| normal(m, 1.0), |m| normal(m, 2.0));
}

#[test]
fn splitting_a_component_changes_nothing() {
    // Half of the first component becomes one of its own, `away` from where it was.
    let violation =
        |m: Univariate<'_>, away: f64| {
            let half = 0.5 * m.weights()[0];
            let mut weights = [m.weights(), &[half]].concat();
            weights[0] = half;
            let means = [m.means(), &[m.means()[0] + away]].concat();
            let scales = [m.scales(), &[m.scales()[0]]].concat();
            let split = GaussianMixture::new(weights, means, scales).expect("valid");
            let split = split.as_univariate().expect("one target");
            let modes = m.modes().len().abs_diff(split.modes().len()) as f64;
            greatest(points(m).into_iter().map(|y| {
                (m.cdf(y) - split.cdf(y)).abs() + (m.crps(y) - split.crps(y)).abs() + modes
            }))
        };
    check(
        1e-12,
        |m| violation(m, 0.0),
        |m| violation(m, 0.1 * m.scales()[0]),
    );
}
