//! Affine changes of variables: back to a user's units, or onto other axes.

use super::batch::MixtureBatch;
use super::check::check_means_and_scales;
use super::cholesky::{check_factor, lower_triangularise};
use super::error::MixtureError;
use super::gaussian_mixture::{GaussianMixture, Spread};

impl GaussianMixture {
    /// The mixture of `shift[i] + factor[i]·Y[i]`: undoes a standardisation.
    ///
    /// Log-densities move by −Σ ln |factor|, lengths by the factors. Diagonal components stay so.
    ///
    /// # Errors
    /// [`MixtureError::WrongLength`]; [`MixtureError::PointNotFinite`] for a shift or factor that is
    /// not finite; [`MixtureError::ZeroFactor`]; and the faults of a constructor where a mean or scale leaves f64.
    pub fn shift_and_scale(&self, shift: &[f64], factor: &[f64]) -> Result<Self, MixtureError> {
        let d = self.n_targets;
        check_units(shift, factor, d)?;
        let mut out = self.clone();
        for row in out.means.chunks_exact_mut(d) {
            for ((m, a), b) in row.iter_mut().zip(shift).zip(factor) {
                *m = a + b * *m;
            }
        }
        match &mut out.spread {
            Spread::Diagonal(scales) => {
                for row in scales.chunks_exact_mut(d) {
                    for (s, b) in row.iter_mut().zip(factor) {
                        *s *= b.abs();
                    }
                }
                check_means_and_scales(&out.means, scales, d)?;
            }
            Spread::Full(factors) => {
                // Column signs follow the diagonal, so that it stays positive: S·L·S for S = sign(factor).
                for (at, l) in factors.iter_mut().enumerate() {
                    let (row, column) = (at / d % d, at % d);
                    *l *= factor[row] * factor[column].signum();
                }
                check_image(&out.means, factors, d)?;
            }
        }
        Ok(out)
    }

    /// The mixture of `shift + matrix·Y`, `matrix` [m, d] with m ≤ d independent rows.
    ///
    /// # Errors
    /// [`MixtureError::WrongLength`], [`MixtureError::NoTargets`],
    /// [`MixtureError::PointNotFinite`], [`MixtureError::TooManyRows`] where m > d, and
    /// [`MixtureError::NotPositiveDefinite`] where the rows are dependent to rounding.
    pub fn linear_map(&self, matrix: &[f64], shift: &[f64]) -> Result<Self, MixtureError> {
        let (d, m) = (self.n_targets, shift.len());
        if m == 0 {
            return Err(MixtureError::NoTargets);
        }
        if matrix.len() != m * d {
            return Err(MixtureError::WrongLength {
                what: "matrix",
                expected: m * d,
                found: matrix.len(),
            });
        }
        for (index, value) in matrix.iter().chain(shift).enumerate() {
            if !value.is_finite() {
                return Err(MixtureError::PointNotFinite {
                    index,
                    value: *value,
                });
            }
        }
        if m > d {
            return Err(MixtureError::TooManyRows {
                rows: m,
                n_targets: d,
            });
        }
        let product = |row: &[f64], column: &dyn Fn(usize) -> f64| -> f64 {
            row.iter().enumerate().map(|(j, a)| a * column(j)).sum()
        };
        let mut means = Vec::with_capacity(self.n_components() * m);
        let mut factors = Vec::with_capacity(self.n_components() * m * m);
        for k in 0..self.n_components() {
            let l = self.component_factor(k);
            let mut image = Vec::with_capacity(m * d);
            for (row, b) in matrix.chunks_exact(d).zip(shift) {
                means.push(b + product(row, &|j| self.means[k * d + j]));
                image.extend((0..d).map(|c| product(row, &|j| l[j * d + c])));
            }
            let sizes: Vec<f64> = image
                .chunks_exact(d)
                .map(|r| r.iter().map(|x| x * x).sum::<f64>().sqrt())
                .collect();
            let factor = lower_triangularise(image, m, d);
            // A row that depends on those before it leaves only rounding on the diagonal.
            for (index, size) in sizes.iter().enumerate() {
                let pivot = factor[index * m + index];
                if pivot <= 8.0 * d as f64 * f64::EPSILON * size {
                    return Err(MixtureError::NotPositiveDefinite {
                        component: k,
                        index,
                        pivot,
                    });
                }
            }
            factors.extend(factor);
        }
        check_image(&means, &factors, m)?;
        Ok(Self {
            n_targets: m,
            weights: self.weights.clone(),
            log_weights: self.log_weights.clone(),
            means,
            spread: Spread::of_factors(factors, m),
        })
    }
}

impl MixtureBatch {
    /// Every row of `shift[i] + factor[i]·Y[i]`: undoes a standardisation.
    ///
    /// # Errors
    /// As [`GaussianMixture::shift_and_scale`], a mean's or scale's fault placed in its row.
    pub fn shift_and_scale(mut self, shift: &[f64], factor: &[f64]) -> Result<Self, MixtureError> {
        check_units(shift, factor, self.n_targets())?;
        self.change_units(shift, factor, factor)?;
        Ok(self)
    }
}

/// A finite shift and a finite factor other than 0 for each target.
fn check_units(shift: &[f64], factor: &[f64], d: usize) -> Result<(), MixtureError> {
    for (what, values) in [("shift", shift), ("factor", factor)] {
        if values.len() != d {
            return Err(MixtureError::WrongLength {
                what,
                expected: d,
                found: values.len(),
            });
        }
    }
    for (index, (a, b)) in shift.iter().zip(factor).enumerate() {
        if !a.is_finite() {
            return Err(MixtureError::PointNotFinite { index, value: *a });
        }
        if !b.is_finite() {
            return Err(MixtureError::PointNotFinite { index, value: *b });
        }
        if *b == 0.0 {
            return Err(MixtureError::ZeroFactor { target: index });
        }
    }
    Ok(())
}

/// Means and factors that are still inside f64.
fn check_image(means: &[f64], factors: &[f64], d: usize) -> Result<(), MixtureError> {
    if let Some(at) = means.iter().position(|m| !m.is_finite()) {
        return Err(MixtureError::MeanNotFinite {
            component: at / d,
            target: at % d,
            value: means[at],
        });
    }
    for (component, l) in factors.chunks_exact(d * d).enumerate() {
        check_factor(l, d, component)?;
    }
    Ok(())
}
