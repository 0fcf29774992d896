//! The density that ignores the features: a mixture of normals fitted to the targets alone.

use crate::mixture::{GaussianMixture, MixtureError};

/// A mixture of K normals, independent over several targets within each, fitted by expectation and maximisation
/// (Dempster, Laird and Rubin, 1977, "Maximum likelihood from incomplete data via the EM algorithm", section 4.3).
#[derive(Debug, Clone, PartialEq)]
pub struct FeatureFree {
    /// Weights \[k\].
    pub weights: Vec<f64>,
    /// Means \[k, d\].
    pub means: Vec<f64>,
    /// Scales \[k, d\].
    pub scales: Vec<f64>,
}

/// Steps of expectation and maximisation at most.
const MOST_STEPS: usize = 200;
/// Rows at most that several components are fitted to.
const MOST_ROWS: usize = 20_000;
/// A step that gains less, nats a row, is the last.
const LEAST_GAIN: f64 = 1e-6;
/// No scale falls below this share of the target's standard deviation.
const LEAST_SHARE: f64 = 1e-2;

impl FeatureFree {
    /// Fitted to targets `y` \[n, d\]; no scale falls below `least_scales` \[d\]. `None` without a row, or where a target
    /// has no finite spread.
    ///
    /// # Numerics
    /// Components begin at the quantiles (k + ½)/K of the first target with the whole spread over K: no random number
    /// enters. Sums run in the order of the rows. Several components are fitted to 20,000 rows at most, every m-th.
    #[must_use]
    pub fn fit(y: &[f64], n_components: usize, least_scales: &[f64]) -> Option<Self> {
        let d = least_scales.len();
        let n = y.len().checked_div(d)?;
        let moments = moments(y, d)?;
        let least: Vec<f64> = least_scales
            .iter()
            .zip(&moments)
            .map(|(least, (_, sd))| least.max(LEAST_SHARE * sd))
            .collect();
        // Evenly among the rows, so that a table of any length takes about as long.
        let stride = n.div_ceil(MOST_ROWS).max(1);
        let y: Vec<f64> = y
            .chunks_exact(d)
            .step_by(stride)
            .flatten()
            .copied()
            .collect();
        let (y, n) = (y.as_slice(), y.len() / d);
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by(|a, b| y[a * d].total_cmp(&y[b * d]));
        let k = n_components.clamp(1, n.max(1));
        let mut fitted = Self {
            weights: vec![1.0 / k as f64; k],
            means: Vec::new(),
            scales: Vec::new(),
        };
        for component in 0..k {
            let row = order[(2 * component + 1) * n / (2 * k)];
            match k {
                1 => fitted.means.extend(moments.iter().map(|(mean, _)| mean)),
                _ => fitted.means.extend(&y[row * d..(row + 1) * d]),
            }
            let scales = moments.iter().zip(&least);
            fitted
                .scales
                .extend(scales.map(|((_, sd), least)| (sd / k as f64).max(*least)));
        }
        if k > 1 {
            fitted.climb(y, &least);
        } else {
            fitted.scales = moments
                .iter()
                .zip(&least)
                .map(|((_, sd), l)| sd.max(*l))
                .collect();
        }
        Some(fitted)
    }

    /// Steps until nothing is gained.
    fn climb(&mut self, y: &[f64], least: &[f64]) {
        let d = least.len();
        let mut before = f64::NEG_INFINITY;
        for _ in 0..MOST_STEPS {
            let mean = self.step(y, least) / (y.len() / d) as f64;
            if mean - before < LEAST_GAIN {
                return;
            }
            before = mean;
        }
    }

    /// One step; gives the log-likelihood before it.
    fn step(&mut self, y: &[f64], least: &[f64]) -> f64 {
        let (k, d) = (self.weights.len(), least.len());
        let (mut counts, mut sums) = (vec![0.0; k], vec![0.0; k * d]);
        let mut squares = vec![0.0; k * d];
        let mut total = 0.0;
        let mut logs = vec![0.0; k];
        for y in y.chunks_exact(d) {
            self.component_logs(y, &mut logs);
            let log = log_sum_exp(&logs);
            total += log;
            for component in 0..k {
                let share = libm::exp(logs[component] - log);
                counts[component] += share;
                for (target, y) in y.iter().enumerate() {
                    // About the old mean, so that no digits are lost.
                    let residual = y - self.means[component * d + target];
                    sums[component * d + target] += share * residual;
                    squares[component * d + target] += share * residual * residual;
                }
            }
        }
        let n: f64 = counts.iter().sum();
        for (component, &count) in counts.iter().enumerate() {
            self.weights[component] = count / n;
            if count < 1e-9 {
                continue;
            }
            for (target, least) in least.iter().enumerate() {
                let at = component * d + target;
                let shift = sums[at] / count;
                let variance = squares[at] / count - shift * shift;
                self.means[at] += shift;
                self.scales[at] = variance.max(0.0).sqrt().max(*least);
            }
        }
        total
    }

    fn component_logs(&self, y: &[f64], logs: &mut [f64]) {
        let d = y.len();
        for (component, log) in logs.iter_mut().enumerate() {
            *log = libm::log(self.weights[component]);
            for (target, y) in y.iter().enumerate() {
                let scale = self.scales[component * d + target];
                let z = (y - self.means[component * d + target]) / scale;
                *log -= 0.5 * z * z + libm::log(scale) + LN_SQRT_2PI;
            }
        }
    }

    /// ln f(y) of each row of `y` \[n, d\], nats.
    #[must_use]
    pub fn log_densities(&self, y: &[f64]) -> Vec<f64> {
        let d = self.means.len() / self.weights.len().max(1);
        let mut logs = vec![0.0; self.weights.len()];
        let rows = y.chunks_exact(d.max(1));
        rows.map(|y| {
            self.component_logs(y, &mut logs);
            log_sum_exp(&logs)
        })
        .collect()
    }

    /// The same density as a mixture.
    ///
    /// # Errors
    /// [`MixtureError`] where a number was changed to one that is none.
    pub fn mixture(&self) -> Result<GaussianMixture, MixtureError> {
        let d = self.means.len() / self.weights.len().max(1);
        let (weights, means) = (self.weights.clone(), self.means.clone());
        GaussianMixture::diagonal(d, weights, means, self.scales.clone())
    }
}

/// ln √(2π).
const LN_SQRT_2PI: f64 = 0.918_938_533_204_672_8;

/// ln Σ exp, with the greatest taken out.
pub(super) fn log_sum_exp(logs: &[f64]) -> f64 {
    let top = logs
        .iter()
        .fold(f64::NEG_INFINITY, |t, l| if *l > t { *l } else { t });
    if !top.is_finite() {
        return top;
    }
    top + libm::log(logs.iter().map(|l| libm::exp(l - top)).sum::<f64>())
}

/// Mean and standard deviation (divisor n) of each column; `None` where one has no finite spread above 0.
pub(super) fn moments(y: &[f64], d: usize) -> Option<Vec<(f64, f64)>> {
    let n = y.len() / d.max(1);
    if n == 0 || d == 0 {
        return None;
    }
    let column = |at: usize| y.iter().skip(at).step_by(d);
    let of = |at: usize| {
        let mean = column(at).sum::<f64>() / n as f64;
        let variance = column(at).map(|y| (y - mean) * (y - mean)).sum::<f64>() / n as f64;
        let sd = variance.sqrt();
        (sd > 0.0 && sd.is_finite()).then_some((mean, sd))
    };
    (0..d).map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    fn two_humps() -> Vec<f64> {
        let mut stream = Seed::new(5).stream("humps");
        (0..4000)
            .map(|i| match i % 4 {
                0 => stream.normal(-3.0, 0.5),
                _ => stream.normal(2.0, 1.0),
            })
            .collect()
    }

    #[test]
    fn one_component_has_the_moments() {
        let fitted = FeatureFree::fit(&[1.0, 2.0, 3.0, 6.0], 1, &[0.0]).unwrap();
        assert!((fitted.means[0] - 3.0).abs() < 1e-12);
        assert!((fitted.scales[0] - 3.5f64.sqrt()).abs() < 1e-12);
        let log = fitted.log_densities(&[3.0])[0];
        assert!((log + LN_SQRT_2PI + 0.5 * libm::log(3.5)).abs() < 1e-12);
    }

    #[test]
    fn two_components_find_two_humps() {
        let y = two_humps();
        let fitted = FeatureFree::fit(&y, 2, &[0.0]).unwrap();
        assert!((fitted.weights[0] - 0.25).abs() < 0.02);
        assert!((fitted.means[0] + 3.0).abs() < 0.1 && (fitted.means[1] - 2.0).abs() < 0.1);
        assert!((fitted.scales[0] - 0.5).abs() < 0.05 && (fitted.scales[1] - 1.0).abs() < 0.05);
        let mean =
            |fitted: &FeatureFree| fitted.log_densities(&y).iter().sum::<f64>() / y.len() as f64;
        // The twin: one normal is worse by much.
        assert!(mean(&fitted) > mean(&FeatureFree::fit(&y, 1, &[0.0]).unwrap()) + 0.2);
        // And it is the density that the mixture has.
        let mixture = fitted.mixture().unwrap();
        for y in [-3.0, 0.0, 2.5] {
            let both = (
                fitted.log_densities(&[y])[0],
                mixture.log_density(&[y]).unwrap(),
            );
            assert!((both.0 - both.1).abs() < 1e-12);
        }
    }

    #[test]
    fn a_floor_holds_and_odd_columns_have_none() {
        let values: Vec<f64> = (0..60).map(|i| f64::from(i % 3)).collect();
        let fitted = FeatureFree::fit(&values, 3, &[0.3]).unwrap();
        assert!(fitted.scales.iter().all(|s| *s >= 0.3));
        assert_eq!(FeatureFree::fit(&[], 2, &[0.0]), None);
        assert_eq!(FeatureFree::fit(&[4.0; 9], 2, &[0.0]), None);
    }
}
