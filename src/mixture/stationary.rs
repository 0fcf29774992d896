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

use super::kernel::{self, Terms};
use super::root::{bracketed, middle};

/// A point where f′ changes sign.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Stationary {
    pub(super) at: f64,
    pub(super) is_mode: bool,
}

/// All sign changes of f′ in rising order: mode, valley, mode, …, mode.
pub(super) fn stationary_points(terms: Terms<'_>) -> Vec<Stationary> {
    let components = Component::all(terms);
    let (mut low, mut high, mut narrowest) = (f64::INFINITY, f64::NEG_INFINITY, f64::INFINITY);
    for c in &components {
        low = if c.mean < low { c.mean } else { low };
        high = if c.mean > high { c.mean } else { high };
        narrowest = if c.scale < narrowest {
            c.scale
        } else {
            narrowest
        };
    }
    if low >= high {
        return vec![Stationary {
            at: low,
            is_mode: true,
        }];
    }
    // A little beyond the outer means the slope's sign is certain and not rounded away.
    let margin = |mean: f64| narrowest + 4.0 * f64::EPSILON * mean.abs();
    let edges = cut(&components, low - margin(low), high + margin(high));
    let mut found = Vec::new();
    let mut last: Option<(f64, f64)> = None;
    for y in edges {
        let slope = slope(&components, y);
        if slope != 0.0 {
            if let Some((before, slope_before)) = last
                && (slope_before > 0.0) != (slope > 0.0)
            {
                let at = bracketed(
                    |y| self::slope(&components, y),
                    (before, slope_before),
                    (y, slope),
                    0.0,
                );
                found.push(Stationary {
                    at,
                    is_mode: slope < 0.0,
                });
            }
            last = Some((y, slope));
        }
    }
    found
}

/// A component that has weight.
#[derive(Debug, Clone, Copy)]
struct Component {
    mean: f64,
    scale: f64,
    /// ln w − 2 ln σ: the size of its share of f′.
    log_size: f64,
}

impl Component {
    fn all(terms: Terms<'_>) -> Vec<Self> {
        let Terms {
            log_weights,
            means,
            scales,
            ..
        } = terms;
        log_weights
            .iter()
            .zip(means)
            .zip(scales)
            .filter(|((log_weight, _), _)| **log_weight > f64::NEG_INFINITY)
            .map(|((log_weight, &mean), &scale)| Self {
                mean,
                scale,
                log_size: log_weight - 2.0 * kernel::ln(scale),
            })
            .collect()
    }

    fn u(&self, y: f64) -> f64 {
        (y - self.mean) / self.scale
    }
}

/// f′(y), relative to the greatest exponent among the components at y.
fn slope(components: &[Component], y: f64) -> f64 {
    let mut greatest = f64::NEG_INFINITY;
    for c in components {
        let log = c.log_size - 0.5 * c.u(y) * c.u(y);
        greatest = if log > greatest { log } else { greatest };
    }
    // So far from every component that even the logarithm has overflowed: no sign is known.
    if greatest == f64::NEG_INFINITY {
        return 0.0;
    }
    components
        .iter()
        .map(|c| {
            let u = c.u(y);
            -u.clamp(-1e300, 1e300) * kernel::exp(c.log_size - 0.5 * u * u - greatest)
        })
        .sum()
}

/// Ends of intervals that are each decided, in rising order.
fn cut(components: &[Component], low: f64, high: f64) -> Vec<f64> {
    // Cuts at the means first: what changes fast, changes there.
    let mut edges: Vec<f64> = components.iter().map(|c| c.mean).collect();
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
    while let Some((a, b)) = todo.pop() {
        let middle = middle(a, b);
        if middle <= a || middle >= b || is_decided(components, a, b) {
            out.push(b);
        } else {
            todo.push((middle, b));
            todo.push((a, middle));
        }
    }
    out
}

/// Sums of the positive and of the negative lower and upper bounds.
#[derive(Debug, Clone, Copy, Default)]
struct Bounds {
    positive: (f64, f64),
    negative: (f64, f64),
}

impl Bounds {
    fn add(&mut self, low: f64, high: f64) {
        let above = |x: f64| if x > 0.0 { x } else { 0.0 };
        self.positive.0 += above(low);
        self.positive.1 += above(high);
        self.negative.0 += above(-high);
        self.negative.1 += above(-low);
    }

    /// Whether the sum has one sign (or is 0) for certain, rounding allowed for.
    fn has_one_sign(&self) -> bool {
        const SURE: f64 = 1.0 - 1e-12;
        self.positive.1 <= SURE * self.negative.0 || self.negative.1 <= SURE * self.positive.0
    }
}

/// Whether f′ has no sign change between `a` and `b`, or one at most, or the interval is too short to matter.
fn is_decided(components: &[Component], a: f64, b: f64) -> bool {
    let mut greatest = f64::NEG_INFINITY;
    for c in components {
        let (ua, ub) = (c.u(a), c.u(b));
        let nearest = if ua <= 0.0 && ub >= 0.0 {
            0.0
        } else if ua > 0.0 {
            ua
        } else {
            ub
        };
        let log = c.log_size - 0.5 * nearest * nearest;
        greatest = if log > greatest { log } else { greatest };
    }
    // Nothing is known of so distant a stretch, and halving it would not end.
    if greatest == f64::NEG_INFINITY {
        return true;
    }
    let (middle, half) = (middle(a, b), 0.5 * b - 0.5 * a);
    let (mut first, mut second) = (Bounds::default(), Bounds::default());
    let (mut slope, mut slope_size, mut bend, mut bend_size, mut third) = (0.0, 0.0, 0.0, 0.0, 0.0);
    let mut narrowest = f64::INFINITY;
    for c in components {
        let (ua, ub, um) = (c.u(a), c.u(b), c.u(middle));
        let hermite = Hermite {
            log_size: c.log_size - greatest,
        };
        let (low, high) = hermite.range(ua, ub, &[-1.0, 1.0], |u| -u);
        first.add(low, high);
        if low < -1e-17 || high > 1e-17 {
            narrowest = if c.scale < narrowest {
                c.scale
            } else {
                narrowest
            };
        }
        const SQRT_3: f64 = 1.732_050_807_568_877_2;
        let (low, high) = hermite.range(ua, ub, &[-SQRT_3, 0.0, SQRT_3], |u| u * u - 1.0);
        second.add(low / c.scale, high / c.scale);
        // Zeros of u⁴ − 6u² + 3.
        const TURNS: [f64; 4] = [
            -2.334_414_218_338_977,
            -0.741_963_784_302_725_9,
            0.741_963_784_302_725_9,
            2.334_414_218_338_977,
        ];
        let (low, high) = hermite.range(ua, ub, &TURNS, |u| u * (3.0 - u * u));
        let size = if high > -low { high } else { -low };
        third += size / (c.scale * c.scale);
        let (s, d) = (
            hermite.at(um, |u| -u),
            hermite.at(um, |u| u * u - 1.0) / c.scale,
        );
        (slope, slope_size) = (slope + s, slope_size + s.abs());
        (bend, bend_size) = (bend + d, bend_size + d.abs());
    }
    if first.has_one_sign() || second.has_one_sign() {
        return true;
    }
    let sure_bend = bend.abs() - 1e-13 * bend_size;
    let sure_slope = slope.abs() - 1e-13 * slope_size;
    sure_bend > half * third
        || sure_slope > half * (bend.abs() + 0.5 * half * third)
        || 2.0 * half <= 1e-7 * narrowest
}

/// Polynomial times e^(−u²/2), scaled: a derivative of one component.
#[derive(Debug, Clone, Copy)]
struct Hermite {
    log_size: f64,
}

impl Hermite {
    fn at(self, u: f64, polynomial: impl Fn(f64) -> f64) -> f64 {
        let e = kernel::exp(self.log_size - 0.5 * u * u);
        if e > 0.0 { polynomial(u) * e } else { 0.0 }
    }

    /// Bounds of the value at `u`: what underflows keeps its sign, and is not taken for 0.
    fn bounds_at(self, u: f64, polynomial: impl Fn(f64) -> f64) -> (f64, f64) {
        const TINY: f64 = 1e-250;
        let (p, e) = (polynomial(u), kernel::exp(self.log_size - 0.5 * u * u));
        if e > TINY {
            (p * e, p * e)
        } else if p > 0.0 {
            (0.0, TINY)
        } else if p < 0.0 {
            (-TINY, 0.0)
        } else {
            (0.0, 0.0)
        }
    }

    /// Bounds of the values for u in [ua, ub], where `turns` are all interior extrema.
    fn range(self, ua: f64, ub: f64, turns: &[f64], polynomial: impl Fn(f64) -> f64) -> (f64, f64) {
        let (mut low, mut high) = self.bounds_at(ua, &polynomial);
        let inside = turns.iter().copied().filter(|u| ua < *u && *u < ub);
        for u in inside.chain([ub]) {
            let (l, h) = self.bounds_at(u, &polynomial);
            low = if l < low { l } else { low };
            high = if h > high { h } else { high };
        }
        (low, high)
    }
}
