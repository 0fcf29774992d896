//! A whole study.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ExhibitSpec, RecipeSpec, TableSpec};
use crate::problem::Problem;

/// A whole study.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "super::file::SpecFile", into = "super::file::SpecFile")]
pub struct Spec {
    /// The study's name.
    pub study: String,
    /// Root of every random number.
    pub seed: u64,
    /// Trainings of each network, from different initial weights and shuffles.
    pub replicates: usize,
    /// Whether the network that the validation rows choose is kept as a model.
    pub keep_model: bool,
    /// Where the data come from: one problem without a name, or several with names.
    pub problems: Vec<ProblemSpec>,
    /// Ways to train, by name.
    pub recipes: BTreeMap<String, RecipeSpec>,
}

/// One problem of a study.
#[derive(Debug, Clone, PartialEq)]
pub struct ProblemSpec {
    /// Its name, where the study has several.
    pub name: Option<String>,
    /// Where its rows come from.
    pub source: Source,
}

/// Where rows come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// Drawn from a problem whose truth is known.
    Drawn(Drawn),
    /// Read from a table.
    Table(TableSpec),
}

/// Points of a problem whose truth is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// What they are drawn from.
    pub problem: Problem,
    /// Fresh test points.
    pub n_test: usize,
    /// The first ones of them, on which the CRPS (K² a point) is computed.
    pub n_test_crps: usize,
    /// Share of the problem's points, the last ones, kept for validation.
    pub validation_split: f64,
    /// Times that all points are drawn anew: each is a split.
    pub draws: usize,
    /// What the figures show.
    pub exhibits: ExhibitSpec,
}

impl Drawn {
    /// Points that are trained on; those after them are for validation.
    ///
    /// Keras' rule: the split starts at `floor(n·(1 − validation_split))`.
    #[must_use]
    pub fn n_train(&self) -> usize {
        (self.problem.n() as f64 * (1.0 - self.validation_split)).floor() as usize
    }
}

impl Source {
    /// What is drawn; `None` for a table.
    #[must_use]
    pub const fn drawn(&self) -> Option<&Drawn> {
        match self {
            Self::Drawn(drawn) => Some(drawn),
            Self::Table(_) => None,
        }
    }

    /// The table; `None` for what is drawn.
    #[must_use]
    pub const fn table(&self) -> Option<&TableSpec> {
        match self {
            Self::Table(table) => Some(table),
            Self::Drawn(_) => None,
        }
    }

    /// The name it has in a spec.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Drawn(drawn) => drawn.problem.name(),
            Self::Table(_) => "table",
        }
    }

    /// How many splits it has.
    #[must_use]
    pub fn n_splits(&self) -> usize {
        match self {
            Self::Drawn(drawn) => drawn.draws,
            Self::Table(table) => table.split.n_splits(),
        }
    }
}

impl Spec {
    /// As a record repeats it: tables by their names alone.
    #[must_use]
    pub fn recorded(&self) -> Self {
        let mut spec = self.clone();
        for problem in &mut spec.problems {
            if let Source::Table(table) = &mut problem.source {
                table.file = table.name();
                table.split = table.split.recorded();
            }
        }
        spec
    }

    /// The only problem, where there is one.
    #[must_use]
    pub fn only_source(&self) -> Option<&Source> {
        match &self.problems[..] {
            [only] => Some(&only.source),
            _ => None,
        }
    }

    /// What is drawn, where the study has one problem and its truth is known.
    #[must_use]
    pub fn drawn(&self) -> Option<&Drawn> {
        self.only_source()?.drawn()
    }

    /// The table, where the study has one problem and that is a table.
    #[must_use]
    pub fn table(&self) -> Option<&TableSpec> {
        self.only_source()?.table()
    }
}
