//! How several networks became one density.

use serde::{Deserialize, Serialize};

/// What is chosen for the members of an ensemble.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Pieces of each feature beside its value; `null` for the value alone.
    pub n_pieces: Option<usize>,
    /// K of each member.
    pub n_components: usize,
    /// Share of the rate by which weights shrink at every step.
    pub weight_decay: f64,
    /// Noise on the features at every step, in standard deviations.
    pub noise: f64,
}

/// Settings that were tried, and what they are worth out of fold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Candidate {
    /// The settings.
    pub settings: Settings,
    /// Mean negative log-likelihood of single members on the rows held out from them, nats; `null` where one diverged.
    pub nll_nats_mean: Option<f64>,
    /// Standard error of that mean.
    pub nll_nats_standard_error: Option<f64>,
}

/// One network of an ensemble.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberRecord {
    /// Its place among the folds, from 0.
    pub member: usize,
    /// Epochs run.
    pub n_epochs: usize,
    /// Epoch, from 1, whose weights were kept.
    pub best_epoch: usize,
    /// Mean negative log-likelihood on the rows held out from it, nats.
    pub nll_nats_mean_out_of_fold: f64,
    /// BLAKE3 of its weights.
    pub weights_blake3: String,
}

/// A density that an ensemble is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// Mean negative log-likelihood out of fold, nats.
    pub nll_nats_mean_out_of_fold: f64,
    /// Standard error of that mean.
    pub nll_nats_standard_error_out_of_fold: Option<f64>,
}

/// What was tried and chosen for an ensemble.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnsembleRecord {
    /// What was chosen for the members.
    pub settings: Settings,
    /// Rows of a step.
    pub batch_size: usize,
    /// Epochs at most.
    pub max_epochs: usize,
    /// Scale of each target that no component may fall below: that of a value on the target's grid; 0 without a grid.
    pub least_scales: Vec<f64>,
    /// Everything that was tried, in that order.
    pub candidates: Vec<Candidate>,
    /// Networks that were trained in all, on any fold.
    pub n_trainings: usize,
    /// The networks that are averaged.
    pub members: Vec<MemberRecord>,
    /// Factor of all scales.
    pub scale_factor: f64,
    /// Weight of the wide normal.
    pub wide_weight: f64,
    /// Whether the answer is the density that ignores the features.
    pub is_feature_free: bool,
    /// Mean gain of the networks over that density out of fold, nats; `null` without a network.
    pub gain_nats_mean_out_of_fold: Option<f64>,
    /// Standard error of that mean.
    pub gain_nats_standard_error_out_of_fold: Option<f64>,
    /// The density that ignores the features.
    pub feature_free: Option<Baseline>,
    /// K of that density.
    pub n_components_feature_free: usize,
    /// A linear regression with normal noise.
    pub linear: Option<Baseline>,
}
