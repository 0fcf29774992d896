//! Questions a mixture must refuse, and nasty points that have stated answers.

use mixture_density::mixture::{GaussianMixture, MixtureBatch, MixtureError, Temperature};

const NAN: f64 = f64::NAN;
const INF: f64 = f64::INFINITY;

fn new(weights: &[f64], means: &[f64], scales: &[f64]) -> Result<GaussianMixture, MixtureError> {
    GaussianMixture::new(weights.to_vec(), means.to_vec(), scales.to_vec())
}

/// NaN is not equal to itself, so errors are compared as text.
fn assert_error<T: std::fmt::Debug>(got: Result<T, MixtureError>, want: MixtureError) {
    assert_eq!(
        format!("{:?}", got.expect_err("bad input")),
        format!("{want:?}")
    );
}

#[test]
fn questions() {
    let m = new(&[0.5, 0.5], &[0.0, 1.0], &[1.0, 2.0]).unwrap();
    let view = m.as_univariate().unwrap();
    for p in [0.0, 1.0, -0.1, 1.1, NAN, INF] {
        assert_error(view.quantile(p), MixtureError::Probability { value: p });
        assert_error(
            view.upper_quantile(p),
            MixtureError::Probability { value: p },
        );
        assert_error(
            view.highest_density_region(p),
            MixtureError::Probability { value: p },
        );
    }
    let plane = GaussianMixture::diagonal(2, vec![1.0], vec![0.0; 2], vec![1.0; 2]).unwrap();
    assert_error(
        plane.as_univariate(),
        MixtureError::NotUnivariate { n_targets: 2 },
    );
    assert_error(
        plane.log_density(&[0.0]),
        MixtureError::WrongLength {
            what: "point",
            expected: 2,
            found: 1,
        },
    );
    assert_error(plane.marginal(&[]), MixtureError::NoTargets);
    assert_error(
        plane.marginal(&[2]),
        MixtureError::NoSuchTarget {
            target: 2,
            n_targets: 2,
        },
    );
    assert_error(
        plane.marginal(&[1, 1]),
        MixtureError::RepeatedTarget { target: 1 },
    );
    assert_error(
        plane.condition(&[0, 1], &[0.0; 2]),
        MixtureError::NothingLeft { n_targets: 2 },
    );
    assert_error(
        plane.condition(&[0], &[NAN]),
        MixtureError::PointNotFinite {
            index: 0,
            value: NAN,
        },
    );
    assert_error(
        plane.condition(&[0], &[]),
        MixtureError::WrongLength {
            what: "values",
            expected: 1,
            found: 0,
        },
    );
    assert_error(
        plane.condition(&[0], &[1e300]),
        MixtureError::ImpossibleCondition,
    );
    assert!(plane.condition(&[], &[]).is_ok());
    assert_error(
        plane.shift_and_scale(&[0.0; 2], &[1.0, 0.0]),
        MixtureError::ZeroFactor { target: 1 },
    );
    assert_error(
        plane.shift_and_scale(&[0.0; 2], &[1.0, NAN]),
        MixtureError::PointNotFinite {
            index: 1,
            value: NAN,
        },
    );
    assert_error(
        plane.linear_map(&[1.0; 6], &[0.0; 3]),
        MixtureError::TooManyRows {
            rows: 3,
            n_targets: 2,
        },
    );
    assert_error(
        plane
            .shift_and_scale(&[0.0; 2], &[1.0, 1e-320])
            .and_then(|m| m.shift_and_scale(&[0.0; 2], &[1.0, 1e-10])),
        MixtureError::ScaleNotPositive {
            component: 0,
            target: 1,
            value: 0.0,
        },
    );
    let dependent = plane
        .linear_map(&[1.0, 2.0, 2.0, 4.0], &[0.0; 2])
        .expect_err("dependent rows");
    assert!(
        matches!(
            dependent,
            MixtureError::NotPositiveDefinite {
                component: 0,
                index: 1,
                ..
            }
        ),
        "{dependent}"
    );
}

#[test]
fn a_factor_that_underflows_is_no_mixture() {
    // 1e-200 times 1e-200 is what is left of the first target given the second.
    let narrow = |l: [f64; 4]| {
        GaussianMixture::from_cholesky(2, vec![1.0], vec![0.0; 2], l.to_vec()).unwrap()
    };
    let vanished = MixtureError::NotPositiveDefinite {
        component: 0,
        index: 1,
        pivot: 0.0,
    };
    let m = narrow([1e-200, 0.0, 1.0, 1e-200]);
    assert_error(m.condition(&[1], &[0.0]), vanished.clone());
    assert_error(m.marginal(&[1, 0]), vanished);
    // The other way round nothing is lost, nor with a pair that f64 can hold.
    assert_eq!(
        m.condition(&[0], &[0.0]).unwrap().scales(),
        Some(&[1e-200][..])
    );
    let m = narrow([1e-100, 0.0, 1.0, 1e-100]);
    let kept = m.condition(&[1], &[0.0]).unwrap().scales().unwrap()[0];
    assert!((kept / 1e-200 - 1.0).abs() < 1e-12, "{kept:e}");
}

#[test]
fn units_of_a_batch() {
    let batch = || {
        MixtureBatch::from_logits(1, 2, vec![0.0; 2], vec![1.0, 2.0, 3.0, 4.0], vec![0.5; 4])
            .unwrap()
    };
    let moved = batch().shift_and_scale(&[10.0, 0.0], &[2.0, -1.0]).unwrap();
    for (row, old) in moved.rows().zip(batch().rows()) {
        let want = GaussianMixture::from(old)
            .shift_and_scale(&[10.0, 0.0], &[2.0, -1.0])
            .unwrap();
        assert_eq!(GaussianMixture::from(row), want);
    }
    assert_error(
        batch().shift_and_scale(&[0.0; 2], &[1.0, 5e307]),
        MixtureError::InRow {
            row: 1,
            source: Box::new(MixtureError::MeanNotFinite {
                component: 0,
                target: 1,
                value: INF,
            }),
        },
    );
    assert_error(
        batch().shift_and_scale(&[0.0], &[1.0, 1.0]),
        MixtureError::WrongLength {
            what: "shift",
            expected: 2,
            found: 1,
        },
    );
}

#[test]
fn temperatures() {
    for t in [-1.0, NAN] {
        let what = "weight temperature";
        assert_error(
            Temperature::new(t, 1.0),
            MixtureError::Temperature {
                what,
                value: t,
                allowed: "[0, inf]",
            },
        );
    }
    for t in [-1.0, NAN, INF] {
        let what = "covariance temperature";
        assert_error(
            Temperature::new(1.0, t),
            MixtureError::Temperature {
                what,
                value: t,
                allowed: "[0, inf)",
            },
        );
    }
    let cold = Temperature::new(1.0, 0.0).unwrap();
    let m = new(&[1.0], &[0.0], &[1.0]).unwrap();
    let what = "covariance temperature of a density";
    assert_error(
        m.tempered(cold),
        MixtureError::Temperature {
            what,
            value: 0.0,
            allowed: "(0, inf)",
        },
    );
}

#[test]
fn nasty_points_have_stated_answers() {
    // A weight of 0, a scale of 1e-300, a mean of 1e300, a subnormal scale.
    let m = new(
        &[0.5, 0.0, 0.25, 0.25],
        &[0.0, 3.0, 1e300, -5.0],
        &[1e-300, 1.0, 1e290, 5e-324],
    )
    .unwrap();
    let view = m.as_univariate().unwrap();
    for y in [NAN, INF, -INF, 0.0, -0.0, 1e300, -1e308, 5e-324, 1e6, -5.0] {
        let (log, cdf, upper, crps) = (
            view.log_density(y),
            view.cdf(y),
            view.survival(y),
            view.crps(y),
        );
        if y.is_nan() {
            assert!(log.is_nan() && cdf.is_nan() && upper.is_nan() && crps.is_nan());
            assert!(view.highest_density_probability(y).is_nan());
            continue;
        }
        assert!(!log.is_nan() && log < INF, "{y}: {log}");
        assert!(
            (0.0..=1.0).contains(&cdf) && (0.0..=1.0).contains(&upper),
            "{y}: {cdf} {upper}"
        );
        assert!((cdf + upper - 1.0).abs() < 1e-15);
        assert!(crps >= 0.0, "{y}: {crps}");
        assert!(view.highest_density_probability(y) >= 0.0);
        if y.is_infinite() {
            assert!(log == -INF && crps == INF);
            assert!((cdf - f64::from(u8::from(y > 0.0))).abs() < 1e-300);
        }
    }
    for p in [5e-324, 1e-10, 0.5, 1.0 - 1e-16] {
        assert!(view.quantile(p).unwrap().is_finite());
    }
    assert!(!view.modes().is_empty());
    assert!(view.highest_density_region(0.9).unwrap().probability > 0.0);
    assert!(view.mean().is_finite() && view.entropy().nats.is_finite());
    // A million scales away the log-density is still a number.
    let normal = new(&[1.0], &[0.0], &[1.0]).unwrap();
    assert!((normal.as_univariate().unwrap().log_density(1e6) / -5e11 - 1.0).abs() < 1e-11);
}
