//! What an ensemble does beside averaging networks.

use serde::{Deserialize, Serialize};

/// An ingredient of an ensemble, which an ablation leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum EnsembleIngredient {
    /// Pieces of the features beside their values.
    Pieces,
    /// Noise on the features.
    Noise,
    /// Weight decay.
    WeightDecay,
    /// A number of components that is chosen: without it, 5.
    ChosenComponents,
    /// Rows of a step by the size of the table: without it, those of the recipe.
    BatchSize,
    /// The wide normal.
    WideNormal,
    /// The factor of all scales.
    ScaleFactor,
}
