//! A column of scores in two numbers.

use super::error::ScoreError;

/// Mean of a column with its standard error.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Summary {
    /// Arithmetic mean.
    pub mean: f64,
    /// √(Σ(x − mean)²/(n − 1)/n); one value has none.
    pub standard_error: Option<f64>,
    /// Values.
    pub n: usize,
}

impl Summary {
    /// Mean and standard error of `values`.
    ///
    /// # Errors
    /// [`ScoreError::NoPoints`]. A NaN or an infinity among the values is no error: it shows in
    /// the mean.
    ///
    /// # Numerics
    /// Both sums are [`compensated_sum`]s in the order of the slice, so the bits depend on
    /// nothing but the values.
    ///
    /// # Examples
    ///
    /// ```
    /// let s = mixture_density::score::Summary::of(&[1.0, 2.0, 3.0])?;
    /// assert_eq!((s.mean, s.n), (2.0, 3));
    /// assert!((s.standard_error.unwrap() - (1.0f64 / 3.0).sqrt()).abs() < 1e-15);
    /// # Ok::<(), mixture_density::score::ScoreError>(())
    /// ```
    pub fn of(values: &[f64]) -> Result<Self, ScoreError> {
        let n = values.len();
        if n == 0 {
            return Err(ScoreError::NoPoints);
        }
        let mean = compensated_sum(values.iter().copied()) / n as f64;
        let squares = compensated_sum(values.iter().map(|x| (x - mean) * (x - mean)));
        Ok(Self::of_moments(n, mean, squares))
    }

    /// From the mean of n values and the sum of their squared distances from it.
    pub(crate) fn of_moments(n: usize, mean: f64, squares: f64) -> Self {
        Self {
            mean,
            standard_error: (n > 1).then(|| (squares / (n - 1) as f64 / n as f64).sqrt()),
            n,
        }
    }

    /// Of the differences `a − b`, point by point: what two models on the same points are compared by.
    ///
    /// # Errors
    /// [`ScoreError::WrongLength`], [`ScoreError::NoPoints`].
    pub fn of_difference(a: &[f64], b: &[f64]) -> Result<Self, ScoreError> {
        if a.len() != b.len() {
            return Err(ScoreError::WrongLength {
                expected: a.len(),
                found: b.len(),
            });
        }
        Self::of(&a.iter().zip(b).map(|(a, b)| a - b).collect::<Vec<_>>())
    }
}

/// Sum in the given order with the rounding errors carried along.
///
/// # Numerics
/// Neumaier, 1974, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen",
/// algorithm IV: the error does not grow with the number of terms to first order. Where the
/// plain sum is not finite, that is the answer.
pub fn compensated_sum(values: impl IntoIterator<Item = f64>) -> f64 {
    let (mut sum, mut lost) = (0.0f64, 0.0f64);
    for x in values {
        let next = sum + x;
        lost += if sum.abs() >= x.abs() {
            (sum - next) + x
        } else {
            (x - next) + sum
        };
        sum = next;
    }
    if sum.is_finite() { sum + lost } else { sum }
}
