//! What a recipe may add to the article's: every ingredient by itself, none by default.

use serde::{Deserialize, Serialize};

use super::schedule::WarmupCosine;

/// Ingredients of a recipe beyond plain Adam; the default, none, is the article's training.
///
/// Which of them help, and by how much, the study `reports/ablation` shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Tuning {
    /// Features and targets are brought to mean 0 and standard deviation 1 on the training
    /// part; losses are still reported in the data's units.
    #[serde(skip_serializing_if = "is_false")]
    pub standardise: bool,
    /// The biases of the K means start at rows of training targets, those at the (k + ½)/K
    /// quantiles of the first target, rather than at 0.
    #[serde(skip_serializing_if = "is_false")]
    pub spread_means: bool,
    /// Factor of the hidden layers' initial weights.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden_weight_factor: Option<f64>,
    /// Factor of the head's initial weights.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head_weight_factor: Option<f64>,
    /// The rate's course over the steps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<WarmupCosine>,
    /// Gradients longer than this are shortened to it (Pascanu et al., 2013, "On the difficulty of
    /// training recurrent neural networks", algorithm 1), over all parameters together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gradient_norm_clip: Option<f64>,
    /// Fresh noise on every row of every step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub noise: Option<Noise>,
    /// Validation and the final network use a running average of the weights.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub averaging: Option<Averaging>,
    /// Share of the rate by which weights, not biases, shrink at every step, decoupled from the
    /// gradient (Loshchilov and Hutter, 2019, "Decoupled weight decay regularization", algorithm 2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight_decay: Option<f64>,
}

/// Normal noise added to the training rows, a regulariser for conditional densities (Rothfuss et al.,
/// 2019, "Noise regularization for conditional density estimation", algorithm 1).
///
/// Its scales are in units of the columns' standard deviations over the training part.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Noise {
    /// On each feature.
    pub x: f64,
    /// On each target.
    pub y: f64,
}

/// An exponential moving average of the weights (Polyak and Juditsky, 1992, "Acceleration of
/// stochastic approximation by averaging", in its exponential form).
///
/// # Formula
/// After step t, from 1: mean += (1 − d)(weights − mean) with d = min(decay, (1 + t)/(10 + t)), so
/// that the initial weights are forgotten early.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Averaging {
    /// The largest share of the old mean that is kept at a step.
    pub decay: f64,
}

impl Averaging {
    /// 1 − d after `step`, from 1.
    #[must_use]
    pub fn weight(self, step: usize) -> f64 {
        let t = step as f64;
        1.0 - self.decay.min((1.0 + t) / (10.0 + t))
    }
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a reference"
)]
const fn is_false(value: &bool) -> bool {
    !*value
}

impl Tuning {
    /// Whether nothing is added, as in the article.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}
