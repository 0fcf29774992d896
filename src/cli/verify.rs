//! `mdn verify`: retrain cells from nothing and compare with the committed record.

use std::path::PathBuf;

use mixture_density::study::compare::Difference;
use mixture_density::study::record::Record;
use mixture_density::study::spec::Spec;
use mixture_density::study::verify::verify as verify_study;

use super::progress::{Progress, say};
use super::{GOOD, NO, machine, parse_jobs};

/// Differences that are listed; the rest is counted.
const LISTED: usize = 50;

#[derive(Debug, clap::Args)]
pub(super) struct VerifyArgs {
    /// Folder with spec.toml and record.json.
    #[arg(default_value = "reports/spiral")]
    study: PathBuf,
    /// Only cells whose identity matches, such as 'article/mdn/k=20/*'.
    #[arg(long, value_name = "GLOB")]
    only: Option<glob::Pattern>,
    /// Worker threads, one cell each [default: all processors].
    #[arg(long, value_name = "N", value_parser = parse_jobs)]
    jobs: Option<usize>,
}

pub(super) fn verify(args: &VerifyArgs) -> anyhow::Result<u8> {
    let spec = Spec::read(&args.study)?;
    let record = Record::read(&args.study.join("record.json"))?;
    let jobs = args.jobs.unwrap_or_else(machine::processors);
    machine::limit_threads(jobs);
    let progress = Progress::new();
    let result = verify_study(
        &spec,
        &args.study,
        &record,
        args.only.as_ref(),
        jobs,
        &progress,
    );
    progress.finish();
    let found = result?;
    for difference in found.differences.iter().take(LISTED) {
        say(&line(difference));
    }
    if found.differences.len() > LISTED {
        say(&format!("… and {} more", found.differences.len() - LISTED));
    }
    say(&format!(
        "{} trained again, {}",
        counted(found.n_cells, "cell"),
        counted(found.differences.len(), "difference")
    ));
    Ok(if found.differences.is_empty() {
        GOOD
    } else {
        NO
    })
}

/// `1 cell`, `2 cells`.
fn counted(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

/// `cells/article/mse/r=0/mse/test: recorded 0.99, now 0.98 (2.1 × the standard deviation of replicates)`.
fn line(difference: &Difference) -> String {
    let Difference {
        place,
        recorded,
        now,
        measure,
    } = difference;
    let measured = measure.map_or_else(String::new, |measure| {
        format!(" ({:.3} × the {})", measure.spreads(), measure.yardstick)
    });
    format!("{place}: recorded {recorded}, now {now}{measured}")
}
