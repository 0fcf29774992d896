//! The factor of all scales and the weight of the wide normal, by out-of-fold densities.

use super::feature_free::log_sum_exp;
use super::members::{Member, log_densities};
use super::request::EnsembleRequest;
use super::settings::guarded;
use crate::net::ModelError;
use crate::recipe::EnsembleIngredient;

/// Factors of the scales that are tried.
const FACTORS: [f64; 12] = [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.35, 1.5, 1.75];
/// The least weight of the wide normal, of up to a thousand rows: what a single far row may cost is bounded.
const LEAST_WEIGHT: f64 = 1e-3;
/// The most.
const MOST_WEIGHT: f64 = 0.5;
/// Steps towards the weight.
const STEPS: usize = 200;

/// A member with the rows of its fold.
pub(super) struct HeldOut<'a> {
    pub(super) member: &'a Member,
    pub(super) rows: &'a [usize],
    pub(super) x: Vec<f64>,
    pub(super) y: Vec<f64>,
}

/// What was found.
#[derive(Debug, Clone)]
pub(super) struct Combined {
    /// Factor of all scales.
    pub(super) scale_factor: f64,
    /// Weight of the wide normal.
    pub(super) wide_weight: f64,
    /// Of each row that has one, its place and the log density of the average of the members that did not learn from
    /// it, with factor and wide normal.
    pub(super) rows: Vec<(usize, f64)>,
}

/// Chooses both. `wide` are the log densities of the wide normal at all rows.
///
/// An average of well calibrated densities is too wide (Gneiting and Ranjan, 2013, "Combining predictive distributions",
/// theorem 3.1), so that its scales want a factor. Where every row has two or more densities from members that did not
/// learn from it, that factor is taken with which their average has the least mean NLL. An average of more members would
/// bear a smaller one, but how much smaller can only be extrapolated, and that came out too small (coverage of the 90 %
/// intervals of `concrete` .85 rather than .90). With fewer densities a row the factor is 1.
///
/// Of n rows none of which is far from its density, the next may be with a probability of about 1/n: less weight the
/// wide normal never has, nor 1e-3 where there are fewer rows.
///
/// # Errors
/// If a member gives no density.
pub(super) fn combine(
    request: &EnsembleRequest<'_>,
    members: &[HeldOut<'_>],
    wide: &[f64],
) -> Result<Combined, ModelError> {
    let n_rows = request.n_rows();
    let per_row = |factor: f64| -> Result<Vec<Vec<f64>>, ModelError> {
        let mut logs = vec![Vec::new(); n_rows];
        for held in members {
            let own = match factor.to_bits() == 1.0f64.to_bits() {
                true => held.member.log_densities.clone(),
                false => {
                    let model = held.member.model.clone().with_scale_factor(factor)?;
                    log_densities(&model, &held.x, &held.y)?
                }
            };
            for (row, log) in held.rows.iter().zip(own) {
                logs[*row].push(log);
            }
        }
        Ok(logs)
    };
    let unstretched = per_row(1.0)?;
    let counts: Vec<usize> = unstretched
        .iter()
        .map(Vec::len)
        .filter(|n| *n > 0)
        .collect();
    let mut best = (1.0, unstretched);
    let has_factor = request.has(EnsembleIngredient::ScaleFactor);
    let n_of_all = counts.iter().copied().min().unwrap_or(0);
    if has_factor && n_of_all >= 2 {
        let mut least = f64::INFINITY;
        for factor in FACTORS {
            let logs = per_row(factor)?;
            let nll = nll_of(&logs, n_of_all, wide);
            if nll < least {
                (least, best) = (nll, (factor, logs));
            }
        }
    }
    let (scale_factor, logs) = best;
    let averaged = logs.iter().enumerate().filter(|(_, logs)| !logs.is_empty());
    let averaged: Vec<(usize, f64)> = averaged.map(|(row, logs)| (row, average(logs))).collect();
    if !request.has(EnsembleIngredient::WideNormal) {
        return Ok(Combined {
            scale_factor,
            wide_weight: 0.0,
            rows: averaged,
        });
    }
    let wide_weight = weight(&averaged, wide);
    let with_wide = |(row, log): (usize, f64)| (row, guarded(log, wide[row], wide_weight));
    Ok(Combined {
        scale_factor,
        wide_weight,
        rows: averaged.into_iter().map(with_wide).collect(),
    })
}

/// ln of the mean of densities.
fn average(logs: &[f64]) -> f64 {
    log_sum_exp(logs) - libm::log(logs.len() as f64)
}

/// The mean NLL of the average of `n` densities, of the rows that have so many.
fn nll_of(logs: &[Vec<f64>], n: usize, wide: &[f64]) -> f64 {
    let rows = logs.iter().enumerate();
    let some = rows.filter_map(|(row, logs)| Some((row, logs.get(..n)?)));
    let nll = some.map(|(row, logs)| -guarded(average(logs), wide[row], LEAST_WEIGHT));
    let (sum, n) = nll.fold((0.0, 0.0), |(sum, n), nll| (sum + nll, n + 1.0));
    sum / n
}

/// The weight ε with the greatest Σ ln((1 − ε)p + ε·w), by expectation and maximisation.
fn weight(rows: &[(usize, f64)], wide: &[f64]) -> f64 {
    let mut weight = 0.05;
    for _ in 0..STEPS {
        let shares = rows.iter().map(|(row, log)| {
            let (of_wide, of_members) =
                (wide[*row] + libm::log(weight), log + libm::log1p(-weight));
            1.0 / (1.0 + libm::exp(of_members - of_wide))
        });
        weight = (shares.sum::<f64>() / rows.len().max(1) as f64).clamp(1e-6, MOST_WEIGHT);
    }
    let least = LEAST_WEIGHT.min(1.0 / rows.len().max(1) as f64);
    weight.clamp(least, MOST_WEIGHT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    #[test]
    fn the_weight_is_the_share_of_wild_rows() {
        // 10 % of the rows are drawn from the wide normal.
        let mut stream = Seed::new(2).stream("weight");
        let (mut rows, mut wide) = (Vec::new(), Vec::new());
        let log_normal = |y: f64, scale: f64| {
            -0.5 * (y / scale) * (y / scale) - libm::log(scale) - 0.918_938_533
        };
        for row in 0..5000 {
            let is_wild = stream.uniform(0.0, 1.0) < 0.1;
            let y = stream.normal(0.0, if is_wild { 10.0 } else { 0.1 });
            rows.push((row, log_normal(y, 0.1)));
            wide.push(log_normal(y, 10.0));
        }
        let found = weight(&rows, &wide);
        assert!((found - 0.1).abs() < 0.02, "{found}");
        // The twin: without wild rows it is the least.
        let tame: Vec<(usize, f64)> = rows
            .iter()
            .copied()
            .filter(|(_, log)| *log > -6.0)
            .collect();
        assert!(weight(&tame, &wide) < 0.01);
    }

    #[test]
    fn the_average_of_two_is_of_rows_that_have_two() {
        let logs = vec![vec![-1.0, -3.0], vec![-2.0], vec![-1.0, -3.0, 7.0]];
        let found = nll_of(&logs, 2, &[-50.0; 3]);
        let want = -libm::log(libm::exp(-1.0) * 0.5 + libm::exp(-3.0) * 0.5);
        assert!((found - want).abs() < 2e-3, "{found} {want}");
        // The twin: the wide normal bounds what a row may cost.
        assert!(nll_of(&[vec![-900.0, -900.0]], 2, &[-5.0]) < 12.0);
    }
}
