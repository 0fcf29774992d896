//! Does what is missing on all cores, then assembles the record.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::StudyError;
use super::cell::{Event, Finished, Host, compute};
use super::data::{Baselines, StudyData, key as data_key};
use super::gallery;
use super::plan::{CellPlan, cells};
use super::record::{CellTiming, Exhibits, Record, SCHEMA};
use super::spec::{SPEC, Spec};
use super::store::{Found, Store};
use crate::files::WriteError;
use crate::problem::PointScores;

/// How to run.
#[derive(Debug, Clone)]
pub struct Options {
    /// Worker threads; each trains one cell at a time.
    pub jobs: usize,
    /// Only cells whose identity matches.
    pub only: Option<glob::Pattern>,
    /// Compute cells again that are finished, and compare.
    pub fresh: bool,
}

/// What a run left.
#[derive(Debug)]
pub enum Outcome {
    /// Every cell is finished.
    Complete {
        /// The record.
        record: Box<Record>,
        /// Each cell's time, in the record's order.
        timings: Vec<CellTiming>,
        /// Cells computed now rather than found.
        n_computed: usize,
    },
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

/// Runs the study with its cells in `folder`.
///
/// # Errors
/// If the spec is not [sound](Spec::check), a file cannot be read or written, or a finished cell does not
/// reproduce.
pub fn run(
    spec: &Spec,
    folder: &Path,
    options: &Options,
    host: &dyn Host,
) -> Result<Outcome, StudyError> {
    spec.check(&folder.join(SPEC))?;
    let store = Store::open(folder)?;
    let plans = cells(spec);
    let chosen = choose(&plans, options.only.as_ref())?;
    let keys = plans
        .iter()
        .map(|plan| plan.key(spec))
        .collect::<Result<Vec<_>, _>>()
        .map_err(json(folder))?;
    let mut results: Vec<Option<(Finished, CellTiming)>> = plans
        .iter()
        .zip(&keys)
        .map(|(plan, key)| look(&store, &plan.id(), key, host))
        .collect();

    let missing: Vec<usize> = (0..plans.len())
        .filter(|i| chosen[*i] && (options.fresh || results[*i].is_none()))
        .collect();
    let n_chosen = chosen.iter().filter(|chosen| **chosen).count();
    host.event(Event::Planned {
        n_cells: n_chosen,
        n_finished: n_chosen - missing.len(),
    });

    let baselines_key = data_key(spec).map_err(json(folder))?;
    let mut baselines: Option<(Baselines, Exhibits)> =
        look(&store, "data", &baselines_key, host).map(|(b, ())| b);
    if !missing.is_empty() || baselines.is_none() {
        let data = draw(spec, folder)?;
        let oracle = data.oracle_points(spec.n_test_crps);
        if baselines.is_none() {
            let scored = data
                .baselines(spec.n_test_crps, &oracle)
                .map_err(|source| StudyError::Score { source })?;
            let made = (scored, gallery::without_networks(spec, &data));
            store.keep("data", &baselines_key, &made, &())?;
            baselines = Some(made);
        }
        let work = Work {
            spec,
            plans: &plans,
            keys: &keys,
            data: &data,
            oracle: &oracle,
            store: &store,
            host,
        };
        for (index, result) in work.compute(&missing, options.jobs)? {
            results[index] = Some(result);
        }
    }
    let n_finished = results.iter().flatten().count();
    let failed = |(finished, _): &&(Finished, _)| finished.cell.failure.is_some();
    let n_failed = results.iter().flatten().filter(failed).count();
    let (Some((baselines, exhibits)), true) = (baselines, n_finished == plans.len()) else {
        return Ok(Outcome::Partial {
            n_finished,
            n_failed,
            n_cells: plans.len(),
        });
    };
    let (finished, timings): (Vec<_>, Vec<_>) = results.into_iter().flatten().unzip();
    let record = assemble(spec, baselines, exhibits, finished).map_err(json(folder))?;
    Ok(Outcome::Complete {
        record: Box::new(record),
        timings,
        n_computed: missing.len(),
    })
}

/// Draws the data, or says which field of the spec is at fault.
pub(super) fn draw(spec: &Spec, folder: &Path) -> Result<StudyData, StudyError> {
    StudyData::draw(spec).map_err(|source| StudyError::Problem {
        path: folder.into(),
        source,
    })
}

/// Which plans match the pattern.
pub(super) fn choose(
    plans: &[CellPlan],
    only: Option<&glob::Pattern>,
) -> Result<Vec<bool>, StudyError> {
    let chosen: Vec<bool> = plans
        .iter()
        .map(|p| only.is_none_or(|pattern| pattern.matches(&p.id())))
        .collect();
    match only {
        Some(pattern) if !chosen.contains(&true) => Err(StudyError::NoCell {
            pattern: pattern.as_str().to_owned(),
            first: plans.first().map(CellPlan::id).unwrap_or_default(),
        }),
        _ => Ok(chosen),
    }
}

fn json(path: &Path) -> impl Fn(serde_json::Error) -> WriteError {
    let path = path.to_owned();
    move |source| WriteError {
        path: path.clone(),
        source: source.into(),
    }
}

fn look<T, E>(store: &Store, id: &str, key: &str, host: &dyn Host) -> Option<(T, E)>
where
    T: serde::de::DeserializeOwned + serde::Serialize,
    E: serde::de::DeserializeOwned,
{
    match store.find(id, key) {
        Found::Sound(result, extra) => Some((result, extra)),
        Found::Absent => None,
        Found::Unsound(path, reason) => {
            host.event(Event::Distrusted {
                path: &path,
                reason: &reason,
            });
            None
        }
    }
}

/// Results with their places in the plan.
type Computed = Vec<(usize, (Finished, CellTiming))>;

/// All that the worker threads share.
pub(super) struct Work<'a> {
    spec: &'a Spec,
    plans: &'a [CellPlan],
    keys: &'a [String],
    data: &'a StudyData,
    oracle: &'a [PointScores],
    store: &'a Store,
    host: &'a dyn Host,
}

impl Work<'_> {
    /// Computes and keeps the cells at these places, largest networks first so that no core idles at the end.
    fn compute(&self, missing: &[usize], jobs: usize) -> Result<Computed, StudyError> {
        let keep = |index: usize, result: &(Finished, CellTiming)| {
            self.store.keep(
                &self.plans[index].id(),
                &self.keys[index],
                &result.0,
                &result.1,
            )
        };
        in_parallel(self.plans, missing, jobs, |index| {
            let Some(result) = compute(
                &self.plans[index],
                self.spec,
                self.data,
                self.oracle,
                self.host,
            )?
            else {
                return Ok(None);
            };
            keep(index, &result)?;
            self.host.event(Event::Finished {
                cell: &result.0.cell,
            });
            Ok(Some(result))
        })
    }
}

/// Calls `work` for each place of `places` on `jobs` threads; the first error stops the rest.
pub(super) fn in_parallel<R: Send>(
    plans: &[CellPlan],
    places: &[usize],
    jobs: usize,
    work: impl Fn(usize) -> Result<Option<R>, StudyError> + Sync,
) -> Result<Vec<(usize, R)>, StudyError> {
    let mut queue = places.to_vec();
    queue.sort_by_key(|index| (std::cmp::Reverse(plans[*index].n_components), *index));
    let next = AtomicUsize::new(0);
    let stopped = AtomicBool::new(false);
    let done = Mutex::new((Vec::new(), None));
    let worker = || {
        while !stopped.load(Ordering::Relaxed) {
            let Some(&index) = queue.get(next.fetch_add(1, Ordering::Relaxed)) else {
                return;
            };
            let result = work(index);
            let mut done = done
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            match result {
                Ok(Some(result)) => done.0.push((index, result)),
                Ok(None) => {}
                Err(error) => {
                    stopped.store(true, Ordering::Relaxed);
                    done.1.get_or_insert(error);
                }
            }
        }
    };
    std::thread::scope(|scope| {
        // This thread is the first of them; one that the system refuses is done without.
        for _ in 1..jobs.clamp(1, queue.len().max(1)) {
            if std::thread::Builder::new()
                .spawn_scoped(scope, worker)
                .is_err()
            {
                break;
            }
        }
        worker();
    });
    match done
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
    {
        (_, Some(error)) => Err(error),
        (results, None) => Ok(results),
    }
}

fn assemble(
    spec: &Spec,
    baselines: Baselines,
    mut exhibits: Exhibits,
    finished: Vec<Finished>,
) -> Result<Record, serde_json::Error> {
    gallery::place(&mut exhibits, &finished);
    let cells = finished.into_iter().map(|finished| finished.cell).collect();
    let mut record = Record {
        schema: SCHEMA,
        study: spec.study.clone(),
        digest: String::new(),
        spec: serde_json::to_value(spec)?,
        data: baselines.data,
        oracle: baselines.oracle,
        cells,
        exhibits,
    };
    record.digest = record.compute_digest()?;
    Ok(record)
}
