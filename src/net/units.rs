//! The data's units, and the standardised ones a network may be trained in.

/// Mean and scale of each column: a number v of the data is (v − mean)/scale for the network.
#[derive(Debug, Clone, PartialEq)]
pub struct Units {
    mean: Vec<f64>,
    scale: Vec<f64>,
}

impl Units {
    /// The data's own units: mean 0 and scale 1.
    #[must_use]
    pub fn identity(width: usize) -> Self {
        Self {
            mean: vec![0.0; width],
            scale: vec![1.0; width],
        }
    }

    /// Mean and standard deviation (divisor n) of the columns of `rows` \[n, width\]; `None` where a column is
    /// constant, its spread is no finite number, or there is no row.
    #[must_use]
    pub fn of(rows: &[f64], width: usize) -> Option<Self> {
        if width == 0 || width > rows.len() {
            return None;
        }
        let (mean, scale) = (0..width)
            .map(|j| mean_and_sd(rows.iter().skip(j).step_by(width).copied()))
            .unzip();
        Self { mean, scale }.checked()
    }

    /// As [`of`](Self::of); a column that is constant, or whose spread is no finite number, keeps its scale.
    #[must_use]
    pub fn of_any(rows: &[f64], width: usize) -> Self {
        if width == 0 || width > rows.len() {
            return Self::identity(width);
        }
        let of = |j: usize| {
            let (mean, scale) = mean_and_sd(rows.iter().skip(j).step_by(width).copied());
            match mean.is_finite() && scale > 0.0 && scale.is_finite() {
                true => (mean, scale),
                false => (if mean.is_finite() { mean } else { 0.0 }, 1.0),
            }
        };
        let (mean, scale) = (0..width).map(of).unzip();
        Self { mean, scale }
    }

    /// From means and scales as they were stored; `None` unless they are as many, and the means finite and the
    /// scales positive and finite.
    #[must_use]
    pub fn from_parts(mean: Vec<f64>, scale: Vec<f64>) -> Option<Self> {
        Self { mean, scale }.checked()
    }

    fn checked(self) -> Option<Self> {
        let good = self.mean.len() == self.scale.len()
            && self.mean.iter().all(|m| m.is_finite())
            && self.scale.iter().all(|s| *s > 0.0 && s.is_finite());
        good.then_some(self)
    }

    /// Mean of each column.
    #[must_use]
    pub fn mean(&self) -> &[f64] {
        &self.mean
    }

    /// Scale of each column.
    #[must_use]
    pub fn scale(&self) -> &[f64] {
        &self.scale
    }

    /// Columns.
    #[must_use]
    pub fn width(&self) -> usize {
        self.mean.len()
    }

    /// Σ ln scale: what a mean NLL in the network's units lacks to be one in the data's.
    #[must_use]
    pub fn log_scale(&self) -> f64 {
        self.scale.iter().map(|s| libm::log(*s)).sum()
    }

    /// `rows` \[n, width\] as the network sees them.
    #[must_use]
    pub fn standardised(&self, rows: &[f64]) -> Vec<f32> {
        let mut seen = Vec::new();
        self.standardise_into(rows, &mut seen);
        seen
    }

    /// As [`standardised`](Self::standardised), in place of what is in `seen`.
    pub(super) fn standardise_into(&self, rows: &[f64], seen: &mut Vec<f32>) {
        seen.clear();
        seen.reserve(rows.len());
        for row in rows.chunks(self.width().max(1)) {
            let units = self.mean.iter().zip(&self.scale);
            let seen_row = row.iter().zip(units);
            seen.extend(seen_row.map(|(v, (mean, scale))| ((v - mean) / scale) as f32));
        }
    }
}

/// Mean and standard deviation (divisor n) of a column.
///
/// # Numerics
/// Two passes in f64, each sum in rising order of the rows.
pub(super) fn mean_and_sd(column: impl ExactSizeIterator<Item = f64> + Clone) -> (f64, f64) {
    let n = column.len() as f64;
    let mean = column.clone().sum::<f64>() / n;
    let variance = column.map(|v| (v - mean) * (v - mean)).sum::<f64>() / n;
    (mean, variance.sqrt())
}
