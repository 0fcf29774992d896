//! Ha's inverse problem: a swinging curve read from the wrong side.
//!
//! # Formula
//!
//! y ~ U(−10.5, 10.5), x = m(y) + N(0, jitter²) with m(y) = 7 sin 0.75y + 0.5y; the problem
//! is to predict y from x. With jitter 1 it is the example of D. Ha, "Mixture Density
//! Networks with TensorFlow" (2015).

use serde::{Deserialize, Serialize};

use super::error::{ProblemError, positive, some_points};
use super::path::{FARTHEST_X, MAX_LENGTHS, Panel, Panels, Path, share};
use super::points::{Points, Realisation};
use super::quadrature::rule;
use super::truth::{ConditionalAt, Truth};
use crate::seed::{Seed, Stream};

/// y lies in ±this.
const END: f64 = 10.5;

/// Upper bounds of |m| and |m′|.
const LARGEST: f64 = 12.25;
const STEEPEST: f64 = 5.75;

/// Parameters of the problem.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hardmaru {
    /// Points drawn for training, the validation part among them.
    pub n: usize,
    /// Standard deviation of the noise on x; 1 in the original.
    pub jitter: f64,
}

impl Hardmaru {
    /// Whether the parameters can be realised.
    ///
    /// # Errors
    ///
    /// The first field at fault; a curve longer than 200,000 jitters.
    pub fn check(&self) -> Result<(), ProblemError> {
        some_points(self.n)?;
        self.check_curve()
    }

    /// The part of [`check`](Self::check) on which the density depends.
    fn check_curve(&self) -> Result<(), ProblemError> {
        positive(
            "jitter",
            self.jitter,
            1e6,
            "a finite number above 0, at most 1000000",
        )?;
        let lengths = 2.0 * END * STEEPEST / self.jitter;
        if lengths > MAX_LENGTHS {
            let (jitter, allowed) = (self.jitter, MAX_LENGTHS);
            return Err(ProblemError::TooFine {
                jitter,
                lengths,
                allowed,
            });
        }
        Ok(())
    }

    /// One point: y, then the noise of x. A y that rounds onto the outside of the interval
    /// cannot occur: ±10.5 are `f32` values.
    fn draw(&self, stream: &mut Stream) -> (f64, f64) {
        let y = stream.uniform(-END, END);
        (stream.normal(centre(y), self.jitter), y)
    }

    pub(super) fn realise(&self, seed: Seed, n_test: usize) -> Result<Realisation, ProblemError> {
        let points = |path: &str, n: usize| {
            let mut stream = seed.stream(path);
            let mut points = Points::with_capacity(n);
            for _ in 0..n {
                let (x, y) = self.draw(&mut stream);
                points.push(x, y);
            }
            points
        };
        Ok(Realisation {
            train: points("data/train", self.n),
            test: points("data/test", n_test),
            truth: Box::new(HardmaruTruth::new(self)?),
        })
    }
}

/// m(y).
fn centre(y: f64) -> f64 {
    7.0 * libm::sin(0.75 * y) + 0.5 * y
}

/// The curve y ↦ m(y), measured in jitters.
#[derive(Debug, Clone, Copy)]
struct Curve {
    jitter: f64,
}

impl Path for Curve {
    fn position(&self, y: f64) -> [f64; 2] {
        [centre(y) / self.jitter, 0.0]
    }

    fn speed(&self, _low: f64, _high: f64) -> f64 {
        STEEPEST / self.jitter
    }
}

/// The exact p(y | x) of Ha's inverse problem.
///
/// # Formula
///
/// p(y | x) = N(x; m(y), jitter²) / ∫ N(x; m(t), jitter²) dt for |y| ≤ 10.5, else 0.
///
/// # Numerics
///
/// The numerator is closed; the integral, and those of the cdf and the CRPS up to y, are
/// composite Gauss–Legendre quadratures with an error below 1e-8 (`tests/it` compares with
/// one four times as fine and with 30-digit arithmetic). An x farther than 10⁴ jitters
/// beyond the curve is answered as at 10⁴ jitters.
#[derive(Debug)]
pub struct HardmaruTruth {
    panels: Panels<Curve>,
}

impl HardmaruTruth {
    /// The density of `problem` (its `n` plays no part).
    ///
    /// # Errors
    ///
    /// Those of [`Hardmaru::check`] for `jitter`.
    pub fn new(problem: &Hardmaru) -> Result<Self, ProblemError> {
        Self::refined(problem, 1)
    }

    /// The same with every panel cut into `refinement` parts (at least 1, at most 64): only
    /// to show that one part is enough.
    ///
    /// # Errors
    ///
    /// Those of [`new`](Self::new).
    pub fn refined(problem: &Hardmaru, refinement: u32) -> Result<Self, ProblemError> {
        problem.check_curve()?;
        let curve = Curve {
            jitter: problem.jitter,
        };
        Ok(Self {
            panels: Panels::new(curve, -END, END, refinement.clamp(1, 64)),
        })
    }
}

impl Truth for HardmaruTruth {
    fn at<'a>(&'a self, x: f64) -> Box<dyn ConditionalAt + 'a> {
        let curve = *self.panels.path();
        let bound = LARGEST / curve.jitter + FARTHEST_X;
        let x = (x / curve.jitter).clamp(-bound, bound);
        let selection = self.panels.near(|[m, _]| (x - m).abs());
        let mut at = HardmaruAt {
            curve,
            x,
            nearest: selection.nearest,
            total: 0.0,
            mean: 0.0,
            variance: 0.0,
            pieces: Vec::new(),
        };
        let mut atoms: Vec<[f64; 2]> = Vec::with_capacity(1024);
        for Panel {
            low, high, nodes, ..
        } in selection.panels()
        {
            let first = atoms.len();
            atoms.extend(
                nodes
                    .iter()
                    .map(|n| [n.theta, n.weight * at.weight(n.position[0])]),
            );
            let [mass, moment] = moments(atoms[first..].iter().copied());
            at.pieces.push(Piece {
                low: *low,
                high: *high,
                mass,
                moment,
            });
        }
        at.pieces.sort_by(|a, b| a.low.total_cmp(&b.low));
        at.total = at.pieces.iter().map(|piece| piece.mass).sum();
        at.mean = at.pieces.iter().map(|piece| piece.moment).sum::<f64>() / at.total;
        let mean = at.mean;
        let squares = atoms.iter().map(|[y, mass]| mass * (y - mean) * (y - mean));
        at.variance = squares.sum::<f64>() / at.total;
        Box::new(at)
    }
}

/// Σ mass and Σ y mass over (y, mass).
fn moments(atoms: impl Iterator<Item = [f64; 2]>) -> [f64; 2] {
    atoms.fold([0.0; 2], |sums, [y, mass]| {
        [sums[0] + mass, sums[1] + mass * y]
    })
}

/// An interval of y with its mass ∫ w and moment ∫ y w, w being the share of the peak.
#[derive(Debug, Clone, Copy)]
struct Piece {
    low: f64,
    high: f64,
    mass: f64,
    moment: f64,
}

/// The problem at one x.
#[derive(Debug)]
struct HardmaruAt {
    curve: Curve,
    /// x in jitters.
    x: f64,
    /// Smallest |x − m|, in jitters.
    nearest: f64,
    /// ∫ w dy.
    total: f64,
    mean: f64,
    variance: f64,
    /// The intervals of y that matter, in rising order.
    pieces: Vec<Piece>,
}

impl HardmaruAt {
    /// p(x | y) relative to its largest value, 0 where negligible, from m(y) in jitters.
    fn weight(&self, position: f64) -> f64 {
        share((self.x - position).abs(), self.nearest).unwrap_or(0.0)
    }

    /// (y, mass) at the nodes of the rule on an interval no longer than a piece.
    fn atoms(&self, low: f64, high: f64) -> impl Iterator<Item = [f64; 2]> {
        let atom = |(y, weight)| [y, weight * self.weight(self.curve.position(y)[0])];
        rule(low, high).into_iter().map(atom)
    }

    /// ∫ w and ∫ t w over t ≤ y.
    fn below(&self, y: f64) -> [f64; 2] {
        let mut sums = [0.0; 2];
        for piece in &self.pieces {
            if y < piece.high {
                if y > piece.low {
                    let [mass, moment] = moments(self.atoms(piece.low, y));
                    sums = [sums[0] + mass, sums[1] + moment];
                }
                break;
            }
            sums = [sums[0] + piece.mass, sums[1] + piece.moment];
        }
        sums
    }

    /// ½ E|Y − Y′| = ∫ (t − mean)(2F(t) − 1) p(t) dt.
    fn half_mean_difference(&self) -> f64 {
        let (mut below, mut sum) = (0.0, 0.0);
        for piece in &self.pieces {
            for [y, mass] in self.atoms(piece.low, piece.high) {
                let cdf = (below + moments(self.atoms(piece.low, y))[0]) / self.total;
                sum += mass * (y - self.mean) * (2.0 * cdf - 1.0);
            }
            below += piece.mass;
        }
        sum / self.total
    }
}

impl ConditionalAt for HardmaruAt {
    fn log_density(&self, y: f64) -> f64 {
        if y.abs() > END {
            return f64::NEG_INFINITY;
        }
        let distance = self.x - self.curve.position(y)[0];
        0.5 * (self.nearest - distance) * (self.nearest + distance) - libm::log(self.total)
    }

    fn cdf(&self, y: f64) -> f64 {
        if y.is_nan() {
            return y;
        }
        let cdf = self.below(y)[0] / self.total;
        if cdf > 1.0 { 1.0 } else { cdf }
    }

    fn mean(&self) -> f64 {
        self.mean
    }

    fn variance(&self) -> f64 {
        self.variance
    }

    fn crps(&self, y: f64) -> f64 {
        if y.is_nan() {
            return y;
        }
        let [mass, first] = self.below(y);
        // Outside the interval E|Y − y| is linear in y, and so for y = ±∞.
        let (cdf, first) = (mass / self.total, first / self.total);
        y * (2.0 * cdf - 1.0) + self.mean - 2.0 * first - self.half_mean_difference()
    }
}
