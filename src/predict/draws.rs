//! How to draw.

use crate::mixture::Temperature;
use crate::seed::Seed;

/// How to draw.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Draws {
    /// Draws for each row.
    pub n: usize,
    /// Of weights and covariances.
    pub temperature: Temperature,
    /// Root of the streams `sample/ROW`.
    pub seed: Seed,
}
