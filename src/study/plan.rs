//! The cells of a study: the units of work.

use serde::Serialize;

use super::canonical;
use super::record::Model;
use super::spec::Recipe;
use super::spec::{ExhibitSpec, Spec};
use crate::problem::Problem;

/// One network to train and score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CellPlan {
    /// Recipe of the spec.
    pub(super) recipe: String,
    /// Kind of network.
    pub(super) model: Model,
    /// K; none for the baseline.
    pub(super) n_components: Option<usize>,
    /// From 0.
    pub(super) replicate: usize,
}

impl CellPlan {
    /// `article/mdn/k=20/r=0`, `article/mse/r=0`: also the name of its random streams.
    #[must_use]
    pub(super) fn id(&self) -> String {
        match self.n_components {
            Some(k) => format!("{}/mdn/k={k}/r={}", self.recipe, self.replicate),
            None => format!("{}/mse/r={}", self.recipe, self.replicate),
        }
    }

    /// Hash of all that determines the cell: its part of the spec and the sources it is computed by.
    ///
    /// # Errors
    /// If the spec cannot be written as JSON.
    pub(super) fn key(&self, spec: &Spec) -> Result<String, serde_json::Error> {
        #[derive(Serialize)]
        struct Determines<'a> {
            sources: &'static str,
            id: String,
            seed: u64,
            n_test: usize,
            n_test_crps: usize,
            validation_split: f64,
            problem: &'a Problem,
            exhibits: &'a ExhibitSpec,
            recipe: Option<Recipe>,
        }
        // The list of K does not determine a cell: a study can grow without training again.
        let mut recipe = spec.recipes.get(&self.recipe).cloned();
        if let Some(mdn) = recipe.as_mut().and_then(|r| r.mdn.as_mut()) {
            mdn.components = Vec::new();
        }
        canonical::digest(&Determines {
            sources: SOURCES,
            id: self.id(),
            seed: spec.seed,
            n_test: spec.n_test,
            n_test_crps: spec.n_test_crps,
            validation_split: spec.validation_split,
            problem: &spec.problem,
            exhibits: &spec.exhibits,
            recipe,
        })
    }
}

/// Hash of the sources that decide a number, taken when this was compiled.
pub(super) const SOURCES: &str = env!("MDN_SOURCES");

/// All cells, in the record's order: recipe, baseline before mixtures, K, replicate.
#[must_use]
pub(super) fn cells(spec: &Spec) -> Vec<CellPlan> {
    let mut cells = Vec::new();
    for (name, recipe) in &spec.recipes {
        let mut add = |model, n_components| {
            cells.extend((0..spec.replicates).map(|replicate| CellPlan {
                recipe: name.clone(),
                model,
                n_components,
                replicate,
            }));
        };
        if recipe.mse.is_some() {
            add(Model::Mse, None);
        }
        for k in recipe.mdn.iter().flat_map(|mdn| &mdn.components) {
            add(Model::Mdn, Some(*k));
        }
    }
    cells
}
