//! What the exact density of the spiral scores: NLL, squared error, CRPS.

use std::f64::consts::PI;

use mixture_density::problem::spiral::{Scaling, SpiralTruth};
use mixture_density::problem::{PointScores, Problem};
use mixture_density::seed::Seed;

use super::spiral::ARTICLE;
use super::{mean, scores};

/// Units of the data in one unit of the plane, to which the published figures refer.
const FACTOR: f64 = 0.2036;

/// Expected NLL, single-Gaussian NLL, squared error and CRPS, by quadrature over angle
/// (midpoints) and both noises (trapezoid, step one scale: the alias is exp(−2π²) = 3e-9).
fn expected(truth: &SpiralTruth, scaling: Scaling, with_crps: bool) -> [f64; 4] {
    let angles = 600;
    let (mut weights, mut sums) = (0.0, [0.0; 4]);
    for i in 0..angles {
        let theta = 4.0 * PI * (f64::from(i) + 0.5) / f64::from(angles);
        for a in -4..=4 {
            let x = scaling.apply(theta * libm::cos(theta) + 0.2 * f64::from(a));
            for b in -4..=4 {
                let y = scaling.apply(theta * libm::sin(theta) + 0.2 * f64::from(b));
                let weight = libm::exp(-0.5 * f64::from(a * a + b * b));
                let scores = PointScores::of(truth, x, y, with_crps);
                weights += weight;
                sums[0] += weight * scores.nll_nats;
                sums[1] += weight * scores.single_gaussian_nll_nats;
                sums[2] += weight * scores.squared_error;
                sums[3] += weight * scores.crps.unwrap_or(0.0);
            }
        }
    }
    sums.map(|sum| sum / weights)
}

/// Published: NLL −0.3875 (1.2044 before scaling), MSE 0.944, CRPS 0.462, the last two
/// averages over a sample. An independent grid over x in numpy gave 0.942971 and 0.457935.
#[test]
fn expected_scores_are_those_of_the_reference() {
    let scaling = Scaling::new(0.0, 5.0 / FACTOR, 5.0).unwrap();
    let truth = SpiralTruth::new(&ARTICLE, scaling).unwrap();
    let [nll, single, mse, crps] = expected(&truth, scaling, true);
    assert!((nll + 0.3875).abs() < 0.0025, "{nll}");
    assert!((nll - libm::log(FACTOR) - 1.2044).abs() < 1e-4, "{nll}");
    assert!((mse - 0.942_971).abs() < 1e-4, "{mse}");
    assert!((crps - 0.457_935).abs() < 1e-4, "{crps}");
    assert!(single > nll + 1.0, "{single}");
}

#[test]
fn scores_on_fresh_points_agree_with_the_expected_ones() {
    let n = 40_000;
    let realisation = Problem::Spiral(ARTICLE).realise(Seed::new(0), n).unwrap();
    let scaling = ARTICLE.scaling(Seed::new(0)).unwrap();
    assert!(
        (0.199..0.207).contains(&scaling.factor()),
        "{}",
        scaling.factor()
    );
    let truth = SpiralTruth::new(&ARTICLE, scaling).unwrap();
    let expected = expected(&truth, scaling, false);
    let scores = scores(&realisation, n, false);
    let found: [Vec<f64>; 3] = [
        scores.iter().map(|s| s.nll_nats).collect(),
        scores.iter().map(|s| s.single_gaussian_nll_nats).collect(),
        scores.iter().map(|s| s.squared_error).collect(),
    ];
    for (values, expected) in found.iter().zip(expected) {
        let (mean, standard_error) = mean(values);
        assert!(
            (mean - expected).abs() < 3.3 * standard_error,
            "{mean} for {expected}"
        );
        // The check would see a hundredth of a nat, or of a unit, or of two.
        assert!(standard_error < 0.01, "{standard_error}");
    }
}
