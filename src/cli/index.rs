//! `mdn index`: one page over all studies of a folder.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use mixture_density::files::{self, Kind, remove_leftovers, write_if_changed};
use mixture_density::record::{RECORD, Record};
use mixture_density::report;

use super::exit::GOOD;
use super::guard::{Written, guard};
use super::terminal::say;

#[derive(Debug, clap::Args)]
pub(super) struct IndexArgs {
    /// Folder whose folders are studies.
    #[arg(default_value = "reports")]
    reports: PathBuf,
    /// Page to write [default: REPORTS/index.html].
    #[arg(long, value_name = "FILE", value_parser = super::output::not_stdout())]
    out: Option<PathBuf>,
}

pub(super) fn index(args: &IndexArgs) -> anyhow::Result<u8> {
    let folder = &args.reports;
    let entries = fs::read_dir(folder).with_context(|| format!("{}", folder.display()))?;
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.with_context(|| format!("{}", folder.display()))?;
        if entry.path().is_dir() && has_record(&entry.path()) {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    // The order of a folder is nobody's promise.
    names.sort();
    let (mut studies, mut inputs) = (Vec::new(), Vec::new());
    for name in names {
        let path = folder.join(&name).join(RECORD);
        studies.push((name, Record::read(&path)?));
        inputs.push(path);
    }
    if studies.is_empty() {
        bail!("{}: no study with a record.json", folder.display());
    }
    let page = report::index(&studies)?;
    let default = folder.join("index.html");
    if let Some(out) = &args.out {
        let inputs: Vec<&Path> = inputs.iter().map(PathBuf::as_path).collect();
        guard(out, Written::Page, &inputs)?;
    }
    let out = args.out.as_ref().unwrap_or(&default);
    if let Some(folder) = out.parent() {
        remove_leftovers(folder);
    }
    write_if_changed(out, page.as_bytes())?;
    let noun = if studies.len() == 1 {
        "study"
    } else {
        "studies"
    };
    say(&format!("{}: {} {noun}", out.display(), studies.len()));
    Ok(GOOD)
}

/// Whether there is a record, or what should be one.
fn has_record(folder: &Path) -> bool {
    let opened = files::open(&folder.join(RECORD), Kind::Record);
    !matches!(opened, Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory))
}
