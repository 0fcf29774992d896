//! What a run says while it works: a bar on a terminal, plain lines otherwise. All of it on stderr.

use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use mixture_density::study::cell::{Event, Host};
use mixture_density::study::record::{Cell, Failure, Model};

use super::machine;
use super::terminal::tell;
pub(super) use super::terminal::{complain, say};

/// A bar over so many `units`, which is hidden where stderr is no terminal.
pub(super) fn bar(units: &str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let template = format!("{{bar:24}} {{pos}}/{{len}} {units} · {{msg}}");
    if let Ok(style) = ProgressStyle::with_template(&template) {
        bar.set_style(style);
    }
    bar
}

/// One trained network in a line: why there is none, or its epochs and `score`.
pub(super) fn trained(
    id: &str,
    n_epochs: usize,
    failure: Option<&Failure>,
    score: &str,
    is_degenerate: bool,
) -> String {
    if let Some(failure) = failure {
        let (epoch, batch) = (failure.epoch, failure.batch);
        return format!(
            "{id} FAILED: {} became {} in epoch {epoch}, batch {batch}",
            failure.quantity, failure.value
        );
    }
    let warning = if is_degenerate {
        "; the likelihood is degenerate: targets repeat and a scale collapsed"
    } else {
        ""
    };
    format!("{id} {n_epochs} epochs, {score}{warning}")
}

/// Shows a run's events.
pub(super) struct Progress {
    bar: ProgressBar,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    n_cells: usize,
    n_found: usize,
    n_done: usize,
    n_epochs: usize,
    best_nll: Option<f32>,
    started_at: f64,
}

impl Progress {
    pub(super) fn new() -> Self {
        Self {
            bar: bar("cells"),
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
}

impl State {
    /// `2210 epochs · best validation NLL -0.2831 nats · 1 min 20 s left`.
    fn message(&self) -> String {
        let mut parts = vec![format!("{} epochs", self.n_epochs)];
        if let Some(best) = self.best_nll {
            parts.push(format!("best validation NLL {best:.4} nats"));
        }
        let computed = self.n_done - self.n_found;
        if computed > 0 {
            let each = (machine::seconds() - self.started_at) / computed as f64;
            parts.push(format!(
                "{} left",
                duration(each * (self.n_cells - self.n_done) as f64)
            ));
        }
        parts.join(" · ")
    }
}

impl Host for Progress {
    fn seconds(&self) -> f64 {
        machine::seconds()
    }

    fn event(&self, event: Event<'_>) {
        let mut state = self
            .state
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        match event {
            Event::Planned {
                n_cells,
                n_finished,
            } => {
                *state = State {
                    n_cells,
                    n_found: n_finished,
                    n_done: n_finished,
                    ..State::default()
                };
                state.started_at = machine::seconds();
                self.bar.set_length(n_cells as u64);
                self.bar.set_position(n_finished as u64);
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
                state.n_epochs += 1;
                if id.contains("/mdn/") {
                    let best = state
                        .best_nll
                        .map_or(epoch.val_loss, |best| best.min(epoch.val_loss));
                    state.best_nll = Some(best);
                }
                self.bar.set_message(state.message());
            }
            Event::Finished { cell } => {
                state.n_done += 1;
                self.bar.set_position(state.n_done as u64);
                self.bar.set_message(state.message());
                let line = format!("[{}/{}] {}", state.n_done, state.n_cells, summary(cell));
                if self.bar.is_hidden() || cell.failure.is_some() {
                    self.line(&line);
                }
            }
            _ => {}
        }
    }
}

/// One finished cell in a line.
fn summary(cell: &Cell) -> String {
    let number =
        |value: Option<f64>| value.map_or_else(|| "none".to_owned(), |v| format!("{v:.4}"));
    let score = match cell.model {
        Model::Mdn => format!(
            "validation NLL {} nats, excess {} nats",
            number(cell.nll_nats_mean.validation),
            number(cell.excess_nats_test)
        ),
        Model::Mse => format!("validation MSE {}", number(cell.mse.validation)),
    };
    trained(
        &cell.id,
        cell.n_epochs,
        cell.failure.as_ref(),
        &score,
        cell.degenerate_likelihood == Some(true),
    )
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
