//! `spec.toml`: everything that can change a result, read and checked once.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::StudyError;
pub use super::exhibit_spec::{CalibrationSpec, ExhibitSpec, GridSpec, MixturesSpec, TemperedSpec};
use super::record::SCHEMA;
use super::spec_check::Checker;
use crate::net::{AdamConfig, EarlyStoppingConfig, Recipe as NetRecipe, ReduceLrConfig, Tuning};
use crate::numerics::mixture_nll::ScaleLink;
use crate::problem::Problem;

pub use crate::net::ScaleLinkName;

/// Width of the study's networks: a compile-time constant of their type.
pub const HIDDEN: usize = 128;
/// Largest K for which the study's networks are compiled.
pub const MAX_COMPONENTS: usize = 40;

/// A whole study.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// Version of this file's shape.
    pub schema: u32,
    /// The study's name.
    pub study: String,
    /// Root of every random number.
    pub seed: u64,
    /// Trainings of each network, from different initial weights and shuffles.
    pub replicates: usize,
    /// Fresh test points.
    pub n_test: usize,
    /// The first ones of them, on which the CRPS (K² a point) is computed.
    pub n_test_crps: usize,
    /// Share of the problem's points, the last ones, kept for validation.
    pub validation_split: f64,
    /// Where the data come from.
    pub problem: Problem,
    /// What the figures show.
    pub exhibits: ExhibitSpec,
    /// Ways to train, by name.
    pub recipes: BTreeMap<String, Recipe>,
}

/// One way to train.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Units of each of the two hidden layers.
    pub hidden: usize,
    /// Rows of a step.
    pub batch_size: usize,
    /// Epochs at most.
    pub max_epochs: usize,
    /// Optimiser.
    pub adam: AdamConfig,
    /// The baseline, if the recipe has one.
    pub mse: Option<MseSpec>,
    /// The mixture density networks, if the recipe has any.
    pub mdn: Option<MdnSpec>,
}

/// The baseline: one output, mean squared error.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MseSpec {
    /// When to stop.
    pub early_stopping: EarlyStoppingConfig,
    /// When to lower the rate.
    pub reduce_lr_on_plateau: Option<ReduceLrConfig>,
}

/// The mixture density networks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MdnSpec {
    /// Every K that is trained.
    pub components: Vec<usize>,
    /// How a raw output becomes a scale.
    pub scale_link: ScaleLinkName,
    /// Added to each scale outside the link, in the units the network sees: y's, or standardised ones.
    pub scale_floor: f64,
    /// When to stop.
    pub early_stopping: EarlyStoppingConfig,
    /// When to lower the rate.
    pub reduce_lr_on_plateau: Option<ReduceLrConfig>,
    /// What is added to the article's training.
    #[serde(default, skip_serializing_if = "Tuning::is_none")]
    pub tuning: Tuning,
}

impl MdnSpec {
    /// The link with its floor.
    #[must_use]
    pub fn link(&self) -> ScaleLink {
        self.scale_link.with_floor(self.scale_floor)
    }
}

impl Recipe {
    /// The baseline's training, if there is one.
    #[must_use]
    pub fn mse_recipe(&self) -> Option<NetRecipe> {
        let mse = self.mse?;
        Some(NetRecipe {
            hidden: self.hidden,
            batch_size: self.batch_size,
            max_epochs: self.max_epochs,
            adam: self.adam,
            // It has no scales.
            scale_link: ScaleLinkName::Softplus,
            scale_floor: 0.0,
            early_stopping: mse.early_stopping,
            reduce_lr_on_plateau: mse.reduce_lr_on_plateau,
            tuning: Tuning::default(),
        })
    }

    /// The mixture density networks' training, if there are any: as a user's own data would be given.
    #[must_use]
    pub fn mdn_recipe(&self) -> Option<NetRecipe> {
        let mdn = self.mdn.as_ref()?;
        Some(NetRecipe {
            hidden: self.hidden,
            batch_size: self.batch_size,
            max_epochs: self.max_epochs,
            adam: self.adam,
            scale_link: mdn.scale_link,
            scale_floor: mdn.scale_floor,
            early_stopping: mdn.early_stopping,
            reduce_lr_on_plateau: mdn.reduce_lr_on_plateau,
            tuning: mdn.tuning,
        })
    }
}

/// The name of its file in the study's folder.
pub const SPEC: &str = "spec.toml";

impl Spec {
    /// Reads and checks `folder/spec.toml`.
    ///
    /// # Errors
    /// One sentence with the file, the key or line, what was found and what is allowed.
    pub fn read(folder: &Path) -> Result<Self, StudyError> {
        let path = folder.join(SPEC);
        let bytes = fs::read(&path).map_err(|source| match source.kind() {
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => {
                StudyError::NoStudy { path: path.clone() }
            }
            _ => StudyError::Read {
                path: path.clone(),
                source,
            },
        })?;
        let text = String::from_utf8(bytes).map_err(|e| StudyError::Parse {
            path: path.clone(),
            at: String::new(),
            message: format!(
                "not UTF-8 text (first bad byte at {})",
                e.utf8_error().valid_up_to()
            ),
        })?;
        Self::parse(&text, &path)
    }

    /// Checks the text of a spec; `path` is only for messages.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn parse(text: &str, path: &Path) -> Result<Self, StudyError> {
        // The schema first: a newer spec should be called newer, not misspelt.
        if let Ok(table) = text.parse::<toml::Table>()
            && let Some(schema) = table.get("schema")
            && schema.as_integer() != Some(i64::from(SCHEMA))
        {
            return Err(StudyError::Schema {
                path: path.into(),
                found: schema.to_string(),
                known: SCHEMA,
            });
        }
        let spec: Self = toml::from_str(text).map_err(|error| StudyError::Parse {
            path: path.into(),
            at: error.span().map_or_else(String::new, |s| {
                format!(":{}", 1 + text[..s.start].matches('\n').count())
            }),
            message: in_words(error.message()),
        })?;
        spec.check(path)?;
        Ok(spec)
    }

    /// Checks every field, as [`parse`](Self::parse) does: a spec can be made or changed by hand. `path` is only
    /// for messages.
    ///
    /// # Errors
    /// [`StudyError::Value`], [`StudyError::Problem`].
    pub fn check(&self, path: &Path) -> Result<(), StudyError> {
        Checker { path }.spec(self)
    }

    /// Points kept for validation, of `n`.
    ///
    /// Keras' rule: the split starts at `floor(n·(1 − validation_split))`.
    #[must_use]
    pub fn n_train(&self) -> usize {
        let n = self.problem.n();
        (n as f64 * (1.0 - self.validation_split)).floor() as usize
    }
}

/// The parser's message on one line, with what a field of that type may hold instead of the type's name.
fn in_words(message: &str) -> String {
    let line = message.trim().replace('\n', "; ");
    for (kind, words) in [
        ("u32", "a whole number, 0 or more"),
        ("u64", "a whole number, 0 or more"),
        ("usize", "a whole number, 0 or more"),
        ("f32", "a number"),
        ("f64", "a number"),
    ] {
        if let Some(start) = line.strip_suffix(kind) {
            return format!("{start}{words}");
        }
    }
    line
}
