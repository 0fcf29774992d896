//! How a target was spread.

use serde::{Deserialize, Serialize};

/// How a target was spread.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dequantised {
    /// The target.
    pub name: String,
    /// Each value v became a draw from U(v − width/2, v + width/2), units of y.
    pub width: f64,
    /// Different values before.
    pub n_distinct: usize,
}
