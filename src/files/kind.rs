//! The kinds of file this program has.

use std::ffi::OsStr;
use std::path::Path;

/// What a study asks for.
pub const SPEC: &str = "spec.toml";
/// What a study found: deterministic.
pub const RECORD: &str = "record.json";
/// Clock and machine of the run that made a record.
pub const TIMING: &str = "timing.json";
/// The model of a fit.
pub const MODEL: &str = "model.safetensors";
/// The page of a study.
pub const PAGE: &str = "index.html";

const MIB: u64 = 1 << 20;

/// A kind of file, by what reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// `spec.toml`.
    Spec,
    /// `record.json`.
    Record,
    /// `timing.json`.
    Timing,
    /// `model.safetensors`.
    Model,
    /// A finished cell of a study.
    Cell,
    /// `index.html`.
    Page,
    /// What criterion measured.
    Benchmark,
}

impl Kind {
    /// The longest file of this kind that is read, bytes: far more than any that is written. What text of that
    /// length can become in memory stays below a gigabyte.
    #[must_use]
    pub const fn max_bytes(self) -> u64 {
        match self {
            Self::Spec => 4 * MIB,
            Self::Record | Self::Timing | Self::Cell => 32 * MIB,
            Self::Page => 256 * MIB,
            Self::Model => 1024 * MIB,
            Self::Benchmark => MIB,
        }
    }

    /// The kind whose files have the name of `path`.
    #[must_use]
    pub fn of_name(path: &Path) -> Option<Self> {
        match path.file_name().and_then(OsStr::to_str)? {
            SPEC => Some(Self::Spec),
            RECORD => Some(Self::Record),
            TIMING => Some(Self::Timing),
            MODEL => Some(Self::Model),
            PAGE => Some(Self::Page),
            _ => None,
        }
    }
}
