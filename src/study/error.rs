//! What can be wrong with a study's files.

use std::path::PathBuf;

use crate::atomic::WriteError;
#[cfg(feature = "net")]
use crate::net::ModelError;

/// Each says which file, where in it, what was found and what is allowed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StudyError {
    /// The folder has no `spec.toml`.
    #[error("{path}: no such study (a study is a folder with a spec.toml)", path = path.display())]
    NoStudy {
        /// The missing file.
        path: PathBuf,
    },
    /// A file cannot be read.
    #[error("{path}: cannot be read: {source}", path = path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file or folder cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A file does not parse.
    #[error("{path}{at}: {message}", path = path.display())]
    Parse {
        /// Which.
        path: PathBuf,
        /// `:line` or nothing.
        at: String,
        /// The parser's sentence, on one line.
        message: String,
    },
    /// A value outside its range.
    #[error("{path}: `{key}` is {found}, but must be {allowed}", path = path.display())]
    Value {
        /// The spec.
        path: PathBuf,
        /// Dotted key.
        key: String,
        /// What stands there.
        found: String,
        /// What may stand there.
        allowed: String,
    },
    /// The problem's parameters cannot be realised.
    #[error("{path}: `problem`: {source}", path = path.display())]
    Problem {
        /// The spec.
        path: PathBuf,
        /// Which parameter, what was found and what is allowed.
        source: crate::problem::ProblemError,
    },
    /// The oracle cannot be scored.
    #[error("the oracle cannot be scored: {source}")]
    Score {
        /// Why.
        source: crate::score::ScoreError,
    },
    /// A cell's network cannot be made.
    #[cfg(feature = "net")]
    #[error("{id}: {source}")]
    Network {
        /// The cell.
        id: String,
        /// Why.
        source: ModelError,
    },
    /// A record or spec of another version.
    #[error("{path}: schema {found} is unknown; this program reads schema {known}", path = path.display())]
    Schema {
        /// Which.
        path: PathBuf,
        /// Its number.
        found: String,
        /// Ours.
        known: u32,
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
    /// A record whose digest does not match its contents.
    #[error("{path}: the digest does not match the contents: the file was changed or cut", path = path.display())]
    Digest {
        /// The record.
        path: PathBuf,
    },
}
