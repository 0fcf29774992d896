//! Whether a spec can be run, said field by field.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::path::{Path, PathBuf};

use super::StudyError;
use super::spec::{HIDDEN, MAX_COMPONENTS, MdnSpec, Recipe, Spec};
use crate::net::{EarlyStoppingConfig, ReduceLrConfig};
use crate::problem::MAX_POINTS;

/// Most replicates: a mistyped exponent must not ask for the whole memory.
const MAX_REPLICATES: usize = 1000;

/// Says which key is wrong.
pub(super) struct Checker<'a> {
    /// Only for messages.
    pub(super) path: &'a Path,
}

impl Checker<'_> {
    pub(super) fn value(
        &self,
        key: impl Display,
        found: impl Display,
        allowed: impl Display,
    ) -> StudyError {
        let path: PathBuf = self.path.into();
        StudyError::Value {
            path,
            key: key.to_string(),
            found: found.to_string(),
            allowed: allowed.to_string(),
        }
    }

    pub(super) fn at_least(
        &self,
        key: impl Display,
        found: usize,
        least: usize,
    ) -> Result<(), StudyError> {
        if found >= least {
            Ok(())
        } else {
            Err(self.value(key, found, format!("{least} or more")))
        }
    }

    pub(super) fn between(
        &self,
        key: impl Display,
        found: usize,
        least: usize,
        most: usize,
    ) -> Result<(), StudyError> {
        if (least..=most).contains(&found) {
            Ok(())
        } else {
            Err(self.value(key, found, format!("a whole number from {least} to {most}")))
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

    /// Checks every field.
    pub(super) fn spec(&self, spec: &Spec) -> Result<(), StudyError> {
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
        self.between("replicates", spec.replicates, 1, MAX_REPLICATES)?;
        self.between("n_test", spec.n_test, 2, MAX_POINTS)?;
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
        self.exhibits(&spec.exhibits)?;
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
        self.tuning(&format!("{key}.mdn"), recipe, mdn)?;
        let key = format!("{key}.mdn.components");
        self.components(&key, &mdn.components)
    }

    /// A list of K, each compiled in and named once.
    pub(super) fn components(&self, key: &str, components: &[usize]) -> Result<(), StudyError> {
        if components.is_empty() {
            return Err(self.value(key, "empty", "a list of numbers of components"));
        }
        let mut seen = BTreeSet::new();
        for &k in components {
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

    /// The ingredients beside the article's.
    fn tuning(&self, key: &str, recipe: &Recipe, mdn: &MdnSpec) -> Result<(), StudyError> {
        let tuning = &mdn.tuning;
        if let Some(schedule) = tuning.schedule {
            if schedule.warmup_epochs >= recipe.max_epochs {
                return Err(self.value(
                    format!("{key}.tuning.schedule.warmup_epochs"),
                    schedule.warmup_epochs,
                    format!("less than max_epochs = {}", recipe.max_epochs),
                ));
            }
            if mdn.reduce_lr_on_plateau.is_some() {
                return Err(self.value(
                    format!("{key}.reduce_lr_on_plateau"),
                    "beside a tuning.schedule",
                    "one of the two",
                ));
            }
        }
        let positive = "positive and finite";
        for (name, found) in [
            ("hidden_weight_factor", tuning.hidden_weight_factor),
            ("head_weight_factor", tuning.head_weight_factor),
            ("gradient_norm_clip", tuning.gradient_norm_clip),
            ("weight_decay", tuning.weight_decay),
        ] {
            if let Some(found) = found {
                let key = format!("{key}.tuning.{name}");
                self.within(key, found, 0.0, f64::INFINITY, positive)?;
            }
        }
        if let Some(noise) = tuning.noise {
            for (name, found) in [("x", noise.x), ("y", noise.y)] {
                if !(found >= 0.0 && found.is_finite()) {
                    return Err(self.value(
                        format!("{key}.tuning.noise.{name}"),
                        found,
                        "0 or positive, and finite",
                    ));
                }
            }
        }
        if let Some(averaging) = tuning.averaging {
            self.within(
                format!("{key}.tuning.averaging.decay"),
                averaging.decay,
                0.0,
                1.0,
                "between 0 and 1, both excluded",
            )?;
        }
        Ok(())
    }

    fn callbacks(
        &self,
        key: &str,
        stop: EarlyStoppingConfig,
        plateau: Option<ReduceLrConfig>,
    ) -> Result<(), StudyError> {
        let check_delta = |name: &str, delta: f64| {
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
