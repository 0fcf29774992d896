//! A feature on another scale, where its own has a long tail.

use serde::{Deserialize, Serialize};

/// A monotone function of a feature, applied before anything else.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "lowercase", deny_unknown_fields)]
#[non_exhaustive]
pub enum Transform {
    /// log x, of a feature that is positive in every training row; what is smaller counts as the smallest of those.
    Log {
        /// The smallest value in the training rows, above 0.
        least: f64,
    },
    /// asinh((x − center) / scale): nearly linear within the scale, a logarithm beyond it on both sides.
    Asinh {
        /// The median of the training rows.
        center: f64,
        /// Half the distance of their quartiles, above 0.
        scale: f64,
    },
}

impl Transform {
    /// Tails are long where the outer tenths reach this many times as far from the median as the quartiles.
    ///
    /// # Numerics
    /// The distance of the 1 % and 99 % quantiles over that of the quartiles is 3.4 of a normal column, 2 of a uniform
    /// one, 6.0 of a log-normal one with σ = 1, 1.98 of an arcsine one.
    pub const LONG: f64 = 5.0;
    /// Rows that a judgement needs.
    const LEAST_ROWS: usize = 50;

    /// What suits these training values, in any order; nothing where the tails are none too long.
    #[must_use]
    pub fn of_long_tails(values: &[f64]) -> Option<Self> {
        let mut sorted: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
        if sorted.len() < Self::LEAST_ROWS {
            return None;
        }
        sorted.sort_unstable_by(f64::total_cmp);
        let at = |share: f64| sorted[((sorted.len() - 1) as f64 * share).round() as usize];
        let stretch = |of: &dyn Fn(f64) -> f64| {
            let [low, first, third, high] = [0.01, 0.25, 0.75, 0.99].map(|share| of(at(share)));
            (high - low) / (third - first)
        };
        let before = stretch(&|x| x);
        // Written so that quartiles that are one value are let be.
        let is_long = before.is_finite() && before > Self::LONG;
        if !is_long {
            return None;
        }
        let least = sorted[0];
        if least > 0.0 {
            let log = Self::Log { least };
            if stretch(&|x| log.apply(x)) < 0.8 * before {
                return Some(log);
            }
        }
        let (center, scale) = (at(0.5), 0.5 * (at(0.75) - at(0.25)));
        let asinh = Self::Asinh { center, scale };
        (stretch(&|x| asinh.apply(x)) < 0.8 * before).then_some(asinh)
    }

    /// The feature on its new scale.
    #[must_use]
    pub fn apply(self, x: f64) -> f64 {
        match self {
            // Written so that a NaN stays one.
            Self::Log { least } => libm::log(if x < least { least } else { x }),
            Self::Asinh { center, scale } => libm::asinh((x - center) / scale),
        }
    }

    /// What [`apply`](Self::apply) gave this for.
    #[must_use]
    pub fn invert(self, scaled: f64) -> f64 {
        match self {
            Self::Log { .. } => libm::exp(scaled),
            Self::Asinh { center, scale } => center + scale * libm::sinh(scaled),
        }
    }

    /// As a list of columns names it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Log { .. } => "its logarithm",
            Self::Asinh { .. } => "its inverse hyperbolic sine",
        }
    }

    /// Whether its numbers can be those of a table.
    pub(super) fn is_sound(self) -> bool {
        match self {
            Self::Log { least } => least > 0.0 && least.is_finite(),
            Self::Asinh { center, scale } => center.is_finite() && scale > 0.0 && scale.is_finite(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    #[test]
    fn what_was_applied_is_inverted() {
        let (log, asinh) = (
            Transform::Log { least: 0.5 },
            Transform::Asinh {
                center: 3.0,
                scale: 2.0,
            },
        );
        for x in [0.5, 1.0, 7.25, 1e6] {
            for transform in [log, asinh] {
                let back = transform.invert(transform.apply(x));
                assert!((back - x).abs() < 1e-12 * x, "{transform:?} {x}: {back}");
            }
        }
        // The twin: below the smallest of the training rows it is that one.
        assert!((log.invert(log.apply(0.1)) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn long_tails_are_drawn_in_and_others_let_be() {
        let mut stream = Seed::new(5).stream("tails");
        let mut draws = |of: &dyn Fn(f64) -> f64| -> Vec<f64> {
            (0..1000).map(|_| of(stream.normal(0.0, 1.0))).collect()
        };
        assert_eq!(Transform::of_long_tails(&draws(&|z| z)), None);
        assert_eq!(
            Transform::of_long_tails(&draws(&|z| z.clamp(-0.5, 0.5))),
            None
        );
        let log = Transform::of_long_tails(&draws(&libm::exp));
        assert!(matches!(log, Some(Transform::Log { .. })), "{log:?}");
        let both = Transform::of_long_tails(&draws(&|z| z * z * z));
        assert!(matches!(both, Some(Transform::Asinh { .. })), "{both:?}");
        // The twins: too few rows, and one value nearly everywhere.
        assert_eq!(Transform::of_long_tails(&draws(&libm::exp)[..40]), None);
        let zeros: Vec<f64> = (0..1000)
            .map(|i| if i < 950 { 0.0 } else { f64::from(i) })
            .collect();
        assert_eq!(Transform::of_long_tails(&zeros), None);
    }

    #[test]
    fn values_below_the_least_are_still_numbers() {
        let log = Transform::Log { least: 0.5 };
        assert!((log.apply(-3.0) - log.apply(0.5)).abs() <= 0.0);
        assert!(log.apply(1.0).abs() < 1e-15 && log.apply(f64::NAN).is_nan());
        let asinh = Transform::Asinh {
            center: 1.0,
            scale: 2.0,
        };
        assert!((asinh.apply(3.0) - libm::asinh(1.0)).abs() < 1e-15);
        assert!((asinh.apply(-1e300)).is_finite());
    }
}
