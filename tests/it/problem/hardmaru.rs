//! Ha's inverse problem: exact density, points, scores.

use mixture_density::problem::hardmaru::HardmaruTruth;
use mixture_density::problem::{Hardmaru, PointScores, Problem, Truth};
use mixture_density::seed::Seed;

use super::{faults_are_seen, gaps_to_table, is_coherent, mean, scores, test_points};
use crate::ks;

const ORIGINAL: Hardmaru = Hardmaru {
    n: 2_500,
    jitter: 1.0,
};

const TABLE: &str = include_str!("../../data/problem/hardmaru.csv");

fn truth(jitter: f64) -> HardmaruTruth {
    HardmaruTruth::new(&Hardmaru { jitter, ..ORIGINAL }).unwrap()
}

#[test]
fn density_agrees_with_thirty_digit_arithmetic() {
    let [nats, relative, others] = gaps_to_table(&truth(1.0), TABLE);
    assert!(
        nats < 1e-7 && relative < 1e-9,
        "{nats:e} nats, {relative:e} of ln p"
    );
    assert!(others < 1e-9, "{others:e}");
    // The twin: a jitter wrong by one in a million.
    let [nats, _, _] = gaps_to_table(&truth(1.0 + 1e-6), TABLE);
    assert!(nats > 1e-6, "{nats:e} nats");
}

#[test]
fn quadrature_error_is_below_a_millionth_of_a_nat() {
    for jitter in [0.01, 0.3, 1.0, 30.0] {
        let fine = HardmaruTruth::refined(&Hardmaru { jitter, ..ORIGINAL }, 4).unwrap();
        let coarse = truth(jitter);
        for i in 0..60 {
            let (x, y) = (
                0.55 * f64::from(i) - 16.5,
                0.36 * f64::from((i * 7) % 60) - 10.6,
            );
            let (coarse, fine) = (coarse.at(x), fine.at(x));
            let nats = coarse.log_density(y) - fine.log_density(y);
            // Outside ±10.5 both are −∞.
            assert!(
                y.abs() > 10.5 || nats.abs() < 1e-8,
                "jitter {jitter} at ({x}, {y}): {nats:e}"
            );
            let crps = coarse.crps(y) - fine.crps(y);
            assert!(crps.abs() < 1e-7, "jitter {jitter} at ({x}, {y}): {crps:e}");
        }
    }
}

#[test]
fn density_cdf_moments_and_crps_belong_together() {
    for x in [-14.0, -7.0, 0.0, 2.5, 9.0, 12.25] {
        assert_eq!(
            is_coherent(&*truth(1.0).at(x), [-10.5, 10.5], 20_000, 1e-5),
            Ok(()),
            "{x}"
        );
    }
    faults_are_seen(&truth(1.0), 2.5, [-10.5, 10.5], 20_000, 1e-5);
}

/// Expected scores by midpoints in y and the trapezoidal rule in the noise.
fn expected(truth: &HardmaruTruth, jitter: f64) -> [f64; 3] {
    let (mut weights, mut sums) = (0.0, [0.0; 3]);
    for i in 0..400 {
        let y = 21.0 * (f64::from(i) + 0.5) / 400.0 - 10.5;
        for a in -8..=8 {
            let z = 0.5 * f64::from(a);
            let x = 7.0 * libm::sin(0.75 * y) + 0.5 * y + jitter * z;
            let scores = PointScores::of(truth, x, y, true);
            let weight = libm::exp(-0.5 * z * z);
            weights += weight;
            sums[0] += weight * scores.nll_nats;
            sums[1] += weight * scores.squared_error;
            sums[2] += weight * scores.crps.unwrap();
        }
    }
    sums.map(|sum| sum / weights)
}

/// Published: NLL 1.28801, MSE 21.31, CRPS 2.3263 (and again by inverse.py).
#[test]
fn expected_scores_are_those_of_the_reference() {
    let [nll, mse, crps] = expected(&truth(1.0), 1.0);
    assert!((nll - 1.288_01).abs() < 2e-4, "{nll}");
    assert!((mse - 21.3075).abs() < 4e-3, "{mse}");
    assert!((crps - 2.326_3).abs() < 4e-4, "{crps}");
    // The twin: another jitter is another oracle.
    assert!((expected(&truth(1.02), 1.02)[0] - 1.288_01).abs() > 1e-3);
}

#[test]
fn fresh_points_follow_the_cdf_and_score_as_expected() {
    let n = 20_000;
    let realisation = Problem::Hardmaru(ORIGINAL)
        .realise(Seed::new(0), n)
        .unwrap();
    assert_eq!(
        (realisation.train.len(), realisation.test.len()),
        (2_500, n)
    );
    let pit = |shift: f64| -> Vec<f64> {
        test_points(&realisation, n)
            .map(|(x, y)| realisation.truth.cdf(x, y + shift))
            .collect()
    };
    assert!(ks::follows(&pit(0.0), |u| u));
    assert!(!ks::follows(&pit(0.1), |u| u));
    let nll: Vec<f64> = scores(&realisation, n, false)
        .iter()
        .map(|s| s.nll_nats)
        .collect();
    let (mean, standard_error) = mean(&nll);
    assert!(
        (mean - 1.288_01).abs() < 3.3 * standard_error,
        "{mean} ± {standard_error}"
    );
}

#[test]
fn points_are_the_golden_ones() {
    let realisation = Problem::Hardmaru(ORIGINAL)
        .realise(Seed::new(0), 1_000)
        .unwrap();
    assert_eq!(
        realisation.blake3(),
        "3dd24cdb3bf3811ef3878210c673cb9969366a4f03223adf37fd0b1f33757b4e"
    );
}

#[test]
fn bad_parameters_and_nasty_inputs_have_stated_answers() {
    for (problem, message) in [
        (
            Hardmaru { n: 0, ..ORIGINAL },
            "n is 0; allowed is 1 to 10000000",
        ),
        (
            Hardmaru {
                jitter: -1.0,
                ..ORIGINAL
            },
            "jitter is -1; allowed is a finite number above 0, at most 1000000",
        ),
        (
            Hardmaru {
                jitter: 1e-6,
                ..ORIGINAL
            },
            "jitter is 0.000001, of which the curve is 120750000 long; allowed is a curve of at \
             most 200000 jitters",
        ),
    ] {
        let error = Problem::Hardmaru(problem)
            .realise(Seed::new(0), 1)
            .unwrap_err();
        assert_eq!(error.to_string(), message);
    }
    let truth = truth(1.0);
    let at = truth.at(2.0);
    assert!(at.log_density(f64::NAN).is_nan() && at.cdf(f64::NAN).is_nan());
    assert!(at.crps(f64::NAN).is_nan());
    for (y, cdf) in [(f64::INFINITY, 1.0), (f64::NEG_INFINITY, 0.0)] {
        assert!(at.log_density(y).is_infinite() && (at.cdf(y) - cdf).abs() < 1e-15);
        assert!(at.crps(y).is_infinite() && at.crps(y) > 0.0);
    }
    for x in [f64::INFINITY, f64::NEG_INFINITY, 1e300, -1e9] {
        let at = truth.at(x);
        assert!(at.mean().is_finite() && at.variance() > 0.0 && at.log_density(2.3).is_finite());
    }
    let at = truth.at(f64::NAN);
    assert!(at.mean().is_nan() && at.variance().is_nan() && at.log_density(0.0).is_nan());
    assert!(at.cdf(0.0).is_nan() && at.crps(0.0).is_nan());
}
