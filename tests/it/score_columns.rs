//! Columns of scores: sums, Kolmogorov–Smirnov distance, coverage intervals, and what is refused.

use mixture_density::mixture::{GaussianMixture, MixtureBatch, MixtureError};
use mixture_density::score::{
    self, KsDistance, ScoreError, Sharpness, Summary, central_coverage, compensated_sum,
    expected_calibration_error,
};
use mixture_density::seed::Seed;

#[test]
fn compensated_sum_keeps_what_a_plain_sum_loses() {
    let values = [1e16, 1.0, -1e16, 1.0, 1e-9];
    assert!((compensated_sum(values) - (2.0 + 1e-9)).abs() < 1e-15);
    // The twin.
    assert!((values.iter().sum::<f64>() - (2.0 + 1e-9)).abs() > 0.5);
    let tenth: Vec<f64> = vec![0.1; 1_000_000];
    assert!((compensated_sum(tenth.iter().copied()) - 100_000.000_000_000_5).abs() < 1e-9);
    assert!(compensated_sum([1.0, f64::INFINITY, 2.0]).is_infinite());
    assert!(compensated_sum([f64::INFINITY, f64::NEG_INFINITY]).is_nan());
}

#[test]
fn standard_error_is_the_textbooks() {
    // 2, 4, 4, 4, 5, 5, 7, 9: mean 5, squares 32, so 32/7/8 = 4/7.
    let s = Summary::of(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]).unwrap();
    assert!(
        (s.mean - 5.0).abs() < 1e-15
            && (s.standard_error.expect("several") - (4.0f64 / 7.0).sqrt()).abs() < 1e-15
    );
    let alone = Summary::of(&[3.0]).unwrap();
    assert!(alone.standard_error.is_none() && alone.n == 1);
    assert_eq!(Summary::of(&[]), Err(ScoreError::NoPoints));
}

#[test]
fn ties_are_one_jump() {
    // All at ½: F jumps from 0 to 1 there, so the distance is ½, however many they are.
    let ks = KsDistance::of(&[0.5; 10]).unwrap();
    assert!((ks.distance - 0.5).abs() < 1e-15 && ks.n_distinct == 1);
    // By hand: 0.1 twice, 0.8 once. Just before 0.1: 0.1; at it: 2/3 − 0.1; before 0.8: 0.8 − 2/3.
    let ks = KsDistance::of(&[0.8, 0.1, 0.1]).unwrap();
    assert!((ks.distance - (2.0 / 3.0 - 0.1)).abs() < 1e-15 && ks.n_distinct == 2);
    // −0 and 0 are one value, at the edge.
    assert_eq!(KsDistance::of(&[0.0, -0.0]).unwrap().n_distinct, 1);
}

#[test]
fn ks_distance_passes_uniform_and_fails_bent() {
    let mut stream = Seed::new(1).stream("test/score/uniform");
    let u: Vec<f64> = (0..50_000).map(|_| stream.uniform(0.0, 1.0)).collect();
    assert!(KsDistance::of(&u).unwrap().p_value_bound() > 0.001);
    let bent: Vec<f64> = u.iter().map(|u| u * (0.98 + 0.02 * u)).collect();
    assert!(
        KsDistance::of(&bent).unwrap().p_value_bound() > 0.001,
        "too small to see at this n"
    );
    let bent: Vec<f64> = u.iter().map(|u| u * (0.9 + 0.1 * u)).collect();
    assert!(KsDistance::of(&bent).unwrap().p_value_bound() < 0.001);
}

#[test]
fn wilson_interval_has_the_published_value() {
    // Wilson's interval of 8 in 10: (0.4902, 0.9433) (Agresti and Coull, 1998, for example).
    let pit: Vec<f64> = [0.5; 8].into_iter().chain([0.001; 2]).collect();
    let c = central_coverage(&pit, &[0.9]).unwrap()[0];
    assert!((c.covered - 0.8).abs() < 1e-15);
    assert!(
        (c.low - 0.490_2).abs() < 5e-5 && (c.high - 0.943_3).abs() < 5e-5,
        "{c:?}"
    );
    assert!(c.is_consistent());
    // Nothing or everything covered still has an interval inside [0, 1].
    let none = central_coverage(&[0.0; 5], &[0.5]).unwrap()[0];
    assert!(none.low.abs() < 1e-15 && none.high > 0.3 && none.high < 1.0);
}

#[test]
fn wilson_interval_holds_the_truth_as_often_as_it_says() {
    let mut stream = Seed::new(2).stream("test/score/wilson");
    let n_trials = 4000;
    let mut held = 0;
    for _ in 0..n_trials {
        let pit: Vec<f64> = (0..200).map(|_| stream.uniform(0.0, 1.0)).collect();
        held += usize::from(central_coverage(&pit, &[0.9]).unwrap()[0].is_consistent());
    }
    let share = held as f64 / f64::from(n_trials);
    assert!((share - 0.95).abs() < 0.02, "{share}");
}

#[test]
fn calibration_error_of_an_even_column_is_its_spacing() {
    let even: Vec<f64> = (0..1000).map(|i| (f64::from(i) + 0.5) / 1000.0).collect();
    assert!(expected_calibration_error(&even, 9).unwrap() < 1e-3);
    let squared: Vec<f64> = even.iter().map(|u| u * u).collect();
    // ∫|√p − p| dp = 1/6, here over nine levels.
    assert!((expected_calibration_error(&squared, 9).unwrap() - 1.0 / 6.0).abs() < 0.02);
}

#[test]
fn bad_input_is_refused_with_its_number() {
    let batch = MixtureBatch::from_logits(1, 1, vec![0.0; 2], vec![0.0; 2], vec![1.0; 2]).unwrap();
    let plane = MixtureBatch::from_logits(1, 2, vec![0.0], vec![0.0; 2], vec![1.0; 2]).unwrap();
    assert_eq!(
        score::crps(&batch, &[0.0]),
        Err(ScoreError::WrongLength {
            expected: 2,
            found: 1
        })
    );
    assert_eq!(
        score::pit(&batch, &[0.0, f64::INFINITY]),
        Err(ScoreError::TargetNotFinite {
            row: 1,
            value: f64::INFINITY
        })
    );
    assert_eq!(
        score::crps(&plane, &[0.0, 1.0]),
        Err(ScoreError::Mixture(MixtureError::NotUnivariate {
            n_targets: 2
        }))
    );
    assert!(score::nll_nats(&plane, &[0.0, 1.0]).unwrap()[0] > 0.0);
    assert_eq!(
        score::pinball(&batch, &[0.0; 2], 1.0),
        Err(ScoreError::Mixture(MixtureError::Probability {
            value: 1.0
        }))
    );
    let out = |what, index, value, allowed| ScoreError::OutOfRange {
        what,
        index,
        value,
        allowed,
    };
    assert_eq!(
        KsDistance::of(&[0.5, 1.5]),
        Err(out("PIT value", 1, 1.5, "[0, 1]"))
    );
    assert!(KsDistance::of(&[f64::NAN]).is_err());
    assert_eq!(
        central_coverage(&[0.5], &[0.5, 1.0]),
        Err(out("level", 1, 1.0, "(0, 1)"))
    );
    assert_eq!(
        Sharpness::of(&batch, &[0.0]),
        Err(out("level", 0, 0.0, "(0, 1)"))
    );
    assert_eq!(central_coverage(&[], &[0.5]), Err(ScoreError::NoPoints));
    assert_eq!(
        expected_calibration_error(&[0.5], 0),
        Err(ScoreError::NoPoints)
    );
    assert_eq!(
        score::energy_scores(&batch, &[0.0; 2], 0, Seed::new(1), "x"),
        Err(ScoreError::NoPoints)
    );
}

#[test]
fn absurd_counts_are_refused_before_anything_is_reserved() {
    let plane = MixtureBatch::from_parts(1, 2, vec![0.0], vec![0.0; 2], vec![1.0; 2]).unwrap();
    let row = plane.row(0).unwrap();
    let joint = GaussianMixture::from(row);
    let pairs = |n: usize, y: &[f64]| {
        let mut stream = Seed::new(1).stream("test/score/pairs");
        [
            score::energy_score(row, y, n, &mut stream),
            score::joint_energy_score(&joint, y, n, &mut stream),
            score::energy_scores(&plane, y, n, Seed::new(1), "x").map(|s| s[0]),
        ]
    };
    for n in [1, score::MAX_PAIRS + 1, usize::MAX] {
        for result in pairs(n, &[0.0; 2]) {
            assert!(
                matches!(result, Err(ScoreError::OutOfRange { value, .. }) if value.to_bits() == (n as f64).to_bits()),
                "{n}: {result:?}"
            );
        }
    }
    // Two pairs are enough for a standard error.
    for result in pairs(2, &[0.0; 2]) {
        assert!(result.is_ok_and(|s| s.n == 2 && s.standard_error > Some(0.0)));
    }
    for y in [f64::NAN, f64::INFINITY] {
        for result in pairs(2, &[0.0, y]) {
            assert!(
                matches!(result, Err(ScoreError::TargetNotFinite { row: 0, value }) if value.to_bits() == y.to_bits()),
                "{result:?}"
            );
        }
    }
    for n in [score::MAX_LEVELS + 1, usize::MAX] {
        let result = expected_calibration_error(&[0.5], n);
        assert!(
            matches!(
                result,
                Err(ScoreError::OutOfRange {
                    what: "number of levels",
                    ..
                })
            ),
            "{result:?}"
        );
    }
    assert!(expected_calibration_error(&[0.5], 1000).is_ok());
}
