//! Lower-triangular factors: made from a covariance, carried through linear maps, solved with.
//!
//! Matrices are row-major. A covariance is kept as its factor L with LLᵀ = Σ and a positive
//! diagonal; nothing is ever inverted. A row selection or linear map A of the targets takes L
//! to A·L, which rotations of its columns bring back to lower-triangular form: Σ itself is
//! not formed again, so a covariance that is nearly singular stays as good as its factor.

use super::error::MixtureError;

/// Difference across the diagonal, relative to √(ΣᵢᵢΣⱼⱼ), that still passes as symmetric.
const SYMMETRY_TOLERANCE: f64 = 1e-9;

/// The factor of the `d`×`d` covariance of `component`.
pub(super) fn factor(
    covariance: &[f64],
    d: usize,
    component: usize,
) -> Result<Vec<f64>, MixtureError> {
    check_covariance(covariance, d, component)?;
    let mut l = vec![0.0; d * d];
    for i in 0..d {
        for j in 0..=i {
            let dot: f64 = (0..j).map(|m| l[i * d + m] * l[j * d + m]).sum();
            let rest = covariance[i * d + j] - dot;
            if i == j {
                if rest <= 0.0 || rest.is_nan() {
                    return Err(MixtureError::NotPositiveDefinite {
                        component,
                        index: i,
                        pivot: rest,
                    });
                }
                l[i * d + i] = rest.sqrt();
            } else {
                l[i * d + j] = rest / l[j * d + j];
            }
        }
    }
    check_factor(&l, d, component)?;
    Ok(l)
}

/// Finite and symmetric; the lower half is the one that is read.
fn check_covariance(covariance: &[f64], d: usize, component: usize) -> Result<(), MixtureError> {
    for row in 0..d {
        for column in 0..d {
            let value = covariance[row * d + column];
            if !value.is_finite() {
                return Err(MixtureError::CovarianceNotFinite {
                    component,
                    row,
                    column,
                    value,
                });
            }
        }
    }
    for row in 0..d {
        for column in row + 1..d {
            let (upper, lower) = (covariance[row * d + column], covariance[column * d + row]);
            let size = (covariance[row * d + row].abs().sqrt())
                * (covariance[column * d + column].abs().sqrt());
            if (upper - lower).abs() > SYMMETRY_TOLERANCE * size {
                return Err(MixtureError::CovarianceNotSymmetric {
                    component,
                    row,
                    column,
                    upper,
                    lower,
                });
            }
        }
    }
    Ok(())
}

/// A usable factor: finite, 0 above the diagonal, positive on it.
pub(super) fn check_factor(l: &[f64], d: usize, component: usize) -> Result<(), MixtureError> {
    for row in 0..d {
        for column in 0..d {
            let value = l[row * d + column];
            if !value.is_finite() {
                return Err(MixtureError::CovarianceNotFinite {
                    component,
                    row,
                    column,
                    value,
                });
            }
            if column > row && value != 0.0 {
                return Err(MixtureError::FactorNotLower {
                    component,
                    row,
                    column,
                    value,
                });
            }
        }
        let pivot = l[row * d + row];
        if pivot <= 0.0 {
            return Err(MixtureError::NotPositiveDefinite {
                component,
                index: row,
                pivot,
            });
        }
    }
    Ok(())
}

/// The lower-triangular m×m factor with the same product with its transpose as `a` (m×d, m ≤ d).
///
/// # Numerics
/// Givens rotations of the columns (Golub and Van Loan, 2013, "Matrix computations", § 5.1.8):
/// backward stable row by row, whatever the rows' sizes.
pub(super) fn lower_triangularise(mut a: Vec<f64>, m: usize, d: usize) -> Vec<f64> {
    for i in 0..m {
        for j in i + 1..d {
            let (p, q) = (a[i * d + i], a[i * d + j]);
            let r = libm::hypot(p, q);
            if r > 0.0 && q.abs() > 0.0 {
                let (c, s) = (p / r, q / r);
                for row in i..m {
                    let (x, y) = (a[row * d + i], a[row * d + j]);
                    a[row * d + i] = c * x + s * y;
                    a[row * d + j] = c * y - s * x;
                }
            }
        }
        if a[i * d + i] < 0.0 {
            for row in i..m {
                a[row * d + i] = -a[row * d + i];
            }
        }
    }
    let mut l = vec![0.0; m * m];
    for i in 0..m {
        l[i * m..=i * m + i].copy_from_slice(&a[i * d..=i * d + i]);
    }
    l
}

/// Solves L·x = b in place.
pub(super) fn solve_lower(l: &[f64], d: usize, b: &mut [f64]) {
    for i in 0..d {
        let dot: f64 = (0..i).map(|j| l[i * d + j] * b[j]).sum();
        b[i] = (b[i] - dot) / l[i * d + i];
    }
}

/// Solves Lᵀ·x = b in place.
pub(super) fn solve_upper(l: &[f64], d: usize, b: &mut [f64]) {
    for i in (0..d).rev() {
        let dot: f64 = (i + 1..d).map(|j| l[j * d + i] * b[j]).sum();
        b[i] = (b[i] - dot) / l[i * d + i];
    }
}
