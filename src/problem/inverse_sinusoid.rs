//! Bishop's inverse sinusoid: a bent line read from the wrong side.
//!
//! # Formula
//!
//! t ~ U(0, 1), x = g(t) + U(−half_width, half_width) with g(t) = t + 0.3 sin 2πt; the
//! problem is to predict y = t from x. With half_width 0.1 it is the example of C. M.
//! Bishop, "Mixture Density Networks" (1994), section 5.

use std::f64::consts::TAU;

use serde::{Deserialize, Serialize};

use super::error::{ProblemError, some_points};
use super::points::{Points, Realisation};
use super::truth::{ConditionalAt, Truth};
use crate::seed::{Seed, Stream};

/// Parameters of the problem.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InverseSinusoid {
    /// Points drawn for training, the validation part among them.
    pub n: usize,
    /// Half the width of the uniform noise on x; 0.1 in the original.
    pub half_width: f64,
}

impl InverseSinusoid {
    /// Whether the parameters can be realised.
    ///
    /// # Errors
    ///
    /// The first field at fault.
    pub fn check(&self) -> Result<(), ProblemError> {
        some_points(self.n)?;
        self.check_noise()
    }

    /// The part of [`check`](Self::check) on which the density depends.
    const fn check_noise(&self) -> Result<(), ProblemError> {
        // Below, the rounding to f32 would no longer be small beside the noise.
        if self.half_width >= 1e-3 && self.half_width <= 1e3 {
            return Ok(());
        }
        let allowed = "a finite number from 0.001 to 1000";
        Err(ProblemError::Value {
            field: "half_width",
            found: self.half_width,
            allowed,
        })
    }

    /// Whether x can come from t.
    fn reaches(&self, x: f64, t: f64) -> bool {
        (0.0..=1.0).contains(&t) && (x - bend(t)).abs() <= self.half_width
    }

    /// One point: t, then the noise of x. A pair that the rounding to `f32` moves out of the
    /// support (3 in 10 million, its log-density would be −∞) is drawn again.
    fn draw(&self, stream: &mut Stream) -> (f64, f64) {
        loop {
            let t = stream.uniform(0.0, 1.0);
            let x = bend(t) + stream.uniform(-self.half_width, self.half_width);
            if self.reaches(f64::from(x as f32), f64::from(t as f32)) {
                return (x, t);
            }
        }
    }

    pub(super) fn realise(&self, seed: Seed, n_test: usize) -> Result<Realisation, ProblemError> {
        let points = |path: &str, n: usize| {
            let mut stream = seed.stream(path);
            let mut points = Points::with_capacity(n);
            for _ in 0..n {
                let (x, t) = self.draw(&mut stream);
                points.push(x, t);
            }
            points
        };
        Ok(Realisation {
            train: points("data/train", self.n),
            test: points("data/test", n_test),
            truth: Box::new(InverseSinusoidTruth::new(self)?),
        })
    }
}

/// g(t).
fn bend(t: f64) -> f64 {
    t + 0.3 * libm::sin(TAU * t)
}

/// The exact p(t | x) of the inverse sinusoid: uniform over the t that can reach x.
///
/// # Formula
///
/// p(t | x) = 1/|S(x)| on S(x) = {0 ≤ t ≤ 1: |x − g(t)| ≤ half_width}, else 0. Outside
/// −half_width … 1 + half_width no t reaches x, and every answer is NaN.
///
/// # Numerics
///
/// S is at most three intervals, one for each monotone piece of g; their ends are bisected
/// to the last bit of t. Everything else is closed.
#[derive(Debug)]
pub struct InverseSinusoidTruth {
    problem: InverseSinusoid,
    /// Ends of the monotone pieces of g.
    turns: [f64; 4],
}

impl InverseSinusoidTruth {
    /// The density of `problem` (its `n` plays no part).
    ///
    /// # Errors
    ///
    /// Those of [`InverseSinusoid::check`] for `half_width`.
    pub fn new(problem: &InverseSinusoid) -> Result<Self, ProblemError> {
        problem.check_noise()?;
        // g′(t) = 1 + 0.6π cos 2πt = 0.
        let turn = libm::acos(-1.0 / (0.3 * TAU)) / TAU;
        Ok(Self {
            problem: *problem,
            turns: [0.0, turn, 1.0 - turn, 1.0],
        })
    }

    /// S(x): the intervals of t, in rising order, over which t is uniform given x; none
    /// where no t reaches x.
    #[must_use]
    pub fn support(&self, x: f64) -> Vec<[f64; 2]> {
        let (below, above) = (x - self.problem.half_width, x + self.problem.half_width);
        let mut intervals: Vec<[f64; 2]> = Vec::with_capacity(3);
        for ends in self.turns.windows(2) {
            let (low, high) = (ends[0], ends[1]);
            let rising = bend(low) < bend(high);
            // Where g crosses the lower and the upper bound, or the end of the piece.
            let (first, last) = if rising {
                (below, above)
            } else {
                (above, below)
            };
            let first = crossing(low, high, rising, first);
            let last = crossing(low, high, rising, last);
            match intervals.last_mut() {
                // Neighbours that meet at a turning point are one.
                Some(previous) if first <= previous[1] && last > first => previous[1] = last,
                _ if last > first => intervals.push([first, last]),
                _ => {}
            }
        }
        intervals
    }
}

/// Where the monotone g crosses `level` between `low` and `high`; the nearer end where it
/// does not. A NaN level gives `high`, and so an empty interval.
fn crossing(mut low: f64, mut high: f64, rising: bool, level: f64) -> f64 {
    let before = |t: f64| {
        if rising {
            bend(t) < level
        } else {
            bend(t) > level
        }
    };
    if !before(low) {
        return low;
    }
    if before(high) {
        return high;
    }
    loop {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            return high;
        }
        if before(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
}

impl Truth for InverseSinusoidTruth {
    fn at<'a>(&'a self, x: f64) -> Box<dyn ConditionalAt + 'a> {
        let intervals = self.support(x);
        let measure: f64 = intervals.iter().map(|[low, high]| high - low).sum();
        let measure = if measure > 0.0 { measure } else { f64::NAN };
        Box::new(InverseSinusoidAt {
            problem: self.problem,
            x,
            intervals,
            measure,
        })
    }
}

/// The problem at one x: a uniform distribution over intervals.
#[derive(Debug)]
struct InverseSinusoidAt {
    problem: InverseSinusoid,
    x: f64,
    intervals: Vec<[f64; 2]>,
    /// Their total length; NaN where there is none.
    measure: f64,
}

impl InverseSinusoidAt {
    /// E f(T), where `integral` is ∫ f over an interval.
    fn expectation(&self, integral: impl Fn(f64, f64) -> f64) -> f64 {
        let sum: f64 = self
            .intervals
            .iter()
            .map(|&[low, high]| integral(low, high))
            .sum();
        sum / self.measure
    }

    /// ½ E|T − T′|: a third of the length within an interval, the distance of the middles
    /// between two.
    fn half_mean_difference(&self) -> f64 {
        let mut sum = 0.0;
        for (i, [low, high]) in self.intervals.iter().enumerate() {
            let length = high - low;
            sum += length * length * length / 6.0;
            for [left, right] in &self.intervals[..i] {
                sum += length * (right - left) * 0.5 * (low + high - left - right);
            }
        }
        sum / (self.measure * self.measure)
    }
}

impl ConditionalAt for InverseSinusoidAt {
    fn log_density(&self, y: f64) -> f64 {
        // The definition rather than the intervals: a point on the edge is in.
        if self.measure.is_nan() || y.is_nan() {
            f64::NAN
        } else if self.problem.reaches(self.x, y) {
            -libm::log(self.measure)
        } else {
            f64::NEG_INFINITY
        }
    }

    fn cdf(&self, y: f64) -> f64 {
        if y.is_nan() {
            return y;
        }
        self.expectation(|low, high| y.clamp(low, high) - low)
    }

    fn mean(&self) -> f64 {
        self.expectation(|low, high| 0.5 * (low + high) * (high - low))
    }

    fn variance(&self) -> f64 {
        let mean = self.mean();
        let cube = |t: f64| (t - mean) * (t - mean) * (t - mean);
        self.expectation(|low, high| (cube(high) - cube(low)) / 3.0)
    }

    fn crps(&self, y: f64) -> f64 {
        if y.is_infinite() && !self.measure.is_nan() {
            return f64::INFINITY;
        }
        // ∫ |t − y| dt over both sides of y, or over one side and nothing.
        let distance = self.expectation(|low, high| {
            let inside = y.clamp(low, high);
            let part =
                |end: f64| 0.5 * ((end - y).abs() + (inside - y).abs()) * (end - inside).abs();
            part(low) + part(high)
        });
        distance - self.half_mean_difference()
    }
}
