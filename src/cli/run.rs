//! `mdn run`: train and score what is missing, write the record.

use std::path::Path;

use anyhow::Context as _;
use mixture_density::files::write_atomically;
use mixture_density::study::canonical;
use mixture_density::study::record::{CellTiming, Record, Timing};
use mixture_density::study::run::{Outcome, run as run_study};

use super::progress::{Progress, duration, say};
use super::{GOOD, NO, RunArgs, bench, machine};

pub(super) fn run(args: &RunArgs) -> anyhow::Result<u8> {
    Ok(complete(args)?.code)
}

/// What a run left.
pub(super) struct Ran {
    /// 1 where a cell failed.
    pub(super) code: u8,
    /// Whether the record is there: every cell is finished.
    pub(super) is_complete: bool,
}

/// Runs the study; where every cell is finished, writes its record.
pub(super) fn complete(args: &RunArgs) -> anyhow::Result<Ran> {
    let spec = args.spec()?;
    let out = args.out();
    let started = machine::seconds();
    machine::start_threads(args.jobs);
    let progress = Progress::new();
    let outcome = run_study(&spec, &out.join("cells"), &args.options(), &progress);
    progress.finish();
    match outcome? {
        Outcome::Partial {
            n_finished,
            n_failed,
            n_cells,
        } => {
            say(&format!(
                "{n_finished} of {n_cells} cells are finished; the record is written when all are"
            ));
            Ok(Ran {
                code: if n_failed > 0 { NO } else { GOOD },
                is_complete: false,
            })
        }
        Outcome::Complete {
            record,
            timings,
            n_computed,
        } => {
            write_json(&out.join("record.json"), &*record)?;
            let path = out.join("timing.json");
            let known = Timing::read(&path)
                .ok()
                .flatten()
                .is_some_and(|t| t.record_digest == record.digest);
            if n_computed > 0 || !known {
                let wall_s = machine::seconds() - started;
                write_json(&path, &timing(&record, timings, wall_s, args, &out))?;
            }
            say(&format!(
                "{}: {} cells, {n_computed} trained now in {}",
                out.join("record.json").display(),
                record.cells.len(),
                duration(machine::seconds() - started)
            ));
            let failed = record.cells.iter().any(|cell| cell.failure.is_some());
            Ok(Ran {
                code: if failed { NO } else { GOOD },
                is_complete: true,
            })
        }
    }
}

fn timing(
    record: &Record,
    cells: Vec<CellTiming>,
    total_wall_s: f64,
    args: &RunArgs,
    out: &Path,
) -> Timing {
    Timing {
        total_wall_s,
        jobs: args.options().jobs,
        cells,
        benchmarks: bench::estimates(Path::new(bench::CRITERION)),
        ..machine::timing(&record.digest, out)
    }
}

fn write_json(path: &Path, value: &impl serde::Serialize) -> anyhow::Result<()> {
    let text = canonical::to_string(value).with_context(|| path.display().to_string())?;
    // The same bytes are not written again: nothing to do leaves nothing changed.
    if std::fs::read(path).is_ok_and(|before| before == text.as_bytes()) {
        return Ok(());
    }
    Ok(write_atomically(path, text.as_bytes())?)
}
