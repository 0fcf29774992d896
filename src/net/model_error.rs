//! Why there is no model.

use thiserror::Error;

use super::history::{Diverged, TrainError};
use super::safetensors::ContainerError;
use super::shape::Shape;
use crate::numerics::ShapeError;

/// Why there is no model.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ModelError {
    /// Pieces of other features.
    #[error("there are pieces of {found} features where there are {n_features}")]
    Pieces {
        /// Features that have pieces.
        found: usize,
        /// F.
        n_features: usize,
    },
    /// A network gives no density.
    #[error(transparent)]
    Density(#[from] crate::mixture::ConditionalError),
    /// A factor of scales that is no positive number.
    #[error("a factor of scales is {factor}; it must be positive and finite")]
    ScaleFactor {
        /// The factor.
        factor: f64,
    },
    /// Data that do not hold whole rows, or no row.
    #[error(
        "the {part} rows hold {features} features and {targets} targets in all; whole rows, and at least one, are needed"
    )]
    Rows {
        /// `training` or `validation`.
        part: &'static str,
        /// Numbers among the features.
        features: usize,
        /// Numbers among the targets.
        targets: usize,
    },
    /// A number that is NaN, infinite, or beyond f32 in the units the network sees.
    #[error("the {part} {column} hold a number that is not finite")]
    NotFinite {
        /// `training` or `validation`.
        part: &'static str,
        /// `features` or `targets`.
        column: &'static str,
    },
    /// Nothing to standardise by.
    #[error("a column of the {column} is constant in the training rows; it cannot be standardised")]
    Constant {
        /// `features` or `targets`.
        column: &'static str,
    },
    /// Least scales that are none, or not one for each target.
    #[error(
        "{found} least scales for {n_targets} targets: one for each is needed, finite and not below 0"
    )]
    LeastScales {
        /// How many.
        found: usize,
        /// D.
        n_targets: usize,
    },
    /// A wide component that is none, or not of the model's targets.
    #[error(
        "a wide component of weight {weight} with {n_means} means and {n_scales} scales: the weight must lie between 0 and 1, and there must be a finite mean and a positive scale for each target"
    )]
    Wide {
        /// Its weight.
        weight: f64,
        /// Means given.
        n_means: usize,
        /// Scales given.
        n_scales: usize,
    },
    /// An average of no model.
    #[error("an average needs at least one model")]
    NoMember,
    /// Models of different columns.
    #[error(
        "model {member} has not the {column} of model 1; only models of the same columns can be averaged"
    )]
    Names {
        /// Which model, from 1.
        member: usize,
        /// `features` or `targets`.
        column: &'static str,
    },
    /// A typed network asked of an average.
    #[error("the model has {found} networks; only a model with one can give it")]
    Members {
        /// How many.
        found: usize,
    },
    /// A typed network asked of a model with other sizes.
    #[error(
        "the network has {} features, {} hidden units, {} components and {} targets; the type asked for has others",
        shape.n_features, shape.hidden, shape.n_components, shape.n_targets
    )]
    OtherShape {
        /// Sizes of the network.
        shape: Shape,
    },
    /// Stopped on request.
    #[error("the training was stopped")]
    Stopped,
    /// Training broke.
    #[error(transparent)]
    Diverged(#[from] Diverged),
    /// Sizes out of range, or that do not fit together.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// A file that is no safetensors container.
    #[error(transparent)]
    Container(#[from] ContainerError),
    /// A container that holds no model of this program.
    #[error("not a model of this program: {fault}")]
    NotAModel {
        /// What is missing or wrong.
        fault: String,
    },
    /// A model of another version.
    #[error(
        "the model has schema {found}, {} than schema {known} of this program",
        if found.parse::<u32>().is_ok_and(|found| found < *known) { "older" } else { "newer" }
    )]
    Schema {
        /// Schema of the file.
        found: String,
        /// Schema of this program.
        known: u32,
    },
    /// A model that could not be written as bytes.
    #[error("the model cannot be written: {message}")]
    Encode {
        /// The writer's words.
        message: String,
    },
}

impl From<TrainError> for ModelError {
    fn from(error: TrainError) -> Self {
        match error {
            TrainError::Diverged(diverged) => Self::Diverged(diverged),
            TrainError::Shape(fault) => Self::Shape(fault),
        }
    }
}
