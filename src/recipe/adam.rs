//! What a recipe says of Adam.

use serde::{Deserialize, Serialize};

/// What a recipe says of the optimiser.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdamConfig {
    /// α at the first epoch.
    pub learning_rate: f64,
    /// Decay of the first moment.
    pub beta_1: f64,
    /// Decay of the second moment.
    pub beta_2: f64,
    /// Added to √v outside the bias correction, as Keras does.
    pub epsilon: f64,
}

impl Default for AdamConfig {
    /// Keras' defaults: α 0.001, β 0.9 and 0.999, ε 10⁻⁷.
    fn default() -> Self {
        Self {
            learning_rate: 1e-3,
            beta_1: 0.9,
            beta_2: 0.999,
            epsilon: 1e-7,
        }
    }
}
