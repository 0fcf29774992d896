//! `mdn report`: from a spec to the finished page.

use std::path::PathBuf;

use mixture_density::folder::{PAGE, Page};
use mixture_density::record::Record;

use super::run_args::RunArgs;
use super::terminal::say;

#[derive(Debug, clap::Args)]
pub(super) struct ReportArgs {
    #[command(flatten)]
    run: RunArgs,
    /// Record to compare with [default: the one that was there before, where it differs].
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
}

pub(super) fn report(args: &ReportArgs) -> anyhow::Result<u8> {
    // Read before anything is trained: a bad file costs nothing, and a good one may be replaced.
    let page = match &args.against {
        Some(path) => Page::Against(Box::new(Record::read(path)?)),
        None => Page::SinceLast,
    };
    let code = args.run.complete(page)?;
    let page = args.run.out().join(PAGE);
    if let Ok(file) = std::fs::metadata(&page) {
        let kilobytes = file.len().div_ceil(1000);
        say(&format!("{}: {kilobytes} kB", page.display()));
    }
    Ok(code)
}
