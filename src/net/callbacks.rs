//! Keras' two callbacks of the article, with Keras' semantics.

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

/// What to do after an epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The best epoch so far.
    Improved,
    /// Not better; go on.
    Continue,
    /// Not better for `patience` epochs: stop.
    Stop,
}

/// Counts epochs without improvement.
#[derive(Debug, Clone)]
pub struct EarlyStopping {
    config: EarlyStoppingConfig,
    best: f32,
    wait: usize,
    epoch: usize,
}

impl EarlyStopping {
    /// Before the first epoch.
    #[must_use]
    pub fn new(config: EarlyStoppingConfig) -> Self {
        Self {
            config,
            best: f32::INFINITY,
            wait: 0,
            epoch: 0,
        }
    }

    /// Takes the losses of the next epoch. Keras never stops after the first one.
    pub fn observe(&mut self, loss: f32, val_loss: f32) -> Verdict {
        let value = self.config.monitor.pick(loss, val_loss);
        self.epoch += 1;
        self.wait += 1;
        if value + (self.config.min_delta as f32) < self.best {
            self.best = value;
            self.wait = 0;
            return Verdict::Improved;
        }
        if self.wait >= self.config.patience && self.epoch > 1 {
            Verdict::Stop
        } else {
            Verdict::Continue
        }
    }
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

/// Lowers the rate on a plateau.
#[derive(Debug, Clone)]
pub struct ReduceLr {
    config: ReduceLrConfig,
    best: f32,
    wait: usize,
    cooldown_left: usize,
}

impl ReduceLr {
    /// Before the first epoch.
    #[must_use]
    pub fn new(config: ReduceLrConfig) -> Self {
        Self {
            config,
            best: f32::INFINITY,
            wait: 0,
            cooldown_left: 0,
        }
    }

    /// Takes the losses of the next epoch and the rate it ran with; gives the rate for the one after.
    pub fn observe(&mut self, loss: f32, val_loss: f32, rate: f32) -> f32 {
        let value = self.config.monitor.pick(loss, val_loss);
        if self.cooldown_left > 0 {
            self.cooldown_left -= 1;
            self.wait = 0;
        }
        if value < self.best - self.config.min_delta as f32 {
            self.best = value;
            self.wait = 0;
        } else if self.cooldown_left == 0 {
            self.wait += 1;
            if self.wait >= self.config.patience && rate > self.config.min_lr as f32 {
                self.cooldown_left = self.config.cooldown;
                self.wait = 0;
                return (f64::from(rate) * self.config.factor).max(self.config.min_lr) as f32;
            }
        }
        rate
    }
}
