//! Scores of one point at a time: NLL, CRPS, squared error.

use super::error::ScoreError;
use crate::mixture::{MixtureBatch, Univariate};

/// −ln f(y) of every row, nats. `targets` is [n, d].
///
/// # Errors
/// [`ScoreError::WrongLength`], [`ScoreError::TargetNotFinite`].
pub fn nll_nats(batch: &MixtureBatch, targets: &[f64]) -> Result<Vec<f64>, ScoreError> {
    check_targets(batch, targets)?;
    batch
        .rows()
        .zip(targets.chunks_exact(batch.n_targets()))
        .map(|(row, y)| Ok(-row.log_density(y)?))
        .collect()
}

/// CRPS of every row of a batch with one target, in units of y.
///
/// # Errors
/// [`ScoreError::WrongLength`], [`ScoreError::TargetNotFinite`], and
/// [`NotUnivariate`](crate::mixture::MixtureError::NotUnivariate).
pub fn crps(batch: &MixtureBatch, targets: &[f64]) -> Result<Vec<f64>, ScoreError> {
    univariate_rows(batch, targets, |row, y| row.crps(y))
}

/// Squared error of the mixture's mean in every row of a batch with one target, in units of y².
///
/// # Errors
/// As [`crps`].
pub fn squared_error(batch: &MixtureBatch, targets: &[f64]) -> Result<Vec<f64>, ScoreError> {
    univariate_rows(batch, targets, |row, y| {
        let error = y - row.mean();
        error * error
    })
}

/// One number for each row of a batch with one target.
pub(super) fn univariate_rows(
    batch: &MixtureBatch,
    targets: &[f64],
    score: impl Fn(Univariate<'_>, f64) -> f64,
) -> Result<Vec<f64>, ScoreError> {
    check_targets(batch, targets)?;
    let rows = batch.univariate_rows()?;
    Ok(rows.zip(targets).map(|(row, y)| score(row, *y)).collect())
}

/// As many finite targets as the batch predicts.
pub(super) fn check_targets(batch: &MixtureBatch, targets: &[f64]) -> Result<(), ScoreError> {
    let expected = batch.len() * batch.n_targets();
    if targets.len() != expected {
        return Err(ScoreError::WrongLength {
            expected,
            found: targets.len(),
        });
    }
    match targets.iter().position(|y| !y.is_finite()) {
        Some(at) => Err(ScoreError::TargetNotFinite {
            row: at / batch.n_targets(),
            value: targets[at],
        }),
        None => Ok(()),
    }
}
