//! The run's timing, machine and versions: shown apart, and in no digest.

use serde::Serialize;

use super::number::{MISSING, count, datum, word};
use crate::record::{BenchmarkTiming, Timing};

/// `timing.json` as ready strings.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Machine {
    rows: Vec<Row>,
    benchmarks: Vec<Benchmark>,
}

/// A benchmark's row.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Benchmark {
    name: String,
    median: String,
    low: String,
    high: String,
    elements: String,
}

impl Benchmark {
    fn of(index: usize, timing: &BenchmarkTiming) -> Self {
        let key = |field: &str| format!("timing/benchmarks/{index}/{field}");
        let elements = timing.elements.and_then(|n| usize::try_from(n).ok());
        Self {
            name: word(&key("name"), &timing.name),
            median: datum(&key("median_ns"), timing.median_ns, 0),
            low: datum(&key("median_low_ns"), timing.median_low_ns, 0),
            high: datum(&key("median_high_ns"), timing.median_high_ns, 0),
            elements: elements.map_or_else(|| MISSING.to_owned(), |n| count(&key("elements"), n)),
        }
    }
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
        let n_steps = timing.cells.iter().map(|cell| cell.n_steps);
        let n_steps = n_steps.fold(0, usize::saturating_add);
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
        let benchmarks = timing.benchmarks.iter().enumerate();
        Self {
            rows,
            benchmarks: benchmarks.map(|(i, b)| Benchmark::of(i, b)).collect(),
        }
    }
}
