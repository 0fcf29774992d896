//! Whether a spec can be run, said field by field.

use super::checker::Checker;
use super::spec::{Drawn, Source, Spec};
use super::{SpecError, TableSpec};
use crate::problem::MAX_POINTS;

/// Most replicates: a mistyped exponent must not ask for the whole memory.
const MAX_REPLICATES: usize = 1000;
/// Most times that points are drawn anew.
const MAX_DRAWS: usize = 1000;

impl Checker<'_> {
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
}
