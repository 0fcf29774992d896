//! The noisy spiral: r = θ, noise on each axis, scaled into a square.
//!
//! # Formula
//!
//! θ ~ U(0, 2π·revolutions); (u, v) = (θ cos θ, θ sin θ) + N(0, jitter²) on each axis.
//! With m and M the smallest and the largest of all 2n coordinates of the *training* points,
//! x = span·(u − m)/(M − m) and y = span·(v − m)/(M − m); test points use the same m and M.

mod parameters;
mod scaling;
mod truth;

use super::error::ProblemError;
use super::points::{Points, Realisation};
use crate::seed::{Seed, Stream};

pub use parameters::Spiral;
pub use scaling::Scaling;
pub use truth::SpiralTruth;

impl Spiral {
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
