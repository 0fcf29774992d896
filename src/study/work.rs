//! What a run has to do: cells, splits, and the keys of both.

use super::StudyError;
use super::choice::{Candidate, choose};
use super::data::Baselines;
use super::finished::{Computed, Finished};
use super::host::{Event, Host};
use super::job::Job;
use super::judge::Judged;
use super::loaded::{Loaded, ReadTable, load};
use super::pattern::{CellPattern, chosen};
use super::plan::{CellPlan, cells, data_key};
use super::study_exhibits::{place, without_networks};
use crate::record::{Choice, Kind, ModelKind, Record, SCHEMA, SplitRecord, canonical};
use crate::spec::{Source, Spec};

/// Trainings of an ensemble, roughly: its members, and those that settings are compared by.
const ENSEMBLE_TRAININGS: usize = 30;

/// The cells of a study with everything that determines them.
pub(super) struct Work<'a> {
    pub(super) spec: &'a Spec,
    pub(super) cells: Vec<CellPlan>,
    /// Of each cell.
    pub(super) keys: Vec<String>,
    /// Of each cell, whether it is asked for.
    pub(super) is_chosen: Vec<bool>,
    pub(super) splits: Vec<SplitPlan>,
    /// Of each cell, the place of its split.
    pub(super) split_of: Vec<usize>,
    /// Of each problem the hash of its table's columns, where it has a table.
    tables_blake3: Vec<Option<String>>,
}

/// One split of one problem.
pub(super) struct SplitPlan {
    pub(super) problem: usize,
    pub(super) split: usize,
    pub(super) key: String,
    /// The name of its file in the store.
    pub(super) id: String,
}

/// The data of some splits, by their places.
pub(super) struct Splits(Vec<Option<Loaded>>);

impl Splits {
    /// The data of the split at this place, if it was loaded.
    pub(super) fn get(&self, at: usize) -> Option<&Loaded> {
        self.0.get(at)?.as_ref()
    }
}

impl<'a> Work<'a> {
    pub(super) fn new(
        spec: &'a Spec,
        tables: &[ReadTable],
        only: Option<&CellPattern>,
    ) -> Result<Self, StudyError> {
        let cells = cells(spec);
        let is_chosen = chosen(&cells, only)?;
        let hash = |problem: usize, split: usize| tables.get(problem)?.split_hash(split);
        let keys = cells
            .iter()
            .map(|cell| cell.key(spec, hash(cell.problem, cell.split)));
        let keys = keys.collect::<Result<Vec<_>, _>>()?;
        let mut splits: Vec<SplitPlan> = Vec::new();
        for (problem, of_problem) in spec.problems.iter().enumerate() {
            for split in 0..of_problem.source.n_splits() {
                let id = match (&of_problem.name, split) {
                    (None, 0) => "data".to_owned(),
                    (None, _) => format!("data/s={split}"),
                    (Some(name), _) => format!("{name}/data/s={split}"),
                };
                let mut key = data_key(spec, problem, split, hash(problem, split))?;
                // What is odd about a table depends on what is trained on it.
                if of_problem.source.table().is_some() {
                    key = canonical::digest(&(key, &spec.recipes))?;
                }
                splits.push(SplitPlan {
                    key,
                    problem,
                    split,
                    id,
                });
            }
        }
        let place = |cell: &CellPlan| {
            let is_its = |s: &SplitPlan| (s.problem, s.split) == (cell.problem, cell.split);
            splits.iter().position(is_its).unwrap_or(0)
        };
        Ok(Self {
            split_of: cells.iter().map(place).collect(),
            spec,
            cells,
            keys,
            is_chosen,
            splits,
            tables_blake3: tables.iter().map(|table| table.blake3.clone()).collect(),
        })
    }

    /// The spec as the record repeats it, with the hash of each table.
    fn recorded_spec(&self) -> Spec {
        let mut spec = self.spec.recorded();
        for (problem, blake3) in spec.problems.iter_mut().zip(&self.tables_blake3) {
            if let Source::Table(table) = &mut problem.source {
                table.blake3.clone_from(blake3);
            }
        }
        spec
    }

    /// The places of the cells that are asked for.
    pub(super) fn chosen(&self) -> Vec<usize> {
        (0..self.cells.len())
            .filter(|i| self.is_chosen[*i])
            .collect()
    }

    /// What a host is told before the cells at these places are computed.
    pub(super) fn planned(&self, missing: &[usize]) -> Event<'static> {
        let n_cells = self.chosen().len();
        let epochs = missing.iter().map(|at| {
            let recipe = self.spec.recipes.get(&self.cells[*at].recipe);
            let trainings = match self.cells[*at].model {
                ModelKind::Ensemble => ENSEMBLE_TRAININGS,
                ModelKind::Mdn | ModelKind::Mse => 1,
            };
            recipe.map_or(0, |recipe| trainings * recipe.max_epochs)
        });
        Event::Planned {
            n_cells,
            n_finished: n_cells - missing.len(),
            max_epochs: epochs.sum(),
        }
    }

    /// The data of the splits at these places.
    pub(super) fn load(
        &self,
        mut tables: Vec<ReadTable>,
        needed: &[usize],
        host: &dyn Host,
    ) -> Result<Splits, StudyError> {
        let wanted = needed.iter().map(|at| {
            let split = &self.splits[*at];
            (split.problem, split.split)
        });
        let wanted: Vec<(usize, usize)> = wanted.collect();
        let mut splits: Vec<Option<Loaded>> = self.splits.iter().map(|_| None).collect();
        for (at, loaded) in needed
            .iter()
            .zip(load(self.spec, &mut tables, &wanted, host)?)
        {
            splits[*at] = Some(loaded);
        }
        Ok(Splits(splits))
    }

    /// What the record says of a split before any network is trained; the figures show the first one.
    pub(super) fn baselines(&self, at: usize, loaded: &Loaded) -> Result<Baselines, StudyError> {
        let drawn = self.spec.drawn().filter(|_| at == 0);
        Ok(Baselines {
            data: loaded.data.data.clone(),
            oracle: loaded.data.oracle(&loaded.oracle)?,
            warnings: loaded.data.warnings.clone(),
            exhibits: drawn.and_then(|drawn| without_networks(&drawn.exhibits, &loaded.data)),
        })
    }

    /// Trains and scores the cell at this place; `None` where its data were not loaded.
    pub(super) fn compute(
        &self,
        index: usize,
        splits: &Splits,
        host: &dyn Host,
    ) -> Result<Option<Computed>, StudyError> {
        let Some(loaded) = splits.get(self.split_of[index]) else {
            return Ok(None);
        };
        let plan = &self.cells[index];
        Job {
            id: plan.id(),
            plan,
            spec: self.spec,
            data: &loaded.data,
            oracle: &loaded.oracle,
            host,
        }
        .run()
    }

    /// The key of what is kept of all cells together.
    pub(super) fn key_of_all(&self) -> Result<String, serde_json::Error> {
        canonical::digest(&self.keys)
    }

    /// Which of the finished cells' models is kept.
    pub(super) fn choose(&self, finished: &[Finished]) -> Result<Option<Choice>, StudyError> {
        let sound = finished.iter().filter(|f| f.model_blake3.is_some());
        let candidates: Vec<Candidate<'_>> = sound
            .map(|finished| Candidate {
                cell: &finished.cell.id,
                n_components: finished.cell.n_components.unwrap_or(0),
                nll_nats: &finished.nll_validation,
                is_degenerate: finished.cell.degenerate_likelihood == Some(true),
                ensemble: finished.cell.ensemble.as_ref(),
            })
            .collect();
        Ok(choose(&candidates)?)
    }

    /// The record of all cells and splits, in their order.
    pub(super) fn record(
        &self,
        mut baselines: Vec<Baselines>,
        finished: Vec<Finished>,
        choice: Option<Choice>,
        judged: Option<Judged>,
    ) -> Result<Record, StudyError> {
        let Some(first) = baselines.first_mut() else {
            return Err(crate::score::ScoreError::NoPoints.into());
        };
        let mut exhibits = first.exhibits.take();
        if let Some(exhibits) = &mut exhibits {
            place(exhibits, &finished);
        }
        let (data, oracle) = (first.data.clone(), first.oracle.clone());
        let mut warnings: Vec<String> = Vec::new();
        for warning in baselines.iter().flat_map(|baselines| &baselines.warnings) {
            if !warnings.contains(warning) {
                warnings.push(warning.clone());
            }
        }
        let is_kept = self.spec.keep_model;
        let chosen = choice.as_ref().and_then(|choice| {
            let mut finished = finished.iter();
            finished.find(|finished| finished.cell.id == choice.cell)
        });
        let (scores_test, baselines_test, table_exhibits) = match judged {
            Some(judged) => (judged.scores_test, judged.baselines, Some(judged.exhibits)),
            None => (None, None, None),
        };
        let mut record = Record {
            schema: SCHEMA,
            kind: if is_kept { Kind::Fit } else { Kind::Study },
            study: self.spec.study.clone(),
            digest: String::new(),
            spec: self.recorded_spec(),
            data,
            oracle,
            splits: self.split_records(baselines),
            warnings,
            model_blake3: chosen.and_then(|finished| finished.model_blake3.clone()),
            choice,
            scores_test,
            baselines: baselines_test,
            exhibits,
            table_exhibits,
            cells: finished.into_iter().map(|finished| finished.cell).collect(),
        };
        // What is not finite becomes null once, so that what is read back is what was written.
        record = serde_json::from_str(&canonical::to_string(&record)?)?;
        record.digest = record.compute_digest()?;
        Ok(record)
    }

    /// Every split, where there are several.
    pub(super) fn split_records(&self, baselines: Vec<Baselines>) -> Vec<SplitRecord> {
        if self.splits.len() < 2 {
            return Vec::new();
        }
        let pairs = self.splits.iter().zip(baselines);
        pairs
            .map(|(split, baselines)| SplitRecord {
                problem: self.spec.problems[split.problem].name.clone(),
                split: split.split,
                data: baselines.data,
                oracle: baselines.oracle,
            })
            .collect()
    }
}
