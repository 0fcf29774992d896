//! The fused mixture NLL against an `f64` reference and against central differences.

use mixture_density::numerics::mixture_nll::ScaleLink;

use super::head_case::{Case, ELU, SOFTPLUS, close, head};
use super::words::Dice;

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for link in [ELU, SOFTPLUS] {
        for (seed, (k, d, n)) in [
            (1, 1, 5),
            (2, 1, 33),
            (5, 3, 40),
            (20, 1, 128),
            (40, 1, 31),
            (7, 2, 1),
        ]
        .into_iter()
        .enumerate()
        {
            cases.push(Case::random(head(k, d), link, n, seed as u64));
        }
    }
    cases
}

#[test]
fn values_equal_the_f64_reference() {
    for case in cases() {
        let (nll, _) = case.run(1.0);
        for (row, value) in nll.iter().enumerate() {
            let want = case.reference(row);
            assert!(
                close(*value, want, 2e-6),
                "{:?} {row}: {value} {want}",
                case.head
            );
        }
    }
}

/// The twin: a reference without its 2π, the classic slip, is told apart by the same check.
#[test]
fn a_dropped_constant_is_detected() {
    for case in cases() {
        let (nll, _) = case.run(1.0);
        let half_log_2_pi = 0.5 * libm::log(2.0 * std::f64::consts::PI);
        let dropped = case.reference(0) - half_log_2_pi * case.head.n_targets as f64;
        assert!(!close(nll[0], dropped, 2e-6));
    }
}

#[test]
fn gradients_equal_central_differences() {
    for case in cases() {
        let (_, grad) = case.run(0.25);
        let c = case.head.columns();
        for row in [0, case.n / 2, case.n - 1] {
            for (i, want) in case.slopes(row).into_iter().enumerate() {
                let got = grad[row * c + i];
                assert!(
                    close(got, 0.25 * want, 1e-5),
                    "{:?} {row},{i}: {got} {want}",
                    case.head
                );
            }
        }
    }
}

/// The twin: with the gradients of two components swapped, the check fails.
#[test]
fn a_permuted_gradient_is_detected() {
    let case = Case::random(head(5, 1), ELU, 3, 9);
    let (_, mut grad) = case.run(1.0);
    grad.swap(0, 1);
    let slopes = case.slopes(0);
    assert!(
        !slopes
            .iter()
            .zip(&grad)
            .all(|(want, got)| close(*got, *want, 1e-5))
    );
}

#[test]
fn published_constants_come_out() {
    // Equal weights, means (0, −2.9, 0.9), scales (0.5, 1.4, 0.7), y = 0.3.
    let raw_scale = |s: f32| if s > 1.0 { s - 1.0 } else { libm::logf(s) };
    let mut raw = vec![
        0.0,
        -2.9,
        0.9,
        raw_scale(0.5),
        raw_scale(1.4),
        raw_scale(0.7),
    ];
    raw.extend([0.0, 0.0, 0.0]);
    let link = ScaleLink::EluPlusOne { floor: 0.0 };
    let mut case = Case {
        head: head(3, 1),
        link,
        floors: None,
        n: 1,
        raw,
        y: vec![0.3],
    };
    assert!(close(case.run(1.0).0[0], 1.019_742, 1e-6));
    for (logit, weight) in case.raw[6..].iter_mut().zip([0.3f32, 0.1, 0.6]) {
        *logit = libm::logf(weight);
    }
    assert!(close(case.run(1.0).0[0], 0.823_597_7, 1e-6));
    let one = Case {
        head: head(1, 1),
        link,
        floors: None,
        n: 1,
        raw: vec![0.0, 0.0, 3.0],
        y: vec![0.0],
    };
    assert!(close(one.run(1.0).0[0], 0.918_938_5, 1e-7));
}

#[test]
fn nasty_finite_rows_give_no_nan() {
    let big = [1e4, -1e4, 3.4e38, -3.4e38, 1e-45, -0.0, 1e6, 88.0, -104.0];
    for link in [
        ELU,
        SOFTPLUS,
        ScaleLink::EluPlusOne { floor: 0.0 },
        ScaleLink::Softplus { floor: 0.0 },
    ] {
        for (k, d) in [(1, 1), (3, 1), (2, 2)] {
            let head = head(k, d);
            let mut dice = Dice(3);
            let mut pick = |_| big[(dice.uniform(0.0, 9.0) as usize).min(8)];
            let n = 2000;
            let raw: Vec<f32> = (0..n * head.columns()).map(&mut pick).collect();
            let y: Vec<f32> = (0..n * d).map(&mut pick).collect();
            let (nll, grad) = Case {
                head,
                link,
                floors: None,
                n,
                raw,
                y,
            }
            .run(1.0 / 128.0);
            assert!(nll.iter().all(|v| !v.is_nan()), "{link:?} {k} {d}");
            assert!(grad.iter().all(|v| !v.is_nan()), "{link:?} {k} {d}");
        }
    }
}

#[test]
fn special_rows_have_their_stated_answers() {
    // A million scales away: finite, z²/2 and the right slope in the mean.
    let far = Case {
        head: head(1, 1),
        link: ScaleLink::EluPlusOne { floor: 0.0 },
        floors: None,
        n: 1,
        raw: vec![0.0, 0.0, 0.0],
        y: vec![1e6],
    };
    let (nll, grad) = far.run(1.0);
    assert!(close(nll[0], 5e11, 1e-6) && close(grad[0], -1e6, 1e-6));
    // A masked component (logit −∞) counts for nothing; all masked is +∞, not NaN.
    let inf = f32::INFINITY;
    let mut masked = Case {
        head: head(2, 1),
        link: ELU,
        floors: None,
        n: 1,
        raw: vec![0.0; 6],
        y: vec![0.5],
    };
    let both = masked.run(1.0).0[0];
    masked.raw[4] = -inf;
    let (nll, grad) = masked.run(1.0);
    assert!(close(nll[0], f64::from(both), 1e-6) && grad.iter().all(|g| g.is_finite()));
    masked.raw[5] = -inf;
    let (nll, grad) = masked.run(1.0);
    assert!(nll[0].is_infinite() && nll[0] > 0.0 && grad.iter().all(|g| g.is_finite()));
    // NaN shows, in its own row only.
    let mut case = Case::random(head(4, 1), ELU, 40, 1);
    let clean = case.run(1.0).0;
    for column in [0, 5, 11] {
        case.raw[7 * 12 + column] = f32::NAN;
        let (nll, _) = case.run(1.0);
        assert!(nll[7].is_nan());
        assert!(
            nll.iter()
                .zip(&clean)
                .enumerate()
                .all(|(i, (a, b))| i == 7 || a.to_bits() == b.to_bits())
        );
        case.raw[7 * 12 + column] = 0.0;
    }
    // Nothing in, nothing out.
    let empty = Case {
        head: head(4, 2),
        link: ELU,
        floors: None,
        n: 0,
        raw: vec![],
        y: vec![],
    };
    assert!(empty.run(1.0).0.is_empty());
}

/// With equal components K does not matter; K = 1 is the normal density itself.
#[test]
fn equal_components_are_one_normal() {
    for k in [1, 2, 20, 40] {
        let mut raw = vec![0.4; k];
        raw.extend(vec![-0.7; k]);
        raw.extend(vec![1.3; k]);
        let case = Case {
            head: head(k, 1),
            link: ELU,
            floors: None,
            n: 1,
            raw,
            y: vec![1.1],
        };
        let sigma = libm::exp(f64::from(-0.7f32)) + 1e-7;
        let z = (f64::from(1.1f32) - f64::from(0.4f32)) / sigma;
        let want = 0.5 * z * z + libm::log(sigma * libm::sqrt(2.0 * std::f64::consts::PI));
        assert!(close(case.run(1.0).0[0], want, 1e-6), "{k}");
    }
}
