//! Why there is no model.

use thiserror::Error;

use super::safetensors::ContainerError;
use super::train::{Diverged, TrainError};
use crate::numerics::ShapeError;

/// Why there is no model.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ModelError {
    /// A size out of range.
    #[error("{found} {what}: allowed are 1 to {most}")]
    Size {
        /// What is counted.
        what: &'static str,
        /// How many.
        found: usize,
        /// The most there may be.
        most: usize,
    },
    /// Tables that do not hold whole rows, or no row.
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
    /// Training broke.
    #[error(transparent)]
    Diverged(#[from] Diverged),
    /// Sizes that do not fit together.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// A file that is no container.
    #[error(transparent)]
    Container(#[from] ContainerError),
    /// A container that holds no model of this program.
    #[error("not a model of this program: {fault}")]
    NotAModel {
        /// What is missing or wrong.
        fault: String,
    },
    /// A model of another version.
    #[error("the model has schema {found}; this program knows schema {known}")]
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
