//! The exact conditional density of the spiral.

use std::cell::OnceCell;

use super::super::error::ProblemError;
use super::super::normal::{self, CdfTable, HALF_LOG_TAU};
use super::super::path::{FARTHEST_X, Panels, Path};
use super::super::truth::{ConditionalAt, Truth};
use super::parameters::Spiral;
use super::scaling::Scaling;

/// The spiral θ ↦ θ (cos θ, sin θ), measured in jitters.
#[derive(Debug, Clone, Copy)]
struct Curve {
    jitter: f64,
}

impl Path for Curve {
    fn position(&self, theta: f64) -> [f64; 2] {
        let (sin, cos) = libm::sincos(theta);
        let radius = theta / self.jitter;
        [radius * cos, radius * sin]
    }

    fn speed(&self, _low: f64, high: f64) -> f64 {
        libm::hypot(1.0, high) / self.jitter
    }
}

/// The exact p(y | x) of the noisy spiral.
///
/// # Formula
///
/// With c(θ) the curve, p(x, y) ∝ ∫ N(x; c₁(θ), σ²) N(y; c₂(θ), σ²) dθ and
/// p(x) ∝ ∫ N(x; c₁(θ), σ²) dθ over 0 ≤ θ ≤ 2π·revolutions, in the plane of the spiral;
/// ln p(y | x) = ln p(x, y) − ln p(x) − ln(factor of the scaling).
///
/// # Numerics
///
/// Composite Gauss–Legendre quadrature in the log domain. ln p(y | x) is within 1e-6 nats of
/// the exact value while the point is at most 10⁴ jitters from the curve (`tests/it`
/// compares with a quadrature four times as fine and with 30-digit arithmetic); farther off
/// in y its *relative* error stays below 1e-5, until it is −∞ beyond 10¹⁵⁰ jitters. An x
/// farther than 10⁴ jitters beyond the curve is answered as at 10⁴ jitters. The cdf has an
/// absolute error below 1e-9, the CRPS one below 1e-6 jitters.
#[derive(Debug)]
pub struct SpiralTruth {
    scaling: Scaling,
    jitter: f64,
    /// Largest radius, in jitters.
    radius: f64,
    panels: Panels<Curve>,
    table: CdfTable,
}

impl SpiralTruth {
    /// The density of `spiral` (its `n` and `span` play no part) in the units of `scaling`.
    ///
    /// # Errors
    ///
    /// Those of [`Spiral::check`] for `jitter` and `revolutions`.
    pub fn new(spiral: &Spiral, scaling: Scaling) -> Result<Self, ProblemError> {
        Self::refined(spiral, scaling, 1)
    }

    /// The same with every panel cut into `refinement` parts (at least 1, at most 64): only
    /// to show that one part is enough.
    ///
    /// # Errors
    ///
    /// Those of [`new`](Self::new).
    pub fn refined(
        spiral: &Spiral,
        scaling: Scaling,
        refinement: u32,
    ) -> Result<Self, ProblemError> {
        spiral.check_curve()?;
        let curve = Curve {
            jitter: spiral.jitter,
        };
        Ok(Self {
            scaling,
            jitter: spiral.jitter,
            radius: spiral.end() / spiral.jitter,
            panels: Panels::new(curve, 0.0, spiral.end(), refinement.clamp(1, 64)),
            table: CdfTable::new(),
        })
    }
}

impl Truth for SpiralTruth {
    fn at<'a>(&'a self, x: f64) -> Box<dyn ConditionalAt + 'a> {
        let bound = self.radius + FARTHEST_X;
        let x = (self.scaling.invert(x) / self.jitter).clamp(-bound, bound);
        let mut atoms = Vec::with_capacity(1024);
        let (mut total, mut mean) = (0.0, 0.0);
        let nearest = self.panels.visit(
            |[u, _]| (x - u).abs(),
            |node, mass| {
                let v = node.position[1];
                total += mass;
                mean += mass * v;
                atoms.push(Atom { mass, position: v });
            },
        );
        mean /= total;
        // That of the noise; without an atom, x is NaN.
        let mut variance = if atoms.is_empty() { f64::NAN } else { 1.0 };
        for atom in &mut atoms {
            atom.mass /= total;
            variance += atom.mass * (atom.position - mean) * (atom.position - mean);
        }
        Box::new(SpiralAt {
            truth: self,
            x,
            log_marginal: libm::log(total) - 0.5 * nearest * nearest,
            mean,
            variance,
            atoms,
            spread: OnceCell::new(),
        })
    }
}

/// A point of the curve with its probability given x.
#[derive(Debug, Clone, Copy)]
struct Atom {
    mass: f64,
    /// v of the curve, in jitters.
    position: f64,
}

/// The spiral at one x: y is a mixture over the curve's points near that x.
#[derive(Debug)]
struct SpiralAt<'a> {
    truth: &'a SpiralTruth,
    /// x, mean and variance in the plane of the spiral, in jitters.
    x: f64,
    mean: f64,
    variance: f64,
    /// ln ∫ exp(−½ (x − c₁)²) dθ.
    log_marginal: f64,
    atoms: Vec<Atom>,
    /// ½ E|Y − Y′|, in jitters.
    spread: OnceCell<f64>,
}

impl SpiralAt<'_> {
    /// y in jitters of the plane.
    fn place(&self, y: f64) -> f64 {
        self.truth.scaling.invert(y) / self.truth.jitter
    }

    /// Units of y in one jitter.
    fn unit(&self) -> f64 {
        self.truth.jitter * self.truth.scaling.factor()
    }

    /// ½ E|Y − Y′| = ∫ F (1 − F) dy, in jitters.
    ///
    /// The trapezoidal rule with a step of half a jitter: F is smoothed by the noise, so
    /// that the Fourier transform of F (1 − F) falls as exp(−¼ω²), to 7e-18 at the first
    /// alias ω = 4π. F itself, from the table, is off by 2.2e-10 at most; the sum of the two
    /// over the 2·(radius + tail) jitters where it counts is the whole error beyond that of
    /// the nodes. Closed form over all pairs of nodes would cost 300 times as much.
    fn half_mean_difference(&self) -> f64 {
        const STEP: f64 = 0.5;
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for atom in &self.atoms {
            low = low.min(atom.position);
            high = high.max(atom.position);
        }
        if self.atoms.is_empty() {
            return f64::NAN; // x is NaN
        }
        let first = ((low - normal::TAIL) / STEP).floor();
        let steps = ((high + normal::TAIL) / STEP).ceil() - first;
        let mut cdf = vec![0.0; steps as usize + 1];
        // What an atom adds to all grid points above its reach, as one step there.
        let mut jump = vec![0.0; cdf.len() + 1];
        for atom in &self.atoms {
            let from = ((atom.position - normal::TAIL) / STEP).ceil() - first;
            let z = (from + first) * STEP - atom.position;
            let from = from as usize;
            let reached = self.truth.table.add_steps(
                z.max(-normal::TAIL),
                atom.mass,
                cdf.get_mut(from..).unwrap_or_default(),
            );
            if let Some(jump) = jump.get_mut(from + reached) {
                *jump += atom.mass;
            }
        }
        let (mut above, mut sum) = (0.0, 0.0);
        for (f, jump) in cdf.iter().zip(&jump) {
            above += jump;
            sum += (f + above) * (1.0 - f - above);
        }
        sum * STEP
    }
}

impl ConditionalAt for SpiralAt<'_> {
    fn log_density(&self, y: f64) -> f64 {
        let y = self.place(y);
        let mut total = 0.0;
        let distance = |[u, v]: [f64; 2]| ((self.x - u) * (self.x - u) + (y - v) * (y - v)).sqrt();
        let nearest = self.truth.panels.visit(distance, |_, mass| total += mass);
        if nearest.is_infinite() {
            // y is too far to square, or one of the two is NaN.
            return if y.is_nan() || self.x.is_nan() {
                f64::NAN
            } else {
                f64::NEG_INFINITY
            };
        }
        libm::log(total)
            - 0.5 * nearest * nearest
            - self.log_marginal
            - HALF_LOG_TAU
            - libm::log(self.unit())
    }

    fn cdf(&self, y: f64) -> f64 {
        if self.atoms.is_empty() {
            return f64::NAN; // x is NaN
        }
        let y = self.place(y);
        let sum: f64 = self
            .atoms
            .iter()
            .map(|a| a.mass * normal::cdf(y - a.position))
            .sum();
        // The masses add to one only within rounding. A NaN passes through.
        if sum > 1.0 { 1.0 } else { sum }
    }

    fn mean(&self) -> f64 {
        self.truth.scaling.apply(self.mean * self.truth.jitter)
    }

    fn variance(&self) -> f64 {
        self.variance * self.unit() * self.unit()
    }

    fn crps(&self, y: f64) -> f64 {
        let y = self.place(y);
        let distance: f64 = self
            .atoms
            .iter()
            .map(|a| a.mass * normal::absolute_moment(y - a.position))
            .sum();
        (distance - self.spread.get_or_init(|| self.half_mean_difference())) * self.unit()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ½ E|Y − Y′| by closed form over all pairs of nodes of a finer quadrature.
    fn over_pairs(fine: &SpiralTruth, x: f64) -> f64 {
        let mut atoms = Vec::new();
        let x = fine.scaling.invert(x) / fine.jitter;
        let nearest = |[u, _]: [f64; 2]| (x - u).abs();
        fine.panels
            .visit(nearest, |node, mass| atoms.push((mass, node.position[1])));
        let total: f64 = atoms.iter().map(|a| a.0).sum();
        let mut sum = 0.0;
        for (p, v) in &atoms {
            for (q, w) in &atoms {
                // Y − Y′ has twice the variance of the noise.
                let a = (v - w) / std::f64::consts::SQRT_2;
                sum += p * q * std::f64::consts::SQRT_2 * normal::absolute_moment(a);
            }
        }
        0.5 * sum / (total * total)
    }

    #[test]
    fn half_mean_difference_equals_the_sum_over_pairs() {
        for (jitter, revolutions) in [(0.2, 2.0), (2.0, 1.0), (0.05, 1.0)] {
            let spiral = Spiral {
                n: 1,
                jitter,
                revolutions,
                span: 5.0,
            };
            let scaling = Scaling::new(-11.5, 13.0, 5.0).unwrap();
            let truth = SpiralTruth::new(&spiral, scaling).unwrap();
            let fine = SpiralTruth::refined(&spiral, scaling, 2).unwrap();
            for x in [-3.0, 0.3, 2.35, 4.9] {
                let direct = over_pairs(&fine, x);
                // E|Y − y| is exact to rounding, so that the CRPS shows the second term.
                let at = truth.at(x);
                let unit = jitter * scaling.factor();
                let first: f64 = {
                    let y = scaling.invert(2.0) / jitter;
                    let mut sum = [0.0; 2];
                    let x = scaling.invert(x) / jitter;
                    fine.panels.visit(
                        |[u, _]| (x - u).abs(),
                        |node, mass| {
                            sum[0] += mass;
                            sum[1] += mass * normal::absolute_moment(y - node.position[1]);
                        },
                    );
                    sum[1] / sum[0]
                };
                let gap = at.crps(2.0) / unit - (first - direct);
                assert!(gap.abs() < 1e-8, "{spiral:?} at {x}: {gap:e}");
            }
        }
    }
}
