//! Values that occur again and again.

/// How a column repeats itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Repeats {
    /// Different values.
    pub n_distinct: usize,
    /// Share of entries whose value occurs more than once.
    pub share: f64,
    /// Median gap between neighbouring values; `None` where there is but one value.
    pub median_gap: Option<f64>,
    /// Standard deviation of the entries.
    pub sd: f64,
    /// The heaviest value that noise as wide as the median gap does not spread.
    pub point_mass: Option<PointMass>,
    /// The entries in rising order; none where few repeat.
    sorted: Vec<f64>,
}

/// A value that stays a spike when noise as wide as the median gap is added.
///
/// It holds more than a twentieth of the entries, at least six, and more than five times as many as there are
/// within one such width of it: so it is no mere peak of a lattice, whose neighbouring values share the
/// burden. And the noise is narrower than what tells a spike from a density, see
/// [`Repeats::RESOLVED`]: with a coarse lattice, such as grades, the noise is as wide as the values
/// are apart and cures any of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PointMass {
    /// The value.
    pub value: f64,
    /// Share of the entries that are this value.
    pub share: f64,
}

impl Repeats {
    /// Above this share a column counts as discrete; a continuous one rounded to f32 repeats by chance far less often.
    pub const SHARE: f64 = 0.05;
    /// In a column with a point mass a scale below this share of the standard deviation sits on it: twice the
    /// noise with which the recipe `tuned` trains, which keeps a collapsing scale at about that noise.
    pub const RESOLVED: f64 = 0.02;
    /// A point mass holds more than so many times the entries around it.
    const ABOVE_NEIGHBOURS: usize = 5;
    /// With fewer entries that repeat, chance may have done it.
    const LEAST: usize = 6;
    /// Two values so many scales apart are told apart: half-way between them a component on either has fallen to e⁻²
    /// of its height.
    const REACH: f64 = 4.0;

    /// Looks at a column in any order.
    #[must_use]
    pub fn of(values: &[f64]) -> Self {
        // +0: the two zeros are one value.
        let mut sorted: Vec<f64> = values.iter().map(|v| v + 0.0).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let runs: Vec<(f64, usize)> = sorted
            .chunk_by(|a, b| a.total_cmp(b).is_eq())
            .map(|run| (run[0], run.len()))
            .collect();
        let repeated: usize = runs.iter().map(|(_, n)| *n).filter(|n| *n > 1).sum();
        let mut gaps: Vec<f64> = runs.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
        gaps.sort_unstable_by(f64::total_cmp);
        let mut repeats = Self {
            n_distinct: runs.len(),
            share: repeated as f64 / values.len().max(1) as f64,
            median_gap: gaps.get(gaps.len() / 2).copied(),
            sd: mean_and_sd(values).1,
            point_mass: None,
            sorted: Vec::new(),
        };
        repeats.point_mass = repeats.heaviest_point_mass(&runs, values.len());
        if repeats.is_discrete() && repeated >= Self::LEAST {
            repeats.sorted = sorted;
        }
        repeats
    }

    /// `runs` are the values in rising order, and how often each occurs; `n` is the number of entries.
    fn heaviest_point_mass(&self, runs: &[(f64, usize)], n: usize) -> Option<PointMass> {
        let width = self.median_gap?;
        // The standard deviation of the noise: a component on a single spread value has that scale.
        if !self.is_narrow(width / 12.0_f64.sqrt()) {
            return None;
        }
        // A lattice's own neighbours count, though a gap may be rounded up.
        let reach = width * (1.0 + 1e-6);
        let is_spike = |at: &usize| {
            let (value, count) = runs[*at];
            let near = |(other, _): &&(f64, usize)| (other - value).abs() <= reach;
            let below = runs[..*at].iter().rev().take_while(near);
            let around: usize = below
                .chain(runs[at + 1..].iter().take_while(near))
                .map(|(_, n)| *n)
                .sum();
            count as f64 > Self::SHARE * n as f64 && count > Self::ABOVE_NEIGHBOURS * around.max(1)
        };
        let heaviest = (0..runs.len())
            .filter(is_spike)
            .max_by_key(|at| runs[*at].1)?;
        Some(PointMass {
            value: runs[heaviest].0,
            share: runs[heaviest].1 as f64 / n as f64,
        })
    }

    /// Whether a component of this scale sits on a point mass rather than describes a density. Noise
    /// that was added to the values does not change it.
    #[must_use]
    pub fn point_mass_is_resolved_by(&self, scale: f64) -> bool {
        self.point_mass.is_some() && self.is_narrow(scale)
    }

    /// Written so that a NaN counts as collapsed.
    fn is_narrow(&self, scale: f64) -> bool {
        let is_wide = scale >= Self::RESOLVED * self.sd;
        !is_wide
    }

    /// Whether so many values repeat that a density can sit on them.
    #[must_use]
    pub fn is_discrete(&self) -> bool {
        self.share > Self::SHARE
    }

    /// Whether the values are so far apart that a density as fine as a network may well become can sit on them: a column
    /// that is only rounded finely repeats values, and has others near them.
    #[must_use]
    pub fn is_coarse(&self) -> bool {
        self.are_resolved_by(Self::RESOLVED * self.sd)
    }

    /// Whether a component of this scale tells the values of a discrete column apart, or sits on a point mass, and
    /// so describes the values rather than their density.
    ///
    /// Of all pairs of entries within four scales of each other more than half are of one value, and the scale is
    /// below half the standard deviation. Both numbers of pairs grow with the square of the entries: few
    /// rows say the same as many, and values that are only rounded have others near them.
    #[must_use]
    pub fn are_resolved_by(&self, scale: f64) -> bool {
        // Written so that a NaN counts as collapsed.
        let is_wide = self.n_distinct > 1 && scale >= 0.5 * self.sd;
        !is_wide && self.ties_outweigh(Self::REACH * scale) || self.point_mass_is_resolved_by(scale)
    }

    /// Whether uniform noise of this width, added to the entries, joins neighbouring values to a density.
    ///
    /// Not where there is a point mass, nor where values that repeat lie further apart than a noise that is narrow
    /// beside the standard deviation.
    #[must_use]
    pub fn are_cured_by(&self, width: f64) -> bool {
        let is_narrow = self.is_narrow(width / 12.0_f64.sqrt());
        // A lattice's own neighbours count, though a gap may be rounded up.
        self.point_mass.is_none() && !(is_narrow && self.ties_outweigh(width * (1.0 + 1e-6)))
    }

    /// Whether a component of this scale sits on the values, where noise of this width, if any, was added to them
    /// before it was learnt: on those that it has not cured, or on those [there are](Self::are_resolved_by).
    #[must_use]
    pub fn are_resolved_despite(&self, width: Option<f64>, scale: f64) -> bool {
        match width {
            Some(width) => !self.are_cured_by(width) && self.is_narrow(scale),
            None => self.are_resolved_by(scale),
        }
    }

    /// Whether of all pairs of entries within `reach` of each other more than half are of one value.
    fn ties_outweigh(&self, reach: f64) -> bool {
        let (mut ties, mut pairs) = (0.0, 0.0);
        // The entries of the present value, and those in the window about it, which moves with it.
        let (mut at, mut from, mut to) = (0, 0, 0);
        for run in self.sorted.chunk_by(|a, b| a.total_cmp(b).is_eq()) {
            let (value, count) = (run[0], run.len());
            // A NaN reaches nothing.
            let is_above = |to: usize| self.sorted.get(to).is_some_and(|v| v - value <= reach);
            while to < at + count || is_above(to) {
                to += 1;
            }
            let is_near = |from: usize| value - self.sorted[from] <= reach;
            while from < at && !is_near(from) {
                from += 1;
            }
            ties += count as f64 * (count - 1) as f64;
            pairs += count as f64 * (to - from - 1) as f64;
            at += count;
        }
        2.0 * ties > pairs
    }
}

/// Mean and standard deviation (divisor n) of a column; the squares neither overflow nor underflow.
pub(super) fn mean_and_sd(values: &[f64]) -> (f64, f64) {
    let n = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / n;
    let most = values.iter().map(|v| (v - mean).abs());
    let most = most.fold(0.0, |most, v| if v > most { v } else { most });
    if !(most > 0.0 && most.is_finite()) {
        return (
            mean,
            if mean.is_finite() {
                most
            } else {
                f64::INFINITY
            },
        );
    }
    let square = |v: &f64| ((v - mean) / most) * ((v - mean) / most);
    (
        mean,
        most * (values.iter().map(square).sum::<f64>() / n).sqrt(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    /// `n` draws of N(3, 1), of which every `each`-th is exactly 0, rounded to `step` where it is positive.
    fn with_zeros(n: usize, each: usize, step: f64) -> Vec<f64> {
        let mut stream = Seed::new(3).stream("zeros");
        let mut draw = || stream.normal(3.0, 1.0);
        let rounded = |y: f64| {
            if step > 0.0 {
                (y / step).round() * step
            } else {
                y
            }
        };
        (0..n)
            .map(|i| (i % each, rounded(draw())))
            .map(|(i, y)| if i == 0 { 0.0 } else { y })
            .collect()
    }

    #[test]
    fn a_point_mass_is_a_value_far_heavier_than_those_around_it() {
        for values in [with_zeros(1000, 2, 0.0), with_zeros(1000, 10, 0.001)] {
            let repeats = Repeats::of(&values);
            let mass = repeats.point_mass.expect("a point mass");
            assert!(mass.value.abs() < 1e-15 && mass.share >= 0.1, "{mass:?}");
            assert!(repeats.point_mass_is_resolved_by(0.01 * repeats.sd));
            assert!(repeats.are_resolved_by(0.01 * repeats.sd));
            assert!(!repeats.point_mass_is_resolved_by(0.03 * repeats.sd));
            assert!(repeats.point_mass_is_resolved_by(f64::NAN));
        }
        // The twins: no value stands out; too few zeros; a few values, each alone; a coarse lattice, which the noise fills; a fine
        // lattice whose heavy values are neighbours, as in counts with a long tail.
        let coarse: Vec<f64> = (0..1000)
            .map(|i| if i % 10 == 0 { 1.0 } else { 0.0 })
            .collect();
        let tail = |i: usize| (2000.0 / (i as f64 + 1.0)).floor();
        for values in [
            with_zeros(1000, 2000, 0.0),
            with_zeros(1000, 30, 0.0),
            vec![1.0, 1.0, 1.5, 2.0, 1000.0],
            coarse,
            (0..2000).map(tail).collect(),
        ] {
            let repeats = Repeats::of(&values);
            assert_eq!(repeats.point_mass, None, "{repeats:?}");
            assert!(!repeats.point_mass_is_resolved_by(0.0));
        }
    }

    #[test]
    fn a_standard_deviation_neither_overflows_nor_underflows() {
        for unit in [1e-300, 1e-200, 1.0, 1e200, 1e300] {
            let (mean, sd) = mean_and_sd(&[unit, 3.0 * unit]);
            assert!((mean / unit - 2.0).abs() < 1e-15 && (sd / unit - 1.0).abs() < 1e-15);
        }
        assert!(mean_and_sd(&[f64::MAX, f64::MAX, -1.0]).1.is_infinite());
        let (mean, sd) = mean_and_sd(&[2.0; 3]);
        assert!((mean - 2.0).abs() < 1e-15 && sd.abs() < 1e-300);
    }

    #[test]
    fn repeats_are_counted() {
        let repeats = Repeats::of(&[3.0, 1.0, 1.0, 0.0, -0.0, 7.0]);
        assert_eq!(repeats.n_distinct, 4);
        assert!((repeats.share - 4.0 / 6.0).abs() < 1e-15);
        assert_eq!(repeats.median_gap, Some(2.0));
    }

    #[test]
    fn few_rows_are_judged_like_many() {
        let mut stream = Seed::new(4).stream("few");
        let mut draws = |n: usize, step: f64| -> Vec<f64> {
            let y = (0..n).map(|_| stream.uniform(-2.0, 2.0) + stream.normal(0.0, 0.02));
            y.map(|y| {
                if step > 0.0 {
                    (y / step).round() * step
                } else {
                    y
                }
            })
            .collect()
        };
        for n in [10, 15, 20, 30, 60, 200, 5000] {
            for _ in 0..20 {
                // One row twice, and rounding to half of a scale.
                let mut doubled = draws(n, 0.0);
                doubled.push(doubled[0]);
                assert!(!Repeats::of(&doubled).are_resolved_by(0.02), "{n}");
                assert!(!Repeats::of(&draws(n, 0.01)).are_resolved_by(0.02), "{n}");
            }
        }
        assert!(!Repeats::of(&[1.0, 1.0]).are_resolved_by(0.02));
        // The twins: the same rounding beside a scale that resolves it; a lattice in few rows.
        assert!(Repeats::of(&draws(5000, 0.01)).are_resolved_by(0.002));
        assert!(Repeats::of(&draws(30, 0.5)).are_resolved_by(0.02));
    }

    #[test]
    fn the_verdict_does_not_depend_on_the_origin() {
        let grades: Vec<f64> = (0..500).map(|i| f64::from(i % 6)).collect();
        let others: Vec<f64> = (0..490).map(|i| f64::from(i * i % 997) * 0.01).collect();
        for origin in [0.0, 1e9] {
            let moved = |y: &[f64]| -> Vec<f64> { y.iter().map(|y| y + origin).collect() };
            assert!(
                !Repeats::of(&moved(&others)).are_resolved_by(0.5),
                "{origin}"
            );
            // The twin: grades are repeated, and a scale far below their distance has collapsed.
            assert!(
                Repeats::of(&moved(&grades)).are_resolved_by(1e-6),
                "{origin}"
            );
        }
    }

    #[test]
    fn noise_cures_what_it_joins() {
        let lattice: Vec<f64> = (0..1000).map(|i| f64::from(i * i % 31)).collect();
        assert!(Repeats::of(&lattice).are_cured_by(1.0));
        assert!(!Repeats::of(&lattice).are_cured_by(0.04));
        // A third of the rows between the values, which are thinner than the values' distance.
        let between = lattice.iter().zip(0..1000);
        let mixed: Vec<f64> = between
            .map(|(y, i)| {
                if i % 3 == 0 {
                    y + f64::from(i) * 1e-3
                } else {
                    *y
                }
            })
            .collect();
        let mixed = Repeats::of(&mixed);
        let width = mixed.median_gap.expect("a gap");
        assert!(width < 0.1 && !mixed.are_cured_by(width));
        assert!(mixed.are_resolved_despite(Some(width), 0.01));
        assert!(!mixed.are_resolved_despite(Some(width), 0.5));
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
