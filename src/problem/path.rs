//! Integrals of a Gaussian along a curve: ∫ exp(−½ d(θ)²) f(θ) dθ.
//!
//! A point moves on a curve, with Gaussian noise about it: then exact densities are
//! integrals of that form, d(θ) being the distance to the curve in noise scales. They are
//! computed by composite Gauss–Legendre quadrature over panels that are prepared once; a
//! panel over which the integrand changes too much for the rule is halved on the spot, and
//! a panel that cannot matter is passed over.

use super::quadrature::{ORDER, rule};

/// Path length of a panel in noise scales. At 4, a Gaussian crossed at full speed is
/// integrated to 3e-12 (the remainder of the 12-point rule).
const PANEL_SCALES: f64 = 4.0;

/// Widest panel, so that the curve itself is resolved where the noise is large.
const PANEL_WIDTH: f64 = 1.0;

/// Longest curve in noise scales: its panels take some 20 MB, and each density visits them.
pub(super) const MAX_LENGTHS: f64 = 2e5;

/// Panels whose nearest point lies this many nats below the peak are passed over.
const NEGLIGIBLE_NATS: f64 = 36.0;

/// Nats by which the exponent may change over a panel at the peak: the rule integrates
/// exp(−ct) on \[0, 1\] to c²⁴ (12!)⁴/(25 (24!)³), 1e-8 at this c.
const CHANGE_NATS: f64 = 18.0;

/// Beyond this distance panels are no longer halved: d² itself has lost the digits.
const FARTHEST_REFINED: f64 = 1e5;

/// How far beyond the curve, in noise scales, a given x is taken as it is; one farther off
/// is answered as one at that distance, since what is left of the curve is then one point.
pub(super) const FARTHEST_X: f64 = 1e4;

/// A curve, its coordinates in noise scales.
pub(super) trait Path {
    /// Where it is at θ.
    fn position(&self, theta: f64) -> [f64; 2];

    /// An upper bound of its speed over \[low, high\].
    fn speed(&self, low: f64, high: f64) -> f64;
}

/// A quadrature node on the path.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    /// Parameter θ.
    pub(super) theta: f64,
    /// Weight of the rule.
    pub(super) weight: f64,
    /// Position on the path, in noise scales.
    pub(super) position: [f64; 2],
}

/// A piece of the path with its nodes.
#[derive(Debug, Clone)]
pub(super) struct Panel {
    /// First θ.
    pub(super) low: f64,
    /// Last θ.
    pub(super) high: f64,
    /// Upper bound of the path length, in noise scales.
    length: f64,
    ends: [[f64; 2]; 2],
    /// The nodes of the rule, in rising order.
    pub(super) nodes: [Node; ORDER],
}

impl Panel {
    fn new(path: &impl Path, low: f64, high: f64) -> Self {
        let node = |(theta, weight)| Node {
            theta,
            weight,
            position: path.position(theta),
        };
        Self {
            low,
            high,
            length: (high - low) * path.speed(low, high),
            ends: [path.position(low), path.position(high)],
            nodes: rule(low, high).map(node),
        }
    }

    /// The smaller distance of its ends.
    fn nearest_end(&self, distance: impl Fn([f64; 2]) -> f64) -> f64 {
        distance(self.ends[0]).min(distance(self.ends[1]))
    }

    /// Whether it matters, and if so whether the rule is good enough, where the whole path
    /// comes as near as `nearest`.
    fn classify(&self, distance: impl Fn([f64; 2]) -> f64, nearest: f64) -> Use {
        let sum = distance(self.ends[0]) + distance(self.ends[1]);
        // d moves by no more than the path does.
        let least = (0.5 * (sum - self.length)).max(0.0);
        let below_peak = 0.5 * (least - nearest) * (least + nearest);
        let change = 0.5 * self.length * sum;
        if below_peak > NEGLIGIBLE_NATS {
            Use::Negligible
        } else if change <= CHANGE_NATS * allowance(below_peak) || nearest > FARTHEST_REFINED {
            Use::Whole
        } else {
            Use::Halves
        }
    }
}

/// How much more a panel so far below the peak may change: the error, 24th power of the
/// change, counts for exp(−`below_peak`) only. A lower bound of exp(`below_peak`/24).
fn allowance(below_peak: f64) -> f64 {
    let t = below_peak.max(0.0) / 24.0;
    1.0 + t * (1.0 + 0.5 * t)
}

/// What to do with a panel.
enum Use {
    Negligible,
    Whole,
    Halves,
}

/// exp(−½ (d² − d₀²)), or `None` where that is negligible.
pub(super) fn share(distance: f64, nearest: f64) -> Option<f64> {
    let exponent = 0.5 * (nearest - distance) * (nearest + distance);
    (exponent > -NEGLIGIBLE_NATS).then(|| libm::exp(exponent))
}

/// The panels that matter at one point.
#[derive(Debug)]
pub(super) struct Selection<'a> {
    /// Smallest distance met.
    pub(super) nearest: f64,
    whole: Vec<&'a Panel>,
    refined: Vec<Panel>,
}

impl Selection<'_> {
    /// The panels; those that were refined come last.
    pub(super) fn panels(&self) -> impl Iterator<Item = &Panel> {
        self.whole.iter().copied().chain(&self.refined)
    }
}

/// A path cut into panels.
#[derive(Debug, Clone)]
pub(super) struct Panels<P> {
    path: P,
    panels: Vec<Panel>,
}

impl<P: Path> Panels<P> {
    /// Cuts θ ∈ \[`low`, `high`\] so that no panel is longer than 4 noise scales, each of
    /// them cut once more into `refinement` parts (1 but in tests).
    pub(super) fn new(path: P, low: f64, high: f64, refinement: u32) -> Self {
        let mut panels = Vec::new();
        let mut from = low;
        while from < high {
            let widest = PANEL_WIDTH.min(high - from);
            let width = widest.min(PANEL_SCALES / path.speed(from, from + widest));
            // A last sliver is joined to the panel before it.
            let to = if from + 1.001 * width >= high {
                high
            } else {
                from + width
            };
            let part = (to - from) / f64::from(refinement);
            for i in 0..refinement {
                let end = if i + 1 == refinement {
                    to
                } else {
                    from + part * f64::from(i + 1)
                };
                panels.push(Panel::new(&path, from + part * f64::from(i), end));
            }
            from = to;
        }
        Self { path, panels }
    }

    /// The path.
    pub(super) const fn path(&self) -> &P {
        &self.path
    }

    /// The panels that matter where the distance to a position is `distance`, which must not
    /// differ by more between two positions than these are apart.
    pub(super) fn near(&self, distance: impl Fn([f64; 2]) -> f64) -> Selection<'_> {
        let ends = self.panels.iter().map(|panel| panel.nearest_end(&distance));
        let mut nearest = ends.fold(f64::INFINITY, f64::min);
        let mut whole: Vec<&Panel> = Vec::with_capacity(self.panels.len());
        let (mut halves, mut refined) = (Vec::new(), Vec::new());
        for panel in &self.panels {
            match panel.classify(&distance, nearest) {
                Use::Negligible => {}
                Use::Whole => whole.push(panel),
                Use::Halves => halves.push(panel.clone()),
            }
            while let Some(panel) = halves.pop() {
                let middle = 0.5 * (panel.low + panel.high);
                if middle <= panel.low || middle >= panel.high {
                    refined.push(panel);
                    continue;
                }
                for (low, high) in [(panel.low, middle), (middle, panel.high)] {
                    let half = Panel::new(&self.path, low, high);
                    nearest = nearest.min(half.nearest_end(&distance));
                    match half.classify(&distance, nearest) {
                        Use::Negligible => {}
                        Use::Whole => refined.push(half),
                        Use::Halves => halves.push(half),
                    }
                }
            }
        }
        if nearest > FARTHEST_REFINED {
            // The ends of unrefined panels may all lie many nats below their nodes.
            for node in whole.iter().flat_map(|panel| &panel.nodes) {
                nearest = nearest.min(distance(node.position));
            }
        }
        Selection {
            nearest,
            whole,
            refined,
        }
    }

    /// Visits the nodes that matter with their share of ∫ exp(−½ (d² − d₀²)) dθ and returns
    /// d₀, the smallest distance met.
    ///
    /// # Numerics
    ///
    /// The sum of the shares has a relative error below 1e-8 (measured: 2e-12) where
    /// d₀ ≤ 1e4. Beyond 1e5 panels stay whole and only ln ∫ = −½ d₀² + … keeps a small
    /// relative error.
    pub(super) fn visit(
        &self,
        distance: impl Fn([f64; 2]) -> f64,
        mut each: impl FnMut(&Node, f64),
    ) -> f64 {
        let selection = self.near(&distance);
        for node in selection.panels().flat_map(|panel| &panel.nodes) {
            if let Some(share) = share(distance(node.position), selection.nearest) {
                each(node, node.weight * share);
            }
        }
        selection.nearest
    }
}
