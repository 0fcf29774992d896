//! What a recipe says of Keras' two callbacks of the article.

use serde::{Deserialize, Serialize};

/// Which of an epoch's two losses is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Monitor {
    /// Mean training loss while the epoch ran.
    Loss,
    /// Validation loss after the epoch.
    ValLoss,
}

impl Monitor {
    /// The watched one.
    #[must_use]
    pub fn pick(self, loss: f32, val_loss: f32) -> f32 {
        match self {
            Self::Loss => loss,
            Self::ValLoss => val_loss,
        }
    }
}

/// What a recipe says of early stopping (Keras `EarlyStopping`, mode `min`).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EarlyStoppingConfig {
    /// What is watched.
    pub monitor: Monitor,
    /// Epochs without improvement after which training stops.
    pub patience: usize,
    /// An improvement is a fall by more than this.
    pub min_delta: f64,
    /// Whether the weights of the best epoch are kept, or those of the last.
    pub restore_best_weights: bool,
}

/// What a recipe says of the rate (Keras `ReduceLROnPlateau`, mode `min`).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReduceLrConfig {
    /// What is watched.
    pub monitor: Monitor,
    /// The rate is multiplied by this.
    pub factor: f64,
    /// Epochs without improvement after which it is.
    pub patience: usize,
    /// An improvement is a fall by more than this.
    pub min_delta: f64,
    /// Epochs after a reduction in which nothing is counted.
    pub cooldown: usize,
    /// The rate never falls below this.
    pub min_lr: f64,
}
