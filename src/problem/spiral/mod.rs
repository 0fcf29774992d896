//! The noisy spiral: r = θ, noise on each axis, scaled into a square.
//!
//! # Formula
//!
//! θ ~ U(0, 2π·revolutions); (u, v) = (θ cos θ, θ sin θ) + N(0, jitter²) on each axis.
//! With m and M the smallest and the largest of all 2n coordinates of the *training* points,
//! x = span·(u − m)/(M − m) and y = span·(v − m)/(M − m); test points use the same m and M.

mod scaling;
mod truth;

use std::f64::consts::TAU;

use serde::{Deserialize, Serialize};

use super::path::MAX_LENGTHS;
use super::{Points, ProblemError, Realisation, positive, some_points};
use crate::seed::{Seed, Stream};

pub use scaling::Scaling;
pub use truth::SpiralTruth;

/// Parameters of the noisy spiral.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spiral {
    /// Points drawn for training, the validation part among them.
    pub n: usize,
    /// Standard deviation σ of the noise on each axis, before scaling.
    pub jitter: f64,
    /// Turns of the spiral.
    pub revolutions: f64,
    /// Side of the square into which the points are scaled.
    pub span: f64,
}

impl Spiral {
    /// Whether the parameters can be realised.
    ///
    /// # Errors
    ///
    /// The first field at fault; a curve longer than 200,000 jitters.
    pub fn check(&self) -> Result<(), ProblemError> {
        some_points(self.n)?;
        self.check_curve()?;
        let allowed = "a finite number from 0.000001 to 1000000";
        positive("span", self.span, 1e6, allowed)?;
        if self.span < 1e-6 {
            return Err(ProblemError::Value {
                field: "span",
                found: self.span,
                allowed,
            });
        }
        Ok(())
    }

    /// The part of [`check`](Self::check) on which the density depends.
    fn check_curve(&self) -> Result<(), ProblemError> {
        positive(
            "jitter",
            self.jitter,
            1e6,
            "a finite number above 0, at most 1000000",
        )?;
        // Its inverse, the speed in jitters, must be a number: else no panel is ever long enough.
        if self.jitter < f64::MIN_POSITIVE {
            return Err(ProblemError::Value {
                field: "jitter",
                found: self.jitter,
                allowed: "a finite number from 2.2250738585072014e-308 to 1000000",
            });
        }
        let allowed = "a finite number above 0, at most 1000";
        positive("revolutions", self.revolutions, 1e3, allowed)?;
        let end = self.end();
        let lengths = end * libm::hypot(1.0, end) / self.jitter;
        if lengths > MAX_LENGTHS {
            return Err(ProblemError::TooFine {
                jitter: self.jitter,
                lengths,
                allowed: MAX_LENGTHS,
            });
        }
        Ok(())
    }

    /// The largest angle.
    fn end(&self) -> f64 {
        TAU * self.revolutions
    }

    /// One noisy point, before scaling: an angle, then the noise of u, then that of v.
    fn draw(&self, stream: &mut Stream) -> [f64; 2] {
        let theta = stream.uniform(0.0, self.end());
        let u = theta * libm::cos(theta) + stream.normal(0.0, self.jitter);
        let v = theta * libm::sin(theta) + stream.normal(0.0, self.jitter);
        [u, v]
    }

    /// The training points before scaling, and the scaling they determine.
    fn draw_train(&self, seed: Seed) -> Result<(Vec<[f64; 2]>, Scaling), ProblemError> {
        let mut stream = seed.stream("data/train");
        let drawn: Vec<[f64; 2]> = (0..self.n).map(|_| self.draw(&mut stream)).collect();
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for &coordinate in drawn.as_flattened() {
            low = low.min(coordinate);
            high = high.max(coordinate);
        }
        Ok((drawn, Scaling::new(low, high, self.span)?))
    }

    /// The scaling that the training points of this seed determine.
    ///
    /// # Errors
    ///
    /// Those of [`check`](Self::check).
    pub fn scaling(&self, seed: Seed) -> Result<Scaling, ProblemError> {
        self.check()?;
        Ok(self.draw_train(seed)?.1)
    }

    pub(super) fn realise(&self, seed: Seed, n_test: usize) -> Result<Realisation, ProblemError> {
        let (drawn, scaling) = self.draw_train(seed)?;
        let mut train = Points::with_capacity(self.n);
        for [u, v] in drawn {
            train.push(scaling.apply(u), scaling.apply(v));
        }
        let mut stream = seed.stream("data/test");
        let mut test = Points::with_capacity(n_test);
        for _ in 0..n_test {
            let [u, v] = self.draw(&mut stream);
            test.push(scaling.apply(u), scaling.apply(v));
        }
        Ok(Realisation {
            train,
            test,
            truth: Box::new(SpiralTruth::new(self, scaling)?),
        })
    }
}
