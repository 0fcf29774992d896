//! `mdn render`: from a record to the page; trains nothing.

use std::path::PathBuf;

use mixture_density::files::write_atomically;
use mixture_density::folder::PAGE;
use mixture_density::record::{RECORD, Record, TIMING, Timing};
use mixture_density::report;

use super::GOOD;
use super::progress::say;

#[derive(Debug, clap::Args)]
pub(super) struct RenderArgs {
    /// Folder with a record.json.
    #[arg(default_value = "reports/spiral")]
    study: PathBuf,
    /// Page to write [default: STUDY/index.html].
    #[arg(long, value_name = "FILE", value_parser = super::output::not_stdout())]
    out: Option<PathBuf>,
    /// Record to compare with.
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
}

pub(super) fn render(args: &RenderArgs) -> anyhow::Result<u8> {
    let record = Record::read(&args.study.join(RECORD))?;
    let against = args.against.as_deref().map(Record::read).transpose()?;
    let timing = Timing::read(&args.study.join(TIMING))?;
    let page = match &against {
        Some(against) => report::render_against(&record, timing.as_ref(), against)?,
        None => report::render(&record, timing.as_ref())?,
    };
    let out = args.out.clone();
    let out = out.unwrap_or_else(|| args.study.join(PAGE));
    write_atomically(&out, page.as_bytes())?;
    let kilobytes = page.len().div_ceil(1000);
    say(&format!("{}: {kilobytes} kB", out.display()));
    Ok(GOOD)
}
