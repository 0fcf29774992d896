//! Modes: where the density is greatest, and wherever else it has a maximum.

use super::cholesky;
use super::error::MixtureError;
use super::gaussian_mixture::GaussianMixture;
use super::kernel;
use super::stationary::stationary_points;
use super::univariate::Univariate;

/// A local maximum of a density over one target.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mode {
    /// Where.
    pub at: f64,
    /// ln f there, nats.
    pub log_density: f64,
}

/// A local maximum of a density over several targets.
#[derive(Debug, Clone, PartialEq)]
pub struct PointMode {
    /// Where \[d\].
    pub at: Vec<f64>,
    /// ln f there, nats.
    pub log_density: f64,
}

impl Univariate<'_> {
    /// All modes, from left to right; at least one, at most K.
    ///
    /// # Numerics
    /// None can be missed that rises above its surroundings by more than 1e-20 of its height: see
    /// the module `stationary`, which certifies the stretches between them. Positions to 2 ulp of the
    /// computed slope's sign change. Components narrower than an ulp of their means have no slope in
    /// f64: their means are given where f is higher there, and where there are only such, the
    /// steepest one's mean. Allocates.
    #[must_use]
    pub fn modes(&self) -> Vec<Mode> {
        stationary_points(self.terms())
            .into_iter()
            .filter(|point| point.is_mode)
            .map(|point| Mode {
                at: point.at,
                log_density: self.log_density(point.at),
            })
            .collect()
    }

    /// The highest mode; the leftmost of equals.
    #[must_use]
    pub fn highest_mode(&self) -> Mode {
        let mut best = Mode {
            at: self.mean(),
            log_density: f64::NEG_INFINITY,
        };
        for mode in self.modes() {
            if mode.log_density > best.log_density {
                best = mode;
            }
        }
        best
    }
}

/// Steps of a climb; Newton needs about ten.
const MAX_STEPS: usize = 2000;

impl GaussianMixture {
    /// Modes, the highest first.
    ///
    /// For D = 1 all of them ([`Univariate::modes`]). For D > 1 those reached by climbing from
    /// every component's mean, from the precision-weighted middle of every pair (on the
    /// ridge of Ray and Lindsay, 2005, "The topography of multivariate normal mixtures", eq. 4) and from
    /// the overall mean; a Gaussian mixture in several dimensions can have more modes than
    /// components, and no method is known that is sure to find all.
    ///
    /// # Errors
    /// None in practice; a [`MixtureError`] is passed on rather than hidden.
    pub fn modes(&self) -> Result<Vec<PointMode>, MixtureError> {
        let mut modes: Vec<PointMode> = Vec::new();
        if let Ok(view) = self.as_univariate() {
            modes.extend(view.modes().iter().map(|m| PointMode {
                at: vec![m.at],
                log_density: m.log_density,
            }));
        } else {
            let precisions: Vec<Vec<f64>> = (0..self.n_components())
                .map(|k| self.precision(k))
                .collect();
            let mut flat: Option<PointMode> = None;
            for start in self.starts(&precisions) {
                let (end, is_strict) = self.climb(start, &precisions)?;
                if is_strict {
                    let mut is_known = false;
                    for mode in &modes {
                        is_known = is_known || self.is_same(mode, &end)?;
                    }
                    if !is_known {
                        modes.push(end);
                    }
                } else if flat
                    .as_ref()
                    .is_none_or(|f| end.log_density > f.log_density)
                {
                    flat = Some(end);
                }
            }
            // A maximum whose curvature vanishes is the only one there is.
            if modes.is_empty() {
                modes.extend(flat);
            }
        }
        modes.sort_by(|a, b| b.log_density.total_cmp(&a.log_density));
        Ok(modes)
    }

    /// Σₖ⁻¹ [d, d]: for directions of ascent only, never for a value.
    fn precision(&self, k: usize) -> Vec<f64> {
        let d = self.n_targets;
        let l = self.component_factor(k);
        let mut out = Vec::with_capacity(d * d);
        for i in 0..d {
            let mut column = vec![0.0; d];
            column[i] = 1.0;
            cholesky::solve_lower(&l, d, &mut column);
            cholesky::solve_upper(&l, d, &mut column);
            out.extend(column);
        }
        out
    }

    fn starts(&self, precisions: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let d = self.n_targets;
        let mut starts: Vec<Vec<f64>> = self.means.chunks_exact(d).map(<[f64]>::to_vec).collect();
        for i in 0..self.n_components() {
            for j in 0..i {
                starts.extend(self.weighted_middle(&[(i, 1.0), (j, 1.0)], precisions));
            }
        }
        starts.push(self.mean());
        starts
    }

    /// (Σ rₖPₖ)⁻¹ Σ rₖPₖμₖ.
    fn weighted_middle(
        &self,
        shares: &[(usize, f64)],
        precisions: &[Vec<f64>],
    ) -> Option<Vec<f64>> {
        let d = self.n_targets;
        let (mut matrix, mut right) = (vec![0.0; d * d], vec![0.0; d]);
        for &(k, share) in shares {
            for i in 0..d {
                for j in 0..d {
                    let p = share * precisions[k][i * d + j];
                    matrix[i * d + j] += p;
                    right[i] += p * self.means[k * d + j];
                }
            }
        }
        solve_positive(&matrix, d, right)
    }

    /// The end of the climb from `y`, and whether it is a strict maximum, not a saddle.
    fn climb(
        &self,
        mut y: Vec<f64>,
        precisions: &[Vec<f64>],
    ) -> Result<(PointMode, bool), MixtureError> {
        let d = self.n_targets;
        let mut height = self.log_density(&y)?;
        let mut is_maximum = false;
        for _ in 0..MAX_STEPS {
            let ascent = self.ascent(&y, precisions);
            let newton = solve_positive(&ascent.minus_hessian, d, ascent.gradient.clone());
            is_maximum = newton.is_some();
            let mut moved = false;
            let newton = newton.map(|step| {
                y.iter()
                    .zip(&step)
                    .map(|(y, s)| y + s)
                    .collect::<Vec<f64>>()
            });
            // The fixed point never descends (it is EM's step), Newton may: it is tried first and checked.
            for candidate in [newton, self.weighted_middle(&ascent.shares, precisions)]
                .into_iter()
                .flatten()
            {
                let reached = self.log_density(&candidate)?;
                if reached > height {
                    (y, height, moved) = (candidate, reached, true);
                    break;
                }
            }
            if !moved {
                break;
            }
        }
        Ok((
            PointMode {
                at: y,
                log_density: height,
            },
            is_maximum,
        ))
    }

    /// Gradient and Hessian of ln f, with the responsibilities.
    fn ascent(&self, y: &[f64], precisions: &[Vec<f64>]) -> Ascent {
        let d = self.n_targets;
        let logs = self.component_logs(y);
        let total = super::joint::log_sum_exp(&logs);
        let (mut gradient, mut minus_hessian) = (vec![0.0; d], vec![0.0; d * d]);
        let mut shares = Vec::with_capacity(logs.len());
        for (k, log) in logs.iter().enumerate() {
            let share = kernel::exp(log - total);
            shares.push((k, share));
            let pull: Vec<f64> = (0..d)
                .map(|i| {
                    (0..d)
                        .map(|j| precisions[k][i * d + j] * (self.means[k * d + j] - y[j]))
                        .sum()
                })
                .collect();
            for i in 0..d {
                gradient[i] += share * pull[i];
                for j in 0..d {
                    minus_hessian[i * d + j] +=
                        share * (precisions[k][i * d + j] - pull[i] * pull[j]);
                }
            }
        }
        for i in 0..d {
            for j in 0..d {
                minus_hessian[i * d + j] += gradient[i] * gradient[j];
            }
        }
        Ascent {
            gradient,
            minus_hessian,
            shares,
        }
    }

    /// Whether two ends of climbs are one mode: within 1e-5 of every component's length, or within
    /// 1e-2 with no dip between them, where a top is so flat that climbs end early.
    fn is_same(&self, a: &PointMode, b: &PointMode) -> Result<bool, MixtureError> {
        let d = self.n_targets;
        let mut farthest = 0.0;
        for k in 0..self.n_components() {
            let mut z: Vec<f64> = a.at.iter().zip(&b.at).map(|(a, b)| a - b).collect();
            cholesky::solve_lower(&self.component_factor(k), d, &mut z);
            let square = z.iter().map(|z| z * z).sum::<f64>();
            farthest = if square > farthest { square } else { farthest };
        }
        if farthest >= 1e-4 {
            return Ok(false);
        }
        let middle: Vec<f64> =
            a.at.iter()
                .zip(&b.at)
                .map(|(a, b)| 0.5 * a + 0.5 * b)
                .collect();
        let lower = if a.log_density < b.log_density {
            a.log_density
        } else {
            b.log_density
        };
        Ok(farthest < 1e-10 || self.log_density(&middle)? >= lower - 1e-14 * (1.0 + lower.abs()))
    }
}

#[derive(Debug, Clone)]
struct Ascent {
    gradient: Vec<f64>,
    minus_hessian: Vec<f64>,
    shares: Vec<(usize, f64)>,
}

/// Solves a positive definite system; `None` where the matrix is not so.
fn solve_positive(matrix: &[f64], d: usize, mut right: Vec<f64>) -> Option<Vec<f64>> {
    let l = cholesky::factor(matrix, d, 0).ok()?;
    cholesky::solve_lower(&l, d, &mut right);
    cholesky::solve_upper(&l, d, &mut right);
    Some(right)
}
