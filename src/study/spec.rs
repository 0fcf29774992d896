//! `spec.toml`: everything that can change a result, read and checked once.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::StudyError;
use super::record::SCHEMA;
use crate::net::adam::AdamConfig;
use crate::net::callbacks::{EarlyStoppingConfig, ReduceLrConfig};
use crate::net::train::TrainConfig;
use crate::numerics::mixture_nll::ScaleLink;
use crate::problem::Problem;

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

/// What the figures show.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExhibitSpec {
    /// Points of data and samples drawn.
    pub n_points: usize,
    /// Points of each curve over x.
    pub n_grid: usize,
    /// K of the network whose samples are drawn (replicate 0).
    pub n_components: usize,
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
    /// Added to each scale outside the link, in units of y.
    pub scale_floor: f64,
    /// When to stop.
    pub early_stopping: EarlyStoppingConfig,
    /// When to lower the rate.
    pub reduce_lr_on_plateau: Option<ReduceLrConfig>,
}

/// Name of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScaleLinkName {
    /// ELU(a) + 1.
    EluPlusOne,
    /// ln(1 + eᵃ).
    Softplus,
}

impl MdnSpec {
    /// The link with its floor.
    #[must_use]
    pub fn link(&self) -> ScaleLink {
        let floor = self.scale_floor as f32;
        match self.scale_link {
            ScaleLinkName::EluPlusOne => ScaleLink::EluPlusOne { floor },
            ScaleLinkName::Softplus => ScaleLink::Softplus { floor },
        }
    }
}

impl Recipe {
    /// The baseline's training, if there is one.
    #[must_use]
    pub fn mse_config(&self) -> Option<TrainConfig> {
        self.mse
            .map(|mse| self.config(mse.early_stopping, mse.reduce_lr_on_plateau))
    }

    /// The mixture density networks' training, if there are any.
    #[must_use]
    pub fn mdn_config(&self) -> Option<TrainConfig> {
        self.mdn
            .as_ref()
            .map(|mdn| self.config(mdn.early_stopping, mdn.reduce_lr_on_plateau))
    }

    fn config(
        &self,
        early_stopping: EarlyStoppingConfig,
        plateau: Option<ReduceLrConfig>,
    ) -> TrainConfig {
        TrainConfig {
            batch_size: self.batch_size,
            max_epochs: self.max_epochs,
            adam: self.adam,
            early_stopping,
            reduce_lr_on_plateau: plateau,
        }
    }
}

impl Spec {
    /// Reads and checks `folder/spec.toml`.
    ///
    /// # Errors
    /// One sentence with the file, the key or line, what was found and what is allowed.
    pub fn read(folder: &Path) -> Result<Self, StudyError> {
        let path = folder.join("spec.toml");
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
            message: error.message().trim().replace('\n', "; "),
        })?;
        Checker { path }.spec(&spec)?;
        Ok(spec)
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

/// Says which key is wrong.
struct Checker<'a> {
    path: &'a Path,
}

impl Checker<'_> {
    fn value(&self, key: impl Display, found: impl Display, allowed: impl Display) -> StudyError {
        let path: PathBuf = self.path.into();
        StudyError::Value {
            path,
            key: key.to_string(),
            found: found.to_string(),
            allowed: allowed.to_string(),
        }
    }

    fn at_least(&self, key: impl Display, found: usize, least: usize) -> Result<(), StudyError> {
        if found >= least {
            Ok(())
        } else {
            Err(self.value(key, found, format!("{least} or more")))
        }
    }

    fn within(
        &self,
        key: impl Display,
        found: f64,
        low: f64,
        high: f64,
        allowed: &str,
    ) -> Result<(), StudyError> {
        if found.is_finite() && found > low && found < high {
            Ok(())
        } else {
            Err(self.value(key, found, allowed))
        }
    }

    fn spec(&self, spec: &Spec) -> Result<(), StudyError> {
        let name_is_plain = |name: &str| {
            !name.is_empty()
                && name
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
        };
        if !name_is_plain(&spec.study) {
            return Err(self.value(
                "study",
                format!("\"{}\"", spec.study),
                "a name of letters, digits, `-` and `_`",
            ));
        }
        self.at_least("replicates", spec.replicates, 1)?;
        self.at_least("n_test", spec.n_test, 2)?;
        self.at_least("n_test_crps", spec.n_test_crps, 2)?;
        if spec.n_test_crps > spec.n_test {
            return Err(self.value(
                "n_test_crps",
                spec.n_test_crps,
                format!("at most n_test = {}", spec.n_test),
            ));
        }
        self.within(
            "validation_split",
            spec.validation_split,
            0.0,
            1.0,
            "between 0 and 1, both excluded",
        )?;
        spec.problem.check().map_err(|source| StudyError::Problem {
            path: self.path.into(),
            source,
        })?;
        let n = spec.problem.n();
        let n_train = spec.n_train();
        if n_train == 0 || n_train >= n {
            let parts = format!(
                "{n}, which leaves {n_train} training and {} validation points",
                n - n_train
            );
            return Err(self.value("problem.n", parts, "enough for at least one of each"));
        }
        self.at_least("exhibits.n_points", spec.exhibits.n_points, 1)?;
        self.at_least("exhibits.n_grid", spec.exhibits.n_grid, 2)?;
        if spec.recipes.is_empty() {
            return Err(self.value("recipes", "empty", "one recipe or more"));
        }
        for (name, recipe) in &spec.recipes {
            if !name_is_plain(name) {
                return Err(self.value(
                    "recipes",
                    format!("\"{name}\""),
                    "a name of letters, digits, `-` and `_`",
                ));
            }
            self.recipe(&format!("recipes.{name}"), recipe)?;
        }
        Ok(())
    }

    fn recipe(&self, key: &str, recipe: &Recipe) -> Result<(), StudyError> {
        if recipe.hidden != HIDDEN {
            return Err(self.value(
                format!("{key}.hidden"),
                recipe.hidden,
                format!("{HIDDEN}, the width compiled in"),
            ));
        }
        self.at_least(format!("{key}.batch_size"), recipe.batch_size, 1)?;
        self.at_least(format!("{key}.max_epochs"), recipe.max_epochs, 1)?;
        let adam = recipe.adam;
        let positive = "positive and finite";
        self.within(
            format!("{key}.adam.learning_rate"),
            adam.learning_rate,
            0.0,
            f64::INFINITY,
            positive,
        )?;
        for (name, beta) in [("beta_1", adam.beta_1), ("beta_2", adam.beta_2)] {
            if !(0.0..1.0).contains(&beta) {
                return Err(self.value(
                    format!("{key}.adam.{name}"),
                    beta,
                    "at least 0 and below 1",
                ));
            }
        }
        self.within(
            format!("{key}.adam.epsilon"),
            adam.epsilon,
            0.0,
            f64::INFINITY,
            positive,
        )?;
        if recipe.mse.is_none() && recipe.mdn.is_none() {
            return Err(self.value(key, "without networks", "a table with `mse`, `mdn` or both"));
        }
        if let Some(mse) = &recipe.mse {
            self.callbacks(
                &format!("{key}.mse"),
                mse.early_stopping,
                mse.reduce_lr_on_plateau,
            )?;
        }
        let Some(mdn) = &recipe.mdn else {
            return Ok(());
        };
        self.callbacks(
            &format!("{key}.mdn"),
            mdn.early_stopping,
            mdn.reduce_lr_on_plateau,
        )?;
        if !(mdn.scale_floor >= 0.0 && mdn.scale_floor.is_finite()) {
            return Err(self.value(
                format!("{key}.mdn.scale_floor"),
                mdn.scale_floor,
                "0 or positive, and finite",
            ));
        }
        let key = format!("{key}.mdn.components");
        if mdn.components.is_empty() {
            return Err(self.value(key, "empty", "a list of numbers of components"));
        }
        let mut seen = BTreeSet::new();
        for &k in &mdn.components {
            if !(1..=MAX_COMPONENTS).contains(&k) {
                return Err(self.value(
                    key,
                    format!("a list with {k}"),
                    format!("numbers from 1 to {MAX_COMPONENTS}"),
                ));
            }
            if !seen.insert(k) {
                return Err(self.value(key, format!("a list with {k} twice"), "each number once"));
            }
        }
        Ok(())
    }

    fn callbacks(
        &self,
        key: &str,
        stop: EarlyStoppingConfig,
        plateau: Option<ReduceLrConfig>,
    ) -> Result<(), StudyError> {
        let check_delta = |name: &str, delta: f32| {
            if delta >= 0.0 && delta.is_finite() {
                Ok(())
            } else {
                Err(self.value(
                    format!("{key}.{name}.min_delta"),
                    delta,
                    "0 or positive, and finite",
                ))
            }
        };
        self.at_least(format!("{key}.early_stopping.patience"), stop.patience, 1)?;
        check_delta("early_stopping", stop.min_delta)?;
        let Some(plateau) = plateau else {
            return Ok(());
        };
        let key = format!("{key}.reduce_lr_on_plateau");
        self.at_least(format!("{key}.patience"), plateau.patience, 1)?;
        check_delta("reduce_lr_on_plateau", plateau.min_delta)?;
        self.within(
            format!("{key}.factor"),
            plateau.factor,
            0.0,
            1.0,
            "between 0 and 1, both excluded",
        )?;
        if !(plateau.min_lr >= 0.0 && plateau.min_lr.is_finite()) {
            return Err(self.value(
                format!("{key}.min_lr"),
                plateau.min_lr,
                "0 or positive, and finite",
            ));
        }
        Ok(())
    }
}
