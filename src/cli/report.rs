//! `mdn report`: from a spec to the finished page.

use std::path::PathBuf;

use mixture_density::study::record::Record;

use super::render::write_page;
use super::{RunArgs, run};

#[derive(Debug, clap::Args)]
pub(super) struct ReportArgs {
    #[command(flatten)]
    run: RunArgs,
    /// Record to compare with [default: the one that stood there before, where it differs].
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
}

pub(super) fn report(args: &ReportArgs) -> anyhow::Result<u8> {
    let folder = args.run.out();
    // Read before anything is trained: a bad file costs nothing, and a good one may be replaced.
    let (against, is_asked) = match &args.against {
        Some(path) => (Some(Record::read(path)?), true),
        None => (Record::read(&folder.join("record.json")).ok(), false),
    };
    let ran = run::complete(&args.run)?;
    if ran.is_complete {
        let record = Record::read(&folder.join("record.json"))?;
        let against = against.filter(|against| is_asked || against.digest != record.digest);
        let page = folder.join("index.html");
        write_page(&folder, &record, against.as_ref(), &page)?;
    }
    Ok(ran.code)
}
