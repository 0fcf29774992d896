//! The shape of `spec.toml`, before it is checked, and of the spec in a record.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::schema::SCHEMA;
use super::spec::{Drawn, ProblemSpec, Source, Spec};
use super::{ExhibitSpec, RecipeSpec, TableSpec};
use crate::problem::{Hardmaru, InverseSinusoid, Problem, Spiral};

/// All fields of the file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SpecFile {
    pub(super) schema: u32,
    study: String,
    seed: u64,
    #[serde(default = "one")]
    replicates: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    n_test: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    n_test_crps: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    validation_split: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    draws: Option<usize>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    keep_model: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    problem: Option<ProblemFile>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    problems: BTreeMap<String, ProblemFile>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    exhibits: Option<ExhibitSpec>,
    recipes: BTreeMap<String, RecipeSpec>,
}

const fn one() -> usize {
    1
}

/// The table `[problem]`, by its `name`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "kebab-case", deny_unknown_fields)]
enum ProblemFile {
    Spiral(Spiral),
    InverseSinusoid(InverseSinusoid),
    Hardmaru(Hardmaru),
    Table(Box<TableSpec>),
}

/// A field that must be there with this source, or must not.
#[derive(Debug, thiserror::Error)]
pub(super) enum FileFault {
    #[error("missing field `{0}`")]
    Missing(&'static str),
    #[error("`{0}` has no meaning for a table")]
    Foreign(&'static str),
    #[error("either a table `problem` or tables `problems.NAME` are needed")]
    Problems,
}

impl TryFrom<SpecFile> for Spec {
    type Error = FileFault;

    fn try_from(file: SpecFile) -> Result<Self, FileFault> {
        let named = file.problems.clone().into_iter().map(|(n, p)| (Some(n), p));
        let named: Vec<_> = match file.problem.clone() {
            Some(problem) if file.problems.is_empty() => vec![(None, problem)],
            None if !file.problems.is_empty() => named.collect(),
            _ => return Err(FileFault::Problems),
        };
        let mut problems = Vec::new();
        for (name, problem) in named {
            let source = match problem {
                ProblemFile::Table(table) => Source::Table(*table),
                ProblemFile::Spiral(p) => Source::Drawn(file.drawn(Problem::Spiral(p))?),
                ProblemFile::InverseSinusoid(p) => {
                    Source::Drawn(file.drawn(Problem::InverseSinusoid(p))?)
                }
                ProblemFile::Hardmaru(p) => Source::Drawn(file.drawn(Problem::Hardmaru(p))?),
            };
            problems.push(ProblemSpec { name, source });
        }
        if problems.iter().all(|p| p.source.table().is_some()) {
            file.check_tables_alone()?;
        }
        Ok(Self {
            study: file.study,
            seed: file.seed,
            replicates: file.replicates,
            keep_model: file.keep_model,
            problems,
            recipes: file.recipes,
        })
    }
}

impl SpecFile {
    fn drawn(&self, problem: Problem) -> Result<Drawn, FileFault> {
        Ok(Drawn {
            problem,
            n_test: self.n_test.ok_or(FileFault::Missing("n_test"))?,
            n_test_crps: self.n_test_crps.ok_or(FileFault::Missing("n_test_crps"))?,
            validation_split: self
                .validation_split
                .ok_or(FileFault::Missing("validation_split"))?,
            draws: self.draws.unwrap_or(1),
            exhibits: self
                .exhibits
                .clone()
                .ok_or(FileFault::Missing("exhibits"))?,
        })
    }

    fn check_tables_alone(&self) -> Result<(), FileFault> {
        for (name, is_there) in [
            ("n_test", self.n_test.is_some()),
            ("n_test_crps", self.n_test_crps.is_some()),
            ("validation_split", self.validation_split.is_some()),
            ("draws", self.draws.is_some()),
            ("exhibits", self.exhibits.is_some()),
        ] {
            if is_there {
                return Err(FileFault::Foreign(name));
            }
        }
        Ok(())
    }
}

impl From<Spec> for SpecFile {
    fn from(spec: Spec) -> Self {
        let drawn = spec.problems.iter().find_map(|p| p.source.drawn()).cloned();
        let file_of = |source: Source| match source {
            Source::Table(table) => ProblemFile::Table(Box::new(table)),
            Source::Drawn(drawn) => match drawn.problem {
                Problem::Spiral(p) => ProblemFile::Spiral(p),
                Problem::InverseSinusoid(p) => ProblemFile::InverseSinusoid(p),
                Problem::Hardmaru(p) => ProblemFile::Hardmaru(p),
            },
        };
        let mut file = Self {
            schema: SCHEMA,
            study: spec.study,
            seed: spec.seed,
            replicates: spec.replicates,
            n_test: drawn.as_ref().map(|d| d.n_test),
            n_test_crps: drawn.as_ref().map(|d| d.n_test_crps),
            validation_split: drawn.as_ref().map(|d| d.validation_split),
            draws: drawn.as_ref().map(|d| d.draws).filter(|draws| *draws > 1),
            keep_model: spec.keep_model,
            problem: None,
            problems: BTreeMap::new(),
            exhibits: drawn.map(|d| d.exhibits),
            recipes: spec.recipes,
        };
        for problem in spec.problems {
            match problem.name {
                None => file.problem = Some(file_of(problem.source)),
                Some(name) => {
                    file.problems.insert(name, file_of(problem.source));
                }
            }
        }
        file
    }
}
