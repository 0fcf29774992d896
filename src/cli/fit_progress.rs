//! What a fit says while it works.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use indicatif::ProgressBar;
use mixture_density::fit::{FitCell, FitEvent};

use super::machine;
use super::progress::{bar, complain, trained};

/// Shows a fit's events: a bar on a terminal, a line for each network otherwise.
pub(super) struct FitProgress {
    bar: ProgressBar,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    n_cells: usize,
    n_done: usize,
    best_nll: Option<f32>,
    /// First, last epoch and end of each network, seconds.
    moments: BTreeMap<String, [f64; 3]>,
}

impl FitProgress {
    pub(super) fn new() -> Self {
        Self {
            bar: bar("epochs"),
            state: Mutex::default(),
        }
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn line(&self, text: &str) {
        self.bar.suspend(|| complain(text));
    }

    pub(super) fn event(&self, event: &FitEvent<'_>) {
        let now = machine::seconds();
        let mut state = self.state();
        match event {
            FitEvent::Odd(warning) => self.line(&warning.to_string()),
            FitEvent::Planned {
                n_cells,
                max_epochs,
            } => {
                state.n_cells = *n_cells;
                self.bar.set_length((n_cells * max_epochs) as u64);
            }
            FitEvent::Epoch { id, epoch } => {
                let moments = state.moments.entry((*id).to_owned()).or_insert([now; 3]);
                moments[1] = now;
                let best = state
                    .best_nll
                    .map_or(epoch.val_loss, |b| b.min(epoch.val_loss));
                state.best_nll = Some(best);
                self.bar.inc(1);
                self.bar
                    .set_message(format!("best validation NLL {best:.4} nats"));
            }
            FitEvent::Finished { cell } => {
                state.n_done += 1;
                if let Some(moments) = state.moments.get_mut(&cell.id) {
                    moments[2] = now;
                }
                let line = format!("[{}/{}] {}", state.n_done, state.n_cells, summary(cell));
                if self.bar.is_hidden() || cell.failure.is_some() {
                    self.line(&line);
                }
            }
            _ => {}
        }
    }

    /// From the end of the first epoch to that of the last: the first one's own time is not seen.
    pub(super) fn train_wall_s(&self, id: &str) -> f64 {
        self.state().moments.get(id).map_or(0.0, |m| m[1] - m[0])
    }

    pub(super) fn score_wall_s(&self, id: &str) -> f64 {
        self.state().moments.get(id).map_or(0.0, |m| m[2] - m[1])
    }
}

fn summary(cell: &FitCell) -> String {
    let nll = cell
        .nll_nats_mean_validation
        .map_or_else(|| "none".to_owned(), |v| format!("{v:.4}"));
    trained(
        &cell.id,
        cell.n_epochs,
        cell.failure.as_ref(),
        &format!("validation NLL {nll} nats"),
        cell.degenerate_likelihood == Some(true),
    )
}
