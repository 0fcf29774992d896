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

pub mod hardmaru;
pub mod inverse_sinusoid;
mod normal;
mod path;
mod quadrature;
pub mod spiral;
mod truth;

use serde::{Deserialize, Serialize};

use crate::seed::Seed;

pub use hardmaru::Hardmaru;
pub use inverse_sinusoid::InverseSinusoid;
pub use spiral::Spiral;
pub use truth::{ConditionalAt, PointScores, Truth};

/// Most points of one set: a mistyped exponent must not ask for the whole memory.
pub const MAX_POINTS: usize = 10_000_000;

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

/// Points (x, y), as a network reads them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Points {
    /// What is given.
    pub x: Vec<f32>,
    /// What is to be predicted; as many as `x`.
    pub y: Vec<f32>,
}

impl Points {
    /// Number of points.
    #[must_use]
    pub fn len(&self) -> usize {
        self.x.len()
    }

    /// Whether there is no point.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.x.is_empty()
    }

    /// Appends a point drawn in `f64`, rounded here and nowhere else.
    fn push(&mut self, x: f64, y: f64) {
        // Adding zero turns −0.0 into 0.0: the hash must not see the sign of nothing.
        self.x.push(x as f32 + 0.0);
        self.y.push(y as f32 + 0.0);
    }

    /// Room for `n` points.
    fn with_capacity(n: usize) -> Self {
        Self {
            x: Vec::with_capacity(n),
            y: Vec::with_capacity(n),
        }
    }

    /// Feeds x₀, y₀, x₁, y₁, … as little-endian `f32` to `hasher`.
    fn hash_into(&self, hasher: &mut blake3::Hasher) {
        for (x, y) in self.x.iter().zip(&self.y) {
            hasher.update(&x.to_le_bytes());
            hasher.update(&y.to_le_bytes());
        }
    }
}

/// The points drawn from a problem, and the truth about them.
#[derive(Debug)]
pub struct Realisation {
    /// Points to learn from, the validation part among them.
    pub train: Points,
    /// Fresh points, never learnt from.
    pub test: Points,
    /// The exact conditional density, in the units of the points.
    pub truth: Box<dyn Truth>,
}

impl Realisation {
    /// BLAKE3, in hexadecimal, of the training and then the test points: x₀, y₀, x₁, y₁, …
    /// as little-endian `f32`.
    #[must_use]
    pub fn blake3(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        self.train.hash_into(&mut hasher);
        self.test.hash_into(&mut hasher);
        hasher.finalize().to_hex().to_string()
    }
}

/// Why a problem cannot be realised.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ProblemError {
    /// A real parameter outside its range.
    #[error("{field} is {found}; allowed is {allowed}")]
    Value {
        /// Key in the spec.
        field: &'static str,
        /// What stood there.
        found: f64,
        /// What may stand there.
        allowed: &'static str,
    },
    /// A number of points outside its range.
    #[error("{field} is {found}; allowed is {allowed}")]
    Count {
        /// Key in the spec.
        field: &'static str,
        /// What stood there.
        found: usize,
        /// What may stand there.
        allowed: &'static str,
    },
    /// A curve so long in units of its noise that the exact density would cost too much.
    #[error(
        "jitter is {jitter}, of which the curve is {lengths:.0} long; allowed is a curve of at \
         most {allowed:.0} jitters"
    )]
    TooFine {
        /// The noise asked for.
        jitter: f64,
        /// Length of the curve over the noise.
        lengths: f64,
        /// The most that is computed.
        allowed: f64,
    },
    /// All points in one place, so that nothing can be scaled.
    #[error("the realised points span {low} to {high}; their range must be finite and positive")]
    NoRange {
        /// Smallest coordinate.
        low: f64,
        /// Largest coordinate.
        high: f64,
    },
}

/// A finite `found` in (0, `most`], or the error that says so.
fn positive(
    field: &'static str,
    found: f64,
    most: f64,
    allowed: &'static str,
) -> Result<(), ProblemError> {
    if found > 0.0 && found <= most {
        Ok(())
    } else {
        Err(ProblemError::Value {
            field,
            found,
            allowed,
        })
    }
}

/// A number of points from 1 to [`MAX_POINTS`], or the error that says so.
const fn some_points(n: usize) -> Result<(), ProblemError> {
    if n >= 1 && n <= MAX_POINTS {
        Ok(())
    } else {
        Err(ProblemError::Count {
            field: "n",
            found: n,
            allowed: "1 to 10000000",
        })
    }
}
