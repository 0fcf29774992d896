//! `timing.json`: clock, processor, threads, versions.

use std::io::ErrorKind;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::RecordError;
use super::envelope::{parse, read_bytes};
use crate::files::Kind;

/// `timing.json`: clock, processor, threads, versions. Nothing in it enters the digest.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Timing {
    /// [`SCHEMA`](super::SCHEMA).
    pub schema: u32,
    /// Digest of the record this belongs to.
    pub record_digest: String,
    /// When the run ended, UTC, `2026-11-22T09:00:00Z`.
    pub finished_at: String,
    /// Wall time of the whole run, seconds; cells already finished cost nothing.
    pub total_wall_s: f64,
    /// Worker threads.
    pub jobs: usize,
    /// Processor's name.
    pub processor: String,
    /// Logical processors available.
    pub n_processors: usize,
    /// Instruction set the kernels ran with: `avx512`, `avx2` or `scalar`.
    pub kernels: String,
    /// Version of this crate.
    pub version: String,
    /// Version of the compiler.
    pub rustc: String,
    /// Git revision at the time of the run, with `+dirty` where the tree was changed; `null` outside a checkout.
    pub revision: Option<String>,
    /// Wall time of each cell, in the record's order.
    pub cells: Vec<CellTiming>,
    /// What the last `cargo bench` in this checkout measured; not written where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub benchmarks: Vec<BenchmarkTiming>,
}

/// Criterion's estimate of one benchmark.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BenchmarkTiming {
    /// Group and name.
    pub name: String,
    /// Median time of one call, nanoseconds.
    pub median_ns: f64,
    /// Lower end of the median's 95 % bootstrap interval.
    pub median_low_ns: f64,
    /// Upper end.
    pub median_high_ns: f64,
    /// What one call handles, where the benchmark counts that.
    pub elements: Option<u64>,
}

/// How long one cell took when it was trained.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CellTiming {
    /// The cell's identity.
    pub id: String,
    /// Training, seconds.
    pub train_wall_s: f64,
    /// Scoring, seconds.
    pub score_wall_s: f64,
    /// Training steps.
    pub n_steps: usize,
}

impl Timing {
    /// Reads `path`; a missing file is no timing.
    ///
    /// # Errors
    /// [`RecordError`] if it is there but cannot be read, is of another schema or does not parse.
    pub fn read(path: &Path) -> Result<Option<Self>, RecordError> {
        match read_bytes(path, Kind::Timing) {
            Ok(bytes) => parse(&bytes, path).map(Some),
            Err(RecordError::Read { source, .. }) if source.kind() == ErrorKind::NotFound => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}
