//! The NLL with full covariances against the `mixture` room, a closed form and central differences.

use mixture_density::numerics::dispatch::KernelPath;
use mixture_density::numerics::mixture_nll::ScaleLink;
use proptest::prelude::*;

use super::full_case::{Full, head};
use super::head_case::{Case, ELU, SOFTPLUS, close, head as diagonal_head};
use super::words::{Dice, bits};

fn cases() -> Vec<Full> {
    let sizes = [(1, 2, 5), (2, 3, 70), (5, 2, 128), (3, 5, 9), (4, 1, 7)];
    let all = sizes.into_iter().enumerate();
    all.flat_map(|(seed, (k, d, n))| {
        [ELU, SOFTPLUS].map(|link| Full::random(head(k, d), link, n, seed as u64))
    })
    .collect()
}

#[test]
fn values_equal_the_densities_of_the_mixture_room() {
    for case in cases() {
        let (nll, _) = case.run(1.0);
        for (row, value) in nll.iter().enumerate() {
            let (raw, y) = case.row(row);
            let want = case.reference(&raw, &y);
            assert!(
                close(*value, want, 1e-5),
                "{:?} {row}: {value} {want}",
                case.head
            );
        }
    }
}

/// The twin: the determinant left out of one component is told apart by the same check.
#[test]
fn a_forgotten_determinant_is_detected() {
    let case = Full::random(head(1, 2), ELU, 1, 3);
    let (raw, y) = case.row(0);
    let log_l00 = if raw[2] > 0.0 {
        libm::log1p(raw[2])
    } else {
        raw[2]
    };
    assert!(!close(
        case.run(1.0).0[0],
        case.reference(&raw, &y) - log_l00,
        1e-5
    ));
}

#[test]
fn gradients_equal_central_differences() {
    for case in cases() {
        let (_, grad) = case.run(0.25);
        let c = case.head.columns();
        for row in [0, case.n() / 2, case.n() - 1] {
            for (i, want) in case.slopes(row).into_iter().enumerate() {
                let got = grad[row * c + i];
                // f32 loses what the largest slope of the row, some hundreds, dwarfs.
                assert!(
                    close(got, 0.25 * want, 5e-5),
                    "{:?} {row},{i}: {got} {want}",
                    case.head
                );
            }
        }
    }
}

/// The twin: two entries below the diagonal exchanged (L₂₀ and L₂₁) do not pass.
#[test]
fn exchanged_entries_are_detected() {
    let case = Full::random(head(2, 3), ELU, 1, 5);
    let (_, mut grad) = case.run(1.0);
    let lower = case.head.parts()[2].0;
    grad.swap(lower + 1, lower + 2);
    let slopes = case.slopes(0);
    assert!(
        !slopes
            .iter()
            .zip(&grad)
            .all(|(want, got)| close(*got, *want, 5e-5))
    );
}

/// K = 1, D = 2: the bivariate normal with correlation ρ, as textbooks write it.
#[test]
fn one_component_is_the_bivariate_normal() {
    let link = ScaleLink::EluPlusOne { floor: 0.0 };
    let (s1, s2, rho) = (1.5, 2.0, 0.8);
    // L = [s₁ 0; ρs₂ s₂√(1 − ρ²)] = [1.5 0; 1.6 1.2], and ELU(a) + 1 = a + 1 above 0.
    let raw = vec![0.5, -1.0, 0.5, 0.2, 1.6, 0.0];
    let case = Full {
        head: head(1, 2),
        link,
        floors: None,
        raw,
        y: vec![2.0, 1.0],
    };
    let (u, v) = (1.5 / s1, 2.0 / s2);
    let rest = 1.0 - rho * rho;
    let form = (u * u - 2.0 * rho * u * v + v * v) / rest;
    let det = 2.0 * std::f64::consts::PI * s1 * s2 * rest.sqrt();
    let want = 0.5 * form + libm::log(det);
    assert!(close(case.run(1.0).0[0], want, 1e-6));
    // The twin: the correlation of the other sign.
    let mut other = case;
    other.raw[4] = -1.6;
    assert!(!close(other.run(1.0).0[0], want, 1e-6));
}

/// With nothing below the diagonal the head is the diagonal one.
#[test]
fn zeros_below_the_diagonal_are_the_diagonal_head() {
    for (k, d) in [(1, 1), (5, 1), (3, 2), (4, 3)] {
        let plain = Case::random(diagonal_head(k, d), SOFTPLUS, 67, 11);
        let full = head(k, d);
        let mut raw = Vec::new();
        for row in plain.raw.chunks_exact(plain.head.columns()) {
            raw.extend_from_slice(&row[..2 * k * d]);
            raw.extend(vec![0.0; k * full.n_lower()]);
            raw.extend_from_slice(&row[2 * k * d..]);
        }
        let case = Full {
            head: full,
            link: SOFTPLUS,
            floors: None,
            raw,
            y: plain.y.clone(),
        };
        let ((nll, grad), (want, want_grad)) = (case.run(1.0), plain.run(1.0));
        assert_eq!(bits(&nll), bits(&want));
        for (g, w) in grad
            .chunks_exact(full.columns())
            .zip(want_grad.chunks_exact(plain.head.columns()))
        {
            let kept = g[..2 * k * d].iter().chain(&g[full.parts()[3].0..]);
            assert!(kept.zip(w).all(|(g, w)| close(*g, f64::from(*w), 1e-6)));
        }
    }
}

#[test]
fn nasty_finite_rows_give_no_nan() {
    let big = [1e4, -1e4, 3.4e38, -3.4e38, 1e-45, -0.0, 1e6, 88.0, -104.0];
    for link in [
        ELU,
        ScaleLink::EluPlusOne { floor: 0.0 },
        ScaleLink::Softplus { floor: 0.0 },
    ] {
        for (k, d) in [(1, 2), (3, 3), (2, 5)] {
            let mut case = Full::random(head(k, d), link, 1500, 2);
            let mut dice = Dice(3);
            for value in case.raw.iter_mut().chain(&mut case.y) {
                *value = big[(dice.uniform(0.0, 9.0) as usize).min(8)];
            }
            let (nll, grad) = case.run(1.0 / 128.0);
            assert!(
                nll.iter().chain(&grad).all(|v| !v.is_nan()),
                "{link:?} {k} {d}"
            );
        }
    }
    // And one NaN shows in its own row only: the check above can fail.
    let mut case = Full::random(head(3, 3), ELU, 70, 2);
    let clean = case.run(1.0).0;
    case.raw[9 * case.head.columns() + 20] = f32::NAN;
    let nll = case.run(1.0).0;
    assert!(nll[9].is_nan());
    assert!((0..70).all(|i| i == 9 || nll[i].to_bits() == clean[i].to_bits()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_path_has_the_same_bits(
        k in 1usize..12, d in 1usize..6, n in 0usize..140, elu: bool, seed: u64,
    ) {
        let case = Full::random(head(k, d), if elu { ELU } else { SOFTPLUS }, n, seed);
        let runs: Vec<_> = KernelPath::ALL.into_iter().filter_map(|path| {
            let (mut nll, grad) = path.force(|| case.run(0.125))?;
            nll.extend(grad);
            Some(bits(&nll))
        }).collect();
        for run in &runs[1..] {
            prop_assert!(*run == runs[0]);
        }
        if n > 1 {
            let (c, last) = (case.head.columns(), n - 1);
            let (nll, grad) = case.run(0.125);
            let alone = Full { raw: case.raw[last * c..].to_vec(), y: case.y[last * d..].to_vec(), ..case };
            let (one, one_grad) = alone.run(0.125);
            prop_assert_eq!(bits(&one), bits(&nll[last..]));
            prop_assert_eq!(bits(&one_grad), bits(&grad[last * c..]));
        }
    }
}
