//! Full covariance: densities and conditioning against mpmath, and the algebra's laws.

use mixture_density::mixture::GaussianMixture;
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    weights: Vec<f64>,
    means: Vec<Vec<f64>>,
    covariances: Vec<Vec<Vec<f64>>>,
    points: Vec<Point>,
    conditions: Vec<Condition>,
}

#[derive(Deserialize)]
struct Point {
    y: Vec<f64>,
    log_density: String,
}

#[derive(Deserialize)]
struct Condition {
    given: Vec<usize>,
    values: Vec<f64>,
    weights: Vec<String>,
    means: Vec<Vec<String>>,
    covariances: Vec<Vec<Vec<String>>>,
    log_evidence: String,
}

fn cases() -> Vec<(GaussianMixture, Case)> {
    let cases: Vec<Case> = serde_json::from_str(include_str!("../data/mixture/multivariate.json"))
        .expect("valid JSON");
    cases
        .into_iter()
        .map(|c| {
            let mixture = GaussianMixture::full(
                c.means[0].len(),
                c.weights.clone(),
                c.means.concat(),
                c.covariances.concat().concat(),
            );
            (mixture.expect("valid"), c)
        })
        .collect()
}

fn number(text: impl AsRef<str>) -> f64 {
    text.as_ref().parse().expect("a number")
}

fn assert_close(got: &[f64], want: &[f64], tolerance: f64) {
    assert_eq!(got.len(), want.len());
    for (g, w) in got.iter().zip(want) {
        assert!((g - w).abs() <= tolerance * w.abs().max(1.0), "{g} for {w}");
    }
}

#[test]
fn log_density_agrees_with_mpmath() {
    for (mixture, case) in cases() {
        for p in &case.points {
            assert_close(
                &[mixture.log_density(&p.y).unwrap()],
                &[number(&p.log_density)],
                1e-12,
            );
        }
    }
}

#[test]
fn conditioning_agrees_with_mpmath() {
    let mut free_first = 0;
    for (mixture, case) in cases() {
        for c in &case.conditions {
            let got = mixture.condition(&c.given, &c.values).unwrap();
            assert_close(
                got.weights(),
                &c.weights.iter().map(number).collect::<Vec<_>>(),
                1e-11,
            );
            assert_close(
                got.means(),
                &c.means.concat().iter().map(number).collect::<Vec<_>>(),
                1e-11,
            );
            let covariances = c.covariances.concat().concat();
            assert_close(
                &got.component_covariances(),
                &covariances.iter().map(number).collect::<Vec<_>>(),
                1e-11,
            );
            let evidence = mixture
                .marginal(&c.given)
                .unwrap()
                .log_density(&c.values)
                .unwrap();
            assert_close(&[evidence], &[number(&c.log_evidence)], 1e-12);
            free_first += usize::from(c.given.iter().min() > Some(&0));
            // The twin: swapping two given values gives another density.
            if c.given.len() > 1 {
                let mut swapped = c.values.clone();
                swapped.swap(0, 1);
                let other = mixture.condition(&c.given, &swapped).unwrap();
                assert!((other.means()[0] - got.means()[0]).abs() > 1e-6);
            }
        }
    }
    assert!(
        free_first > 0,
        "no case in which the free targets come first"
    );
}

#[test]
fn joint_is_marginal_times_conditional_in_any_order() {
    for (mixture, case) in cases() {
        let d = mixture.n_targets();
        let y = &case.points[0].y;
        let joint = mixture.log_density(y).unwrap();
        for first in 0..d {
            for second in (0..d).filter(|s| *s != first) {
                let given = [second, first];
                if d == 2 {
                    continue;
                }
                let values = [y[second], y[first]];
                let rest: Vec<f64> = (0..d)
                    .filter(|t| !given.contains(t))
                    .map(|t| y[t])
                    .collect();
                let product = mixture
                    .marginal(&given)
                    .unwrap()
                    .log_density(&values)
                    .unwrap()
                    + mixture
                        .condition(&given, &values)
                        .unwrap()
                        .log_density(&rest)
                        .unwrap();
                assert_close(&[product], &[joint], 1e-12);
            }
        }
    }
}

#[test]
fn conditioning_one_after_another_is_conditioning_at_once() {
    for (mixture, case) in cases().into_iter().filter(|(m, _)| m.n_targets() >= 4) {
        let y = &case.points[1].y;
        let at_once = mixture.condition(&[3, 1], &[y[3], y[1]]).unwrap();
        // After target 1 has gone, target 3 is the third of those left.
        let in_turn = mixture
            .condition(&[1], &[y[1]])
            .unwrap()
            .condition(&[2], &[y[3]])
            .unwrap();
        assert_close(in_turn.weights(), at_once.weights(), 1e-12);
        assert_close(in_turn.means(), at_once.means(), 1e-12);
        assert_close(
            &in_turn.component_covariances(),
            &at_once.component_covariances(),
            1e-12,
        );
    }
}

#[test]
fn a_nearly_singular_covariance_keeps_its_digits() {
    // Correlation 1 − 5e-13: what is left of the second target given the first is 1e-12 of it.
    let l = vec![1.0, 0.0, 1.0, 1e-6];
    let mixture = GaussianMixture::from_cholesky(2, vec![1.0], vec![0.0, 0.0], l).unwrap();
    let second = mixture.condition(&[0], &[0.5]).unwrap();
    assert_close(second.means(), &[0.5], 1e-15);
    assert_close(second.scales().unwrap(), &[1e-6], 1e-21);
    // The other way round the rotation has to find the same small number.
    let first = mixture.condition(&[1], &[0.5]).unwrap();
    assert!((first.scales().unwrap()[0] / 1e-6 - 1.0).abs() < 1e-9);
    // The twin: through the covariance it is lost.
    let variance = 1.0 - 1.0 * 1.0 / (1.0 + 1e-12);
    assert!((f64::sqrt(variance) / 1e-6 - 1.0).abs() > 1e-6);
}

/// By elimination with row exchanges.
fn determinant(matrix: &[f64], d: usize) -> f64 {
    let (mut m, mut product) = (matrix.to_vec(), 1.0);
    for i in 0..d {
        let best = (i..d)
            .max_by(|a, b| m[a * d + i].abs().total_cmp(&m[b * d + i].abs()))
            .expect("a row");
        if best != i {
            product = -product;
            for j in 0..d {
                m.swap(i * d + j, best * d + j);
            }
        }
        product *= m[i * d + i];
        for row in i + 1..d {
            let share = m[row * d + i] / m[i * d + i];
            for j in i..d {
                m[row * d + j] -= share * m[i * d + j];
            }
        }
    }
    product
}

#[test]
fn linear_maps_move_mean_covariance_and_density() {
    for (mixture, case) in cases() {
        let d = mixture.n_targets();
        let matrix: Vec<f64> = (0..d * d)
            .map(|i| ((i * 7 + 3) % 11) as f64 - 4.5 + f64::from(u8::from(i % (d + 1) == 0)) * 9.0)
            .collect();
        let shift: Vec<f64> = (0..d).map(|i| i as f64 - 0.5).collect();
        let image = mixture.linear_map(&matrix, &shift).unwrap();
        let apply = |y: &[f64]| -> Vec<f64> {
            (0..d)
                .map(|i| shift[i] + (0..d).map(|j| matrix[i * d + j] * y[j]).sum::<f64>())
                .collect()
        };
        assert_close(&image.mean(), &apply(&mixture.mean()), 1e-11);
        let covariance = mixture.covariance();
        let mut mapped = vec![0.0; d * d];
        for at in 0..d * d * d * d {
            let (i, j, a, b) = (at % d, at / d % d, at / d / d % d, at / d / d / d);
            mapped[i * d + j] += matrix[i * d + a] * covariance[a * d + b] * matrix[j * d + b];
        }
        let size = mapped.iter().fold(0.0f64, |g, x| g.max(x.abs()));
        for (got, want) in image.covariance().iter().zip(&mapped) {
            assert!((got - want).abs() < 1e-12 * size, "{got} for {want}");
        }
        // Log-densities move by the log of the determinant; the twin forgets it.
        let log_determinant = libm::log(determinant(&matrix, d).abs());
        assert!(log_determinant.abs() > 1.0);
        for p in &case.points {
            let (before, after) = (
                mixture.log_density(&p.y).unwrap(),
                image.log_density(&apply(&p.y)).unwrap(),
            );
            assert!((after - (before - log_determinant)).abs() < 1e-8);
            assert!((after - before).abs() > 0.5);
        }
        let factor: Vec<f64> = (0..d)
            .map(|i| if i % 2 == 0 { -2.5 } else { 0.3 })
            .collect();
        let scaled = mixture.shift_and_scale(&shift, &factor).unwrap();
        let log_factor: f64 = factor.iter().map(|f| libm::log(f.abs())).sum();
        for p in &case.points {
            let y: Vec<f64> = (0..d).map(|i| shift[i] + factor[i] * p.y[i]).collect();
            let want = mixture.log_density(&p.y).unwrap() - log_factor;
            assert_close(&[scaled.log_density(&y).unwrap()], &[want], 1e-11);
        }
    }
}

#[test]
fn diagonal_and_full_are_one_mixture() {
    let (weights, means, scales) = (
        vec![0.3, 0.7],
        vec![0.0, 1.0, 2.0, -1.0],
        vec![0.5, 2.0, 1.0, 0.1],
    );
    let covariances = vec![0.25, 0.0, 0.0, 4.0, 1.0, 0.0, 0.0, 0.1 * 0.1];
    let diagonal = GaussianMixture::diagonal(2, weights.clone(), means.clone(), scales).unwrap();
    let full = GaussianMixture::full(2, weights, means, covariances).unwrap();
    for y in [[0.0, 0.0], [2.0, -1.1], [-3.0, 5.0]] {
        assert_close(
            &[diagonal.log_density(&y).unwrap()],
            &[full.log_density(&y).unwrap()],
            1e-13,
        );
    }
    assert_close(&diagonal.covariance(), &full.covariance(), 1e-14);
    let (a, b) = (
        diagonal.condition(&[1], &[-0.9]).unwrap(),
        full.condition(&[1], &[-0.9]).unwrap(),
    );
    assert_close(a.weights(), b.weights(), 1e-13);
    assert_close(a.scales().unwrap(), b.scales().unwrap(), 1e-13);
}

#[test]
fn modes_in_the_plane_are_maxima() {
    // Three elongated components on a triangle: their centre is a fourth mode.
    let rotate = |angle: f64| {
        let (c, s) = (libm::cos(angle), libm::sin(angle));
        let (long, short) = (1.0, 0.02);
        vec![
            long * c * c + short * s * s,
            (long - short) * c * s,
            (long - short) * c * s,
            long * s * s + short * c * c,
        ]
    };
    let third = 2.0 * std::f64::consts::PI / 3.0;
    let angles = [0.0, third, 2.0 * third];
    let means: Vec<f64> = angles
        .iter()
        .flat_map(|a| [1.2 * libm::cos(*a), 1.2 * libm::sin(*a)])
        .collect();
    let covariances: Vec<f64> = angles.iter().flat_map(|a| rotate(*a)).collect();
    let mixture = GaussianMixture::full(2, vec![1.0 / 3.0; 3], means, covariances).unwrap();
    let modes = mixture.modes().unwrap();
    assert_eq!(modes.len(), 4, "{modes:?}");
    for mode in &modes {
        for (dx, dy) in [
            (1e-3, 0.0),
            (-1e-3, 0.0),
            (0.0, 1e-3),
            (0.0, -1e-3),
            (7e-4, 7e-4),
            (7e-4, -7e-4),
        ] {
            let beside = mixture
                .log_density(&[mode.at[0] + dx, mode.at[1] + dy])
                .unwrap();
            assert!(beside < mode.log_density);
        }
    }
    assert!(modes.iter().any(|m| m.at[0].hypot(m.at[1]) < 1e-9));
}

#[test]
fn a_flat_top_is_still_a_mode() {
    // Two equal normals two scales apart: the curvature along the line between them is 0.
    let pair =
        GaussianMixture::diagonal(2, vec![0.5, 0.5], vec![-1.0, 0.0, 1.0, 0.0], vec![1.0; 4])
            .unwrap();
    let modes = pair.modes().unwrap();
    assert_eq!(modes.len(), 1, "{modes:?}");
    assert!(modes[0].at[0].abs() < 1e-3 && modes[0].at[1].abs() < 1e-9);
    // A little farther apart there are two.
    let pair =
        GaussianMixture::diagonal(2, vec![0.5, 0.5], vec![-1.1, 0.0, 1.1, 0.0], vec![1.0; 4])
            .unwrap();
    assert_eq!(pair.modes().unwrap().len(), 2);
}
