//! Whether a spec can be run, said field by field.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::path::{Path, PathBuf};

use super::spec::{Drawn, Source, Spec};
use super::{EnsembleSpec, RecipeSpec, SpecError, TableSpec};
use crate::problem::MAX_POINTS;
use crate::recipe::{EarlyStoppingConfig, ReduceLrConfig, Tuning};

/// Most replicates: a mistyped exponent must not ask for the whole memory.
const MAX_REPLICATES: usize = 1000;
/// Most times that points are drawn anew.
const MAX_DRAWS: usize = 1000;
/// Most units of a hidden layer.
const MAX_HIDDEN: usize = 1 << 14;
/// Most components of a mixture.
const MAX_COMPONENTS: usize = 1000;
/// Most epochs: each leaves its losses in the record.
const MAX_EPOCHS: usize = 100_000;
/// Most networks of an ensemble.
const MAX_MEMBERS: usize = 100;

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
    ) -> SpecError {
        let path: PathBuf = self.path.into();
        SpecError::Value {
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
    ) -> Result<(), SpecError> {
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
    ) -> Result<(), SpecError> {
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
    ) -> Result<(), SpecError> {
        if found.is_finite() && found > low && found < high {
            Ok(())
        } else {
            Err(self.value(key, found, allowed))
        }
    }

    /// Checks every field.
    pub(super) fn spec(&self, spec: &Spec) -> Result<(), SpecError> {
        self.name("study", &spec.study)?;
        self.between("replicates", spec.replicates, 1, MAX_REPLICATES)?;
        if spec.problems.is_empty() {
            return Err(self.value("problem", "missing", "a table with a `name`"));
        }
        for problem in &spec.problems {
            let key = match &problem.name {
                None => "problem".to_owned(),
                Some(name) => {
                    self.name("problems", name)?;
                    format!("problems.{name}")
                }
            };
            match &problem.source {
                Source::Drawn(drawn) => self.drawn(drawn)?,
                Source::Table(table) => self.table(&key, table)?,
            }
        }
        if spec.recipes.is_empty() {
            return Err(self.value("recipes", "empty", "one recipe or more"));
        }
        for (name, recipe) in &spec.recipes {
            self.name("recipes", name)?;
            self.recipe(&format!("recipes.{name}"), recipe)?;
        }
        self.kept_model(spec)
    }

    /// A name that needs no quoting in a file's name or a pattern.
    fn name(&self, key: &str, name: &str) -> Result<(), SpecError> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if !name.is_empty() && name.chars().all(is_plain) {
            return Ok(());
        }
        let allowed = "a name of letters, digits, `-` and `_`";
        Err(self.value(key, format!("\"{name}\""), allowed))
    }

    fn drawn(&self, drawn: &Drawn) -> Result<(), SpecError> {
        self.between("n_test", drawn.n_test, 2, MAX_POINTS)?;
        self.at_least("n_test_crps", drawn.n_test_crps, 2)?;
        if drawn.n_test_crps > drawn.n_test {
            let allowed = format!("at most n_test = {}", drawn.n_test);
            return Err(self.value("n_test_crps", drawn.n_test_crps, allowed));
        }
        self.within(
            "validation_split",
            drawn.validation_split,
            0.0,
            1.0,
            "between 0 and 1, both excluded",
        )?;
        self.between("draws", drawn.draws, 1, MAX_DRAWS)?;
        drawn.problem.check().map_err(|source| SpecError::Problem {
            path: self.path.into(),
            source,
        })?;
        let (n, n_train) = (drawn.problem.n(), drawn.n_train());
        if n_train == 0 || n_train >= n {
            let parts = format!(
                "{n}, which leaves {n_train} training and {} validation points",
                n - n_train
            );
            return Err(self.value("problem.n", parts, "enough for at least one of each"));
        }
        self.exhibits(&drawn.exhibits)
    }

    fn table(&self, key: &str, table: &TableSpec) -> Result<(), SpecError> {
        if table.file.is_empty() {
            let key = format!("{key}.file");
            return Err(self.value(key, "empty", "the name of a file"));
        }
        if table.targets.is_empty() {
            let key = format!("{key}.targets");
            return Err(self.value(key, "empty", "a list of columns"));
        }
        if let Err(text) = table.delimiter_byte() {
            let allowed = "one character, or `tab`";
            return Err(self.value(format!("{key}.delimiter"), format!("{text:?}"), allowed));
        }
        table.split.check().map_err(|source| SpecError::Split {
            path: self.path.into(),
            key: format!("{key}.split"),
            source,
        })
    }

    /// A model is kept of one table with one split, and chosen among the networks of one recipe.
    fn kept_model(&self, spec: &Spec) -> Result<(), SpecError> {
        if !spec.keep_model {
            return Ok(());
        }
        let is_one = spec
            .table()
            .is_some_and(|table| table.split.n_splits() == 1)
            && spec.replicates == 1
            && spec.recipes.len() == 1
            && spec.recipes.values().all(|recipe| recipe.mse.is_none());
        if is_one {
            return Ok(());
        }
        let allowed = "beside one table with one split, one replicate and one recipe without `mse`";
        Err(self.value("keep_model", "true", allowed))
    }

    fn recipe(&self, key: &str, recipe: &RecipeSpec) -> Result<(), SpecError> {
        self.between(format!("{key}.hidden"), recipe.hidden, 1, MAX_HIDDEN)?;
        self.at_least(format!("{key}.batch_size"), recipe.batch_size, 1)?;
        self.between(
            format!("{key}.max_epochs"),
            recipe.max_epochs,
            1,
            MAX_EPOCHS,
        )?;
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
        if recipe.mse.is_none() && recipe.mdn.is_none() && recipe.ensemble.is_none() {
            let allowed = "a table with `mse`, `mdn` or `ensemble`";
            return Err(self.value(key, "without networks", allowed));
        }
        if let Some(ensemble) = &recipe.ensemble {
            self.ensemble(&format!("{key}.ensemble"), recipe, ensemble)?;
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
        self.scale_floor(&format!("{key}.mdn"), mdn.scale_floor)?;
        let is_cut = mdn.reduce_lr_on_plateau.is_some();
        self.tuning(&format!("{key}.mdn"), recipe, &mdn.tuning, is_cut)?;
        let key = format!("{key}.mdn.components");
        self.components(&key, &mdn.components)
    }

    fn ensemble(
        &self,
        key: &str,
        recipe: &RecipeSpec,
        ensemble: &EnsembleSpec,
    ) -> Result<(), SpecError> {
        if let Some(members) = ensemble.members {
            self.between(format!("{key}.members"), members, 1, MAX_MEMBERS)?;
        }
        self.callbacks(key, ensemble.early_stopping, None)?;
        self.scale_floor(key, ensemble.scale_floor)?;
        if !ensemble.tuning.standardise {
            let key = format!("{key}.tuning.standardise");
            return Err(self.value(key, false, "true"));
        }
        self.tuning(key, recipe, &ensemble.tuning, false)
    }

    fn scale_floor(&self, key: &str, floor: f64) -> Result<(), SpecError> {
        if floor >= 0.0 && floor.is_finite() {
            return Ok(());
        }
        let key = format!("{key}.scale_floor");
        Err(self.value(key, floor, "0 or positive, and finite"))
    }

    /// A list of K, each of them once.
    pub(super) fn components(&self, key: &str, components: &[usize]) -> Result<(), SpecError> {
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
    fn tuning(
        &self,
        key: &str,
        recipe: &RecipeSpec,
        tuning: &Tuning,
        is_cut: bool,
    ) -> Result<(), SpecError> {
        if let Some(schedule) = tuning.schedule {
            if schedule.warmup_epochs >= recipe.max_epochs {
                return Err(self.value(
                    format!("{key}.tuning.schedule.warmup_epochs"),
                    schedule.warmup_epochs,
                    format!("less than max_epochs = {}", recipe.max_epochs),
                ));
            }
            if is_cut {
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
    ) -> Result<(), SpecError> {
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
