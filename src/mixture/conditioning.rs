//! Marginals and conditionals: mixtures over some of the targets.

use super::cholesky::{check_factor, lower_triangularise, solve_lower};
use super::error::MixtureError;
use super::gaussian_mixture::{GaussianMixture, Spread};
use super::joint::log_sum_exp;
use super::kernel;

impl GaussianMixture {
    /// The mixture over `targets`, in the order they are named.
    ///
    /// # Errors
    /// [`MixtureError::NoTargets`], [`MixtureError::NoSuchTarget`], [`MixtureError::RepeatedTarget`],
    /// and [`MixtureError::NotPositiveDefinite`] or [`MixtureError::CovarianceNotFinite`] where
    /// full covariances are so near to singular, or so large, that a factor leaves f64.
    pub fn marginal(&self, targets: &[usize]) -> Result<Self, MixtureError> {
        if targets.is_empty() {
            return Err(MixtureError::NoTargets);
        }
        self.check_targets(targets)?;
        let (d, m) = (self.n_targets, targets.len());
        let pick = |values: &[f64]| -> Vec<f64> {
            values
                .chunks_exact(d)
                .flat_map(|row| targets.iter().map(|t| row[*t]))
                .collect()
        };
        let spread = match &self.spread {
            Spread::Diagonal(scales) => Spread::Diagonal(pick(scales)),
            Spread::Full(factors) => {
                let mut kept = Vec::with_capacity(self.n_components() * m * m);
                for (component, l) in factors.chunks_exact(d * d).enumerate() {
                    let l = lower_triangularise(rows(l, d, targets), m, d);
                    check_factor(&l, m, component)?;
                    kept.extend(l);
                }
                Spread::of_factors(kept, m)
            }
        };
        Ok(Self {
            n_targets: m,
            weights: self.weights.clone(),
            log_weights: self.log_weights.clone(),
            means: pick(&self.means),
            spread,
        })
    }

    /// The mixture over the other targets, in their old order, given that target `given[i]` is
    /// `values[i]`.
    ///
    /// # Formula
    /// With the given targets a first and the free ones b after, each factor is
    /// \[L₁₁ 0; L₂₁ L₂₂\]. Then μ = μ_b + L₂₁L₁₁⁻¹(y_a − μ_a), the factor is L₂₂, and the weights
    /// are ∝ wₖ N(y_a; μ_a, L₁₁L₁₁ᵀ). (Bishop, 2006, "Pattern recognition and machine learning",
    /// eq. 2.81 and 2.82, written with factors.)
    ///
    /// # Errors
    /// [`MixtureError::NoSuchTarget`], [`MixtureError::RepeatedTarget`],
    /// [`MixtureError::NothingLeft`], [`MixtureError::WrongLength`],
    /// [`MixtureError::PointNotFinite`], and [`MixtureError::ImpossibleCondition`] where the
    /// values lie so far out that even the logarithm of every component's density overflows;
    /// [`MixtureError::NotPositiveDefinite`] or [`MixtureError::CovarianceNotFinite`] as in
    /// [`marginal`](Self::marginal), places counted with the given targets first.
    pub fn condition(&self, given: &[usize], values: &[f64]) -> Result<Self, MixtureError> {
        self.check_targets(given)?;
        let (d, n_given) = (self.n_targets, given.len());
        if values.len() != n_given {
            return Err(MixtureError::WrongLength {
                what: "values",
                expected: n_given,
                found: values.len(),
            });
        }
        if let Some(index) = values.iter().position(|v| !v.is_finite()) {
            return Err(MixtureError::PointNotFinite {
                index,
                value: values[index],
            });
        }
        if n_given == d {
            return Err(MixtureError::NothingLeft { n_targets: d });
        }
        let free: Vec<usize> = (0..d).filter(|t| !given.contains(t)).collect();
        let order: Vec<usize> = given.iter().chain(&free).copied().collect();
        let n_free = free.len();
        let mut log_weights = self.log_weights.clone();
        let mut means = Vec::with_capacity(self.n_components() * n_free);
        let mut factors = Vec::new();
        for (k, log_weight) in log_weights.iter_mut().enumerate() {
            let mu = &self.means[k * d..(k + 1) * d];
            let l = lower_triangularise(rows(&self.component_factor(k), d, &order), d, d);
            check_factor(&l, d, k)?;
            let head: Vec<f64> = (0..n_given)
                .flat_map(|i| l[i * d..i * d + n_given].to_vec())
                .collect();
            let mut z: Vec<f64> = given.iter().zip(values).map(|(t, v)| v - mu[*t]).collect();
            solve_lower(&head, n_given, &mut z);
            for (i, z) in z.iter().enumerate() {
                *log_weight -= kernel::ln(l[i * d + i]) + 0.5 * (z * z);
            }
            for (i, target) in free.iter().enumerate() {
                let row = &l[(n_given + i) * d..(n_given + i + 1) * d];
                means.push(mu[*target] + row.iter().zip(&z).map(|(l, z)| l * z).sum::<f64>());
                factors.extend_from_slice(&row[n_given..]);
            }
        }
        let evidence = log_sum_exp(&log_weights);
        if !evidence.is_finite() {
            return Err(MixtureError::ImpossibleCondition);
        }
        for log_weight in &mut log_weights {
            *log_weight -= evidence;
        }
        if let Some(at) = means.iter().position(|m| !m.is_finite()) {
            return Err(MixtureError::MeanNotFinite {
                component: at / n_free,
                target: at % n_free,
                value: means[at],
            });
        }
        let spread = match &self.spread {
            Spread::Diagonal(scales) => Spread::Diagonal(
                scales
                    .chunks_exact(d)
                    .flat_map(|row| free.iter().map(|t| row[*t]))
                    .collect(),
            ),
            Spread::Full(_) => Spread::of_factors(factors, n_free),
        };
        let weights = log_weights.iter().map(|log| kernel::exp(*log)).collect();
        Ok(Self {
            n_targets: n_free,
            weights,
            log_weights,
            means,
            spread,
        })
    }

    /// Every target exists and is named once.
    fn check_targets(&self, targets: &[usize]) -> Result<(), MixtureError> {
        for (i, &target) in targets.iter().enumerate() {
            if target >= self.n_targets {
                return Err(MixtureError::NoSuchTarget {
                    target,
                    n_targets: self.n_targets,
                });
            }
            if targets[..i].contains(&target) {
                return Err(MixtureError::RepeatedTarget { target });
            }
        }
        Ok(())
    }
}

/// The named rows of a d×d matrix.
fn rows(l: &[f64], d: usize, targets: &[usize]) -> Vec<f64> {
    targets
        .iter()
        .flat_map(|t| l[t * d..(t + 1) * d].iter().copied())
        .collect()
}
