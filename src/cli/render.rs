//! `mdn render`: from a record to the page; trains nothing.

use std::path::{Path, PathBuf};

use mixture_density::files::write_atomically;
use mixture_density::fit::FitRecord;
use mixture_density::report;
use mixture_density::study::record::{Record, Timing};

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
    let default = args.study.join("index.html");
    let out = args.out.as_ref().unwrap_or(&default);
    let path = args.study.join("record.json");
    if let Ok(bytes) = std::fs::read(&path)
        && FitRecord::is_kind_of(&bytes)
    {
        anyhow::ensure!(
            args.against.is_none(),
            "{}: the record of a fit cannot be compared with another",
            path.display()
        );
        let record = FitRecord::parse(&bytes, &path)?;
        let timing = Timing::read(&args.study.join("timing.json"))?;
        return finish(out, &report::render_fit(&record, timing.as_ref())?);
    }
    let record = Record::read(&path)?;
    let against = args.against.as_deref().map(Record::read).transpose()?;
    write_page(&args.study, &record, against.as_ref(), out)?;
    Ok(GOOD)
}

/// Renders the record of `folder` into `out`.
pub(super) fn write_page(
    folder: &Path,
    record: &Record,
    against: Option<&Record>,
    out: &Path,
) -> anyhow::Result<()> {
    let timing = Timing::read(&folder.join("timing.json"))?;
    // Timings of another run would tell of numbers that are not on the page.
    let timing = timing.filter(|timing| timing.record_digest == record.digest);
    let page = match against {
        Some(against) => report::render_against(record, timing.as_ref(), against)?,
        None => report::render(record, timing.as_ref())?,
    };
    finish(out, &page)?;
    Ok(())
}

fn finish(out: &Path, page: &str) -> anyhow::Result<u8> {
    write_atomically(out, page.as_bytes())?;
    say(&format!(
        "{}: {} kB",
        out.display(),
        page.len().div_ceil(1000)
    ));
    Ok(GOOD)
}
