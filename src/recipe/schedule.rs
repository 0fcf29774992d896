//! A learning rate that is known before training starts.

use serde::{Deserialize, Serialize};

/// Linear warm-up, then half a cosine down to zero, set anew at every step.
///
/// # Formula
/// At step t of T, counted from 1, with W steps of warm-up: t/W up to W, then
/// ½(1 + cos π(t − W)/(T − W)); times the recipe's rate. A single step, T = 1, has all of it. The cosine is Loshchilov and Hutter's
/// (2017, "SGDR: stochastic gradient descent with warm restarts", eq. 5) with one cycle down to 0;
/// the warm-up is Goyal et al.'s (2017, "Accurate, large minibatch SGD", section 2.2).
///
/// # Numerics
/// In f64 with libm's cosine, rounded once to f32.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WarmupCosine {
    /// Epochs of linear rise.
    pub warmup_epochs: usize,
}

impl WarmupCosine {
    /// The factor of the rate at `step`, from 1, of `max_epochs` epochs of `steps_per_epoch`.
    #[must_use]
    pub fn factor(self, step: usize, steps_per_epoch: usize, max_epochs: usize) -> f64 {
        let warmup = self.warmup_epochs.saturating_mul(steps_per_epoch);
        let total = max_epochs.saturating_mul(steps_per_epoch);
        if step <= warmup {
            return step as f64 / warmup as f64;
        }
        if total <= 1 {
            return 1.0;
        }
        let progress = (step - warmup) as f64 / total.saturating_sub(warmup).max(1) as f64;
        0.5 * (1.0 + libm::cos(std::f64::consts::PI * progress.min(1.0)))
    }
}
