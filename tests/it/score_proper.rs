//! Each proper score is best at the truth, and a density 5 % too narrow is found out.
//!
//! Targets are drawn from a known mixture; every comparison is paired, on the same targets, and
//! is a claim with a margin of standard errors, the seed fixed.

use mixture_density::mixture::{GaussianMixture, MixtureBatch};
use mixture_density::score::{
    self, COVERAGE_LEVELS, KsDistance, PointErrors, Sharpness, Summary, central_coverage,
    expected_calibration_error, highest_density_coverage,
};
use mixture_density::seed::Seed;

const WEIGHTS: [f64; 3] = [0.5, 0.3, 0.2];
const MEANS: [f64; 3] = [-2.0, 1.0, 1.5];
const SCALES: [f64; 3] = [0.6, 0.3, 1.2];

/// `n` rows of one mixture, changed.
fn rows(n: usize, shift: f64, stretch: f64, weights: [f64; 3]) -> MixtureBatch {
    let repeat = |values: Vec<f64>| values.repeat(n);
    MixtureBatch::from_parts(
        3,
        1,
        repeat(weights.iter().map(|w| libm::log(*w)).collect()),
        repeat(MEANS.iter().map(|m| m + shift).collect()),
        repeat(SCALES.iter().map(|s| s * stretch).collect()),
    )
    .expect("valid")
}

fn truth(n: usize) -> MixtureBatch {
    rows(n, 0.0, 1.0, WEIGHTS)
}

/// What a wrong model may look like.
fn wrong(n: usize) -> Vec<(&'static str, MixtureBatch)> {
    vec![
        ("5 % too narrow", rows(n, 0.0, 0.95, WEIGHTS)),
        ("5 % too wide", rows(n, 0.0, 1.05, WEIGHTS)),
        ("shifted", rows(n, 0.05, 1.0, WEIGHTS)),
        ("weights", rows(n, 0.0, 1.0, [0.45, 0.33, 0.22])),
        (
            "one component lost",
            rows(
                n,
                0.0,
                1.0,
                [0.5, 0.5, 1e-12].map(|w: f64| w / (1.0 + 1e-12)),
            ),
        ),
    ]
}

fn targets(n: usize) -> Vec<f64> {
    let mut stream = Seed::new(20).stream("test/score/targets");
    truth(n)
        .marginals(0)
        .expect("one target")
        .map(|row| row.sample(&mut stream))
        .collect()
}

type Score = fn(&MixtureBatch, &[f64]) -> Vec<f64>;

/// The standard error of a mean of several values.
fn error(summary: &Summary) -> f64 {
    summary.standard_error.expect("several values")
}

/// t of the paired difference `wrong − true`.
fn t(score: Score, model: &MixtureBatch, ys: &[f64]) -> f64 {
    let s =
        Summary::of_difference(&score(model, ys), &score(&truth(ys.len()), ys)).expect("points");
    s.mean / error(&s)
}

#[test]
fn truth_has_the_best_log_score() {
    let ys = targets(200_000);
    for (name, model) in wrong(ys.len()) {
        let t = t(|m, y| score::nll_nats(m, y).expect("scores"), &model, &ys);
        assert!(t > 4.0, "{name}: {t}");
    }
}

#[test]
fn truth_has_the_best_crps() {
    let ys = targets(200_000);
    for (name, model) in wrong(ys.len()) {
        let t = t(|m, y| score::crps(m, y).expect("scores"), &model, &ys);
        assert!(t > 3.0, "{name}: {t}");
    }
}

#[test]
fn truth_has_the_best_pinball_loss() {
    let ys = targets(100_000);
    let pinball: [Score; 3] = [
        |m, y| score::pinball(m, y, 0.05).expect("scores"),
        |m, y| score::pinball(m, y, 0.25).expect("scores"),
        |m, y| score::pinball(m, y, 0.9).expect("scores"),
    ];
    for loss in pinball {
        // Not the median: it lies between two modes, where the loss is flat.
        let shifted = rows(ys.len(), 0.2, 1.0, WEIGHTS);
        assert!(t(loss, &shifted, &ys) > 3.0);
    }
}

#[test]
fn a_hedged_score_would_be_caught() {
    // The twin: the mean density itself is not proper, and rewards the narrower model.
    let ys = targets(50_000);
    let linear: Score = |m, y| {
        score::nll_nats(m, y)
            .expect("scores")
            .iter()
            .map(|nll| -libm::exp(-nll))
            .collect()
    };
    assert!(t(linear, &rows(ys.len(), 0.0, 0.95, WEIGHTS), &ys) < -4.0);
}

#[test]
fn five_percent_too_narrow_is_detected_by_calibration() {
    let n = 200_000;
    let ys = targets(n);
    let pit = |m: &MixtureBatch| score::pit(m, &ys).unwrap();
    let (right, narrow) = (pit(&truth(n)), pit(&rows(n, 0.0, 0.95, WEIGHTS)));
    let ks = |u: &[f64]| KsDistance::of(u).unwrap();
    // A true model fails this with probability below 0.001.
    assert!(ks(&right).p_value_bound() > 0.001, "{:?}", ks(&right));
    assert!(ks(&narrow).p_value_bound() < 0.001, "{:?}", ks(&narrow));
    let ece = |u: &[f64]| expected_calibration_error(u, 99).unwrap();
    assert!(ece(&right) < 1.0 / f64::sqrt(n as f64) && ece(&narrow) > 2.0 * ece(&right));
    for (a, b) in central_coverage(&right, &COVERAGE_LEVELS)
        .unwrap()
        .iter()
        .zip(central_coverage(&narrow, &COVERAGE_LEVELS).unwrap())
    {
        assert!(
            (a.covered - a.level).abs() < 4.0 * (a.level * (1.0 - a.level) / n as f64).sqrt(),
            "{a:?}"
        );
        assert!(b.covered < a.covered);
    }
    assert!(!central_coverage(&narrow, &[0.9]).unwrap()[0].is_consistent());
}

#[test]
fn highest_density_coverage_is_what_it_claims() {
    let n = 10_000;
    let ys = targets(n);
    let cover = |m: &MixtureBatch| {
        let values = score::highest_density_probability(m, &ys).unwrap();
        (
            KsDistance::of(&values).unwrap(),
            highest_density_coverage(&values, &COVERAGE_LEVELS).unwrap(),
        )
    };
    let (ks, right) = cover(&truth(n));
    assert!(ks.p_value_bound() > 0.001, "{ks:?}");
    for c in &right {
        assert!(
            (c.covered - c.level).abs() < 4.0 * (c.level * (1.0 - c.level) / n as f64).sqrt(),
            "{c:?}"
        );
    }
    // The twin.
    let (ks, narrow) = cover(&rows(n, 0.0, 0.9, WEIGHTS));
    assert!(ks.p_value_bound() < 0.001, "{ks:?}");
    assert!(
        narrow
            .iter()
            .all(|c| !c.is_consistent() && c.covered < c.level)
    );
}

#[test]
fn energy_score_of_one_target_is_the_crps() {
    let batch = truth(40);
    let ys = targets(40);
    let exact = score::crps(&batch, &ys).unwrap();
    let drawn = score::energy_scores(&batch, &ys, 4000, Seed::new(3), "test/energy").unwrap();
    let mut chi2 = 0.0;
    for (e, d) in exact.iter().zip(&drawn) {
        assert!(error(d) > 0.0 && error(d) < 0.05);
        chi2 += ((d.mean - e) / error(d)) * ((d.mean - e) / error(d));
    }
    // 40 independent standard normals squared: outside (16, 78) with probability below 0.001.
    assert!(chi2 > 16.0 && chi2 < 78.0, "{chi2}");
    let again = score::energy_scores(&batch, &ys, 4000, Seed::new(3), "test/energy").unwrap();
    assert_eq!(drawn, again);
    assert_ne!(
        drawn,
        score::energy_scores(&batch, &ys, 4000, Seed::new(4), "test/energy").unwrap()
    );
}

#[test]
fn energy_score_sees_a_wrong_correlation() {
    let model = |correlation: f64| {
        let covariance = vec![1.0, correlation, correlation, 1.0];
        GaussianMixture::full(2, vec![1.0], vec![0.0; 2], covariance).expect("valid")
    };
    let mut stream = Seed::new(12).stream("test/energy/joint");
    let scores = |m: &GaussianMixture, ys: &[Vec<f64>]| -> Vec<f64> {
        let mut stream = Seed::new(13).stream("test/energy/pairs");
        ys.iter()
            .map(|y| {
                score::joint_energy_score(m, y, 60, &mut stream)
                    .expect("scores")
                    .mean
            })
            .collect()
    };
    let truth = model(0.9);
    let ys: Vec<Vec<f64>> = (0..6000).map(|_| truth.sample(&mut stream)).collect();
    let right = scores(&truth, &ys);
    // Both marginals are right; only the joint is not.
    let s = Summary::of_difference(&scores(&model(-0.9), &ys), &right).unwrap();
    assert!(s.mean > 4.0 * error(&s), "{s:?}");
    let same = Summary::of_difference(&scores(&model(0.9), &ys), &right).unwrap();
    assert!(same.mean.abs() < 1e-300);
}

#[test]
fn truth_has_the_best_energy_score() {
    let n = 1700;
    let model = |stretch: f64| {
        MixtureBatch::from_parts(
            2,
            2,
            [0.4f64, 0.6].map(libm::log).repeat(n),
            [0.0, 0.0, 2.0, -1.0].repeat(n),
            [0.5, 1.0, 1.0, 0.3].map(|s| s * stretch).repeat(n),
        )
        .unwrap()
    };
    let mut stream = Seed::new(8).stream("test/energy/targets");
    let mut ys = vec![0.0; 2 * n];
    for (row, y) in model(1.0).rows().zip(ys.chunks_exact_mut(2)) {
        row.sample_into(&mut stream, y).unwrap();
    }
    let means = |m: &MixtureBatch| -> Vec<f64> {
        let scores = score::energy_scores(m, &ys, 100, Seed::new(5), "test/energy").unwrap();
        scores.iter().map(|s| s.mean).collect()
    };
    let right = means(&model(1.0));
    for stretch in [0.5, 2.0] {
        let s = Summary::of_difference(&means(&model(stretch)), &right).unwrap();
        assert!(s.mean > 4.0 * error(&s), "{stretch}: {s:?}");
    }
}

#[test]
fn pinball_integrates_to_half_the_crps() {
    let batch = truth(1);
    for y in [-3.0, 0.2, 1.1] {
        // Midpoints in p: the ends are integrable and small.
        let m = 4000;
        let sum: f64 = (0..m)
            .map(|i| score::pinball(&batch, &[y], (f64::from(i) + 0.5) / f64::from(m)).unwrap()[0])
            .sum();
        let crps = score::crps(&batch, &[y]).unwrap()[0];
        assert!((2.0 * sum / f64::from(m) - crps).abs() < 1e-5, "{y}");
    }
}

#[test]
fn point_errors_are_ordered_as_they_must_be() {
    let n = 20_000;
    let ys = targets(n);
    let errors = PointErrors::of(&truth(n), &ys).unwrap();
    let mean = |v: &[f64]| Summary::of(v).unwrap().mean;
    let variance = truth(1).marginals(0).unwrap().next().unwrap().variance();
    assert!((mean(&errors.mean) / variance - 1.0).abs() < 0.03);
    assert!(mean(&errors.mean) < mean(&errors.heaviest));
    assert!(mean(&errors.mean) < mean(&errors.mode));
    // Heaviest and highest are different components here.
    assert!((errors.heaviest[0] - errors.mode[0]).abs() > 1e-3);
}

#[test]
fn sharpness_is_the_width_of_the_prediction() {
    let one = GaussianMixture::new(WEIGHTS.to_vec(), MEANS.to_vec(), SCALES.to_vec()).unwrap();
    let one = one.as_univariate().unwrap();
    let s = Sharpness::of(&truth(7), &[0.5, 0.9]).unwrap();
    assert!((s.deviation.mean - one.variance().sqrt()).abs() < 1e-14);
    assert!(
        (s.central_width[1].mean - (one.quantile(0.95).unwrap() - one.quantile(0.05).unwrap()))
            .abs()
            < 1e-12
    );
    assert!(
        Sharpness::of(&rows(7, 0.0, 0.95, WEIGHTS), &[0.5])
            .unwrap()
            .deviation
            .mean
            < s.deviation.mean
    );
}
