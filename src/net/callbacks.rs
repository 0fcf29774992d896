//! Keras' two callbacks of the article, with Keras' semantics.

use crate::recipe::{EarlyStoppingConfig, ReduceLrConfig};

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
