//! The slope f′ of a one-dimensional mixture: its value, and what is certain of it on an interval.

use super::joint::log_sum_exp;
use super::kernel::{self, ExpInPlace, Terms};
use super::root::middle;

/// Below it an exponential counts as underflowed: only its sign is used.
const TINY: f64 = 1e-250;
/// Share by which one bound must exceed another, so that no rounding turns the verdict.
const SURE: f64 = 1.0 - 1e-12;
/// √3.
const SQRT_3: f64 = 1.732_050_807_568_877_2;

/// Turning points u of a derivative's polynomial times e^(−u²/2), with the values there.
type Turns<const N: usize> = [(f64, f64); N];
/// Of −u.
const TURNS_1: Turns<2> = [
    (-1.0, 0.606_530_659_712_633_4),
    (1.0, -0.606_530_659_712_633_4),
];
/// Of u² − 1.
const TURNS_2: Turns<3> = [
    (-SQRT_3, 0.446_260_320_296_859_64),
    (0.0, -1.0),
    (SQRT_3, 0.446_260_320_296_859_64),
];
/// Of u(3 − u²), at the zeros of u⁴ − 6u² + 3.
const TURNS_3: Turns<4> = [
    (-2.334_414_218_338_977_3, 0.374_896_928_839_289_1),
    (-0.741_963_784_302_725_8, -1.380_119_046_160_749),
    (0.741_963_784_302_725_8, 1.380_119_046_160_749),
    (2.334_414_218_338_977_3, -0.374_896_928_839_289_1),
];

/// A component that has weight.
#[derive(Debug, Clone, Copy)]
struct Component {
    mean: f64,
    scale: f64,
    /// ln w − 2 ln σ: the size of its share of f′.
    log_size: f64,
}

impl Component {
    fn u(&self, y: f64) -> f64 {
        (y - self.mean) / self.scale
    }
}

/// The components, and room for their exponentials at three points.
#[derive(Debug, Clone)]
pub(super) struct Slope {
    components: Vec<Component>,
    exponentials: Vec<f64>,
}

impl Slope {
    pub(super) fn new(terms: Terms<'_>) -> Self {
        let Terms {
            log_weights,
            means,
            scales,
            ..
        } = terms;
        let components: Vec<Component> = log_weights
            .iter()
            .zip(means)
            .zip(scales)
            .filter(|((log_weight, _), _)| **log_weight > f64::NEG_INFINITY)
            .map(|((log_weight, &mean), &scale)| Component {
                mean,
                scale,
                log_size: log_weight - 2.0 * kernel::ln(scale),
            })
            .collect();
        let exponentials = vec![0.0; 3 * components.len()];
        Self {
            components,
            exponentials,
        }
    }

    pub(super) fn means(&self) -> Vec<f64> {
        self.components.iter().map(|c| c.mean).collect()
    }

    /// The least and the greatest mean.
    pub(super) fn span(&self) -> (f64, f64) {
        self.components
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), c| {
                (
                    if c.mean < low { c.mean } else { low },
                    if c.mean > high { c.mean } else { high },
                )
            })
    }

    /// The mean of the component with the steepest peak.
    pub(super) fn tallest(&self) -> f64 {
        let start = (f64::NEG_INFINITY, 0.0);
        let tallest = self.components.iter().fold(start, |best, c| {
            if c.log_size > best.0 {
                (c.log_size, c.mean)
            } else {
                best
            }
        });
        tallest.1
    }

    /// `at`, or the mean of a component within 4 ulp of it that f64 can hardly resolve and where f
    /// is higher: across such a component f′ changes sign between two neighbours in f64, and the
    /// root found may be the one far down its side.
    pub(super) fn peak_near(&self, at: f64) -> f64 {
        const ULPS: f64 = 4.0 * f64::EPSILON;
        let mut best = (f64::NEG_INFINITY, at);
        for c in &self.components {
            if c.scale < ULPS * c.mean.abs() && (c.mean - at).abs() <= ULPS * at.abs() {
                if best.0 == f64::NEG_INFINITY {
                    best.0 = self.log_height(at);
                }
                let height = self.log_height(c.mean);
                if height > best.0 {
                    best = (height, c.mean);
                }
            }
        }
        best.1
    }

    /// ln f(y) + ln √(2π).
    fn log_height(&self, y: f64) -> f64 {
        let logs = self.components.iter().map(|c| {
            let u = c.u(y);
            c.log_size + kernel::ln(c.scale) - 0.5 * (u * u)
        });
        log_sum_exp(&logs.collect::<Vec<f64>>())
    }

    pub(super) fn narrowest(&self) -> f64 {
        self.components
            .iter()
            .fold(f64::INFINITY, |s, c| if c.scale < s { c.scale } else { s })
    }

    /// f′(y), relative to the greatest exponential there; 0 where no sign is known, so far from
    /// every component that even the logarithm has overflowed.
    pub(super) fn at(&mut self, y: f64) -> f64 {
        let k = self.components.len();
        let room = &mut self.exponentials[..k];
        let mut greatest = f64::NEG_INFINITY;
        for (log, c) in room.iter_mut().zip(&self.components) {
            let u = c.u(y);
            *log = c.log_size - 0.5 * u * u;
            greatest = if *log > greatest { *log } else { greatest };
        }
        if greatest == f64::NEG_INFINITY {
            return 0.0;
        }
        room.iter_mut().for_each(|log| *log -= greatest);
        kernel::run(ExpInPlace(room));
        let terms = self
            .components
            .iter()
            .zip(room)
            .map(|(c, e)| -c.u(y).clamp(-1e300, 1e300) * *e);
        terms.sum()
    }

    /// Whether f′ has no sign change between `a` and `b`, or one at most, or the interval is too
    /// short to matter.
    pub(super) fn is_decided(&mut self, a: f64, b: f64) -> bool {
        let k = self.components.len();
        let mut greatest = f64::NEG_INFINITY;
        for c in &self.components {
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
        for (room, y) in self.exponentials.chunks_exact_mut(k).zip([a, b, middle]) {
            for (log, c) in room.iter_mut().zip(&self.components) {
                let u = c.u(y);
                *log = c.log_size - 0.5 * u * u - greatest;
            }
        }
        kernel::run(ExpInPlace(&mut self.exponentials));
        let on = |i: usize| {
            let c = self.components[i];
            let (ea, eb) = (self.exponentials[i], self.exponentials[k + i]);
            (
                c,
                Stretch {
                    a: (c.u(a), ea),
                    b: (c.u(b), eb),
                    log_size: c.log_size - greatest,
                },
            )
        };
        let (mut first, mut second) = (Bounds::default(), Bounds::default());
        for i in 0..k {
            let (c, stretch) = on(i);
            first.add(stretch.range(&TURNS_1, |u| -u), 1.0);
            second.add(stretch.range(&TURNS_2, |u| u * u - 1.0), c.scale);
        }
        if first.has_one_sign() || second.has_one_sign() {
            return true;
        }
        // Taylor about the middle, with the greatest |f‴|.
        let (mut slope, mut slope_size, mut bend, mut bend_size) = (0.0, 0.0, 0.0, 0.0);
        let (mut third, mut narrowest) = (0.0, f64::INFINITY);
        for i in 0..k {
            let (c, stretch) = on(i);
            let (low, high) = stretch.range(&TURNS_3, |u| u * (3.0 - u * u));
            let size = if high > -low { high } else { -low };
            third += size / (c.scale * c.scale);
            let (low, high) = stretch.range(&TURNS_1, |u| -u);
            if (low < -1e-17 || high > 1e-17) && c.scale < narrowest {
                narrowest = c.scale;
            }
            let (u, e) = (c.u(middle), self.exponentials[2 * k + i]);
            let (s, d) = if e > 0.0 {
                (-u * e, (u * u - 1.0) * e / c.scale)
            } else {
                (0.0, 0.0)
            };
            (slope, slope_size) = (slope + s, slope_size + s.abs());
            (bend, bend_size) = (bend + d, bend_size + d.abs());
        }
        let sure_bend = bend.abs() - 1e-13 * bend_size;
        let sure_slope = slope.abs() - 1e-13 * slope_size;
        sure_bend > half * third
            || sure_slope > half * (bend.abs() + 0.5 * half * third)
            || 2.0 * half <= 1e-7 * narrowest
    }
}

/// One component on an interval: u and e^(−u²/2), scaled, at both ends.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    a: (f64, f64),
    b: (f64, f64),
    log_size: f64,
}

impl Stretch {
    /// Bounds of `polynomial`·e^(−u²/2) over the interval.
    fn range<const N: usize>(
        self,
        turns: &Turns<N>,
        polynomial: impl Fn(f64) -> f64,
    ) -> (f64, f64) {
        let (mut low, mut high) = bounds(polynomial(self.a.0), self.a.1);
        let mut widen = |(l, h): (f64, f64)| {
            low = if l < low { l } else { low };
            high = if h > high { h } else { high };
        };
        widen(bounds(polynomial(self.b.0), self.b.1));
        for &(u, value) in turns {
            if self.a.0 < u && u < self.b.0 {
                // The component is near, so this cannot overflow.
                widen(bounds(value, kernel::exp(self.log_size)));
            }
        }
        (low, high)
    }
}

/// Bounds of p·e: what underflows keeps its sign, and is not taken for 0.
fn bounds(p: f64, e: f64) -> (f64, f64) {
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

/// Sums of the positive and of the negative parts of lower and upper bounds.
#[derive(Debug, Clone, Copy, Default)]
struct Bounds {
    positive: (f64, f64),
    negative: (f64, f64),
}

impl Bounds {
    /// Adds a range divided by `scale`.
    fn add(&mut self, (low, high): (f64, f64), scale: f64) {
        let above = |x: f64| if x > 0.0 { x / scale } else { 0.0 };
        self.positive.0 += above(low);
        self.positive.1 += above(high);
        self.negative.0 += above(-high);
        self.negative.1 += above(-low);
    }

    /// Whether the sum has one sign (or is 0) for certain.
    fn has_one_sign(&self) -> bool {
        self.positive.1 <= SURE * self.negative.0 || self.negative.1 <= SURE * self.positive.0
    }
}
