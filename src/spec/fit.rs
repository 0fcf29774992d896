//! The spec of a fit: one table, one recipe, and the model is kept.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{ProblemSpec, RecipeSpec, Source, Spec, SpecError, TableSpec};
use crate::recipe::{Covariance, Recipe};

/// Numbers of components that are tried where none is named.
const COMPONENTS: [usize; 5] = [1, 2, 5, 10, 20];

/// How a table is fitted, beside what is read of it: the options of `mdn fit`.
///
/// # Examples
///
/// ```
/// use mixture_density::spec::{FitOptions, TableSpec};
/// let options = FitOptions { members: Some(3), ..FitOptions::default() };
/// let spec = options.spec("rooms", TableSpec::new("rooms.csv", vec!["rent".to_owned()]))?;
/// assert!(spec.keep_model && spec.recipes["table"].ensemble.is_some());
/// # Ok::<(), mixture_density::spec::SpecError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FitOptions {
    /// [How to train](Recipe::named); `table` where none is named, or `tuned` where components are.
    pub recipe: Option<String>,
    /// Numbers of components to try, but of the recipe `table`, which chooses its own; 1, 2, 5, 10 and 20 where none is
    /// named.
    pub components: Vec<usize>,
    /// Networks of the ensemble at most, of the recipe `table`; as many as suit the table for `None`.
    pub members: Option<usize>,
    /// Epochs at most; the recipe's for `None`.
    pub max_epochs: Option<usize>,
    /// Epochs without improvement after which a training stops; the recipe's for `None`.
    pub patience: Option<usize>,
    /// How several targets depend on each other within a component.
    pub covariance: Covariance,
    /// Root of every random number.
    pub seed: u64,
}

impl FitOptions {
    /// Name of the recipe: an ensemble chooses its own K, and who names some wants networks to choose from.
    #[must_use]
    pub fn recipe_name(&self) -> &str {
        match &self.recipe {
            Some(name) => name,
            None if self.components.is_empty() => "table",
            None => "tuned",
        }
    }

    /// The study of one table whose chosen network is kept.
    ///
    /// # Errors
    /// [`SpecError::Value`] and [`SpecError::Split`]: what is wrong with a value, the keys being those of a spec.
    pub fn spec(&self, study: &str, table: TableSpec) -> Result<Spec, SpecError> {
        let path = Path::new("fit");
        let name = self.recipe_name();
        let mut recipe = Recipe::named(name).ok_or_else(|| SpecError::Value {
            path: path.into(),
            key: "recipe".to_owned(),
            found: format!("\"{name}\""),
            allowed: "one of table, article, tuned and tuned-large".to_owned(),
        })?;
        if let Some(max_epochs) = self.max_epochs {
            recipe = recipe.with_epochs(max_epochs);
        }
        if let Some(patience) = self.patience {
            recipe.early_stopping.patience = patience;
        }
        let covariance = match table.targets[..] {
            [_, _, ..] => self.covariance,
            _ => Covariance::Diagonal,
        };
        let recipe = match name {
            "table" => RecipeSpec::of_ensemble(&recipe, self.members, covariance),
            _ if self.components.is_empty() => {
                RecipeSpec::of(&recipe, COMPONENTS.to_vec(), covariance)
            }
            _ => RecipeSpec::of(&recipe, self.components.clone(), covariance),
        };
        let spec = Spec {
            study: study.to_owned(),
            seed: self.seed,
            replicates: 1,
            keep_model: true,
            problems: vec![ProblemSpec {
                name: None,
                source: Source::Table(table),
            }],
            recipes: BTreeMap::from([(name.to_owned(), recipe)]),
        };
        spec.check(path)?;
        Ok(spec)
    }
}
