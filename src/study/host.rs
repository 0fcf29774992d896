//! What a study sees of the world around it: a clock, and someone who is told what happens.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::net::{Epoch, ModelError};
use crate::record::Cell;
use crate::table::Warning;

/// What a study sees of the world around it.
pub trait Host: Sync {
    /// Seconds since some fixed moment; only differences are used, and only in timings.
    fn seconds(&self) -> f64;
    /// Something happened, on any thread.
    fn event(&self, event: Event<'_>);
    /// Where it is set, from any thread, the run ends with [`ModelError::Stopped`] before the next step of any training.
    fn stop(&self) -> Option<&AtomicBool> {
        None
    }
}

impl dyn Host + '_ {
    /// # Errors
    /// [`ModelError::Stopped`] where it says so.
    pub(super) fn go_on(&self) -> Result<(), ModelError> {
        match self.stop() {
            Some(stop) if stop.load(Ordering::Relaxed) => Err(ModelError::Stopped),
            _ => Ok(()),
        }
    }
}

/// No clock, and nobody who listens.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Host for Silent {
    fn seconds(&self) -> f64 {
        0.0
    }

    fn event(&self, _: Event<'_>) {}
}

/// What happens in a run.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// What is odd about a table.
    Odd(&'a Warning),
    /// How many cells there are and how many of them are finished already.
    Planned {
        /// Cells asked for.
        n_cells: usize,
        /// Those of them that need not be computed.
        n_finished: usize,
        /// Epochs that the others have at most, all together.
        max_epochs: usize,
    },
    /// A stored result that cannot be trusted: it will be computed again.
    Distrusted {
        /// Its file.
        path: &'a Path,
        /// What is wrong with it, as the sentence ends.
        reason: &'a str,
    },
    /// An epoch ended.
    Epoch {
        /// Which cell.
        id: &'a str,
        /// Its losses.
        epoch: &'a Epoch,
    },
    /// A cell ended.
    Finished {
        /// Its result.
        cell: &'a Cell,
    },
}
