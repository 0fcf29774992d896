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

/// Normalises each row of `logs` \[n, k\] in place and fills `weights`. With `sum_is_one`, a sum that is not is an
/// error; the first row at fault is told.
pub(super) fn log_softmax(
    k: usize,
    logs: &mut [f64],
    weights: &mut [f64],
    sum_is_one: bool,
) -> Result<(), MixtureError> {
    let mut faultless = 0;
    let mut fault = Ok(());
    for (logs, weights) in logs.chunks_exact(k).zip(weights.chunks_exact_mut(k)) {
        match greatest(logs) {
            Ok(greatest) => {
                for (weight, log) in weights.iter_mut().zip(logs) {
                    *weight = log - greatest;
                }
            }
            Err(e) => {
                fault = Err(e.in_row(faultless / k));
                break;
            }
        }
        faultless += k;
    }
    let (logs, weights) = (&mut logs[..faultless], &mut weights[..faultless]);
    // All rows at once: few components would leave most lanes empty.
    kernel::run(kernel::ExpInPlace(weights));
    let rows = logs.chunks_exact_mut(k).zip(weights.chunks_exact_mut(k));
    for (row, (logs, weights)) in rows.enumerate() {
        let greatest = greatest(logs)?;
        let scaled = weights.iter().fold(0.0, |sum, weight| sum + weight);
        if sum_is_one {
            let (sum, tolerance) = (libm::exp(greatest) * scaled, WEIGHT_SUM_TOLERANCE);
            if (sum - 1.0).abs() > tolerance {
                return Err(MixtureError::WeightSum { sum, tolerance }.in_row(row));
            }
        }
        let log_sum = kernel::ln(scaled);
        for (weight, log) in weights.iter_mut().zip(logs) {
            *weight /= scaled;
            *log = (*log - greatest) - log_sum;
        }
    }
    fault
}

/// The greatest logarithm of a row; −∞ is weight 0, but not all of them may be.
fn greatest(logs: &[f64]) -> Result<f64, MixtureError> {
    let mut greatest = f64::NEG_INFINITY;
    for (component, value) in logs.iter().enumerate() {
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
    Ok(greatest)
}

/// Every mean finite, every scale finite and positive; components outermost.
pub(super) fn check_means_and_scales(
    means: &[f64],
    scales: &[f64],
    n_targets: usize,
) -> Result<(), MixtureError> {
    for (i, (mean, scale)) in means.iter().zip(scales).enumerate() {
        check_mean_and_scale(i / n_targets, i % n_targets, *mean, *scale)?;
    }
    Ok(())
}

/// As [`check_means_and_scales`], of rows \[n, d, k\]; the first row at fault is told.
pub(super) fn check_rows(
    means: &[f64],
    scales: &[f64],
    k: usize,
    d: usize,
) -> Result<(), MixtureError> {
    // Without a branch, and nearly always enough.
    let pairs = means.iter().zip(scales);
    if pairs.fold(true, |good, (mean, scale)| {
        good & mean.is_finite() & scale.is_finite() & (*scale > 0.0)
    }) {
        return Ok(());
    }
    let rows = means.chunks_exact(k * d).zip(scales.chunks_exact(k * d));
    for (row, (means, scales)) in rows.enumerate() {
        for i in 0..k * d {
            let (component, target) = (i / d, i % d);
            let at = target * k + component;
            check_mean_and_scale(component, target, means[at], scales[at])
                .map_err(|e| e.in_row(row))?;
        }
    }
    Ok(())
}

fn check_mean_and_scale(
    component: usize,
    target: usize,
    mean: f64,
    scale: f64,
) -> Result<(), MixtureError> {
    if !mean.is_finite() {
        return Err(MixtureError::MeanNotFinite {
            component,
            target,
            value: mean,
        });
    }
    if !scale.is_finite() {
        return Err(MixtureError::ScaleNotFinite {
            component,
            target,
            value: scale,
        });
    }
    if scale <= 0.0 {
        return Err(MixtureError::ScaleNotPositive {
            component,
            target,
            value: scale,
        });
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
