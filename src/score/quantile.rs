//! Scores of quantiles, and how wide the predictions are.

use super::error::ScoreError;
use super::point::{check_targets, univariate_rows};
use super::summary::Summary;
use crate::mixture::{MixtureBatch, MixtureError};

/// Pinball loss of the `p`-quantile in every row of a batch with one target, units of y.
///
/// # Formula
/// (p − 1\[y < q\])(y − q) with q = F⁻¹(p): least in expectation at the true quantile. Twice its
/// integral over p is the CRPS.
///
/// # Errors
/// As [`crps`](super::crps), and a [`MixtureError::Probability`] where `p` is not inside (0, 1).
pub fn pinball(batch: &MixtureBatch, targets: &[f64], p: f64) -> Result<Vec<f64>, ScoreError> {
    check_targets(batch, targets)?;
    let rows = batch.univariate_rows()?;
    rows.zip(targets)
        .map(|(row, y)| {
            let q = row.quantile(p)?;
            Ok(if *y < q {
                (1.0 - p) * (q - y)
            } else {
                p * (y - q)
            })
        })
        .collect()
}

/// Width of the predictions themselves, without looking at the targets: of two calibrated
/// predictors the sharper is the better (Gneiting, Balabdaoui and Raftery, 2007, "Probabilistic
/// forecasts, calibration and sharpness").
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Sharpness {
    /// Predicted standard deviation √Var Y, units of y.
    pub deviation: Summary,
    /// Width of the central interval at each level asked for, units of y.
    pub central_width: Vec<Summary>,
}

impl Sharpness {
    /// Of a batch with one target, with the widths of the central intervals at `levels`.
    ///
    /// # Errors
    /// [`ScoreError::NoPoints`], [`MixtureError::NotUnivariate`], [`ScoreError::OutOfRange`] for a
    /// level outside (0, 1).
    pub fn of(batch: &MixtureBatch, levels: &[f64]) -> Result<Self, ScoreError> {
        let deviations: Vec<f64> = batch
            .univariate_rows()?
            .map(|row| row.variance().sqrt())
            .collect();
        let mut central_width = Vec::with_capacity(levels.len());
        for (index, &level) in levels.iter().enumerate() {
            if !(level > 0.0 && level < 1.0) {
                return Err(ScoreError::OutOfRange {
                    what: "level",
                    index,
                    value: level,
                    allowed: "(0, 1)",
                });
            }
            let tail = 0.5 * (1.0 - level);
            let widths: Result<Vec<f64>, MixtureError> = batch
                .univariate_rows()?
                .map(|row| Ok(row.upper_quantile(tail)? - row.quantile(tail)?))
                .collect();
            central_width.push(Summary::of(&widths?)?);
        }
        Ok(Self {
            deviation: Summary::of(&deviations)?,
            central_width,
        })
    }
}

/// Squared errors of three point predictions. For a density with several modes they are
/// different answers: say which one is meant.
#[derive(Debug, Clone, PartialEq)]
pub struct PointErrors {
    /// Of the mixture's mean, which no other prediction beats in expectation.
    pub mean: Vec<f64>,
    /// Of the heaviest component's mean; the first of equals.
    pub heaviest: Vec<f64>,
    /// Of the highest mode.
    pub mode: Vec<f64>,
}

impl PointErrors {
    /// Squared errors in every row of a batch with one target, units of y².
    ///
    /// # Errors
    /// As [`crps`](super::crps).
    pub fn of(batch: &MixtureBatch, targets: &[f64]) -> Result<Self, ScoreError> {
        let square = |error: f64| error * error;
        Ok(Self {
            mean: univariate_rows(batch, targets, |row, y| square(y - row.mean()))?,
            heaviest: univariate_rows(batch, targets, |row, y| {
                square(y - row.means().get(row.heaviest()).copied().unwrap_or(f64::NAN))
            })?,
            mode: univariate_rows(batch, targets, |row, y| square(y - row.highest_mode().at))?,
        })
    }
}
