//! How a training went.

use serde::{Deserialize, Serialize};

/// Why training ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoppedBy {
    /// No improvement for `patience` epochs.
    EarlyStopping,
    /// The recipe's last epoch.
    MaxEpochs,
    /// A loss or weight that is not finite.
    Failure,
}

/// Where and how training broke.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// Epoch, from 1.
    pub epoch: usize,
    /// Batch within the epoch, from 1; 0 where training ended but a prediction is no density.
    pub batch: usize,
    /// The offending quantity, such as `loss`.
    pub quantity: String,
    /// What it was: `NaN`, `inf`, `-inf`, or what is wrong with the prediction.
    pub value: String,
}

/// What an epoch left, as Keras logs it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct History {
    /// Mean training loss while the epoch ran.
    #[serde(with = "super::canonical::shortest")]
    pub loss: Vec<f32>,
    /// Validation loss after the epoch.
    #[serde(with = "super::canonical::shortest")]
    pub val_loss: Vec<f32>,
    /// Rate used in the epoch.
    #[serde(with = "super::canonical::shortest")]
    pub learning_rate: Vec<f32>,
}
