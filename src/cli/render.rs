//! `mdn render`: from a record to the page; trains nothing.

use std::path::PathBuf;

use mixture_density::files::{FolderLock, remove_leftovers, write_if_changed};
use mixture_density::folder::PAGE;
use mixture_density::record::{RECORD, Record, TIMING, Timing};
use mixture_density::report;
use mixture_density::spec::SPEC;

use super::exit::GOOD;
use super::guard::{Written, guard};
use super::terminal::say;

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
    let files = [RECORD, TIMING, SPEC].map(|name| args.study.join(name));
    let _lock = match &args.out {
        Some(out) => {
            let inputs = files.iter().chain(&args.against).map(PathBuf::as_path);
            guard(out, Written::Page, &inputs.collect::<Vec<_>>())?;
            None
        }
        // A run that writes there meanwhile has a page of its own.
        None => Some(FolderLock::shared(&args.study)?),
    };
    let record = Record::read(&files[0])?;
    let against = args.against.as_deref().map(Record::read).transpose()?;
    let timing = Timing::read(&files[1])?;
    let page = match &against {
        Some(against) => report::render_against(&record, timing.as_ref(), against)?,
        None => report::render(&record, timing.as_ref())?,
    };
    let out = args.out.clone();
    let out = out.unwrap_or_else(|| args.study.join(PAGE));
    if let Some(folder) = out.parent() {
        remove_leftovers(folder);
    }
    write_if_changed(&out, page.as_bytes())?;
    let kilobytes = page.len().div_ceil(1000);
    say(&format!("{}: {kilobytes} kB", out.display()));
    Ok(GOOD)
}
