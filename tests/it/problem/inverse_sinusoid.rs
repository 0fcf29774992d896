//! Bishop's inverse sinusoid: exact density, points, scores.

use mixture_density::problem::inverse_sinusoid::InverseSinusoidTruth;
use mixture_density::problem::{ConditionalAt, InverseSinusoid, Problem, Truth};
use mixture_density::seed::Seed;

use super::{faults_are_seen, gaps_to_table, is_coherent, mean, scores, test_points};
use crate::ks;

const ORIGINAL: InverseSinusoid = InverseSinusoid {
    n: 1_000,
    half_width: 0.1,
};

const TABLE: &str = include_str!("../../data/problem/inverse_sinusoid.csv");

fn truth(half_width: f64) -> InverseSinusoidTruth {
    InverseSinusoidTruth::new(&InverseSinusoid {
        half_width,
        ..ORIGINAL
    })
    .unwrap()
}

fn bend(t: f64) -> f64 {
    t + 0.3 * libm::sin(std::f64::consts::TAU * t)
}

#[test]
fn density_agrees_with_thirty_digit_arithmetic() {
    let [nats, _, others] = gaps_to_table(&truth(0.1), TABLE);
    assert!(nats < 1e-10 && others < 1e-12, "{nats:e} nats, {others:e}");
    // The twin: noise wider by one in a million.
    let [nats, _, _] = gaps_to_table(&truth(0.1 * (1.0 + 1e-6)), TABLE);
    assert!(nats > 1e-6, "{nats:e} nats");
}

/// S(x) by its definition: inside, the ends of x's noise are not passed; at each end, unless
/// it is an end of t, they are just met.
#[test]
fn support_is_where_x_can_be_reached() {
    let truth = truth(0.1);
    for i in 0..=1_200 {
        let x = -0.1 + f64::from(i) * 1e-3 + 1e-5;
        let support = truth.support(x);
        assert_eq!(support.is_empty(), x >= 1.1, "{x}");
        for t in (0..=1_000).map(|k| f64::from(k) * 1e-3) {
            let reached = (x - bend(t)).abs() <= 0.1;
            let inside = support.iter().any(|s| (s[0]..=s[1]).contains(&t));
            assert_eq!(inside, reached, "x {x} t {t}");
        }
        for end in support.as_flattened() {
            let gap = (x - bend(*end)).abs() - 0.1;
            assert!(
                gap.abs() < 1e-14 || *end <= 0.0 || *end >= 1.0,
                "x {x} end {end}: {gap:e}"
            );
        }
        assert!(support.windows(2).all(|s| s[0][1] < s[1][0]), "{support:?}");
    }
}

#[test]
fn density_cdf_moments_and_crps_belong_together() {
    for x in [0.02, 0.31, 0.5, 0.69, 0.98] {
        assert_eq!(
            is_coherent(&*truth(0.1).at(x), [-0.2, 1.2], 140_000, 1e-4),
            Ok(()),
            "{x}"
        );
    }
    faults_are_seen(&truth(0.1), 0.5, [-0.2, 1.2], 140_000, 1e-4);
}

/// NLL, squared error and CRPS in expectation: x has the density |S(x)|/(2·half_width), with
/// kinks where a noise end meets an end or a turn of g; between these, midpoints after a
/// substitution that makes the square roots smooth.
fn expected(half_width: f64) -> [f64; 3] {
    let truth = truth(half_width);
    let turn = libm::acos(-1.0 / (0.6 * std::f64::consts::PI)) / std::f64::consts::TAU;
    let mut kinks: Vec<f64> = [0.0, bend(turn), bend(1.0 - turn), 1.0]
        .into_iter()
        .flat_map(|g| [g - half_width, g + half_width])
        .collect();
    kinks.sort_by(f64::total_cmp);
    let mut sums = [0.0; 3];
    for ends in kinks.windows(2) {
        let width = ends[1] - ends[0];
        for i in 0..400 {
            let u = (f64::from(i) + 0.5) / 400.0;
            let x = ends[0] + width * u * u * (3.0 - 2.0 * u);
            let at = truth.at(x);
            let size: f64 = truth.support(x).iter().map(|[low, high]| high - low).sum();
            let weight = width * 6.0 * u * (1.0 - u) / 400.0 * size / (2.0 * half_width);
            sums[0] += weight * libm::log(size);
            sums[1] += weight * at.variance();
            sums[2] += weight * mean_crps(&*at, &truth.support(x));
        }
    }
    sums
}

/// E CRPS(Y) at one x, Y uniform over the support: Simpson's rule, exact since the CRPS is a
/// parabola in each interval.
fn mean_crps(at: &dyn ConditionalAt, support: &[[f64; 2]]) -> f64 {
    let size: f64 = support.iter().map(|[low, high]| high - low).sum();
    let simpson = |[low, high]: &[f64; 2]| {
        let sum = at.crps(*low) + 4.0 * at.crps(0.5 * (low + high)) + at.crps(*high);
        (high - low) / 6.0 * sum
    };
    support.iter().map(simpson).sum::<f64>() / size
}

/// Published: NLL −1.28235, MSE 0.03830, CRPS 0.09629 (and again by inverse.py).
#[test]
fn expected_scores_are_those_of_the_reference() {
    let [nll, mse, crps] = expected(0.1);
    assert!((nll + 1.282_35).abs() < 1.5e-5, "{nll}");
    assert!((mse - 0.038_30).abs() < 1e-5, "{mse}");
    assert!((crps - 0.096_29).abs() < 1e-5, "{crps}");
    // The twin: another width is another oracle.
    assert!((expected(0.102)[0] + 1.282_35).abs() > 1e-3);
}

#[test]
fn fresh_points_follow_the_cdf_and_score_as_expected() {
    let n = 40_000;
    let realisation = Problem::InverseSinusoid(ORIGINAL)
        .realise(Seed::new(0), n)
        .unwrap();
    assert_eq!(
        (realisation.train.len(), realisation.test.len()),
        (1_000, n)
    );
    let pit = |shift: f64| -> Vec<f64> {
        test_points(&realisation, n)
            .map(|(x, y)| realisation.truth.cdf(x, y + shift))
            .collect()
    };
    assert!(ks::follows(&pit(0.0), |u| u));
    assert!(!ks::follows(&pit(0.01), |u| u));
    // Not one point lies outside the support, where its score would be infinite.
    let nll: Vec<f64> = scores(&realisation, n, false)
        .iter()
        .map(|s| s.nll_nats)
        .collect();
    let (mean, standard_error) = mean(&nll);
    assert!(
        (mean + 1.282_35).abs() < 3.3 * standard_error,
        "{mean} ± {standard_error}"
    );
}

#[test]
fn points_are_the_golden_ones() {
    let realisation = Problem::InverseSinusoid(ORIGINAL)
        .realise(Seed::new(0), 1_000)
        .unwrap();
    assert_eq!(
        realisation.blake3(),
        "9344a4a0dc43ea0fa4af27355fa242ba35774d1369b5c215c6b7aaa85dbf9784"
    );
}

#[test]
fn bad_parameters_and_nasty_inputs_have_stated_answers() {
    for (problem, message) in [
        (
            InverseSinusoid { n: 0, ..ORIGINAL },
            "n is 0; allowed is 1 to 10000000",
        ),
        (
            InverseSinusoid {
                half_width: f64::NAN,
                ..ORIGINAL
            },
            "half_width is NaN; allowed is a finite number from 0.001 to 1000",
        ),
        (
            InverseSinusoid {
                half_width: 1e-9,
                ..ORIGINAL
            },
            "half_width is 0.000000001; allowed is a finite number from 0.001 to 1000",
        ),
    ] {
        let error = Problem::InverseSinusoid(problem)
            .realise(Seed::new(0), 1)
            .unwrap_err();
        assert_eq!(error.to_string(), message);
    }
    let truth = truth(0.1);
    // Nothing reaches these x: there is no conditional density.
    for x in [-0.2, 1.2, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let at = truth.at(x);
        assert!(at.log_density(0.5).is_nan() && at.cdf(0.5).is_nan(), "{x}");
        assert!(
            at.mean().is_nan() && at.variance().is_nan() && at.crps(0.5).is_nan(),
            "{x}"
        );
        assert!(truth.support(x).is_empty(), "{x}");
    }
    let at = truth.at(0.5);
    assert!(at.log_density(f64::NAN).is_nan() && at.cdf(f64::NAN).is_nan());
    assert!(at.crps(f64::NAN).is_nan());
    for (y, cdf) in [(f64::INFINITY, 1.0), (f64::NEG_INFINITY, 0.0)] {
        assert!(at.log_density(y).is_infinite() && (at.cdf(y) - cdf).abs() < 1e-15);
        assert!(at.crps(y).is_infinite() && at.crps(y) > 0.0);
    }
    // Noise that covers everything: t is uniform on (0, 1).
    let wide = InverseSinusoidTruth::new(&InverseSinusoid {
        half_width: 1e3,
        ..ORIGINAL
    })
    .unwrap();
    assert_eq!(wide.support(3.0), [[0.0, 1.0]]);
    assert!((wide.variance(3.0) - 1.0 / 12.0).abs() < 1e-15);
}
