//! How often the target lies in the interval that claims it.

use super::error::ScoreError;
use super::pit::check_pit;
use super::point::univariate_rows;
use crate::mixture::MixtureBatch;

/// Levels that the study reports.
pub const COVERAGE_LEVELS: [f64; 4] = [0.5, 0.8, 0.9, 0.95];

/// 97.5 % point of the standard normal.
const Z_95: f64 = 1.959_963_984_540_054;

/// A share of covered targets with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Coverage {
    /// Share that the interval claims to cover.
    pub level: f64,
    /// Share that it covered.
    pub covered: f64,
    /// Lower end of the 95 % interval of the true share.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Targets.
    pub n: usize,
}

impl Coverage {
    /// `n_covered` of `n` ≥ 1 targets, with the score interval of Wilson, 1927, "Probable inference, the
    /// law of succession, and statistical inference": (p̂ + z²/2n ± z√(p̂(1−p̂)/n + z²/4n²))/(1 + z²/n).
    #[must_use]
    pub fn of_counts(level: f64, n_covered: usize, n: usize) -> Self {
        let (size, z2) = (n as f64, Z_95 * Z_95);
        let covered = n_covered as f64 / size;
        let middle = (covered + z2 / (2.0 * size)) / (1.0 + z2 / size);
        let half = Z_95 * (covered * (1.0 - covered) / size + z2 / (4.0 * size * size)).sqrt()
            / (1.0 + z2 / size);
        Self {
            level,
            covered,
            low: (middle - half).clamp(0.0, 1.0),
            high: (middle + half).clamp(0.0, 1.0),
            n,
        }
    }

    /// Whether the claimed level lies in the 95 % interval.
    #[must_use]
    pub fn is_consistent(&self) -> bool {
        self.low <= self.level && self.level <= self.high
    }
}

/// Coverage of the central intervals, from F((1−p)/2) to F((1+p)/2), straight from PIT values:
/// y is covered at level p where |F(y) − ½| ≤ p/2.
///
/// # Errors
/// [`ScoreError::NoPoints`]; [`ScoreError::OutOfRange`] for a level outside (0, 1) or a PIT value
/// outside \[0, 1\].
pub fn central_coverage(pit: &[f64], levels: &[f64]) -> Result<Vec<Coverage>, ScoreError> {
    check_pit(pit)?;
    count_covered(pit, levels, |u, level| (u - 0.5).abs() <= 0.5 * level)
}

/// P(f(Y) ≥ f(y)) of every row of a batch with one target: the least probability of a
/// highest-density region that contains y. Uniform on (0, 1) if the predictions are calibrated.
///
/// # Errors
/// As [`crps`](super::crps).
pub fn highest_density_probability(
    batch: &MixtureBatch,
    targets: &[f64],
) -> Result<Vec<f64>, ScoreError> {
    univariate_rows(batch, targets, |row, y| row.highest_density_probability(y))
}

/// Coverage of the highest-density regions, from [`highest_density_probability`]: y is covered at
/// level p where that is at most p.
///
/// # Errors
/// As [`central_coverage`].
pub fn highest_density_coverage(
    probabilities: &[f64],
    levels: &[f64],
) -> Result<Vec<Coverage>, ScoreError> {
    check_pit(probabilities)?;
    count_covered(probabilities, levels, |u, level| u <= level)
}

/// Coverage at each level by a rule on each value.
fn count_covered(
    values: &[f64],
    levels: &[f64],
    is_covered: impl Fn(f64, f64) -> bool,
) -> Result<Vec<Coverage>, ScoreError> {
    if values.is_empty() {
        return Err(ScoreError::NoPoints);
    }
    let mut out = Vec::with_capacity(levels.len());
    for (index, &level) in levels.iter().enumerate() {
        if !(level > 0.0 && level < 1.0) {
            return Err(ScoreError::OutOfRange {
                what: "level",
                index,
                value: level,
                allowed: "(0, 1)",
            });
        }
        let n_covered = values.iter().filter(|v| is_covered(**v, level)).count();
        out.push(Coverage::of_counts(level, n_covered, values.len()));
    }
    Ok(out)
}
