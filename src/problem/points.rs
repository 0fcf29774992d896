//! Points of a problem.

use super::truth::Truth;

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
    pub(super) fn push(&mut self, x: f64, y: f64) {
        // Adding zero turns −0.0 into 0.0: the hash must not see the sign of nothing.
        self.x.push(x as f32 + 0.0);
        self.y.push(y as f32 + 0.0);
    }

    /// Room for `n` points.
    pub(super) fn with_capacity(n: usize) -> Self {
        Self {
            x: Vec::with_capacity(n),
            y: Vec::with_capacity(n),
        }
    }

    /// Feeds x₀, y₀, x₁, y₁, … as little-endian `f32` to `hasher`.
    pub(super) fn hash_into(&self, hasher: &mut blake3::Hasher) {
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
