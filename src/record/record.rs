//! The whole of `record.json`.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::envelope::{SCHEMA, digest_of, parse, read_bytes};
use super::{Baselines, Cell, Data, Exhibits, Oracle, RecordError, SplitRecord, TableExhibits};
use crate::files;
use crate::numerics::environment;
use crate::score::Scores;
use crate::spec::Spec;

/// `record.json`: canonical JSON (sorted keys, shortest round-trip floats, trailing newline).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// [`SCHEMA`].
    pub schema: u32,
    /// Whether a model is kept beside it.
    pub kind: Kind,
    /// The study's name.
    pub study: String,
    /// BLAKE3 of the canonical rest, in hexadecimal.
    pub digest: String,
    /// The whole spec, as it was read.
    pub spec: Spec,
    /// What the data were; of several splits, those of the first.
    pub data: Data,
    /// What the exact conditional density scores on the test points, of several splits those of the first; `null` for a
    /// table.
    pub oracle: Option<Oracle>,
    /// Every split, where there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub splits: Vec<SplitRecord>,
    /// What is odd about the table, a sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// All cells, in the order of the spec.
    pub cells: Vec<Cell>,
    /// Which cell's model is kept; not written where none is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choice: Option<Choice>,
    /// The kept model's scores on the test rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scores_test: Option<Scores>,
    /// What the kept model gains over densities that need no network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baselines: Option<Baselines>,
    /// BLAKE3 of `model.safetensors`, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_blake3: Option<String>,
    /// Points and curves for the figures of a problem whose truth is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exhibits: Option<Exhibits>,
    /// What the figures of a table show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table_exhibits: Option<TableExhibits>,
}

/// What kind of record it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Networks compared with each other.
    Study,
    /// Networks of which one is kept as a model.
    Fit,
}

/// The cell whose model is kept, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Identity of the taken cell.
    pub cell: String,
    /// K taken.
    pub n_components: usize,
    /// K with the least mean validation NLL among those that could be taken.
    pub best_n_components: usize,
    /// Mean excess of the taken over the best on the same validation rows, nats.
    pub excess_nats_mean: f64,
    /// Standard error of that mean.
    pub excess_nats_standard_error: f64,
    /// The reason in a sentence.
    pub reason: String,
}

impl Record {
    /// The kept model's cell.
    #[must_use]
    pub fn chosen(&self) -> Option<&Cell> {
        let id = &self.choice.as_ref()?.cell;
        self.cells.iter().find(|cell| cell.id == *id)
    }

    /// Whether the kept model's likelihood is not to be believed.
    #[must_use]
    pub fn is_degenerate(&self) -> bool {
        let chosen = self.chosen();
        chosen.is_some_and(|cell| cell.degenerate_likelihood == Some(true))
    }

    /// BLAKE3 of the canonical record without its digest, in hexadecimal.
    ///
    /// # Errors
    /// If the record cannot be written as JSON.
    pub fn compute_digest(&self) -> Result<String, serde_json::Error> {
        digest_of(self)
    }

    /// Reads and checks `path`.
    ///
    /// # Errors
    /// [`RecordError`] if it cannot be read, is of another schema, does not parse, or does not match its digest.
    pub fn read(path: &Path) -> Result<Self, RecordError> {
        Self::parse(&read_bytes(path, files::Kind::Record)?, path)
    }

    /// Checks the bytes of a record; `path` is only for messages.
    ///
    /// # Errors
    /// [`RecordError`] if they are of another schema, do not parse, or do not match their digest.
    pub fn parse(bytes: &[u8], path: &Path) -> Result<Self, RecordError> {
        let _environment = environment::guard();
        let record: Self = parse(bytes, path)?;
        match record.compute_digest() {
            Ok(digest) if digest == record.digest => Ok(record),
            _ => Err(RecordError::Digest { path: path.into() }),
        }
    }

    /// Whether this program reads and renders it.
    #[must_use]
    pub const fn is_current(&self) -> bool {
        self.schema == SCHEMA
    }
}
