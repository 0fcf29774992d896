//! `mdn run`: train and score what is missing, write the record.

use std::path::Path;

use mixture_density::folder::{Done, Page};
use mixture_density::record::{Kind, RECORD};

use super::progress::{duration, say};
use super::{GOOD, NO, RunArgs, fit};

pub(super) fn run(args: &RunArgs) -> anyhow::Result<u8> {
    args.complete(Page::None)
}

/// Says what a run into the folder `out` left; 1 where a cell failed or a likelihood means nothing.
pub(super) fn report(out: &Path, done: &Done, wall_s: f64) -> u8 {
    match done {
        Done::Partial {
            n_finished,
            n_failed,
            n_cells,
        } => {
            say(&format!(
                "{n_finished} of {n_cells} cells are finished; the record is written when all are"
            ));
            if *n_failed > 0 { NO } else { GOOD }
        }
        Done::Complete(complete) => {
            let record = &complete.record;
            if record.kind == Kind::Fit {
                return fit::judge(out, record, wall_s);
            }
            say(&format!(
                "{}: {} cells, {} trained now in {}",
                out.join(RECORD).display(),
                record.cells.len(),
                complete.n_computed,
                duration(wall_s)
            ));
            let failed = record.cells.iter().any(|cell| cell.failure.is_some());
            if failed { NO } else { GOOD }
        }
    }
}
