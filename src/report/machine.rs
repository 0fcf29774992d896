//! The run's timing, machine and versions: shown apart, and in no digest.

use serde::Serialize;

use super::number::{count, datum, word};
use crate::study::record::Timing;

/// `timing.json` as ready strings.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Machine {
    rows: Vec<Row>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Row {
    name: &'static str,
    value: String,
}

impl Machine {
    pub(super) fn of(timing: &Timing) -> Self {
        let mut rows = Vec::new();
        let mut push = |name: &'static str, value: String| rows.push(Row { name, value });
        push(
            "Finished at",
            word("timing/finished_at", &timing.finished_at),
        );
        push(
            "Wall time of the run",
            datum("timing/total_wall_s", timing.total_wall_s, 1) + " s",
        );
        push("Worker threads", count("timing/jobs", timing.jobs));
        let train_s: f64 = timing.cells.iter().map(|cell| cell.train_wall_s).sum();
        let n_steps: usize = timing.cells.iter().map(|cell| cell.n_steps).sum();
        push(
            "Training, summed over cells",
            datum("derived/train_wall_s", train_s, 1) + " s",
        );
        push("Training steps", count("derived/n_steps", n_steps));
        if train_s > 0.0 {
            let n_steps = f64::from(u32::try_from(n_steps).unwrap_or(u32::MAX));
            push(
                "Training steps per second and thread",
                datum("derived/steps_per_s", n_steps / train_s, 0),
            );
        }
        push("Processor", word("timing/processor", &timing.processor));
        push(
            "Logical processors",
            count("timing/n_processors", timing.n_processors),
        );
        push("Kernels", word("timing/kernels", &timing.kernels));
        push(
            "Version of this program",
            word("timing/version", &timing.version),
        );
        push("Compiler", word("timing/rustc", &timing.rustc));
        let revision = timing.revision.as_deref();
        push(
            "Git revision at the time of the run",
            revision.map_or_else(
                || "outside a checkout".to_owned(),
                |revision| word("timing/revision", revision),
            ),
        );
        Self { rows }
    }
}
