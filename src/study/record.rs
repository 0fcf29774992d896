//! What a study leaves behind: `record.json` (deterministic) and `timing.json` (everything that may differ).

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

pub use super::exhibits::{Calibration, Exhibits, Grid, Mixtures, Points, Tempered};
use super::{StudyError, canonical};

/// Version of the record's shape.
pub const SCHEMA: u32 = 1;

/// `record.json`: canonical JSON (sorted keys, shortest round-trip floats, trailing newline).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The study's name.
    pub study: String,
    /// BLAKE3 of the canonical rest, in hexadecimal.
    pub digest: String,
    /// The whole spec, as it was read.
    pub spec: serde_json::Value,
    /// What the data were.
    pub data: Data,
    /// What the exact conditional density scores on the test points.
    pub oracle: Oracle,
    /// All cells, in the order of the spec.
    pub cells: Vec<Cell>,
    /// Points and curves for the figures.
    pub exhibits: Exhibits,
}

/// Sizes and hash of the data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// Training rows.
    pub n_train: usize,
    /// Validation rows (the last part, before any shuffle).
    pub n_validation: usize,
    /// Fresh test rows.
    pub n_test: usize,
    /// Test rows on which the CRPS is computed (the first ones).
    pub n_test_crps: usize,
    /// BLAKE3 of x₀, y₀, x₁, y₁, … as little-endian f32: training, validation, test.
    pub blake3: String,
}

/// Scores of the exact conditional density on the test points.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Oracle {
    /// Mean negative log-likelihood, nats.
    pub nll_nats_mean: f64,
    /// Standard error of that mean.
    pub nll_nats_standard_error: f64,
    /// Mean negative log-likelihood on the validation points, nats.
    pub nll_nats_mean_validation: f64,
    /// Mean negative log-likelihood of the best single Gaussian: the exact conditional mean and variance at each x.
    pub single_gaussian_nll_nats_mean: f64,
    /// Mean squared error of the exact conditional mean.
    pub mse: f64,
    /// Standard error of that mean.
    pub mse_standard_error: f64,
    /// Mean CRPS over the first `n_test_crps` points, units of y.
    pub crps_mean: f64,
    /// Standard error of that mean.
    pub crps_standard_error: f64,
}

/// One trained and scored network, or why there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// `article/mdn/k=20/r=0` or `article/mse/r=0`.
    pub id: String,
    /// Recipe of the spec.
    pub recipe: String,
    /// `mdn` or `mse`.
    pub model: Model,
    /// K; `null` for the baseline.
    pub n_components: Option<usize>,
    /// Replicate, from 0: moves initial weights and shuffling, not the data.
    pub replicate: usize,
    /// Trainable numbers.
    pub n_parameters: usize,
    /// Epochs run; of a cell that failed, the one it failed in included.
    pub n_epochs: usize,
    /// Epoch (from 1) whose weights were kept.
    pub best_epoch: usize,
    /// Why training ended.
    pub stopped_by: StoppedBy,
    /// Why there are no scores, where training failed.
    pub failure: Option<Failure>,
    /// Mean negative log-likelihood, nats; three `null`s for the baseline.
    pub nll_nats_mean: Splits,
    /// Mean log-ratio to the exact density on the test points, nats.
    pub excess_nats_test: Option<f64>,
    /// Standard error of `excess_nats_test`.
    pub excess_nats_standard_error_test: Option<f64>,
    /// Mean squared error of the (conditional) mean.
    pub mse: Splits,
    /// Standard error of `mse.test`.
    pub mse_standard_error_test: Option<f64>,
    /// Mean CRPS over the first `n_test_crps` points.
    pub crps_mean_test: Option<f64>,
    /// Kolmogorov–Smirnov distance of the PIT from uniform.
    pub pit_ks_test: Option<f64>,
    /// Share of test targets inside the central interval of that percentage.
    pub coverage_test: BTreeMap<String, Option<f64>>,
    /// Whether repeated targets and a collapsing scale make the likelihood meaningless
    /// ([`Degeneracy`](crate::score::Degeneracy)).
    pub degenerate_likelihood: Option<bool>,
    /// Smallest predicted scale over the test points, units of y.
    pub smallest_scale_test: Option<f64>,
    /// exp of the mean entropy of the weights over the test points.
    pub effective_components_test: Option<f64>,
    /// exp of the entropy of the mean weights over the test points: how many components the network
    /// uses at all, wherever; not written where it does not exist.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_components_test: Option<f64>,
    /// BLAKE3 of the kept weights as little-endian f32.
    pub weights_blake3: Option<String>,
    /// Per epoch.
    pub history: History,
}

/// What kind of network a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    /// Mixture density network.
    Mdn,
    /// One output, trained on the mean squared error.
    Mse,
}

/// Why training ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoppedBy {
    /// No improvement for `patience` epochs.
    EarlyStopping,
    /// The recipe's last epoch.
    MaxEpochs,
    /// A loss or weight that is not finite.
    Failure,
}

/// Where and how training broke.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// Epoch, from 1.
    pub epoch: usize,
    /// Batch within the epoch, from 1; 0 where training ended but a prediction is no density.
    pub batch: usize,
    /// The offending quantity, such as `loss`.
    pub quantity: String,
    /// What it was: `NaN`, `inf`, `-inf`, or what is wrong with the prediction.
    pub value: String,
}

/// One number for each part of the data.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Splits {
    /// On the training points.
    pub train: Option<f64>,
    /// On the validation points.
    pub validation: Option<f64>,
    /// On the test points.
    pub test: Option<f64>,
}

/// What an epoch left, as Keras logs it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct History {
    /// Mean training loss while the epoch ran.
    #[serde(with = "super::canonical::shortest")]
    pub loss: Vec<f32>,
    /// Validation loss after the epoch.
    #[serde(with = "super::canonical::shortest")]
    pub val_loss: Vec<f32>,
    /// Rate used in the epoch.
    #[serde(with = "super::canonical::shortest")]
    pub learning_rate: Vec<f32>,
}

/// `timing.json`: clock, processor, threads, versions. Nothing in it enters the digest.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Timing {
    /// [`SCHEMA`].
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

impl Record {
    /// BLAKE3 of the canonical record without its digest, in hexadecimal.
    ///
    /// # Errors
    /// If the record cannot be written as JSON.
    pub fn compute_digest(&self) -> Result<String, serde_json::Error> {
        let mut value = serde_json::to_value(self)?;
        if let Some(map) = value.as_object_mut() {
            map.remove("digest");
        }
        canonical::digest(&value)
    }

    /// Reads and checks `path`.
    ///
    /// # Errors
    /// If it cannot be read, is of another schema, does not parse, or does not match its digest.
    pub fn read(path: &Path) -> Result<Self, StudyError> {
        Self::parse(&read_bytes(path)?, path)
    }

    /// Checks the bytes of a record; `path` is only for messages.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn parse(bytes: &[u8], path: &Path) -> Result<Self, StudyError> {
        let record: Self = parse_json(bytes, path)?;
        match record.compute_digest() {
            Ok(digest) if digest == record.digest => Ok(record),
            _ => Err(StudyError::Digest { path: path.into() }),
        }
    }
}

impl Timing {
    /// Reads `path`; a missing file is no timing.
    ///
    /// # Errors
    /// If it is there but cannot be read, is of another schema or does not parse.
    pub fn read(path: &Path) -> Result<Option<Self>, StudyError> {
        if path.exists() {
            parse_json(&read_bytes(path)?, path).map(Some)
        } else {
            Ok(None)
        }
    }
}

fn read_bytes(path: &Path) -> Result<Vec<u8>, StudyError> {
    fs::read(path).map_err(|source| StudyError::Read {
        path: path.into(),
        source,
    })
}

/// Parses a file of ours: the schema is looked at before the rest, so that a newer file is called newer.
fn parse_json<T: serde::de::DeserializeOwned>(bytes: &[u8], path: &Path) -> Result<T, StudyError> {
    #[derive(Deserialize)]
    struct Versioned {
        schema: serde_json::Value,
    }
    let parse = |error: serde_json::Error| {
        let message = error.to_string();
        // The place is said once, before the message.
        let place = format!(" at line {} column {}", error.line(), error.column());
        StudyError::Parse {
            path: path.into(),
            at: format!(":{}", error.line()),
            message: message.strip_suffix(&place).unwrap_or(&message).to_owned(),
        }
    };
    let versioned: Versioned = serde_json::from_slice(bytes).map_err(parse)?;
    if versioned.schema != SCHEMA {
        return Err(StudyError::Schema {
            path: path.into(),
            found: versioned.schema.to_string(),
            known: SCHEMA,
        });
    }
    serde_json::from_slice(bytes).map_err(parse)
}
