//! The cells of a study: the units of work.

use serde::Serialize;

use crate::record::{ModelKind, canonical};
use crate::spec::{ProblemSpec, RecipeSpec, Source, Spec, TableSpec};

/// One network to train and score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CellPlan {
    /// Place of its problem in the spec.
    pub(super) problem: usize,
    /// Name of its problem, where the study has several.
    pub(super) problem_name: Option<String>,
    /// Whether the problem's rows are a table's.
    is_table: bool,
    /// Recipe of the spec.
    pub(super) recipe: String,
    /// Kind of network.
    pub(super) model: ModelKind,
    /// K; none for the baseline.
    pub(super) n_components: Option<usize>,
    /// From 0.
    pub(super) split: usize,
    /// Whether the problem has several splits.
    is_split: bool,
    /// From 0.
    pub(super) replicate: usize,
}

impl CellPlan {
    /// `article/mdn/k=20/r=0`, `article/mse/r=0`, `concrete/tuned/mdn/k=5/s=3/r=0`.
    #[must_use]
    pub(super) fn id(&self) -> String {
        self.name(self.is_split)
    }

    fn name(&self, with_split: bool) -> String {
        let problem = self.problem_name.as_deref();
        let problem = problem.map_or_else(String::new, |name| format!("{name}/"));
        let model = self.model_name();
        let split = match with_split {
            true => format!("/s={}", self.split),
            false => String::new(),
        };
        format!(
            "{problem}{}/{model}{split}/r={}",
            self.recipe, self.replicate
        )
    }

    fn model_name(&self) -> String {
        match (self.model, self.n_components) {
            (ModelKind::Mse, _) => "mse".to_owned(),
            (ModelKind::Mdn, k) => format!("mdn/k={}", k.unwrap_or(0)),
            (ModelKind::Ensemble, _) => "ensemble".to_owned(),
        }
    }

    /// The name of its random streams. On points that are drawn it is the identity, of the first draw that of a study that
    /// draws once. On a table it is the same for every recipe, so that recipes are compared on the same initial weights and
    /// shuffles.
    #[must_use]
    pub(super) fn stream(&self) -> String {
        if !self.is_table {
            return self.name(self.split > 0);
        }
        let mut name = match self.n_components {
            Some(k) => format!("fit/k={k}"),
            None => format!("fit/{}", self.model_name()),
        };
        for (key, value) in [("s", self.split), ("r", self.replicate)] {
            if value > 0 {
                name += &format!("/{key}={value}");
            }
        }
        name
    }

    /// Hash of all that determines the cell: its part of the spec, its data, and the sources it is computed by.
    ///
    /// # Errors
    /// If the spec cannot be written as JSON.
    pub(super) fn key(
        &self,
        spec: &Spec,
        table_hash: Option<&str>,
    ) -> Result<String, serde_json::Error> {
        #[derive(Serialize)]
        struct Determines<'a> {
            data: String,
            id: String,
            stream: String,
            keep_model: bool,
            recipe: Option<&'a RecipeSpec>,
        }
        // The list of K does not determine a cell: a study can grow without training again.
        let mut recipe = spec.recipes.get(&self.recipe).cloned();
        if let Some(mdn) = recipe.as_mut().and_then(|r| r.mdn.as_mut()) {
            mdn.components = Vec::new();
        }
        canonical::digest(&Determines {
            data: data_key(spec, self.problem, self.split, table_hash)?,
            id: self.id(),
            stream: self.stream(),
            keep_model: spec.keep_model,
            recipe: recipe.as_ref(),
        })
    }
}

/// Hash of all that determines the data of a split and what the exact density scores on them.
///
/// # Errors
/// If the spec cannot be written as JSON.
pub(super) fn data_key(
    spec: &Spec,
    problem: usize,
    split: usize,
    table_hash: Option<&str>,
) -> Result<String, serde_json::Error> {
    let source = match spec.problems.get(problem).map(|problem| &problem.source) {
        Some(Source::Drawn(drawn)) => serde_json::to_value((
            drawn.problem,
            drawn.n_test,
            drawn.n_test_crps,
            drawn.validation_split,
            &drawn.exhibits,
        ))?,
        Some(Source::Table(table)) => serde_json::to_value((table_hash, without_places(table)))?,
        None => serde_json::Value::Null,
    };
    canonical::digest(&(SOURCES, spec.seed, source, split))
}

/// What is asked of a table, but for where it lies: its name is in the record and in a model, its folder in neither.
fn without_places(table: &TableSpec) -> TableSpec {
    let mut asked = table.clone();
    asked.file = table.name();
    asked.split = table.split.recorded();
    asked.origin = None;
    asked.blake3 = None;
    asked
}

/// Hash of the sources and crates that decide a number, taken when this was compiled.
const SOURCES: &str = env!("MDN_SOURCES");

/// All cells, in the record's order: problem, recipe, baseline before mixtures, K, split, replicate.
#[must_use]
pub(super) fn cells(spec: &Spec) -> Vec<CellPlan> {
    let mut cells = Vec::new();
    for (problem, ProblemSpec { name, source }) in spec.problems.iter().enumerate() {
        let n_splits = source.n_splits();
        for (recipe, networks) in &spec.recipes {
            let mut add = |model, n_components| {
                for split in 0..n_splits {
                    cells.extend((0..spec.replicates).map(|replicate| CellPlan {
                        problem,
                        problem_name: name.clone(),
                        is_table: source.table().is_some(),
                        recipe: recipe.clone(),
                        model,
                        n_components,
                        split,
                        is_split: n_splits > 1,
                        replicate,
                    }));
                }
            };
            if networks.mse.is_some() {
                add(ModelKind::Mse, None);
            }
            if networks.ensemble.is_some() {
                add(ModelKind::Ensemble, None);
            }
            for k in networks.mdn.iter().flat_map(|mdn| &mdn.components) {
                add(ModelKind::Mdn, Some(*k));
            }
        }
    }
    cells
}
