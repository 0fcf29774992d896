//! What can be wrong with a spec.

use std::path::PathBuf;

use crate::table::SplitFault;

/// Each says which file, where in it, what was found and what is allowed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SpecError {
    /// The folder has no `spec.toml`.
    #[error("{path}: no such study (a study is a folder with a spec.toml)", path = path.display())]
    NoStudy {
        /// The missing file.
        path: PathBuf,
    },
    /// The file cannot be read.
    #[error("{path}: cannot be read: {source}", path = path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file does not parse.
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
        /// What was found.
        found: String,
        /// What is allowed.
        allowed: String,
    },
    /// A problem's parameters cannot be realised.
    #[error("{path}: `problem`: {source}", path = path.display())]
    Problem {
        /// The spec.
        path: PathBuf,
        /// Which parameter, what was found and what is allowed.
        source: crate::problem::ProblemError,
    },
    /// A split that no table can have.
    #[error("{path}: `{key}`: {source}", path = path.display())]
    Split {
        /// The spec.
        path: PathBuf,
        /// Dotted key.
        key: String,
        /// What is wrong with it.
        source: SplitFault,
    },
    /// A spec of another version.
    #[error("{path}: schema {found} is {age}; this program reads schema {known}", path = path.display())]
    Schema {
        /// Which.
        path: PathBuf,
        /// Its schema.
        found: String,
        /// `older`, `newer` or `unknown`.
        age: &'static str,
        /// Ours.
        known: u32,
    },
}
