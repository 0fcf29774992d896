//! What can go wrong in a study.

use std::path::PathBuf;

use crate::files::WriteError;
use crate::mixture::ConditionalError;
use crate::net::ModelError;
use crate::numerics::ShapeError;
use crate::predict::PredictError;
use crate::problem::ProblemError;
use crate::record::RecordError;
use crate::score::ScoreError;
use crate::spec::SpecError;
use crate::table::TableError;

/// Each says which file or cell, what was found and what is allowed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StudyError {
    /// The spec has a fault.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// The record has a fault.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The table has a fault.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A file or folder cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A file cannot be read.
    #[error("{path}: cannot be read: {source}", path = path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The rows of the table have weights.
    #[error(
        "the rows have weights, which no training and no score takes into account; build the table without them"
    )]
    Weighted,
    /// The problem's parameters cannot be realised.
    #[error("`problem`: {0}")]
    Problem(#[from] ProblemError),
    /// The oracle, or a choice, cannot be scored.
    #[error(transparent)]
    Score(#[from] ScoreError),
    /// A trained network gives no density.
    #[error(transparent)]
    Predict(#[from] PredictError),
    /// A trained network gives no density at a point that is no row.
    #[error("the model gives no density between its training rows: {0}")]
    Between(#[from] ConditionalError),
    /// No network of that shape can be made or trained.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A cell's network cannot be made.
    #[error("{id}: {source}")]
    Network {
        /// The cell.
        id: String,
        /// Which size is out of range.
        source: ShapeError,
    },
    /// A model that was kept cannot be read back.
    #[error("{path}: {source}", path = path.display())]
    Kept {
        /// Its file.
        path: PathBuf,
        /// What is wrong with its bytes.
        source: ModelError,
    },
    /// The table is not where it is looked for.
    #[error("{folder}: there is no table {name:?} {place}{origin}", folder = folder.display())]
    NoTable {
        /// The study's folder, or the one that was named.
        folder: PathBuf,
        /// The file's name.
        name: String,
        /// `in it`, or `in it or beside it`.
        place: &'static str,
        /// Where to get it, or how to say where it is.
        origin: String,
    },
    /// The table came through a pipe, and is not in a file.
    #[error("{folder}: the table came through a pipe; say where it is: `run --table FILE`, `verify STUDY FILE`", folder = folder.display())]
    Piped {
        /// The study's folder.
        folder: PathBuf,
    },
    /// The table is another one than the spec was written for.
    #[error("{table}: its columns have the hash {found}, but the study's table has {expected}: it was changed", table = table)]
    OtherTable {
        /// What messages call it.
        table: String,
        /// Hash of its columns.
        found: String,
        /// That of the spec.
        expected: String,
    },
    /// No cell matches the pattern.
    #[error("no cell of the study matches `{pattern}`; the first is `{first}`")]
    NoCell {
        /// As given.
        pattern: String,
        /// An example.
        first: String,
    },
    /// A finished cell was computed again with another result.
    #[error("{path}: the cell was computed again and differs; the first result is kept", path = path.display())]
    NotReproduced {
        /// The cell's file.
        path: PathBuf,
    },
    /// The record is not of this spec.
    #[error("{path}: the record was made from another spec: {difference}", path = path.display())]
    OtherSpec {
        /// The record.
        path: PathBuf,
        /// The first differing field.
        difference: String,
    },
    /// A value cannot be written as JSON.
    #[error("the record cannot be written: {0}")]
    Json(#[from] serde_json::Error),
}
