//! Values that occur again and again.

/// How a column repeats itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Repeats {
    /// Different values.
    pub n_distinct: usize,
    /// Share of entries whose value occurs more than once.
    pub share: f64,
    /// Median gap between neighbouring values; `None` where there is but one value.
    pub median_gap: Option<f64>,
}

impl Repeats {
    /// Above this share a column counts as discrete: the bound of `score::Degeneracy`.
    pub const SHARE: f64 = 0.05;

    /// Looks at a column in any order.
    #[must_use]
    pub fn of(values: &[f64]) -> Self {
        // +0: the two zeros are one value.
        let mut sorted: Vec<f64> = values.iter().map(|v| v + 0.0).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let (mut n_distinct, mut repeated) = (0, 0);
        for run in sorted.chunk_by(|a, b| a.total_cmp(b).is_eq()) {
            n_distinct += 1;
            if run.len() > 1 {
                repeated += run.len();
            }
        }
        sorted.dedup_by(|a, b| a.total_cmp(b).is_eq());
        let mut gaps: Vec<f64> = sorted.windows(2).map(|pair| pair[1] - pair[0]).collect();
        gaps.sort_unstable_by(f64::total_cmp);
        Self {
            n_distinct,
            share: repeated as f64 / values.len().max(1) as f64,
            median_gap: gaps.get(gaps.len() / 2).copied(),
        }
    }

    /// Whether so many values repeat that a density can sit on them.
    #[must_use]
    pub fn is_discrete(&self) -> bool {
        self.share > Self::SHARE
    }

    /// Whether a component of this scale tells neighbouring values of a discrete column apart: with
    /// a quarter of their gap it has fallen to e⁻² of its height in the middle between them, and
    /// describes the values rather than their density.
    #[must_use]
    pub fn are_resolved_by(&self, scale: f64) -> bool {
        // Written so that a NaN counts as collapsed.
        let is_wide = self.median_gap.is_some_and(|gap| scale >= 0.25 * gap);
        self.is_discrete() && !is_wide
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_are_counted() {
        let repeats = Repeats::of(&[3.0, 1.0, 1.0, 0.0, -0.0, 7.0]);
        assert_eq!(repeats.n_distinct, 4);
        assert!((repeats.share - 4.0 / 6.0).abs() < 1e-15);
        assert_eq!(repeats.median_gap, Some(2.0));
    }

    #[test]
    fn only_discrete_values_can_be_resolved() {
        let grades: Vec<f64> = (0..100).map(|i| f64::from(i % 5)).collect();
        let grades = Repeats::of(&grades);
        assert!(grades.are_resolved_by(0.2) && !grades.are_resolved_by(0.3));
        assert!(grades.are_resolved_by(f64::NAN));
        let alone: Vec<f64> = (0..100).map(f64::from).collect();
        assert!(!Repeats::of(&alone).are_resolved_by(1e-9));
        assert!(
            Repeats::of(&[2.0; 9]).are_resolved_by(1.0),
            "a constant is resolved by anything"
        );
    }
}
