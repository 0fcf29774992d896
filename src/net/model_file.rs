//! A model's file: read whole, written whole or not at all.

use std::path::{Path, PathBuf};

use thiserror::Error;

use super::model::Model;
use super::model_error::ModelError;
use crate::files::{Kind, WriteError, read, write_atomically};

/// Why a model was not read or written, with the file.
#[derive(Debug, Error)]
pub enum ModelFileError {
    /// The file cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The file cannot be read.
    #[error("{path}: cannot be read: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// What it holds is no model.
    #[error("{path}: {source}")]
    Model {
        /// The file.
        path: PathBuf,
        /// What is wrong with its bytes.
        source: ModelError,
    },
}

impl Model {
    /// Writes the model; the file appears complete or not at all.
    ///
    /// # Errors
    /// [`ModelFileError`].
    pub fn save(&self, path: &Path) -> Result<(), ModelFileError> {
        let bytes = self.to_bytes().map_err(|source| ModelFileError::Model {
            path: path.into(),
            source,
        })?;
        Ok(write_atomically(path, &bytes)?)
    }

    /// Reads a model.
    ///
    /// # Errors
    /// [`ModelFileError`].
    pub fn load(path: &Path) -> Result<Self, ModelFileError> {
        let bytes = read(path, Kind::Model).map_err(|source| ModelFileError::Read {
            path: path.into(),
            source,
        })?;
        Self::from_bytes(&bytes).map_err(|source| ModelFileError::Model {
            path: path.into(),
            source,
        })
    }
}
