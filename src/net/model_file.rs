//! A model's file: read whole, written whole or not at all.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::model::Model;
use super::model_error::ModelError;
use crate::atomic::{WriteError, write_atomically};

/// Longest file that is read.
const MAX_BYTES: u64 = 1 << 30;

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
        /// Why.
        source: std::io::Error,
    },
    /// The file is longer than any model.
    #[error("{path}: longer than {most} bytes")]
    TooLong {
        /// The file.
        path: PathBuf,
        /// The most that is read.
        most: u64,
    },
    /// What it holds is no model.
    #[error("{path}: {source}")]
    Model {
        /// The file.
        path: PathBuf,
        /// Why.
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
        let mut bytes = Vec::new();
        let read =
            File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes));
        read.map_err(|source| ModelFileError::Read {
            path: path.into(),
            source,
        })?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(ModelFileError::TooLong {
                path: path.into(),
                most: MAX_BYTES,
            });
        }
        Self::from_bytes(&bytes).map_err(|source| ModelFileError::Model {
            path: path.into(),
            source,
        })
    }
}
