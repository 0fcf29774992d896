//! From arrays to a model, with an ear for Ctrl-C.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use mixture_density::ensemble::{self, Ensemble, EnsembleRequest};
use mixture_density::net::{Covariance, Epoch, Metadata, ModelError, Recipe};
use numpy::PyReadonlyArray2;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

use crate::model::Model;
use crate::{value_error, workers};

/// How often Python is asked whether to go on.
const PATIENCE: Duration = Duration::from_millis(100);

/// What is asked for, beside the rows.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Options {
    features: Vec<String>,
    targets: Vec<String>,
    recipe: String,
    max_epochs: Option<usize>,
    members: Option<usize>,
    is_full: bool,
    seed: u64,
    n_threads: Option<usize>,
}

impl Options {
    fn recipe(&self) -> PyResult<Recipe> {
        let recipe = Recipe::named(&self.recipe)
            .ok_or_else(|| value_error(format!("there is no recipe `{}`", self.recipe)))?;
        Ok(match self.max_epochs {
            Some(max_epochs) => recipe.with_epochs(max_epochs),
            None => recipe,
        })
    }

    fn metadata(&self, x: &[f64]) -> PyResult<Metadata> {
        let f = self.features.len();
        let range = |at: usize| {
            let column = x.iter().skip(at).step_by(f);
            column.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], x| {
                [low.min(*x), high.max(*x)]
            })
        };
        let ranges: Vec<[f64; 2]> = (0..f).map(range).collect();
        let ranges = serde_json::to_string(&ranges).map_err(value_error)?;
        let mut metadata = Metadata::new(self.features.clone(), self.targets.clone());
        metadata.recipe.clone_from(&self.recipe);
        metadata.seed = self.seed;
        metadata.notes.insert("feature_ranges".to_owned(), ranges);
        Ok(metadata)
    }
}

/// How far the trainings are.
#[derive(Default)]
struct Seen {
    trainings: AtomicUsize,
    epochs: AtomicUsize,
}

impl Seen {
    fn epoch(&self, epoch: &Epoch) {
        if epoch.epoch == 1 {
            self.trainings.fetch_add(1, Ordering::Relaxed);
        }
        self.epochs.fetch_add(1, Ordering::Relaxed);
    }

    fn so_far(&self) -> (usize, usize) {
        let count = |of: &AtomicUsize| of.load(Ordering::Relaxed);
        (count(&self.trainings), count(&self.epochs))
    }
}

/// A model of features [n, F] and targets [n, D], and its record as JSON. `progress` is called now and then with the
/// numbers of trainings and epochs so far.
#[pyfunction]
#[pyo3(signature = (x, y, options, progress=None))]
pub(crate) fn fit(
    py: Python<'_>,
    x: PyReadonlyArray2<'_, f64>,
    y: PyReadonlyArray2<'_, f64>,
    options: Options,
    progress: Option<Py<PyAny>>,
) -> PyResult<(Model, String)> {
    let sizes = (options.features.len(), options.targets.len());
    let found = (x.as_array().dim(), y.as_array().dim());
    let ((n, f), (n_targets, d)) = found;
    if (f, d) != sizes || n != n_targets {
        return Err(value_error("rows and names do not fit together"));
    }
    let x: Vec<f64> = x.as_array().iter().copied().collect();
    let y: Vec<f64> = y.as_array().iter().copied().collect();
    let (seen, stop) = (Seen::default(), AtomicBool::new(false));
    let observer = |_: &str, epoch: &Epoch| seen.epoch(epoch);
    let mut request = EnsembleRequest::new(options.metadata(&x)?, &x, &y);
    request.recipe = options.recipe()?;
    request.covariance = match options.is_full && d > 1 {
        true => Covariance::Full,
        false => Covariance::Diagonal,
    };
    request.n_members = options.members;
    request.observer = &observer;
    request.stop = Some(&stop);
    let ask_python = || {
        Python::attach(|py| {
            py.check_signals()?;
            match &progress {
                Some(progress) => progress.call1(py, seen.so_far()).map(drop),
                None => Ok(()),
            }
        })
    };
    let work = || workers::run(options.n_threads, || ensemble::fit(&request));
    let ensemble = py.detach(|| listening(work, ask_python, &stop))?;
    let ensemble = ensemble.map_err(value_error)?;
    let record = serde_json::to_string(&ensemble.record).map_err(value_error)?;
    let model = Model {
        model: ensemble.model,
    };
    Ok((model, record))
}

/// Does `work` on a thread of its own while this one asks Python whether to go on. Where it is not to, the work is
/// stopped, and what Python said is the error.
fn listening(
    work: impl FnOnce() -> PyResult<Result<Ensemble, ModelError>> + Send,
    mut ask_python: impl FnMut() -> PyResult<()>,
    stop: &AtomicBool,
) -> PyResult<Result<Ensemble, ModelError>> {
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
