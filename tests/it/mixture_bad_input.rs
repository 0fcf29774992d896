//! Each kind of bad parameter is its own error and carries the number at fault; nothing panics.

use mixture_density::mixture::{GaussianMixture, MixtureBatch, MixtureError};

const NAN: f64 = f64::NAN;
const INF: f64 = f64::INFINITY;

fn new(weights: &[f64], means: &[f64], scales: &[f64]) -> Result<GaussianMixture, MixtureError> {
    GaussianMixture::new(weights.to_vec(), means.to_vec(), scales.to_vec())
}

fn full(covariance: &[f64]) -> Result<GaussianMixture, MixtureError> {
    GaussianMixture::full(2, vec![1.0], vec![0.0, 0.0], covariance.to_vec())
}

/// NaN is not equal to itself, so errors are compared as text.
fn assert_error<T: std::fmt::Debug>(got: Result<T, MixtureError>, want: MixtureError) {
    assert_eq!(
        format!("{:?}", got.expect_err("bad input")),
        format!("{want:?}")
    );
}

#[test]
fn weights() {
    assert_error(new(&[], &[], &[]), MixtureError::NoComponents);
    assert_error(
        new(&[NAN], &[0.0], &[1.0]),
        MixtureError::WeightNotFinite {
            component: 0,
            value: NAN,
        },
    );
    assert_error(
        new(&[0.5, INF], &[0.0; 2], &[1.0; 2]),
        MixtureError::WeightNotFinite {
            component: 1,
            value: INF,
        },
    );
    assert_error(
        new(&[1.25, -0.25], &[0.0; 2], &[1.0; 2]),
        MixtureError::NegativeWeight {
            component: 1,
            value: -0.25,
        },
    );
    assert_error(
        new(&[0.5, 0.25], &[0.0; 2], &[1.0; 2]),
        MixtureError::WeightSum {
            sum: 0.75,
            tolerance: 1e-6,
        },
    );
    assert!(new(&[0.5, 0.5 + 9e-7], &[0.0; 2], &[1.0; 2]).is_ok());
    assert!(new(&[0.5, 0.5 + 2e-6], &[0.0; 2], &[1.0; 2]).is_err());
    assert!(new(&[1.0, 0.0], &[0.0; 2], &[1.0; 2]).is_ok());
}

#[test]
fn means_and_scales() {
    assert_error(
        new(&[1.0], &[NAN], &[1.0]),
        MixtureError::MeanNotFinite {
            component: 0,
            target: 0,
            value: NAN,
        },
    );
    assert_error(
        new(&[1.0], &[-INF], &[1.0]),
        MixtureError::MeanNotFinite {
            component: 0,
            target: 0,
            value: -INF,
        },
    );
    assert_error(
        new(&[1.0], &[0.0], &[NAN]),
        MixtureError::ScaleNotFinite {
            component: 0,
            target: 0,
            value: NAN,
        },
    );
    assert_error(
        new(&[1.0], &[0.0], &[INF]),
        MixtureError::ScaleNotFinite {
            component: 0,
            target: 0,
            value: INF,
        },
    );
    assert_error(
        new(&[1.0], &[0.0], &[0.0]),
        MixtureError::ScaleNotPositive {
            component: 0,
            target: 0,
            value: 0.0,
        },
    );
    assert_error(
        new(&[1.0], &[0.0], &[-1.0]),
        MixtureError::ScaleNotPositive {
            component: 0,
            target: 0,
            value: -1.0,
        },
    );
    assert_error(
        new(&[1.0], &[0.0; 2], &[1.0]),
        MixtureError::WrongLength {
            what: "means",
            expected: 1,
            found: 2,
        },
    );
    assert_error(
        new(&[1.0], &[0.0], &[]),
        MixtureError::WrongLength {
            what: "scales",
            expected: 1,
            found: 0,
        },
    );
    assert_error(
        GaussianMixture::diagonal(0, vec![1.0], vec![], vec![]),
        MixtureError::NoTargets,
    );
}

#[test]
fn covariances() {
    assert!(full(&[2.0, 0.5, 0.5, 1.0]).is_ok());
    assert_error(
        full(&[1.0, NAN, 0.0, 1.0]),
        MixtureError::CovarianceNotFinite {
            component: 0,
            row: 0,
            column: 1,
            value: NAN,
        },
    );
    assert_error(
        full(&[1.0, 0.5, 0.4, 1.0]),
        MixtureError::CovarianceNotSymmetric {
            component: 0,
            row: 0,
            column: 1,
            upper: 0.5,
            lower: 0.4,
        },
    );
    assert_error(
        full(&[1.0, 2.0, 2.0, 1.0]),
        MixtureError::NotPositiveDefinite {
            component: 0,
            index: 1,
            pivot: -3.0,
        },
    );
    assert_error(
        full(&[0.0, 0.0, 0.0, 1.0]),
        MixtureError::NotPositiveDefinite {
            component: 0,
            index: 0,
            pivot: 0.0,
        },
    );
    let factor = |l: &[f64]| GaussianMixture::from_cholesky(2, vec![1.0], vec![0.0; 2], l.to_vec());
    assert_error(
        factor(&[1.0, 0.0, 3.0, -2.0]),
        MixtureError::NotPositiveDefinite {
            component: 0,
            index: 1,
            pivot: -2.0,
        },
    );
    assert_error(
        factor(&[1.0, 0.1, 3.0, 2.0]),
        MixtureError::FactorNotLower {
            component: 0,
            row: 0,
            column: 1,
            value: 0.1,
        },
    );
    assert_error(
        factor(&[1.0, INF, 3.0, 2.0]),
        MixtureError::CovarianceNotFinite {
            component: 0,
            row: 0,
            column: 1,
            value: INF,
        },
    );
}

#[test]
fn batches() {
    let logits = |l: &[f64], m: &[f64], s: &[f64]| {
        MixtureBatch::from_logits(2, 1, l.to_vec(), m.to_vec(), s.to_vec())
    };
    let in_row = |row, source| MixtureError::InRow {
        row,
        source: Box::new(source),
    };
    assert!(logits(&[], &[], &[]).unwrap().is_empty());
    assert_error(
        logits(&[0.0; 3], &[0.0; 3], &[1.0; 3]),
        MixtureError::WrongLength {
            what: "log weights",
            expected: 4,
            found: 3,
        },
    );
    assert_error(
        logits(&[0.0, 0.0, NAN, 0.0], &[0.0; 4], &[1.0; 4]),
        in_row(
            1,
            MixtureError::LogWeight {
                component: 0,
                value: NAN,
            },
        ),
    );
    assert_error(
        logits(&[0.0, INF], &[0.0; 2], &[1.0; 2]),
        in_row(
            0,
            MixtureError::LogWeight {
                component: 1,
                value: INF,
            },
        ),
    );
    assert_error(
        logits(&[-INF, -INF], &[0.0; 2], &[1.0; 2]),
        in_row(
            0,
            MixtureError::WeightSum {
                sum: 0.0,
                tolerance: 1e-6,
            },
        ),
    );
    assert_error(
        logits(&[0.0; 4], &[0.0; 4], &[1.0, 1.0, 1.0, -0.0]),
        in_row(
            1,
            MixtureError::ScaleNotPositive {
                component: 1,
                target: 0,
                value: -0.0,
            },
        ),
    );
    let parts = MixtureBatch::from_parts(2, 1, vec![0.0, 0.0], vec![0.0; 2], vec![1.0; 2]);
    assert_error(
        parts,
        in_row(
            0,
            MixtureError::WeightSum {
                sum: 2.0,
                tolerance: 1e-6,
            },
        ),
    );
    assert_error(
        MixtureBatch::from_logits(0, 1, vec![], vec![], vec![]),
        MixtureError::NoComponents,
    );
    assert_error(
        MixtureBatch::from_logits(1, 0, vec![], vec![], vec![]),
        MixtureError::NoTargets,
    );
    // A row so wide that K·D wraps to 0 is refused even where there is no row.
    for make in [MixtureBatch::from_logits, MixtureBatch::from_parts] {
        for (k, d) in [(2, 1 << 63), (usize::MAX, usize::MAX)] {
            assert_error(
                make(k, d, vec![], vec![], vec![]),
                MixtureError::WrongLength {
                    what: "means",
                    expected: usize::MAX,
                    found: 0,
                },
            );
        }
        assert!(make(usize::MAX, 1, vec![], vec![], vec![]).is_ok_and(|b| b.rows().count() == 0));
    }
    // Logits of ±1e4 and a weight of −∞ are good input.
    let batch = logits(&[1e4, -1e4, 0.0, -INF], &[0.0; 4], &[1.0; 4]).unwrap();
    assert!(
        batch
            .rows()
            .all(|row| (row.weights()[0] - 1.0).abs() < 1e-15)
    );
    assert!(
        batch.row(2).is_none() && batch.row(usize::MAX).is_none() && batch.marginals(1).is_err()
    );
}
