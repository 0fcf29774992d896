//! The probability integral transform and its distance from uniform.

use super::error::ScoreError;
use super::point::univariate_rows;
use crate::mixture::MixtureBatch;

/// F(y) of every row of a batch with one target: uniform on (0, 1) if the predictions are calibrated
/// (Dawid, 1984).
///
/// # Errors
/// As [`crps`](super::crps).
pub fn pit(batch: &MixtureBatch, targets: &[f64]) -> Result<Vec<f64>, ScoreError> {
    univariate_rows(batch, targets, |row, y| row.cdf(y))
}

/// Kolmogorov–Smirnov distance between a sample and the uniform distribution on \[0, 1\].
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct KsDistance {
    /// sup |Fₙ(u) − u|.
    pub distance: f64,
    /// Points.
    pub n: usize,
    /// Different values among them; fewer than `n` tells of repeated targets.
    pub n_distinct: usize,
}

impl KsDistance {
    /// sup over u of |Fₙ(u) − u|.
    ///
    /// # Numerics
    /// Equal values are one jump of Fₙ: the distance is taken just before and at the whole jump,
    /// never inside it (`ties_are_one_jump`).
    ///
    /// # Errors
    /// [`ScoreError::NoPoints`]; [`ScoreError::OutOfRange`] for a value that is NaN or outside \[0, 1\].
    pub fn of(pit: &[f64]) -> Result<Self, ScoreError> {
        if pit.is_empty() {
            return Err(ScoreError::NoPoints);
        }
        check_pit(pit)?;
        let mut sorted = pit.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let n = sorted.len();
        let (mut distance, mut n_distinct, mut below) = (0.0f64, 0, 0usize);
        while below < n {
            let u = sorted[below];
            let upto = below + sorted[below..].iter().take_while(|v| **v <= u).count();
            let before = u - below as f64 / n as f64;
            let after = upto as f64 / n as f64 - u;
            for gap in [before, after] {
                distance = if gap > distance { gap } else { distance };
            }
            n_distinct += 1;
            below = upto;
        }
        Ok(Self {
            distance,
            n,
            n_distinct,
        })
    }

    /// An upper bound of the probability that calibrated predictions come out this far or farther:
    /// 2·exp(−2nD²) (Massart, 1990, "The tight constant in the Dvoretzky–Kiefer–Wolfowitz
    /// inequality", corollary 1), at most 1.
    #[must_use]
    pub fn p_value_bound(&self) -> f64 {
        let bound = 2.0 * libm::exp(-2.0 * self.n as f64 * self.distance * self.distance);
        if bound > 1.0 { 1.0 } else { bound }
    }
}

/// The most levels an expected calibration error may be taken over.
pub const MAX_LEVELS: usize = 1 << 24;

/// Expected calibration error: the mean over the levels p = 1/(m+1), …, m/(m+1) of
/// |share of PIT values ≤ p − p|.
///
/// The absolute form, with equal weights, of the calibration error of Kuleshov, Fenner and
/// Ermon, 2018, "Accurate uncertainties for deep learning using calibrated regression", eq. 9.
/// Even perfect predictions have about 0.3/√n of it.
///
/// # Errors
/// [`ScoreError::NoPoints`] without values or with m = 0; [`ScoreError::OutOfRange`] for a PIT value outside
/// \[0, 1\] or m above [`MAX_LEVELS`].
pub fn expected_calibration_error(pit: &[f64], n_levels: usize) -> Result<f64, ScoreError> {
    if pit.is_empty() || n_levels == 0 {
        return Err(ScoreError::NoPoints);
    }
    if n_levels > MAX_LEVELS {
        return Err(ScoreError::OutOfRange {
            what: "number of levels",
            index: 0,
            value: n_levels as f64,
            allowed: "[1, 16777216]",
        });
    }
    check_pit(pit)?;
    let mut sorted = pit.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let gap = |level: usize| {
        let p = level as f64 / (n_levels + 1) as f64;
        (sorted.partition_point(|u| *u <= p) as f64 / sorted.len() as f64 - p).abs()
    };
    Ok((1..=n_levels).map(gap).sum::<f64>() / n_levels as f64)
}

/// Every value inside \[0, 1\].
pub(super) fn check_pit(pit: &[f64]) -> Result<(), ScoreError> {
    match pit.iter().position(|u| !(0.0..=1.0).contains(u)) {
        Some(index) => Err(ScoreError::OutOfRange {
            what: "PIT value",
            index,
            value: pit[index],
            allowed: "[0, 1]",
        }),
        None => Ok(()),
    }
}
