//! `mdn verify`: train from nothing and compare with the record, of a study or of a fit.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use mixture_density::fit::{FitRecord, verify as verify_fit};
use mixture_density::study::compare::Difference;
use mixture_density::study::record::Record;
use mixture_density::study::spec::Spec;
use mixture_density::study::verify::{Verification, verify as verify_study};
use mixture_density::table::{Table, TableReader};

use super::fit_folder::FitFolder;
use super::fit_progress::FitProgress;
use super::progress::{Progress, say};
use super::table_args::{model_file, parse_delimiter};
use super::{GOOD, NO, machine, parse_jobs};

/// Differences that are listed; the rest is counted.
const LISTED: usize = 50;

#[derive(Debug, clap::Args)]
pub(super) struct VerifyArgs {
    /// Folder with spec.toml and record.json, or of a fit.
    #[arg(default_value = "reports/spiral")]
    study: PathBuf,
    /// Table of a fit [default: that of the record's name beside the fit's folder].
    #[arg(value_name = "DATA.csv")]
    data: Option<PathBuf>,
    /// Only cells whose identity matches, such as 'article/mdn/k=20/*'.
    #[arg(long, value_name = "GLOB")]
    only: Option<glob::Pattern>,
    /// Worker threads, one cell each [default: all processors].
    #[arg(long, value_name = "N", value_parser = parse_jobs)]
    jobs: Option<usize>,
}

pub(super) fn verify(args: &VerifyArgs) -> anyhow::Result<u8> {
    let path = args.study.join("record.json");
    let fit = std::fs::read(&path)
        .ok()
        .filter(|b| FitRecord::is_kind_of(b));
    let (noun, found) = match fit {
        Some(bytes) => ("network", of_fit(args, &FitRecord::parse(&bytes, &path)?)?),
        None => ("cell", of_study(args, &path)?),
    };
    for difference in found.differences.iter().take(LISTED) {
        say(&line(difference));
    }
    if found.differences.len() > LISTED {
        say(&format!("… and {} more", found.differences.len() - LISTED));
    }
    say(&format!(
        "{} trained again, {}",
        counted(found.n_cells, noun),
        counted(found.differences.len(), "difference")
    ));
    Ok(if found.differences.is_empty() {
        GOOD
    } else {
        NO
    })
}

fn of_study(args: &VerifyArgs, record: &Path) -> anyhow::Result<Verification> {
    anyhow::ensure!(
        args.data.is_none(),
        "{}: a study draws its own points, and takes no table",
        args.study.display()
    );
    let spec = Spec::read(&args.study)?;
    let record = Record::read(record)?;
    let jobs = args.jobs();
    let progress = Progress::new();
    let only = args.only.as_ref();
    let found = verify_study(&spec, &args.study, &record, only, jobs, &progress);
    progress.finish();
    Ok(found?)
}

/// Fits again, and looks at the model's file, where it stands.
fn of_fit(args: &VerifyArgs, record: &FitRecord) -> anyhow::Result<Verification> {
    anyhow::ensure!(
        args.only.is_none(),
        "{}: a fit is verified as a whole, as its networks choose among themselves",
        args.study.display()
    );
    let data = match &args.data {
        Some(data) => data.clone(),
        None if record.data.is_piped() => anyhow::bail!(
            "{}: the table came through a pipe, so that its file has to be named",
            args.study.display()
        ),
        None => args.study.join("..").join(&record.data.table),
    };
    args.jobs();
    let delimiter = record.data.delimiter.as_deref();
    let delimiter = delimiter.and_then(|it| parse_delimiter(it).ok());
    let reader = TableReader::open(&data, delimiter)?.named(&record.data.table);
    let table = Table::read(reader, &record.columns(), record.data.missing_policy())?;
    let progress = FitProgress::new();
    let found = verify_fit(table, record, &|event| progress.event(&event));
    progress.finish();
    let mut found = found?;
    let model = model_file(&args.study);
    let now = match std::fs::read(&model) {
        Ok(bytes) => Some(blake3::hash(&bytes).to_hex().to_string()),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error).with_context(|| model.display().to_string()),
    };
    if now != record.model_blake3 {
        let told = |hash: Option<&String>| hash.map_or("absent".to_owned(), |h| format!("\"{h}\""));
        found.differences.push(Difference {
            place: FitFolder::MODEL.to_owned(),
            recorded: told(record.model_blake3.as_ref()),
            now: told(now.as_ref()),
            measure: None,
        });
    }
    Ok(found)
}

impl VerifyArgs {
    /// Sizes the pool of threads; says how many there are.
    fn jobs(&self) -> usize {
        let jobs = self.jobs.unwrap_or_else(machine::processors);
        machine::limit_threads(jobs);
        jobs
    }
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
