//! Integrals of a Gaussian along a curve: ∫ exp(−½ d(θ)²) f(θ) dθ.
//!
//! All three problems are a point moving on a curve with noise about it, and all their
//! exact densities are integrals of that form, d(θ) being the distance to the curve in
//! noise scales. They are computed by composite Gauss–Legendre quadrature over panels that
//! are prepared once; a panel over which the integrand changes too much for the rule is
//! halved on the spot, and a panel that cannot matter is passed over.

/// Nodes in a panel.
pub(super) const ORDER: usize = 12;

/// Positive nodes and weights of the 12-point Gauss–Legendre rule on \[−1, 1\]
/// (roots of P₁₂ and 2/((1 − t²)P₁₂′²), computed with 40 digits).
const HALF_RULE: [(f64, f64); ORDER / 2] = [
    (0.125_233_408_511_468_9, 0.249_147_045_813_402_78),
    (0.367_831_498_998_180_2, 0.233_492_536_538_354_8),
    (0.587_317_954_286_617_4, 0.203_167_426_723_065_92),
    (0.769_902_674_194_304_7, 0.160_078_328_543_346_23),
    (0.904_117_256_370_474_9, 0.106_939_325_995_318_43),
    (0.981_560_634_246_719_3, 0.047_175_336_386_511_83),
];

/// The 12-point rule on \[`low`, `high`\]: (node, weight) in rising order.
pub(super) fn rule(low: f64, high: f64) -> [(f64, f64); ORDER] {
    let (middle, half) = (0.5 * (low + high), 0.5 * (high - low));
    std::array::from_fn(|i| {
        let (t, weight) = if i < ORDER / 2 {
            let (t, weight) = HALF_RULE[ORDER / 2 - 1 - i];
            (-t, weight)
        } else {
            HALF_RULE[i - ORDER / 2]
        };
        (middle + half * t, half * weight)
    })
}

/// Path length of a panel in noise scales. At 4, a Gaussian crossed at full speed is
/// integrated to 3e-12 (the remainder of the 12-point rule).
const PANEL_SCALES: f64 = 4.0;

/// Widest panel, so that the curve itself is resolved where the noise is large.
const PANEL_WIDTH: f64 = 1.0;

/// Panels whose nearest point lies this many nats below the peak are passed over.
const NEGLIGIBLE_NATS: f64 = 36.0;

/// Nats by which the exponent may change over a panel at the peak: the rule integrates
/// exp(−ct) on \[0, 1\] to c²⁴ (12!)⁴/(25 (24!)³), 1e-8 at this c.
const CHANGE_NATS: f64 = 18.0;

/// Beyond this distance panels are no longer halved: `d²` itself has lost the digits.
pub(super) const FARTHEST_REFINED: f64 = 1e5;

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
    /// Weight of the rule.
    pub(super) weight: f64,
    /// Position on the path, in noise scales.
    pub(super) position: [f64; 2],
}

/// A piece of the path with its nodes.
#[derive(Debug, Clone)]
struct Panel {
    low: f64,
    high: f64,
    /// Upper bound of the path length, in noise scales.
    length: f64,
    ends: [[f64; 2]; 2],
    nodes: [Node; ORDER],
}

impl Panel {
    fn new(path: &impl Path, low: f64, high: f64) -> Self {
        Self {
            low,
            high,
            length: (high - low) * path.speed(low, high),
            ends: [path.position(low), path.position(high)],
            nodes: rule(low, high).map(|(theta, weight)| Node {
                weight,
                position: path.position(theta),
            }),
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

    /// Visits the nodes that matter with their share of ∫ exp(−½ (d² − d₀²)) dθ, where
    /// d is `distance` (at most as far apart for two positions as these are), and returns
    /// d₀, its smallest value met.
    ///
    /// # Numerics
    ///
    /// The sum of the shares has a relative error below 1e-9 where d₀ ≤ 1e4. Beyond,
    /// panels stay whole and only ln ∫ = −½ d₀² + … keeps a small relative error.
    pub(super) fn visit(
        &self,
        distance: impl Fn([f64; 2]) -> f64,
        mut each: impl FnMut(&Node, f64),
    ) -> f64 {
        let mut nearest = f64::INFINITY;
        for panel in &self.panels {
            nearest = nearest
                .min(distance(panel.ends[0]))
                .min(distance(panel.ends[1]));
        }
        let classify = |panel: &Panel, nearest: f64| {
            let sum = distance(panel.ends[0]) + distance(panel.ends[1]);
            // d moves by no more than the path does.
            let least = (0.5 * (sum - panel.length)).max(0.0);
            let below_peak = 0.5 * (least - nearest) * (least + nearest);
            let change = 0.5 * panel.length * sum;
            if below_peak > NEGLIGIBLE_NATS {
                Use::Negligible
            } else if change <= CHANGE_NATS * allowance(below_peak) || nearest > FARTHEST_REFINED {
                Use::Whole
            } else {
                Use::Halves
            }
        };
        let mut whole: Vec<&Panel> = Vec::with_capacity(self.panels.len());
        let mut halves: Vec<Panel> = Vec::new();
        let mut refined: Vec<Panel> = Vec::new();
        for panel in &self.panels {
            match classify(panel, nearest) {
                Use::Negligible => {}
                Use::Whole => whole.push(panel),
                Use::Halves => halves.push(panel.clone()),
            }
            while let Some(panel) = halves.pop() {
                let middle = 0.5 * (panel.low + panel.high);
                if !(panel.low < middle && middle < panel.high) {
                    refined.push(panel);
                    continue;
                }
                for (low, high) in [(panel.low, middle), (middle, panel.high)] {
                    let half = Panel::new(&self.path, low, high);
                    nearest = nearest
                        .min(distance(half.ends[0]))
                        .min(distance(half.ends[1]));
                    match classify(&half, nearest) {
                        Use::Negligible => {}
                        Use::Whole => refined.push(half),
                        Use::Halves => halves.push(half),
                    }
                }
            }
        }
        for panel in whole.into_iter().chain(&refined) {
            for node in &panel.nodes {
                let d = distance(node.position);
                let exponent = 0.5 * (nearest - d) * (nearest + d);
                if exponent > -NEGLIGIBLE_NATS {
                    each(node, node.weight * libm::exp(exponent));
                }
            }
        }
        nearest
    }
}
