//! What every constructor asks of its numbers.

use super::error::MixtureError;
use super::kernel;

/// Distance of the weights' sum from 1 that a constructor lets pass; they are then divided by it.
///
/// Wide enough for weights that were normalised in `f32`, narrow enough to catch a forgotten
/// normalisation.
pub const WEIGHT_SUM_TOLERANCE: f64 = 1e-6;

/// K ≥ 1, D ≥ 1, K·D inside `usize`, and lengths that agree.
pub(super) fn check_shape(
    k: usize,
    d: usize,
    weights: usize,
    means: usize,
    scales: usize,
) -> Result<(), MixtureError> {
    if k == 0 {
        return Err(MixtureError::NoComponents);
    }
    if d == 0 {
        return Err(MixtureError::NoTargets);
    }
    // Even no row at all needs a row's width to be a number.
    if k.checked_mul(d).is_none() {
        return Err(MixtureError::WrongLength {
            what: "means",
            expected: usize::MAX,
            found: means,
        });
    }
    let rows = weights.div_ceil(k);
    if rows.checked_mul(k) != Some(weights) {
        return Err(MixtureError::WrongLength {
            what: "log weights",
            expected: rows.saturating_mul(k),
            found: weights,
        });
    }
    let expected = weights.saturating_mul(d);
    for (what, found) in [("means", means), ("scales", scales)] {
        if found != expected {
            return Err(MixtureError::WrongLength {
                what,
                expected,
                found,
            });
        }
    }
    Ok(())
}

/// Normalises `logs` in place and fills `weights`. With `sum_is_one`, a sum that is not is an error.
pub(super) fn log_softmax(
    logs: &mut [f64],
    weights: &mut [f64],
    sum_is_one: bool,
) -> Result<(), MixtureError> {
    let mut greatest = f64::NEG_INFINITY;
    for (component, value) in logs.iter().enumerate() {
        // −∞ is weight 0.
        if value.is_nan() || *value == f64::INFINITY {
            return Err(MixtureError::LogWeight {
                component,
                value: *value,
            });
        }
        greatest = if *value > greatest { *value } else { greatest };
    }
    if greatest == f64::NEG_INFINITY {
        return Err(MixtureError::WeightSum {
            sum: 0.0,
            tolerance: WEIGHT_SUM_TOLERANCE,
        });
    }
    let mut scaled = 0.0;
    for (weight, log) in weights.iter_mut().zip(logs.iter()) {
        *weight = kernel::exp(log - greatest);
        scaled += *weight;
    }
    if sum_is_one {
        let sum = libm::exp(greatest) * scaled;
        if (sum - 1.0).abs() > WEIGHT_SUM_TOLERANCE {
            return Err(MixtureError::WeightSum {
                sum,
                tolerance: WEIGHT_SUM_TOLERANCE,
            });
        }
    }
    let log_sum = kernel::ln(scaled);
    for (weight, log) in weights.iter_mut().zip(logs.iter_mut()) {
        *weight /= scaled;
        *log = (*log - greatest) - log_sum;
    }
    Ok(())
}

/// Every mean finite, every scale finite and positive; components outermost.
pub(super) fn check_means_and_scales(
    means: &[f64],
    scales: &[f64],
    n_targets: usize,
) -> Result<(), MixtureError> {
    for (i, (mean, scale)) in means.iter().zip(scales).enumerate() {
        let (component, target) = (i / n_targets, i % n_targets);
        if !mean.is_finite() {
            return Err(MixtureError::MeanNotFinite {
                component,
                target,
                value: *mean,
            });
        }
        if !scale.is_finite() {
            return Err(MixtureError::ScaleNotFinite {
                component,
                target,
                value: *scale,
            });
        }
        if *scale <= 0.0 {
            return Err(MixtureError::ScaleNotPositive {
                component,
                target,
                value: *scale,
            });
        }
    }
    Ok(())
}

/// Lengths and weights; gives the normalised weights and their logarithms.
pub(super) fn check(
    n_targets: usize,
    mut weights: Vec<f64>,
    means: &[f64],
    what: &'static str,
    n_spread: usize,
    spread_columns: usize,
) -> Result<(Vec<f64>, Vec<f64>), MixtureError> {
    let k = weights.len();
    if k == 0 {
        return Err(MixtureError::NoComponents);
    }
    if n_targets == 0 {
        return Err(MixtureError::NoTargets);
    }
    let expected = k.saturating_mul(n_targets);
    for (what, expected, found) in [
        ("means", expected, means.len()),
        (what, expected.saturating_mul(spread_columns), n_spread),
    ] {
        if found != expected {
            return Err(MixtureError::WrongLength {
                what,
                expected,
                found,
            });
        }
    }
    for (component, &value) in weights.iter().enumerate() {
        if !value.is_finite() {
            return Err(MixtureError::WeightNotFinite { component, value });
        }
        if value < 0.0 {
            return Err(MixtureError::NegativeWeight { component, value });
        }
    }
    let sum: f64 = weights.iter().sum();
    if (sum - 1.0).abs() > WEIGHT_SUM_TOLERANCE {
        return Err(MixtureError::WeightSum {
            sum,
            tolerance: WEIGHT_SUM_TOLERANCE,
        });
    }
    for w in &mut weights {
        *w /= sum;
    }
    let log_weights = weights.iter().map(|w| kernel::ln(*w)).collect();
    Ok((weights, log_weights))
}

/// Every mean finite.
pub(super) fn check_means_only(means: &[f64], d: usize) -> Result<(), MixtureError> {
    match means.iter().position(|m| !m.is_finite()) {
        Some(at) => Err(MixtureError::MeanNotFinite {
            component: at / d,
            target: at % d,
            value: means[at],
        }),
        None => Ok(()),
    }
}
