//! What a run says while it works: a bar on a terminal, plain lines otherwise. All of it on stderr.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use mixture_density::folder::World;
use mixture_density::record::{BenchmarkTiming, Cell, ModelKind, Timing};
use mixture_density::study::{Event, Host};

use super::terminal::complain;
use super::terminal::tell;
use super::{bench, machine};

/// A bar over so many `units`, which is hidden where stderr is no terminal.
pub(super) fn bar(units: &str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let template = format!("{{bar:24}} {{pos}}/{{len}} {units} · {{msg}}");
    if let Ok(style) = ProgressStyle::with_template(&template) {
        bar.set_style(style);
    }
    bar
}

/// Shows a run's events.
pub(super) struct Progress {
    bar: ProgressBar,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    n_cells: usize,
    n_done: usize,
    /// Epochs of the cells at work.
    at_work: BTreeMap<String, usize>,
    best_nll: Option<f32>,
    max_epochs: usize,
    /// Epochs that each cell has at most, on average.
    epochs_of_cell: usize,
    epochs_done: usize,
    started_at: f64,
}

impl Progress {
    pub(super) fn new() -> Self {
        Self {
            bar: bar("epochs"),
            state: Mutex::default(),
        }
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn line(&self, text: &str) {
        self.bar.suspend(|| tell(text));
    }

    fn show(&self, state: &State) {
        self.bar.set_position(state.epochs() as u64);
        self.bar.set_message(state.message());
    }
}

impl State {
    /// Epochs so far; a finished cell counts as all that it could have had.
    fn epochs(&self) -> usize {
        let at_work: usize = self.at_work.values().sum();
        (self.epochs_done + at_work).min(self.max_epochs)
    }

    /// `3 of 5 cells · best validation NLL -0.2831 nats · 1 min 20 s left`.
    fn message(&self) -> String {
        let mut parts = vec![format!("{} of {} cells", self.n_done, self.n_cells)];
        if let Some(best) = self.best_nll {
            parts.push(format!("best validation NLL {best:.4} nats"));
        }
        let (epochs, elapsed) = (self.epochs(), machine::seconds() - self.started_at);
        if epochs > 0 && elapsed > 1.0 {
            let left = (self.max_epochs - epochs) as f64 / epochs as f64;
            parts.push(format!("{} left", duration(elapsed * left)));
        }
        parts.join(" · ")
    }
}

impl World for Progress {
    fn timing(&self, folder: &Path) -> Timing {
        machine::timing(folder)
    }

    fn benchmarks(&self) -> Vec<BenchmarkTiming> {
        bench::estimates(Path::new(bench::CRITERION))
    }
}

impl Host for Progress {
    fn seconds(&self) -> f64 {
        machine::seconds()
    }

    fn event(&self, event: Event<'_>) {
        let state = self.state.lock();
        let mut state = state.unwrap_or_else(std::sync::PoisonError::into_inner);
        match event {
            Event::Odd(warning) => self.bar.suspend(|| complain(&warning.to_string())),
            Event::Planned {
                n_cells,
                n_finished,
                max_epochs,
            } => {
                *state = State {
                    n_cells,
                    n_done: n_finished,
                    max_epochs,
                    epochs_of_cell: max_epochs / (n_cells - n_finished).max(1),
                    started_at: machine::seconds(),
                    ..State::default()
                };
                self.bar.set_length(max_epochs as u64);
                if n_finished > 0 && self.bar.is_hidden() {
                    self.line(&format!(
                        "{n_finished} of {n_cells} cells are finished already"
                    ));
                }
            }
            Event::Distrusted { path, reason } => {
                self.line(&format!(
                    "mdn: {}: not trusted ({reason}); computed again",
                    path.display()
                ));
            }
            Event::Epoch { id, epoch } => {
                state.at_work.insert(id.to_owned(), epoch.epoch);
                if !id.contains("mse/") {
                    let best = state
                        .best_nll
                        .map_or(epoch.val_loss, |best| best.min(epoch.val_loss));
                    state.best_nll = Some(best);
                }
                self.show(&state);
            }
            Event::Finished { cell } => {
                state.n_done += 1;
                state.at_work.remove(&cell.id);
                state.epochs_done += state.epochs_of_cell;
                self.show(&state);
                let line = format!("[{}/{}] {}", state.n_done, state.n_cells, summary(cell));
                if self.bar.is_hidden() || cell.failure.is_some() {
                    self.line(&line);
                }
            }
            _ => {}
        }
    }
}

/// One finished cell in a line: why there is no network, or its epochs and scores.
fn summary(cell: &Cell) -> String {
    let (id, n_epochs) = (&cell.id, cell.n_epochs);
    if let Some(failure) = &cell.failure {
        let (epoch, batch) = (failure.epoch, failure.batch);
        return format!(
            "{id} FAILED: {} became {} in epoch {epoch}, batch {batch}",
            failure.quantity, failure.value
        );
    }
    let number =
        |value: Option<f64>| value.map_or_else(|| "none".to_owned(), |v| format!("{v:.4}"));
    let validation = number(cell.nll_nats_mean.validation);
    let score = match (cell.model, cell.excess_nats_test) {
        (ModelKind::Mdn | ModelKind::Ensemble, Some(excess)) => {
            format!("validation NLL {validation} nats, excess {excess:.4} nats")
        }
        (ModelKind::Mdn | ModelKind::Ensemble, None) => format!("validation NLL {validation} nats"),
        (ModelKind::Mse, _) => format!("validation MSE {}", number(cell.mse.validation)),
    };
    let warning = match cell.degenerate_likelihood {
        Some(true) => "; the likelihood is degenerate: targets repeat and a scale collapsed",
        _ => "",
    };
    format!("{id} {n_epochs} epochs, {score}{warning}")
}

/// `45 s`, `2 min 5 s`.
pub(super) fn duration(seconds: f64) -> String {
    let whole = seconds.max(0.0).round() as u64;
    if whole < 60 {
        format!("{whole} s")
    } else {
        format!("{} min {} s", whole / 60, whole % 60)
    }
}
