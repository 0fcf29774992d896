//! Cells on all threads of the pool.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::StudyError;
use super::plan::CellPlan;
use crate::numerics::environment;

/// Calls `work` for each place of `places`, largest networks first so that no core idles at the end; the first error
/// stops the rest. Results come with their places, in the order in which they were ready.
///
/// Every thread of the pool takes one cell after the other, and helps the others to score when there is none left.
pub(super) fn in_parallel<R: Send>(
    plans: &[CellPlan],
    places: &[usize],
    work: impl Fn(usize) -> Result<Option<R>, StudyError> + Sync,
) -> Result<Vec<(usize, R)>, StudyError> {
    let mut queue = places.to_vec();
    queue.sort_by_key(|index| (std::cmp::Reverse(plans[*index].n_components), *index));
    let next = AtomicUsize::new(0);
    let stopped = AtomicBool::new(false);
    let done = Mutex::new((Vec::new(), None));
    // Not spawned tasks: a thread that waits for its scores would take up another worker, and not come back.
    rayon::broadcast(|_| {
        let _environment = environment::guard();
        while !stopped.load(Ordering::Relaxed) {
            let Some(&index) = queue.get(next.fetch_add(1, Ordering::Relaxed)) else {
                return;
            };
            let result = work(index);
            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
            match result {
                Ok(Some(result)) => done.0.push((index, result)),
                Ok(None) => {}
                Err(error) => {
                    stopped.store(true, Ordering::Relaxed);
                    done.1.get_or_insert(error);
                }
            }
        }
    });
    match done.into_inner().unwrap_or_else(PoisonError::into_inner) {
        (_, Some(error)) => Err(error),
        (results, None) => Ok(results),
    }
}
