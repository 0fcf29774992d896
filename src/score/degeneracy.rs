//! When a likelihood is not to be believed.

/// Signs of a degenerate likelihood: targets that repeat, and a component that sits on them.
///
/// The likelihood of a mixture is unbounded: where a target value occurs again and again, a
/// component with that mean and σ → 0 makes the NLL as low as one likes, and says nothing about
/// the data (Bishop, 2006, "Pattern Recognition and Machine Learning", section 9.2.1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Degeneracy {
    /// Share of targets whose very value occurs more than once.
    pub repeated_share: f64,
    /// Smallest predicted scale over the targets' standard deviation; NaN where that is 0, +∞ where
    /// nothing was predicted.
    pub relative_smallest_scale: f64,
}

impl Degeneracy {
    /// A continuous target rounded to f32 repeats by chance in far fewer cases than this.
    pub const REPEATED_SHARE: f64 = 0.05;
    /// Below a hundredth of the spread of the targets, with values that repeat, a scale resolves
    /// the values rather than the density.
    pub const RELATIVE_SCALE: f64 = 0.01;

    /// Looks at the targets learnt from and at the smallest scale predicted anywhere.
    #[must_use]
    pub fn of(targets: &[f64], smallest_scale: f64) -> Self {
        let mut sorted = targets.to_vec();
        sorted.sort_by(f64::total_cmp);
        let repeated: usize = sorted
            .chunk_by(|a, b| a.to_bits() == b.to_bits())
            .filter(|equal| equal.len() > 1)
            .map(<[f64]>::len)
            .sum();
        let n = targets.len().max(1) as f64;
        let mean = targets.iter().sum::<f64>() / n;
        let square = |y: &f64| (y - mean) * (y - mean);
        let spread = (targets.iter().map(square).sum::<f64>() / n).sqrt();
        Self {
            repeated_share: repeated as f64 / n,
            relative_smallest_scale: if spread > 0.0 {
                smallest_scale / spread
            } else {
                f64::NAN
            },
        }
    }

    /// Whether both signs are there. A constant target, whose spread is 0, is degenerate.
    #[must_use]
    pub fn is_degenerate(&self) -> bool {
        // Written so that a NaN counts as collapsed.
        let apart = self.relative_smallest_scale >= Self::RELATIVE_SCALE;
        self.repeated_share > Self::REPEATED_SHARE && !apart
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    fn continuous() -> Vec<f64> {
        let mut stream = Seed::new(0).stream("degeneracy");
        (0..2000)
            .map(|_| f64::from(stream.normal(3.0, 1.0) as f32))
            .collect()
    }

    fn grades() -> Vec<f64> {
        continuous().iter().map(|y| y.round()).collect()
    }

    #[test]
    fn repeated_targets_with_a_collapsed_scale_are_degenerate() {
        assert!(Degeneracy::of(&grades(), 1e-4).is_degenerate());
        assert!(Degeneracy::of(&[2.0; 10], 1e-4).is_degenerate());
    }

    #[test]
    fn an_infinite_scale_is_no_collapse() {
        assert!(!Degeneracy::of(&grades(), f64::INFINITY).is_degenerate());
        // A constant target stays degenerate whatever was predicted, and so does no number at all.
        for scale in [0.0, 1.0, f64::INFINITY] {
            assert!(Degeneracy::of(&[2.0; 10], scale).is_degenerate());
        }
        assert!(Degeneracy::of(&grades(), f64::NAN).is_degenerate());
    }

    #[test]
    fn neither_sign_alone_is() {
        assert!(!Degeneracy::of(&grades(), 0.3).is_degenerate());
        assert!(!Degeneracy::of(&continuous(), 1e-4).is_degenerate());
        assert!(!Degeneracy::of(&[], 1e-4).is_degenerate());
    }
}
