//! Every stationary point of a one-dimensional mixture: modes and the valleys between them.
//!
//! Hill climbing from the components' means can miss a mode, and a grid can step over one.
//! Here the line is cut into intervals until each is *certified* to hold no sign change of f′
//! or one at most. On an interval, each component's share of f′ and f″ has known bounds:
//! −u·e^(−u²/2) turns at u = ±1, (u² − 1)·e^(−u²/2) at u = 0, ±√3, with u = (y − μ)/σ.
//!
//! - The bounds of f′ sum to one sign: no stationary point inside.
//! - The bounds of f″ sum to one sign: f′ is monotone, so its signs at the ends decide.
//! - Taylor about the middle with the greatest |f‴|: the same two verdicts near a double root,
//!   where summed bounds would need an interval for every digit.
//!
//! All stationary points lie between the least and the greatest mean. Everything is relative to
//! the greatest exponent on the interval, so no weight is too small to be seen in its place.
//! An interval shorter than 1e-7 of the narrowest scale that matters in it is let stand: only
//! a mode and a valley closer than that, hence of heights that agree to 1e-20, can be missed.

use super::kernel::Terms;
use super::root::{bracketed, middle};
use super::slope::Slope;

/// Intervals after which the rest is let stand, and as many more for each component. Scales whose
/// ratio is beyond 1e250 leave slopes that f64 cannot compare; nothing else comes near it.
const INTERVALS: usize = 2000;
const INTERVALS_EACH: usize = 200;

/// A point where f′ changes sign.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Stationary {
    pub(super) at: f64,
    pub(super) is_mode: bool,
}

/// All sign changes of f′ in rising order: mode, valley, mode, …, mode.
pub(super) fn stationary_points(terms: Terms<'_>) -> Vec<Stationary> {
    let mut slope = Slope::new(terms);
    let (low, high) = slope.span();
    if low >= high {
        return vec![Stationary {
            at: low,
            is_mode: true,
        }];
    }
    // A little beyond the outer means the slope's sign is certain and not rounded away.
    let margin = |mean: f64| slope.narrowest() + 4.0 * f64::EPSILON * mean.abs();
    let (low, high) = (low - margin(low), high + margin(high));
    let edges = cut(&mut slope, low, high);
    let mut found = Vec::new();
    let mut last: Option<(f64, f64)> = None;
    for y in edges {
        let value = slope.at(y);
        if value != 0.0 {
            if let Some((before, value_before)) = last
                && (value_before > 0.0) != (value > 0.0)
            {
                let at = bracketed(|y| slope.at(y), (before, value_before), (y, value), 0.0);
                let is_mode = value < 0.0;
                found.push(Stationary {
                    at: if is_mode { slope.peak_near(at) } else { at },
                    is_mode,
                });
            }
            last = Some((y, value));
        }
    }
    // Components narrower than an ulp of their means have no slope to be seen.
    if found.is_empty() {
        found.push(Stationary {
            at: slope.tallest(),
            is_mode: true,
        });
    }
    found
}

/// Ends of intervals that are each decided, in rising order.
fn cut(slope: &mut Slope, low: f64, high: f64) -> Vec<f64> {
    // Cuts at the means first: what changes fast, changes there.
    let mut edges = slope.means();
    edges.push(high);
    edges.sort_unstable_by(f64::total_cmp);
    let mut todo: Vec<(f64, f64)> = Vec::new();
    let mut from = low;
    for to in edges {
        if to > from {
            todo.push((from, to));
            from = to;
        }
    }
    todo.reverse();
    let mut out = vec![low];
    let budget = INTERVALS + INTERVALS_EACH * todo.len();
    while let Some((a, b)) = todo.pop() {
        let middle = middle(a, b);
        let is_exhausted = out.len() + todo.len() > budget;
        if middle <= a || middle >= b || is_exhausted || slope.is_decided(a, b) {
            out.push(b);
        } else {
            todo.push((middle, b));
            todo.push((a, middle));
        }
    }
    out
}
