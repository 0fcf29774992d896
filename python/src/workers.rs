//! Which threads do the work.

use mixture_density::numerics::environment;
use mixture_density::threads;
use pyo3::PyResult;
use pyo3::exceptions::PyRuntimeError;
use rayon::ThreadPoolBuilder;

/// Does `work` on `n_threads` threads of its own, or on those of the process. The bits of a result do not depend on it.
pub(crate) fn run<R: Send>(
    n_threads: Option<usize>,
    work: impl FnOnce() -> R + Send,
) -> PyResult<R> {
    let Some(n_threads) = n_threads else {
        return Ok(threads::install(work));
    };
    let pool = ThreadPoolBuilder::new()
        .num_threads(n_threads.clamp(1, threads::MOST))
        .start_handler(|_| environment::set())
        .build()
        .map_err(|error| PyRuntimeError::new_err(error.to_string()))?;
    Ok(pool.install(work))
}
