//! What a mixture says of all its targets at once: density, moments, draws.

use super::cholesky;
use super::error::MixtureError;
use super::gaussian_mixture::{GaussianMixture, Spread};
use super::kernel::{self, normal::LN_SQRT_2PI};
use crate::seed::{Rng, Stream};

impl GaussianMixture {
    /// ln f(y), nats.
    ///
    /// # Errors
    /// [`MixtureError::WrongLength`] where `y` has not D coordinates.
    ///
    /// # Numerics
    /// In the log domain, one Cholesky factor a component serving the quadratic form and the
    /// determinant. −∞ where a coordinate is infinite, NaN where one is NaN.
    pub fn log_density(&self, y: &[f64]) -> Result<f64, MixtureError> {
        self.check_point(y.len())?;
        if let (Ok(view), [y]) = (self.as_univariate(), y) {
            return Ok(view.log_density(*y));
        }
        if y.iter().any(|y| y.is_nan()) {
            return Ok(f64::NAN);
        }
        if y.iter().any(|y| y.is_infinite()) {
            return Ok(f64::NEG_INFINITY);
        }
        let logs = self.component_logs(y);
        Ok(log_sum_exp(&logs) - LN_SQRT_2PI * self.n_targets as f64)
    }

    /// ln wₖ + ln N(y; k) + D·ln √(2π) of every component.
    pub(super) fn component_logs(&self, y: &[f64]) -> Vec<f64> {
        let d = self.n_targets;
        let mut z = vec![0.0; d];
        let mut logs = self.log_weights.clone();
        for (k, log) in logs.iter_mut().enumerate() {
            for ((z, y), mean) in z.iter_mut().zip(y).zip(&self.means[k * d..]) {
                *z = y - mean;
            }
            match &self.spread {
                Spread::Diagonal(scales) => {
                    for (z, scale) in z.iter_mut().zip(&scales[k * d..]) {
                        *z /= scale;
                        *log -= kernel::ln(*scale);
                    }
                }
                Spread::Full(factors) => {
                    let l = &factors[k * d * d..(k + 1) * d * d];
                    cholesky::solve_lower(l, d, &mut z);
                    for i in 0..d {
                        *log -= kernel::ln(l[i * d + i]);
                    }
                }
            }
            *log -= 0.5 * z.iter().map(|z| z * z).sum::<f64>();
        }
        logs
    }

    /// E Y \[d\].
    #[must_use]
    pub fn mean(&self) -> Vec<f64> {
        let d = self.n_targets;
        let mut mean = vec![0.0; d];
        for (w, component) in self.weights.iter().zip(self.means.chunks_exact(d)) {
            for (m, c) in mean.iter_mut().zip(component) {
                *m += w * c;
            }
        }
        mean
    }

    /// Cov Y [d, d] = Σ wₖ(Σₖ + (μₖ − E Y)(μₖ − E Y)ᵀ).
    #[must_use]
    pub fn covariance(&self) -> Vec<f64> {
        let d = self.n_targets;
        let mean = self.mean();
        let mut total = vec![0.0; d * d];
        for (k, w) in self.weights.iter().enumerate() {
            let within = self.component_covariance(k);
            for i in 0..d {
                for j in 0..d {
                    let between =
                        (self.means[k * d + i] - mean[i]) * (self.means[k * d + j] - mean[j]);
                    total[i * d + j] += w * (within[i * d + j] + between);
                }
            }
        }
        total
    }

    /// Σₖ [d, d] of a component that exists.
    fn component_covariance(&self, k: usize) -> Vec<f64> {
        let d = self.n_targets;
        let l = self.component_factor(k);
        let mut out = vec![0.0; d * d];
        for i in 0..d {
            for j in 0..d {
                out[i * d + j] = (0..=i.min(j)).map(|m| l[i * d + m] * l[j * d + m]).sum();
            }
        }
        out
    }

    /// Covariances [k, d, d] of the components.
    #[must_use]
    pub fn component_covariances(&self) -> Vec<f64> {
        (0..self.n_components())
            .flat_map(|k| self.component_covariance(k))
            .collect()
    }

    /// L [d, d] of a component that exists.
    pub(super) fn component_factor(&self, k: usize) -> Vec<f64> {
        let d = self.n_targets;
        match &self.spread {
            Spread::Full(factors) => factors[k * d * d..(k + 1) * d * d].to_vec(),
            Spread::Diagonal(scales) => {
                let mut l = vec![0.0; d * d];
                for i in 0..d {
                    l[i * d + i] = scales[k * d + i];
                }
                l
            }
        }
    }

    /// One draw \[d\].
    pub fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> Vec<f64> {
        let mut stream = Stream::over(rng);
        let k = stream.categorical(&self.weights);
        self.sample_component(k, 1.0, &mut stream)
    }

    /// μₖ + `stretch`·L·z.
    pub(super) fn sample_component<R: Rng>(
        &self,
        k: usize,
        stretch: f64,
        stream: &mut Stream<R>,
    ) -> Vec<f64> {
        let d = self.n_targets;
        let means = &self.means[k * d..(k + 1) * d];
        match &self.spread {
            Spread::Diagonal(scales) => means
                .iter()
                .zip(&scales[k * d..])
                .map(|(mean, scale)| stream.normal(*mean, stretch * scale))
                .collect(),
            Spread::Full(factors) => {
                let z: Vec<f64> = (0..d).map(|_| stream.normal(0.0, stretch)).collect();
                let l = &factors[k * d * d..];
                let row = |i: usize| (0..=i).map(|j| l[i * d + j] * z[j]).sum::<f64>();
                means
                    .iter()
                    .enumerate()
                    .map(|(i, mean)| mean + row(i))
                    .collect()
            }
        }
    }

    pub(super) fn check_point(&self, found: usize) -> Result<(), MixtureError> {
        if found == self.n_targets {
            Ok(())
        } else {
            Err(MixtureError::WrongLength {
                what: "point",
                expected: self.n_targets,
                found,
            })
        }
    }
}

/// ln Σ eˣ; −∞ where every x is.
pub(super) fn log_sum_exp(logs: &[f64]) -> f64 {
    let greatest = logs
        .iter()
        .fold(f64::NEG_INFINITY, |g, x| if *x > g { *x } else { g });
    if greatest == f64::NEG_INFINITY {
        return greatest;
    }
    greatest + kernel::ln(logs.iter().map(|x| kernel::exp(x - greatest)).sum())
}
