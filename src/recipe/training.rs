//! A whole way to train a network.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::adam::AdamConfig;
use super::plateau::{EarlyStoppingConfig, ReduceLrConfig};
use super::tuning::Tuning;
use crate::numerics::mixture_nll::ScaleLink;

/// Name of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScaleLinkName {
    /// ELU(a) + 1.
    EluPlusOne,
    /// ln(1 + eᵃ).
    Softplus,
}

impl ScaleLinkName {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::EluPlusOne, Self::Softplus];

    /// The link with this floor, which is in the units the network sees.
    #[must_use]
    pub fn with_floor(self, floor: f64) -> ScaleLink {
        let floor = floor as f32;
        match self {
            Self::EluPlusOne => ScaleLink::EluPlusOne { floor },
            Self::Softplus => ScaleLink::Softplus { floor },
        }
    }

    /// The word for it in specs and model files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EluPlusOne => "elu_plus_one",
            Self::Softplus => "softplus",
        }
    }
}

/// Everything of a training but data, K, covariance and seed.
///
/// A network without scales, `Mlp`, has no use for link and floor.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Recipe {
    /// Units of each of the two hidden layers.
    pub hidden: usize,
    /// Rows of a step.
    pub batch_size: usize,
    /// Epochs at most.
    pub max_epochs: usize,
    /// Optimiser.
    pub adam: AdamConfig,
    /// How a raw output becomes a scale.
    pub scale_link: ScaleLinkName,
    /// Added to each scale outside the link, in the units the network sees.
    pub scale_floor: f64,
    /// When to stop.
    pub early_stopping: EarlyStoppingConfig,
    /// When to lower the rate.
    pub reduce_lr_on_plateau: Option<ReduceLrConfig>,
    /// What is added to the article's training.
    #[serde(default)]
    pub tuning: Tuning,
}

impl Recipe {
    /// The names [`named`](Self::named) knows.
    pub const NAMES: [&'static str; 4] = ["article", "table", "tuned", "tuned-large"];

    /// The recipe of this name, as the studies train with it; `None` for another name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let mut recipes: BTreeMap<String, Self> =
            toml::from_str(include_str!("recipes.toml")).ok()?;
        recipes.remove(name)
    }

    /// The recipe `table`: how the members of an ensemble are trained where nothing else is said.
    #[must_use]
    pub fn for_tables() -> Self {
        Self::named("table").expect("recipes.toml has it")
    }

    /// The recipe with so many epochs at most; a warm-up takes half of them at most.
    #[must_use]
    pub fn with_epochs(mut self, max_epochs: usize) -> Self {
        self.max_epochs = max_epochs;
        if let Some(schedule) = &mut self.tuning.schedule {
            schedule.warmup_epochs = schedule.warmup_epochs.min(max_epochs / 2);
        }
        self
    }

    /// The link with its floor.
    #[must_use]
    pub fn link(&self) -> ScaleLink {
        self.scale_link.with_floor(self.scale_floor)
    }
}
