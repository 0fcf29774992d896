//! The exact conditional density of the spiral.

use mixture_density::problem::spiral::{Scaling, SpiralTruth};
use mixture_density::problem::{ConditionalAt, Problem, Spiral, Truth};
use mixture_density::seed::Seed;

use super::{Spoilt, faults_are_seen, gaps_to_table, is_coherent, mean, test_points};
use crate::ks;

pub(crate) const ARTICLE: Spiral = Spiral {
    n: 10_000,
    jitter: 0.2,
    revolutions: 2.0,
    span: 5.0,
};

/// The scaling of tests/data/problem/spiral.py.
fn scaling() -> Scaling {
    Scaling::new(-11.5, 13.0, 5.0).unwrap()
}

fn truth(spiral: &Spiral) -> SpiralTruth {
    SpiralTruth::new(spiral, scaling()).unwrap()
}

const TABLE: &str = include_str!("../../data/problem/spiral.csv");

/// Middle, rim, both ends of the curve, between the windings, 40 to 10,000 jitters away.
#[test]
fn density_agrees_with_thirty_digit_arithmetic() {
    let [nats, relative, others] = gaps_to_table(&truth(&ARTICLE), TABLE);
    assert!(nats < 1e-7, "{nats:e} nats");
    assert!(relative < 1e-9, "{relative:e} of ln p");
    assert!(others < 1e-10, "{others:e}");
    // The twin: a jitter wrong by one in a million.
    let wrong = Spiral {
        jitter: 0.2 * (1.0 + 1e-6),
        ..ARTICLE
    };
    let [nats, _, _] = gaps_to_table(&truth(&wrong), TABLE);
    assert!(nats > 1e-6, "{nats:e} nats");
}

/// Largest |Δ ln p| and |Δ CRPS| against a quadrature four times as fine.
fn gaps_to_refined(spiral: &Spiral, points: impl Iterator<Item = (f64, f64)>) -> [f64; 2] {
    let (coarse, fine) = (
        truth(spiral),
        SpiralTruth::refined(spiral, scaling(), 4).unwrap(),
    );
    points.fold([0.0, 0.0], |gaps: [f64; 2], (x, y)| {
        let (coarse, fine) = (coarse.at(x), fine.at(x));
        let nats = (coarse.log_density(y) - fine.log_density(y)).abs();
        [
            gaps[0].max(nats),
            gaps[1].max((coarse.crps(y) - fine.crps(y)).abs()),
        ]
    })
}

#[test]
fn quadrature_error_is_below_a_millionth_of_a_nat() {
    let realisation = Problem::Spiral(ARTICLE)
        .realise(Seed::new(0), 3_000)
        .unwrap();
    let [nats, crps] = gaps_to_refined(&ARTICLE, test_points(&realisation, 3_000));
    assert!(nats < 1e-10 && crps < 1e-10, "{nats:e} nats, crps {crps:e}");
    // Other spirals, on a grid that covers curve, gaps and surroundings.
    for (jitter, revolutions) in [(0.02, 2.0), (0.2, 5.0), (1.0, 2.0), (5.0, 0.5), (0.3, 0.01)] {
        let spiral = Spiral {
            jitter,
            revolutions,
            ..ARTICLE
        };
        let grid = (0..400).map(|i| (f64::from(i % 20) * 0.4 - 1.5, f64::from(i / 20) * 0.4 - 1.5));
        let [nats, crps] = gaps_to_refined(&spiral, grid);
        assert!(
            nats < 1e-8 && crps < 1e-8,
            "{spiral:?}: {nats:e} nats, crps {crps:e}"
        );
    }
}

const XS: [f64; 6] = [0.1, 0.35, 1.7, 2.35, 3.9, 4.95];

#[test]
fn density_cdf_moments_and_crps_belong_together() {
    for x in XS {
        assert_eq!(
            is_coherent(&*truth(&ARTICLE).at(x), [-1.0, 6.0], 7_000, 1e-5),
            Ok(()),
            "{x}"
        );
    }
    faults_are_seen(&truth(&ARTICLE), 2.35, [-1.0, 6.0], 7_000, 1e-5);
}

#[test]
fn the_jacobian_of_the_scaling_is_in_the_density() {
    let truth = truth(&ARTICLE);
    let without = Spoilt {
        log_density_shift: libm::log(scaling().factor()),
        ..Spoilt::new(&truth, 2.0)
    };
    assert!(
        is_coherent(&without, [-1.0, 6.0], 7_000, 1e-5)
            .unwrap_err()
            .contains("mass")
    );
}

#[test]
fn derivative_of_the_cdf_is_the_density() {
    let truth = truth(&ARTICLE);
    let gap = |h: f64, at: &dyn ConditionalAt, y: f64| {
        (at.cdf(y + h) - at.cdf(y - h)) / (2.0 * h) - libm::exp(at.log_density(y))
    };
    for x in XS {
        for i in 0..50 {
            let (at, y) = (truth.at(x), 0.1 * f64::from(i));
            assert!(gap(1e-5, &*at, y).abs() < 1e-5, "x {x} y {y}");
        }
    }
    let wide = Spoilt {
        log_density_shift: 1e-3,
        ..Spoilt::new(&truth, 2.35)
    };
    assert!((0..50).any(|i| gap(1e-5, &wide, 0.1 * f64::from(i)).abs() > 1e-5));
}

/// The cdf at fresh points is uniform, if points and truth belong together.
#[test]
fn fresh_points_follow_the_cdf() {
    let realisation = Problem::Spiral(ARTICLE)
        .realise(Seed::new(1), 20_000)
        .unwrap();
    let pit = |truth: &dyn Truth| -> Vec<f64> {
        test_points(&realisation, 20_000)
            .map(|(x, y)| truth.cdf(x, y))
            .collect()
    };
    assert!(ks::follows(&pit(&*realisation.truth), |u| u));
    // The twin: every y a little too high. (A wrong jitter is for the next test: with up
    // to eight modes under one cdf it hardly shows here.)
    let high: Vec<f64> = test_points(&realisation, 20_000)
        .map(|(x, y)| realisation.truth.cdf(x, y + 0.1))
        .collect();
    assert!(!ks::follows(&high, |u| u));
}

/// No other density scores better in the mean; two per cent of jitter are enough to see it.
#[test]
fn a_jitter_wrong_by_two_per_cent_scores_worse() {
    let realisation = Problem::Spiral(ARTICLE)
        .realise(Seed::new(2), 60_000)
        .unwrap();
    let data_scaling = ARTICLE.scaling(Seed::new(2)).unwrap();
    let with = |jitter| -> Vec<f64> {
        let truth = SpiralTruth::new(&Spiral { jitter, ..ARTICLE }, data_scaling).unwrap();
        test_points(&realisation, 60_000)
            .map(|(x, y)| truth.log_density(x, y))
            .collect()
    };
    // Mean advantage of `a` over `b` in nats, in standard errors.
    let advantage = |a: &[f64], b: &[f64]| {
        let ratios: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
        let (mean, standard_error) = mean(&ratios);
        mean / standard_error
    };
    let (right, wide, narrow) = (with(0.2), with(0.204), with(0.196));
    assert!(advantage(&right, &wide) > 2.0);
    assert!(advantage(&right, &narrow) > 2.0);
    assert!(
        advantage(&wide, &right) < -2.0,
        "the check accepts a wrong jitter"
    );
}

#[test]
fn nasty_inputs_have_stated_answers() {
    let truth = truth(&ARTICLE);
    let at = truth.at(2.0);
    assert!(at.log_density(f64::NAN).is_nan() && at.cdf(f64::NAN).is_nan());
    assert!(at.crps(f64::NAN).is_nan());
    for (y, cdf) in [(f64::INFINITY, 1.0), (f64::NEG_INFINITY, 0.0), (1e200, 1.0)] {
        assert!(at.log_density(y) < -1e300, "{y}");
        assert!((at.cdf(y) - cdf).abs() < 1e-15);
    }
    assert!(at.crps(f64::INFINITY).is_infinite());
    // 10¹⁰ jitters away: a relative error, no overflow.
    let far = at.log_density(1e10 * 0.2 * scaling().factor());
    assert!((far / -0.5e20 - 1.0).abs() < 1e-5, "{far}");
    for x in [f64::INFINITY, f64::NEG_INFINITY, 1e300, -1e9] {
        let at = truth.at(x);
        assert!(at.mean().is_finite() && at.variance() > 0.0 && at.log_density(2.3).is_finite());
    }
    let at = truth.at(f64::NAN);
    assert!(at.mean().is_nan() && at.variance().is_nan() && at.crps(0.0).is_nan());
    assert!(at.log_density(0.0).is_nan() && at.log_density(f64::INFINITY).is_nan());
    assert!(at.cdf(0.0).is_nan());
}
