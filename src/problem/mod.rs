//! Data with a known truth: points to learn from, and the exact density they came from.
//!
//! | problem | one x has many y because |
//! | --- | --- |
//! | [`spiral`] | a vertical line crosses the windings of a spiral |
//! | [`inverse_sinusoid`] | a bent line is read from the wrong side, with uniform noise |
//! | [`hardmaru`] | a swinging curve is read from the wrong side, with normal noise |
//!
//! A [`Problem`] is the `[problem]` table of a spec; [`Problem::realise`] draws its
//! [`Points`] and returns with them the [`Truth`], so that a prediction is compared
//! with the best attainable score on the very same points.
//!
//! Everything is drawn and computed in `f64`. The points are rounded once to `f32`,
//! which is what a network reads, and every score takes those `f32` values as exact.

mod error;
pub mod hardmaru;
pub mod inverse_sinusoid;
mod normal;
mod path;
mod points;
mod quadrature;
pub mod spiral;
mod truth;

use serde::{Deserialize, Serialize};

use crate::seed::Seed;

pub use error::{MAX_POINTS, ProblemError};
pub use hardmaru::Hardmaru;
pub use inverse_sinusoid::InverseSinusoid;
pub use points::{Points, Realisation};
pub use spiral::Spiral;
pub use truth::{ConditionalAt, PointScores, Truth};

/// Which problem, with all that determines it but the seed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Problem {
    /// The noisy spiral, scaled into a square.
    Spiral(Spiral),
    /// Bishop's inverse sinusoid.
    InverseSinusoid(InverseSinusoid),
    /// Ha's inverse problem.
    Hardmaru(Hardmaru),
}

impl Problem {
    /// The name it has in a spec.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Spiral(_) => "spiral",
            Self::InverseSinusoid(_) => "inverse-sinusoid",
            Self::Hardmaru(_) => "hardmaru",
        }
    }

    /// Points drawn for training, the validation part among them.
    #[must_use]
    pub const fn n(&self) -> usize {
        match self {
            Self::Spiral(spiral) => spiral.n,
            Self::InverseSinusoid(sinusoid) => sinusoid.n,
            Self::Hardmaru(hardmaru) => hardmaru.n,
        }
    }

    /// Whether the parameters can be realised.
    ///
    /// # Errors
    ///
    /// The first field at fault, with what was found and what is allowed.
    pub fn check(&self) -> Result<(), ProblemError> {
        match self {
            Self::Spiral(spiral) => spiral.check(),
            Self::InverseSinusoid(sinusoid) => sinusoid.check(),
            Self::Hardmaru(hardmaru) => hardmaru.check(),
        }
    }

    /// Draws the training points (stream `data/train`) and `n_test` fresh test points
    /// (stream `data/test`).
    ///
    /// # Errors
    ///
    /// Those of [`check`](Self::check), and an `n_test` above [`MAX_POINTS`].
    pub fn realise(&self, seed: Seed, n_test: usize) -> Result<Realisation, ProblemError> {
        self.check()?;
        if n_test > MAX_POINTS {
            return Err(ProblemError::Count {
                field: "n_test",
                found: n_test,
                allowed: "at most 10000000",
            });
        }
        match self {
            Self::Spiral(spiral) => spiral.realise(seed, n_test),
            Self::InverseSinusoid(sinusoid) => sinusoid.realise(seed, n_test),
            Self::Hardmaru(hardmaru) => hardmaru.realise(seed, n_test),
        }
    }
}
