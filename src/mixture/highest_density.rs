//! Highest-density regions: the shortest set that holds a given probability.

use super::error::MixtureError;
use super::root::bracketed;
use super::stationary::stationary_points;
use super::univariate::Univariate;

/// {y : f(y) ≥ c}, a union of intervals.
#[derive(Debug, Clone, PartialEq)]
pub struct HighestDensityRegion {
    /// Probability the region holds.
    pub probability: f64,
    /// ln c, nats: the least log-density in the region.
    pub log_density: f64,
    /// Intervals (low, high), disjoint, from left to right.
    pub intervals: Vec<(f64, f64)>,
}

impl HighestDensityRegion {
    /// Total length, units of y.
    #[must_use]
    pub fn length(&self) -> f64 {
        self.intervals.iter().map(|(low, high)| high - low).sum()
    }

    /// Whether `y` lies in the region.
    #[must_use]
    pub fn contains(&self, y: f64) -> bool {
        self.intervals
            .iter()
            .any(|(low, high)| *low <= y && y <= *high)
    }
}

impl Univariate<'_> {
    /// The region of highest density that holds probability `p` (Hyndman, 1996, "Computing and graphing
    /// highest density regions", definition 1).
    ///
    /// # Errors
    /// [`MixtureError::Probability`] where `p` is not inside (0, 1).
    ///
    /// # Numerics
    /// Between two neighbouring stationary points f is monotone, so each end is one bracketed
    /// root. |probability − p| ≤ 1e-12 + 1e-15/p (`highest_density_region_holds_its_level`): a
    /// density is flat at its top, where rounding of ln f moves the ends of a small region. Where
    /// one ulp of y holds more probability than that, the ends are right to the ulp. Allocates.
    pub fn highest_density_region(&self, p: f64) -> Result<HighestDensityRegion, MixtureError> {
        if !(p > 0.0 && p < 1.0) {
            return Err(MixtureError::Probability { value: p });
        }
        let profile = Profile::new(*self);
        let top = profile.top();
        // P(ln f ≥ t) falls from 1 to 0 as t rises to the top.
        let mut fall = 1.0;
        let mut low = profile.region(top - fall);
        while low.probability < p && fall < 1e4 {
            fall *= 2.0;
            low = profile.region(top - fall);
        }
        // A level within rounding of 1 is never reached: the whole of f64's density is the answer.
        if low.probability <= p {
            return Ok(low);
        }
        let excess = |t: f64| profile.region(t).probability - p;
        let t = bracketed(excess, (top - fall, low.probability - p), (top, -p), 0.0);
        Ok(profile.region(t))
    }

    /// P(f(Y) ≥ f(y)): the least probability of a highest-density region that contains `y`.
    ///
    /// For calibrated predictions it is uniform on (0, 1) over targets, as the PIT is; `y` is
    /// covered by the region of probability p where this is at most p. NaN at NaN.
    #[must_use]
    pub fn highest_density_probability(&self, y: f64) -> f64 {
        let t = self.log_density(y);
        if t.is_nan() {
            t
        } else {
            Profile::new(*self).region(t).probability
        }
    }
}

/// A mixture with its stationary points and their heights.
#[derive(Debug)]
struct Profile<'a> {
    mixture: Univariate<'a>,
    points: Vec<(f64, f64)>,
}

impl<'a> Profile<'a> {
    fn new(mixture: Univariate<'a>) -> Self {
        let points = stationary_points(mixture.terms())
            .into_iter()
            .map(|point| (point.at, mixture.log_density(point.at)))
            .collect();
        Self { mixture, points }
    }

    fn top(&self) -> f64 {
        self.points
            .iter()
            .fold(f64::NEG_INFINITY, |g, (_, h)| if *h > g { *h } else { g })
    }

    /// {ln f ≥ t}.
    fn region(&self, t: f64) -> HighestDensityRegion {
        let mut intervals: Vec<(f64, f64)> = Vec::new();
        let mut open = None;
        let (Some(&first), Some(&last)) = (self.points.first(), self.points.last()) else {
            return HighestDensityRegion {
                probability: 0.0,
                log_density: t,
                intervals,
            };
        };
        if t == f64::NEG_INFINITY {
            let intervals = vec![(f64::NEG_INFINITY, f64::INFINITY)];
            return HighestDensityRegion {
                probability: 1.0,
                log_density: t,
                intervals,
            };
        }
        let rise = |from: (f64, f64), to: (f64, f64)| {
            if from.1 >= t && to.1 >= t {
                return if from.0.abs() > to.0.abs() {
                    from.0
                } else {
                    to.0
                };
            }
            let f = |y: f64| self.mixture.log_density(y) - t;
            bracketed(f, (from.0, from.1 - t), (to.0, to.1 - t), 0.0)
        };
        if first.1 >= t {
            let (inside, outside) = self.straddle(first, -1.0, t);
            open = Some(rise(outside, inside));
        }
        for pair in self.points.windows(2) {
            let &[left, right] = pair else { continue };
            if left.1 < t && right.1 >= t {
                open = Some(rise(left, right));
            } else if left.1 >= t && right.1 < t {
                intervals.extend(open.take().map(|low| (low, rise(left, right))));
            }
        }
        if last.1 >= t {
            let (inside, outside) = self.straddle(last, 1.0, t);
            intervals.extend(open.take().map(|low| (low, rise(inside, outside))));
        }
        let probability: f64 = intervals
            .iter()
            .map(|(low, high)| self.mixture.interval_probability(*low, *high))
            .sum();
        let probability = if probability > 1.0 { 1.0 } else { probability };
        HighestDensityRegion {
            probability,
            log_density: t,
            intervals,
        }
    }

    /// Two points beyond the outermost mode, a factor of two apart in their distance from it, between
    /// which ln f falls below `t`.
    fn straddle(&self, mode: (f64, f64), direction: f64, t: f64) -> ((f64, f64), (f64, f64)) {
        let scales = self.mixture.scales();
        let mut step = scales
            .iter()
            .fold(f64::INFINITY, |g, s| if *s < g { *s } else { g });
        step += 4.0 * f64::EPSILON * mode.0.abs();
        let mut inside = mode;
        loop {
            // The last candidate is the end of f64; where f is above the level even there, it has to do.
            let y = (mode.0 + direction * step).clamp(-f64::MAX, f64::MAX);
            let point = (y, self.mixture.log_density(y));
            if point.1 < t || y.abs() >= f64::MAX {
                return (inside, point);
            }
            inside = point;
            step *= 2.0;
        }
    }
}
