//! What a fit leaves behind as `record.json`: deterministic, canonical JSON with a digest.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::choice::Choice;
use super::exhibits::FitExhibits;
use crate::predict::Scores;
use crate::study::record::{Failure, History, SCHEMA, StoppedBy};
use crate::study::{StudyError, canonical};
use crate::table::{Dequantised, Roles, STDIN};

/// What kind of record it is, beside a study's, which has none.
pub const KIND: &str = "fit";

/// `record.json` of a fit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FitRecord {
    /// [`SCHEMA`].
    pub schema: u32,
    /// [`KIND`].
    pub kind: String,
    /// BLAKE3 of the canonical rest, in hexadecimal.
    pub digest: String,
    /// Everything that can change a result, beside the table.
    pub spec: FitSpec,
    /// The table.
    pub data: FitData,
    /// What is odd about the table, a sentence each.
    pub warnings: Vec<String>,
    /// One trained network for each number of components, in the order asked for.
    pub cells: Vec<FitCell>,
    /// Which was taken; `null` where every training failed.
    pub choice: Option<Choice>,
    /// The taken network's scores on the test rows.
    pub scores_test: Option<Scores>,
    /// BLAKE3 of `model.safetensors`, in hexadecimal.
    pub model_blake3: Option<String>,
    /// What the figures show.
    pub exhibits: FitExhibits,
}

/// Everything that was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FitSpec {
    /// Numbers of components to try.
    pub components: Vec<usize>,
    /// Name of the recipe.
    pub recipe: String,
    /// Epochs at most, where they are not the recipe's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_epochs: Option<usize>,
    /// The recipe's values.
    pub recipe_values: serde_json::Value,
    /// `diagonal` or `full`; of one target `diagonal`, whatever was asked for.
    pub covariance: String,
    /// Root of every random number.
    pub seed: u64,
    /// The column that names the parts, which the table tells; `null` where the seed dealt the rows out.
    pub split_column: Option<String>,
    /// Share of validation rows, where the seed dealt them out.
    pub validation_share: f64,
    /// Share of test rows, where the seed dealt them out.
    pub test_share: f64,
    /// Whether repeated target values were spread.
    pub dequantise: bool,
}

impl Default for FitSpec {
    /// What the command does where nothing is said.
    fn default() -> Self {
        Self {
            components: vec![1, 2, 5, 10, 20],
            recipe: "tuned".to_owned(),
            max_epochs: None,
            recipe_values: serde_json::Value::Null,
            covariance: "diagonal".to_owned(),
            seed: 0,
            split_column: None,
            validation_share: 0.15,
            test_share: 0.15,
            dequantise: false,
        }
    }
}

/// The table a model was fitted to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FitData {
    /// Its file's name, without folders; that of a pipe is [`STDIN`].
    pub table: String,
    /// What separates its columns, a character or `tab`, where the first line alone would not have told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<String>,
    /// Features that were used, in the order of the model.
    pub features: Vec<String>,
    /// Features that were there to be used, where constant ones of them were left out; else none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub features_asked: Vec<String>,
    /// Targets, in the order of the model.
    pub targets: Vec<String>,
    /// Rows left out because a number is missing.
    pub n_rows_missing: u64,
    /// Training rows.
    pub n_train: usize,
    /// Validation rows.
    pub n_validation: usize,
    /// Test rows.
    pub n_test: usize,
    /// Targets whose repeated values were spread, each with the width of the noise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dequantised: Vec<Dequantised>,
    /// BLAKE3 of names and numbers as they were learnt from.
    pub blake3: String,
}

impl FitData {
    /// The features as they were asked for.
    #[must_use]
    pub fn features_asked(&self) -> &[String] {
        match &self.features_asked[..] {
            [] => &self.features,
            asked => asked,
        }
    }

    /// The byte that separates its columns, where one is recorded; `None` too where that is no such thing.
    #[must_use]
    pub fn delimiter_byte(&self) -> Option<u8> {
        let text = self.delimiter.as_deref()?;
        let mut characters = text.chars();
        match (characters.next(), characters.next()) {
            _ if text == "tab" => Some(b'\t'),
            (Some(only), None) => u8::try_from(only).ok(),
            _ => None,
        }
    }

    /// Whether it came through a pipe, so that nobody knows its file.
    #[must_use]
    pub fn is_piped(&self) -> bool {
        self.table == STDIN
    }
}

/// One trained network, or why there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FitCell {
    /// `tuned/k=5`.
    pub id: String,
    /// K.
    pub n_components: usize,
    /// Trainable numbers.
    pub n_parameters: usize,
    /// Epochs run.
    pub n_epochs: usize,
    /// Epoch, from 1, whose weights were kept.
    pub best_epoch: usize,
    /// Why training ended.
    pub stopped_by: StoppedBy,
    /// Why there is no network.
    pub failure: Option<Failure>,
    /// Mean negative log-likelihood on the training rows, nats.
    pub nll_nats_mean_train: Option<f64>,
    /// On the validation rows.
    pub nll_nats_mean_validation: Option<f64>,
    /// Standard error of that mean.
    pub nll_nats_standard_error_validation: Option<f64>,
    /// Mean CRPS on the validation rows, in units of y, for each target.
    pub crps_mean_validation: Vec<f64>,
    /// Smallest predicted scale of each target over training and validation rows, units of y.
    pub smallest_scale: Vec<f64>,
    /// Whether repeated targets and a collapsed scale make the likelihood meaningless.
    pub degenerate_likelihood: Option<bool>,
    /// exp of the mean entropy of the weights over the validation rows.
    pub effective_components_validation: Option<f64>,
    /// Per epoch.
    pub history: History,
}

impl FitRecord {
    /// The columns that were read, and what each was for.
    #[must_use]
    pub fn columns(&self) -> Roles {
        Roles {
            targets: self.data.targets.clone(),
            features: Some(self.data.features_asked().to_vec()),
            split: self.spec.split_column.clone(),
            ..Roles::default()
        }
    }

    /// The taken network's cell.
    #[must_use]
    pub fn chosen(&self) -> Option<&FitCell> {
        let k = self.choice.as_ref()?.n_components;
        self.cells.iter().find(|cell| cell.n_components == k)
    }

    /// Whether the taken network's likelihood is not to be believed.
    #[must_use]
    pub fn is_degenerate(&self) -> bool {
        let chosen = self.chosen();
        chosen.is_some_and(|c| c.degenerate_likelihood == Some(true))
    }

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

    /// Whether these bytes are, or want to be, the record of a fit.
    #[must_use]
    pub fn is_kind_of(bytes: &[u8]) -> bool {
        #[derive(Deserialize)]
        struct Kind {
            kind: String,
        }
        serde_json::from_slice::<Kind>(bytes).is_ok_and(|found| found.kind == KIND)
    }

    /// Checks the bytes of a record; `path` is only for messages.
    ///
    /// # Errors
    /// [`StudyError::Parse`], [`StudyError::Schema`], [`StudyError::Digest`].
    pub fn parse(bytes: &[u8], path: &Path) -> Result<Self, StudyError> {
        let parse = |error: serde_json::Error| StudyError::Parse {
            path: path.into(),
            at: format!(":{}", error.line()),
            message: error.to_string(),
        };
        let value: serde_json::Value = serde_json::from_slice(bytes).map_err(parse)?;
        let schema = value.get("schema").cloned().unwrap_or_default();
        if schema != SCHEMA {
            return Err(StudyError::Schema {
                path: path.into(),
                found: schema.to_string(),
                known: SCHEMA,
            });
        }
        let record: Self = serde_json::from_slice(bytes).map_err(parse)?;
        match record.compute_digest() {
            Ok(digest) if digest == record.digest && record.kind == KIND => Ok(record),
            _ => Err(StudyError::Digest { path: path.into() }),
        }
    }
}
