//! From columns to a model, with an ear for Ctrl-C.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use mixture_density::fit::{FitError, FitOptions, FitRequest, Fitted};
use mixture_density::numerics::dispatch;
use mixture_density::record::{SCHEMA, Timing, canonical};
use mixture_density::study::{Event, Host};
use mixture_density::table::{MissingPolicy, Roles, SplitSpec, Table};
use mixture_density::threads;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

use crate::columns::Named;
use crate::model::Model;
use crate::{value_error, workers};

/// How often Python is asked whether to go on.
const PATIENCE: Duration = Duration::from_millis(100);

/// What is asked for, beside the columns.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Asked {
    /// What messages and the model call the table.
    table: String,
    targets: Vec<String>,
    /// JSON of [`FitOptions`].
    options: String,
    /// JSON of a [`SplitSpec`]; all rows are learnt from where there is none.
    split: Option<String>,
    /// `error`, `drop` or `impute`.
    missing: String,
    dequantise: bool,
    n_threads: Option<usize>,
}

/// How far the trainings are, and whether to go on.
struct Followed {
    started: Instant,
    stop: AtomicBool,
    trainings: AtomicUsize,
    epochs: AtomicUsize,
    max_epochs: AtomicUsize,
}

impl Followed {
    fn new() -> Self {
        Self {
            started: Instant::now(),
            stop: AtomicBool::new(false),
            trainings: AtomicUsize::new(0),
            epochs: AtomicUsize::new(0),
            max_epochs: AtomicUsize::new(0),
        }
    }

    fn so_far(&self) -> (usize, usize, usize) {
        let count = |of: &AtomicUsize| of.load(Ordering::Relaxed);
        (
            count(&self.trainings),
            count(&self.epochs),
            count(&self.max_epochs),
        )
    }
}

impl Host for Followed {
    fn seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    fn event(&self, event: Event<'_>) {
        match event {
            Event::Planned { max_epochs, .. } => {
                self.max_epochs.store(max_epochs, Ordering::Relaxed);
            }
            Event::Epoch { epoch, .. } => {
                if epoch.epoch == 1 {
                    self.trainings.fetch_add(1, Ordering::Relaxed);
                }
                self.epochs.fetch_add(1, Ordering::Relaxed);
            }
            _ => {}
        }
    }

    fn stop(&self) -> Option<&AtomicBool> {
        Some(&self.stop)
    }
}

/// What a fit gave.
#[pyclass(frozen, module = "mixture_density._core")]
pub(crate) struct Fit {
    fitted: Fitted,
    total_wall_s: f64,
}

#[pymethods]
impl Fit {
    /// The density.
    fn model(&self) -> Model {
        Model::new(self.fitted.model.clone())
    }

    /// The bytes of `record.json`, where rows judged the model.
    fn record(&self) -> PyResult<Option<String>> {
        let record = self.fitted.record.as_ref().map(canonical::to_string);
        record.transpose().map_err(value_error)
    }

    /// What was tried and chosen, of an ensemble, as JSON.
    fn ensemble(&self) -> PyResult<Option<String>> {
        let ensemble = self.fitted.ensemble.as_ref().map(canonical::to_string);
        ensemble.transpose().map_err(value_error)
    }

    /// What is odd about the table, a sentence each.
    fn warnings(&self) -> Vec<String> {
        self.fitted.warnings.clone()
    }

    /// The bytes of `timing.json`, where rows judged the model.
    fn timing(&self, finished_at: String, processor: String) -> PyResult<Option<String>> {
        let Some(record) = &self.fitted.record else {
            return Ok(None);
        };
        let timing = Timing {
            schema: SCHEMA,
            record_digest: record.digest.clone(),
            finished_at,
            total_wall_s: self.total_wall_s,
            jobs: threads::n_threads(),
            processor,
            n_processors: threads::processors(),
            kernels: dispatch::active().name().to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            cells: self.fitted.timings.clone(),
            ..Timing::default()
        };
        canonical::to_string(&timing).map(Some).map_err(value_error)
    }
}

/// The page of a record and its timing.
#[pyfunction]
pub(crate) fn page(py: Python<'_>, record: &str, timing: Option<&str>) -> PyResult<String> {
    let record = mixture_density::record::Record::parse(record.as_bytes(), "the record".as_ref());
    let record = record.map_err(value_error)?;
    let timing: Option<Timing> = timing
        .map(serde_json::from_str)
        .transpose()
        .map_err(value_error)?;
    py.detach(|| mixture_density::report::render(&record, timing.as_ref()))
        .map_err(value_error)
}

/// Fits the targets among the columns. `progress` is called now and then with the numbers of trainings and epochs so far,
/// and of the epochs that there are at most.
#[pyfunction]
#[pyo3(signature = (columns, asked, progress=None))]
pub(crate) fn fit(
    py: Python<'_>,
    columns: Vec<Named>,
    asked: Asked,
    progress: Option<Py<PyAny>>,
) -> PyResult<Fit> {
    let options: FitOptions = serde_json::from_str(&asked.options).map_err(value_error)?;
    let split: Option<SplitSpec> = match &asked.split {
        Some(split) => Some(serde_json::from_str(split).map_err(value_error)?),
        None => None,
    };
    let missing = match asked.missing.as_str() {
        "drop" => MissingPolicy::Drop,
        "impute" => MissingPolicy::Impute,
        _ => MissingPolicy::Error,
    };
    let followed = Followed::new();
    let ask_python = || {
        Python::attach(|py| {
            py.check_signals()?;
            match &progress {
                Some(progress) => progress.call1(py, followed.so_far()).map(drop),
                None => Ok(()),
            }
        })
    };
    let table = || {
        let mut roles = Roles::of_targets(asked.targets.iter().cloned());
        if let Some(split) = &split {
            roles = roles.with_split(split);
        }
        let categories = columns.iter().filter(|column| column.is_category);
        let names: Vec<String> = categories.map(|column| column.name.clone()).collect();
        let mut builder = Table::builder().name(&asked.table).categorical(names);
        for column in columns {
            let (name, column) = column.into_column();
            builder = builder.column(name, column);
        }
        builder.build(&roles, missing).map_err(value_error)
    };
    let work = || {
        let mut request = FitRequest::new(table()?);
        request.options = options;
        request.split = split.clone();
        request.dequantise = asked.dequantise;
        request.host = &followed;
        workers::run(asked.n_threads, || request.fit())
    };
    let fitted = py.detach(|| listening(work, ask_python, &followed.stop))?;
    Ok(Fit {
        fitted: fitted.map_err(value_error)?,
        total_wall_s: followed.seconds(),
    })
}

/// Does `work` on a thread of its own while this one asks Python whether to go on. Where it is not to, the work is
/// stopped, and what Python said is the error.
fn listening(
    work: impl FnOnce() -> PyResult<Result<Fitted, FitError>> + Send,
    mut ask_python: impl FnMut() -> PyResult<()>,
    stop: &AtomicBool,
) -> PyResult<Result<Fitted, FitError>> {
    std::thread::scope(|scope| {
        let (done, is_done) = channel::<()>();
        let worker = std::thread::Builder::new().spawn_scoped(scope, move || {
            // Dropped at the end, whatever the end is.
            let _done = done;
            work()
        })?;
        let mut said = Ok(());
        while let Err(RecvTimeoutError::Timeout) = is_done.recv_timeout(PATIENCE) {
            if said.is_ok() {
                said = ask_python();
                stop.store(said.is_err(), Ordering::Relaxed);
            }
        }
        let result = worker.join();
        said?;
        result.map_err(|_| {
            PyRuntimeError::new_err("the training broke off; this is a fault of the program")
        })?
    })
}
