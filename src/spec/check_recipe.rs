//! Whether a way to train can be followed, said field by field.

use std::collections::BTreeSet;

use super::checker::Checker;
use super::{EnsembleSpec, RecipeSpec, SpecError};
use crate::recipe::{EarlyStoppingConfig, ReduceLrConfig, Tuning};

/// Most units of a hidden layer.
const MAX_HIDDEN: usize = 1 << 14;
/// Most components of a mixture.
const MAX_COMPONENTS: usize = 1000;
/// Most epochs: each leaves its losses in the record.
const MAX_EPOCHS: usize = 100_000;
/// Most networks of an ensemble.
const MAX_MEMBERS: usize = 100;

impl Checker<'_> {
    pub(super) fn recipe(&self, key: &str, recipe: &RecipeSpec) -> Result<(), SpecError> {
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
        let mut without = ensemble.without.clone();
        without.sort_unstable();
        if without.windows(2).any(|pair| pair[0] == pair[1]) {
            let key = format!("{key}.without");
            return Err(self.value(key, "a list with an ingredient twice", "each once"));
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
