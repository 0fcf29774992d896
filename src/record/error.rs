//! What can be wrong with a record or its timings.

use std::path::PathBuf;

/// Which file, and what is wrong with it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The file cannot be read.
    #[error("{path}: cannot be read: {source}", path = path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file does not parse.
    #[error("{path}:{line}: {message}", path = path.display())]
    Parse {
        /// Which.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// The parser's sentence.
        message: String,
    },
    /// A file of an earlier version.
    #[error("{path}: schema {found} is older than schema {known}, which this program reads; run the study again", path = path.display())]
    Older {
        /// Which.
        path: PathBuf,
        /// Its schema.
        found: u64,
        /// Ours.
        known: u32,
    },
    /// A file of a later version.
    #[error("{path}: schema {found} is newer than schema {known}, which this program reads; take a newer program", path = path.display())]
    Newer {
        /// Which.
        path: PathBuf,
        /// Its schema.
        found: u64,
        /// Ours.
        known: u32,
    },
    /// The schema is no whole number.
    #[error("{path}: schema {found} is unknown; this program reads schema {known}", path = path.display())]
    Unknown {
        /// Which.
        path: PathBuf,
        /// What is there.
        found: String,
        /// Ours.
        known: u32,
    },
    /// The digest does not match the contents.
    #[error("{path}: the digest does not match the contents: the file was changed or cut", path = path.display())]
    Digest {
        /// Which.
        path: PathBuf,
    },
}
