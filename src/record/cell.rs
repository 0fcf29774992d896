//! One trained and scored network.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::compared::Baselines;
use super::ensemble::EnsembleRecord;
use super::training::{Failure, History, StoppedBy};
use crate::score::Scores;

/// One trained and scored network, or why there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// `article/mdn/k=20/r=0` or `article/mse/r=0`, with the problem's name before it and `/s=3` before the replicate
    /// where a study has several.
    pub id: String,
    /// The problem; not written where the study has only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// Recipe of the spec.
    pub recipe: String,
    /// `mdn` or `mse`.
    pub model: ModelKind,
    /// K; `null` for the baseline.
    pub n_components: Option<usize>,
    /// Which split of the data, from 0.
    pub split: usize,
    /// Replicate, from 0: moves initial weights and shuffling, not the data.
    pub replicate: usize,
    /// Trainable numbers.
    pub n_parameters: usize,
    /// Epochs run; of a cell that failed, the one it failed in included.
    pub n_epochs: usize,
    /// Epoch (from 1) whose weights were kept.
    pub best_epoch: usize,
    /// Why training ended.
    pub stopped_by: StoppedBy,
    /// Why there are no scores, where training failed.
    pub failure: Option<Failure>,
    /// Mean negative log-likelihood, nats; three `null`s for the baseline.
    pub nll_nats_mean: Parts,
    /// Standard errors of those means; three `null`s where the exact density is known: the excess has one.
    pub nll_nats_standard_error: Parts,
    /// Mean log-ratio to the exact density on the test points, nats.
    pub excess_nats_test: Option<f64>,
    /// Standard error of `excess_nats_test`.
    pub excess_nats_standard_error_test: Option<f64>,
    /// Mean squared error of the (conditional) mean.
    pub mse: Parts,
    /// Standard error of `mse.test`.
    pub mse_standard_error_test: Option<f64>,
    /// Mean CRPS over the first `n_test_crps` points.
    pub crps_mean_test: Option<f64>,
    /// Kolmogorov–Smirnov distance of the PIT from uniform.
    pub pit_ks_test: Option<f64>,
    /// Share of test targets inside the central interval of that percentage.
    pub coverage_test: BTreeMap<String, Option<f64>>,
    /// Whether repeated targets and a collapsing scale make the likelihood meaningless
    /// ([`Repeats`](crate::table::Repeats)).
    pub degenerate_likelihood: Option<bool>,
    /// Smallest predicted scale over the test points, units of y.
    pub smallest_scale_test: Option<f64>,
    /// exp of the mean entropy of the weights over the test points.
    pub effective_components_test: Option<f64>,
    /// exp of the entropy of the mean weights over the test points: how many components the network
    /// uses at all, wherever; not written where it does not exist.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_components_test: Option<f64>,
    /// Of a table: what the network says of the rows it is chosen by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validation: Option<ValidationScores>,
    /// Of a table whose models are not chosen among: all scores on the test rows, target by target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scores_test: Option<Scores>,
    /// Of a table whose models are not chosen among: what the network gains over densities that need none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baselines: Option<Baselines>,
    /// Of an ensemble: what was tried and chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ensemble: Option<EnsembleRecord>,
    /// BLAKE3 of the kept weights as little-endian f32.
    pub weights_blake3: Option<String>,
    /// Per epoch.
    pub history: History,
}

/// What kind of network a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelKind {
    /// Mixture density network.
    Mdn,
    /// One output, trained on the mean squared error.
    Mse,
    /// Several mixture density networks, averaged.
    Ensemble,
}

/// One number for each part of the data.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parts {
    /// On the training points.
    pub train: Option<f64>,
    /// On the validation points.
    pub validation: Option<f64>,
    /// On the test points.
    pub test: Option<f64>,
}

/// What a network says of the rows of a table that it learnt from and was stopped by.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValidationScores {
    /// Mean CRPS of each target on the validation rows, units of y.
    pub crps_mean: Vec<f64>,
    /// Smallest predicted scale of each target over training and validation rows, units of y.
    pub smallest_scale: Vec<f64>,
    /// Of each target, whether its values repeat and a component has collapsed on them.
    pub collapsed: Vec<bool>,
    /// exp of the mean entropy of the weights over the validation rows.
    pub effective_components: f64,
}
