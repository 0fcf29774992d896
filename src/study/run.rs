//! Does what is missing on all cores, then assembles the record.

use std::path::Path;

use super::StudyError;
use super::data::Baselines;
use super::finished::{Computed, Finished};
use super::host::{Event, Host};
use super::judge::Judged;
use super::loaded::ReadTable;
use super::pattern::CellPattern;
use super::store::{Found, Store};
use super::tables::Tables;
use super::work::{Splits, Work};
use super::workers::in_parallel;
use crate::net::{Model, ModelError};
use crate::record::{CellTiming, Choice, Record};
use crate::spec::{SPEC, Spec};
use crate::threads;

/// How to run.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Options {
    /// Only cells whose identity matches.
    pub only: Option<CellPattern>,
    /// Compute cells again that are finished, and compare.
    pub fresh: bool,
}

/// What a run left.
#[derive(Debug)]
pub enum Outcome {
    /// Every cell is finished.
    Complete(Box<Complete>),
    /// Some cells were not asked for.
    Partial {
        /// Finished ones.
        n_finished: usize,
        /// Those of them whose training failed.
        n_failed: usize,
        /// All.
        n_cells: usize,
    },
}

/// A study all of whose cells are finished.
#[derive(Debug)]
pub struct Complete {
    /// The record.
    pub record: Record,
    /// The kept model, and the bytes of its file.
    pub model: Option<(Model, Vec<u8>)>,
    /// Each cell's time, in the record's order.
    pub timings: Vec<CellTiming>,
    /// Cells computed now rather than found.
    pub n_computed: usize,
}

/// Runs the study with its cells in the folder `store`, on all [threads].
///
/// # Errors
/// If the spec is not [sound](Spec::check), a file cannot be read or written, a table is not there or has a fault, or a
/// finished cell does not reproduce.
pub fn run(
    spec: &Spec,
    store: &Path,
    tables: &Tables,
    options: &Options,
    host: &dyn Host,
) -> Result<Outcome, StudyError> {
    threads::install(|| {
        spec.check(&store.with_file_name(SPEC))?;
        run_here(spec, Store::open(store), tables, options, host)
    })
}

/// Runs the whole study, on all [threads], and writes nothing.
///
/// # Errors
/// As [`run`], but for files; [`ModelError::Stopped`](crate::net::ModelError::Stopped) where the [host](Host::stop) says
/// so.
pub fn run_in_memory(
    spec: &Spec,
    tables: &Tables,
    host: &dyn Host,
) -> Result<Complete, StudyError> {
    threads::install(|| {
        spec.check(Path::new(SPEC))?;
        let all = Options::default();
        match run_here(spec, Store::in_memory(), tables, &all, host)? {
            Outcome::Complete(complete) => Ok(*complete),
            // All cells are asked for: only a stop leaves one out.
            Outcome::Partial { .. } => Err(ModelError::Stopped.into()),
        }
    })
}

fn run_here(
    spec: &Spec,
    store: Store,
    tables: &Tables,
    options: &Options,
    host: &dyn Host,
) -> Result<Outcome, StudyError> {
    let tables = ReadTable::all(spec, tables)?;
    let run = Run {
        work: Work::new(spec, &tables, options.only.as_ref())?,
        store,
        host,
    };
    let mut results = run.stored_cells();
    let is_missing = |i: &usize| options.fresh || results[*i].is_none();
    let missing: Vec<usize> = run.work.chosen().into_iter().filter(is_missing).collect();
    host.event(run.work.planned(&missing));

    let mut baselines = run.stored_baselines();
    let key_of_all = run.work.key_of_all()?;
    let judged: Option<(Judged, ())> = match spec.keep_model && !options.fresh {
        true => run.look(MODEL, &key_of_all),
        false => None,
    };
    let is_judged = !spec.keep_model || judged.is_some();
    let needed = (0..run.work.splits.len()).filter(|at| {
        let is_its = |cell: &usize| run.work.split_of[*cell] == *at;
        !is_judged || baselines[*at].is_none() || missing.iter().any(is_its)
    });
    let needed: Vec<usize> = needed.collect();
    let _made = match needed[..] {
        [] => None,
        _ => run.store.prepare()?,
    };
    let splits = run.work.load(tables, &needed, host)?;
    run.complete_baselines(&splits, &mut baselines)?;
    for (index, result) in run.compute(&missing, &splits)? {
        results[index] = Some(result);
    }
    let n_finished = results.iter().flatten().count();
    if n_finished < run.work.cells.len() {
        let failed = |(finished, _): &&(Finished, _)| finished.cell.failure.is_some();
        return Ok(Outcome::Partial {
            n_finished,
            n_failed: results.iter().flatten().filter(failed).count(),
            n_cells: run.work.cells.len(),
        });
    }
    let (finished, timings): (Vec<_>, Vec<_>) = results.into_iter().flatten().unzip();
    let choice = run.work.choose(&finished)?;
    let model = run.kept_model(choice.as_ref(), &finished)?;
    let judged = match (judged, splits.get(0)) {
        (Some((judged, ())), _) => Some(judged),
        (None, Some(loaded)) if spec.keep_model => {
            host.go_on()?;
            let chosen = choice.as_ref().map(|choice| choice.cell.as_str());
            let cell = finished.iter().find(|f| Some(f.cell.id.as_str()) == chosen);
            let model = model.as_ref().map(|(model, _)| model);
            let judged = Judged::of(model, cell.map(|f| &f.cell), &loaded.data, spec.seed)?;
            run.store.keep(MODEL, &key_of_all, &judged, &())?;
            Some(judged)
        }
        _ => None,
    };
    let baselines = baselines.into_iter().flatten().collect();
    let record = run.work.record(baselines, finished, choice, judged)?;
    Ok(Outcome::Complete(Box::new(Complete {
        record,
        model,
        timings,
        n_computed: missing.len(),
    })))
}

/// The name under which the kept model's scores are stored.
const MODEL: &str = "model";

/// All that the parts of a run share.
struct Run<'a> {
    work: Work<'a>,
    store: Store,
    host: &'a dyn Host,
}

/// A finished cell with its time.
type Result2 = (Finished, CellTiming);

impl Run<'_> {
    /// What is stored under this key; what cannot be trusted is said, and passed over.
    fn look<T, E>(&self, id: &str, key: &str) -> Option<(T, E)>
    where
        T: serde::de::DeserializeOwned + serde::Serialize,
        E: serde::de::DeserializeOwned,
    {
        match self.store.find(id, key) {
            Found::Sound(result, extra) => Some((result, extra)),
            Found::Absent => None,
            Found::Unsound(path, reason) => {
                self.distrust(&path, &reason);
                None
            }
        }
    }

    fn distrust(&self, path: &Path, reason: &str) {
        self.host.event(Event::Distrusted { path, reason });
    }

    /// Of each cell what is stored, if that can be used.
    fn stored_cells(&self) -> Vec<Option<Result2>> {
        let pairs = self.work.cells.iter().zip(&self.work.keys);
        pairs
            .map(|(cell, key)| {
                let found: Result2 = self.look(&cell.id(), key)?;
                let hash = found.0.model_blake3.as_deref();
                let Some((path, reason)) =
                    hash.and_then(|hash| self.store.model_fault(&cell.id(), key, hash))
                else {
                    return Some(found);
                };
                self.distrust(&path, &reason);
                None
            })
            .collect()
    }

    fn stored_baselines(&self) -> Vec<Option<Baselines>> {
        let splits = self.work.splits.iter();
        splits
            .map(|split| self.look(&split.id, &split.key).map(|(found, ())| found))
            .collect()
    }

    fn complete_baselines(
        &self,
        splits: &Splits,
        baselines: &mut [Option<Baselines>],
    ) -> Result<(), StudyError> {
        for (at, (split, slot)) in self.work.splits.iter().zip(baselines).enumerate() {
            if let (None, Some(loaded)) = (&slot, splits.get(at)) {
                let made = self.work.baselines(at, loaded)?;
                self.store.keep(&split.id, &split.key, &made, &())?;
                *slot = Some(made);
            }
        }
        Ok(())
    }

    /// Computes and keeps the cells at these places.
    fn compute(
        &self,
        missing: &[usize],
        splits: &Splits,
    ) -> Result<Vec<(usize, Result2)>, StudyError> {
        in_parallel(&self.work.cells, missing, |index| {
            let Some(computed) = self.work.compute(index, splits, self.host)? else {
                return Ok(None);
            };
            let Computed {
                finished,
                timing,
                model,
            } = computed;
            let (id, key) = (&finished.cell.id, &self.work.keys[index]);
            if let Some(model) = model {
                self.store.keep_model(id, key, &model)?;
            }
            self.store.keep(id, key, &finished, &timing)?;
            self.host.event(Event::Finished {
                cell: &finished.cell,
            });
            Ok(Some((finished, timing)))
        })
    }

    /// The model that is kept, and the bytes of its file.
    fn kept_model(
        &self,
        choice: Option<&Choice>,
        finished: &[Finished],
    ) -> Result<Option<(Model, Vec<u8>)>, StudyError> {
        let Some(choice) = choice else {
            return Ok(None);
        };
        let Some(at) = finished.iter().position(|f| f.cell.id == choice.cell) else {
            return Ok(None);
        };
        let (path, bytes) = self.store.model(&choice.cell, &self.work.keys[at])?;
        let model = Model::from_bytes(&bytes);
        let model = model.map_err(|source| StudyError::Kept { path, source })?;
        Ok(Some((model, bytes)))
    }
}
