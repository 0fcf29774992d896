//! What is said of a run that has ended.

use std::path::Path;

use mixture_density::folder::{Done, MODEL};
use mixture_density::record::{Cell, Kind, RECORD, Record};

use super::exit::{GOOD, NO};
use super::progress::duration;
use super::terminal::{complain, say};

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
                return judge(out, record, wall_s);
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

/// Says what came out of a fit; whether it may be called good.
fn judge(out: &Path, record: &Record, wall_s: f64) -> u8 {
    let (Some(choice), Some(scores)) = (&record.choice, &record.scores_test) else {
        complain("every training diverged: there is no model");
        return NO;
    };
    say(&format!("{}.", choice.reason));
    let error = scores.nll_nats.standard_error;
    let mut parts = vec![format!(
        "NLL {}{} nats",
        short(scores.nll_nats.mean),
        error.map_or_else(String::new, |error| format!(" ± {}", short(error)))
    )];
    for target in &scores.targets {
        let crps = short(target.crps.mean);
        parts.push(format!("CRPS of `{}` {crps}", target.name));
    }
    say(&format!(
        "On {} test rows: {}.",
        scores.n_rows,
        parts.join(", ")
    ));
    say(&format!(
        "{}: {} trained in {}",
        out.join(MODEL).display(),
        match record.cells.iter().map(n_networks).sum() {
            1 => "1 network".to_owned(),
            n => format!("{n} networks"),
        },
        duration(wall_s)
    ));
    if let Some(ensemble) = record.chosen().and_then(|cell| cell.ensemble.as_ref())
        && ensemble.is_feature_free
    {
        complain(
            "the features do not help on rows that were not learnt from: the model is the density that ignores them",
        );
    }
    if let Some(baselines) = &record.baselines {
        let gain = baselines.feature_free.gain_nats_test;
        let error = gain.standard_error;
        say(&format!(
            "Gain over ignoring the features: {}{} nats a test row.",
            short(gain.mean),
            error.map_or_else(String::new, |error| format!(" ± {}", short(error)))
        ));
    }
    if record.is_degenerate() {
        complain(
            "the likelihood means nothing: target values repeat, and a component has collapsed on them; heed what was said of the targets, and look at the CRPS",
        );
        return NO;
    }
    GOOD
}

/// Networks whose training a cell holds, those among which its settings were chosen included.
fn n_networks(cell: &Cell) -> usize {
    let ensemble = cell.ensemble.as_ref();
    ensemble.map_or(1, |ensemble| ensemble.n_trainings)
}

/// Four decimals, or four digits where those would say little.
fn short(value: f64) -> String {
    let size = value.abs();
    if size > 0.0 && !(1e-2..1e6).contains(&size) {
        format!("{value:.3e}")
    } else {
        format!("{value:.4}")
    }
}
