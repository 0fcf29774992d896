//! Ways to train, and the networks that are trained by them.

use serde::{Deserialize, Serialize};

use crate::recipe::{
    AdamConfig, Covariance, EarlyStoppingConfig, EnsembleIngredient, Recipe, ReduceLrConfig,
    ScaleLinkName, Tuning,
};

/// One way to train.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecipeSpec {
    /// Units of each of the two hidden layers.
    pub hidden: usize,
    /// Rows of a step.
    pub batch_size: usize,
    /// Epochs at most.
    pub max_epochs: usize,
    /// Optimiser.
    pub adam: AdamConfig,
    /// The baseline, if the recipe has one.
    pub mse: Option<MseSpec>,
    /// The mixture density networks, if the recipe has any.
    pub mdn: Option<MdnSpec>,
    /// The ensemble of them, if the recipe has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ensemble: Option<EnsembleSpec>,
}

/// Several mixture density networks on folds of the rows, averaged. Rows of a step, epochs, K, weight decay, noise and
/// pieces of the features are chosen for the table; the rest is the recipe's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnsembleSpec {
    /// Networks at most; as many as suit the table where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members: Option<usize>,
    /// Ingredients that are left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<EnsembleIngredient>,
    /// How several targets depend on each other within a component.
    #[serde(default, skip_serializing_if = "is_diagonal")]
    pub covariance: Covariance,
    /// How a raw output becomes a scale.
    pub scale_link: ScaleLinkName,
    /// Added to each scale outside the link, in standardised units.
    pub scale_floor: f64,
    /// When a member stops.
    pub early_stopping: EarlyStoppingConfig,
    /// What is added to the article's training; noise and weight decay are chosen.
    #[serde(default, skip_serializing_if = "Tuning::is_none")]
    pub tuning: Tuning,
}

/// The baseline: one output, mean squared error.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MseSpec {
    /// When to stop.
    pub early_stopping: EarlyStoppingConfig,
    /// When to lower the rate.
    pub reduce_lr_on_plateau: Option<ReduceLrConfig>,
}

/// The mixture density networks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MdnSpec {
    /// Every K that is trained.
    pub components: Vec<usize>,
    /// How several targets depend on each other within a component.
    #[serde(default, skip_serializing_if = "is_diagonal")]
    pub covariance: Covariance,
    /// How a raw output becomes a scale.
    pub scale_link: ScaleLinkName,
    /// Added to each scale outside the link, in the units the network sees: y's, or standardised ones.
    pub scale_floor: f64,
    /// When to stop.
    pub early_stopping: EarlyStoppingConfig,
    /// When to lower the rate.
    pub reduce_lr_on_plateau: Option<ReduceLrConfig>,
    /// What is added to the article's training.
    #[serde(default, skip_serializing_if = "Tuning::is_none")]
    pub tuning: Tuning,
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a reference"
)]
fn is_diagonal(covariance: &Covariance) -> bool {
    *covariance == Covariance::Diagonal
}

impl RecipeSpec {
    /// The spec of a recipe for mixture density networks alone.
    #[must_use]
    pub fn of(recipe: &Recipe, components: Vec<usize>, covariance: Covariance) -> Self {
        Self {
            hidden: recipe.hidden,
            batch_size: recipe.batch_size,
            max_epochs: recipe.max_epochs,
            adam: recipe.adam,
            mse: None,
            ensemble: None,
            mdn: Some(MdnSpec {
                components,
                covariance,
                scale_link: recipe.scale_link,
                scale_floor: recipe.scale_floor,
                early_stopping: recipe.early_stopping,
                reduce_lr_on_plateau: recipe.reduce_lr_on_plateau,
                tuning: recipe.tuning,
            }),
        }
    }

    /// The spec of an ensemble whose members are trained by this recipe.
    #[must_use]
    pub fn of_ensemble(recipe: &Recipe, members: Option<usize>, covariance: Covariance) -> Self {
        Self {
            hidden: recipe.hidden,
            batch_size: recipe.batch_size,
            max_epochs: recipe.max_epochs,
            adam: recipe.adam,
            mse: None,
            mdn: None,
            ensemble: Some(EnsembleSpec {
                without: Vec::new(),
                members,
                covariance,
                scale_link: recipe.scale_link,
                scale_floor: recipe.scale_floor,
                early_stopping: recipe.early_stopping,
                tuning: recipe.tuning,
            }),
        }
    }

    /// The training of an ensemble's members, if there is one.
    #[must_use]
    pub fn members(&self) -> Option<Recipe> {
        let ensemble = self.ensemble.as_ref()?;
        Some(Recipe {
            hidden: self.hidden,
            batch_size: self.batch_size,
            max_epochs: self.max_epochs,
            adam: self.adam,
            scale_link: ensemble.scale_link,
            scale_floor: ensemble.scale_floor,
            early_stopping: ensemble.early_stopping,
            reduce_lr_on_plateau: None,
            tuning: ensemble.tuning,
        })
    }

    /// The baseline's training, if there is one; it has no use for link and floor.
    #[must_use]
    pub fn baseline(&self) -> Option<Recipe> {
        let mse = self.mse?;
        Some(Recipe {
            hidden: self.hidden,
            batch_size: self.batch_size,
            max_epochs: self.max_epochs,
            adam: self.adam,
            scale_link: ScaleLinkName::EluPlusOne,
            scale_floor: 0.0,
            early_stopping: mse.early_stopping,
            reduce_lr_on_plateau: mse.reduce_lr_on_plateau,
            tuning: Tuning::default(),
        })
    }

    /// The mixture density networks' training, if there are any.
    #[must_use]
    pub fn mixtures(&self) -> Option<Recipe> {
        let mdn = self.mdn.as_ref()?;
        Some(Recipe {
            hidden: self.hidden,
            batch_size: self.batch_size,
            max_epochs: self.max_epochs,
            adam: self.adam,
            scale_link: mdn.scale_link,
            scale_floor: mdn.scale_floor,
            early_stopping: mdn.early_stopping,
            reduce_lr_on_plateau: mdn.reduce_lr_on_plateau,
            tuning: mdn.tuning,
        })
    }
}
