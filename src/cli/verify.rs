//! `mdn verify`: train from nothing and compare with the record, of a study or of a fit.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use mixture_density::fit::{FitRecord, verify as verify_fit};
use mixture_density::study::canonical;
use mixture_density::study::compare::Difference;
use mixture_density::study::record::Record;
use mixture_density::study::spec::{SPEC, Spec};
use mixture_density::study::verify::{Verification, verify as verify_study};
use mixture_density::table::{MissingPolicy, Table};

use super::fit_folder::FitFolder;
use super::fit_progress::FitProgress;
use super::progress::{Progress, say};
use super::table_args::{model_file, open, parse_delimiter};
use super::{GOOD, NO, machine, parse_jobs};

/// Differences that are listed; the rest is counted.
const LISTED: usize = 50;

/// What to do where a table is not found.
const SECOND: &str = "give its file as the second argument";

#[derive(Debug, clap::Args)]
pub(super) struct VerifyArgs {
    /// Folder with spec.toml and record.json, or of a fit.
    #[arg(default_value = "reports/spiral")]
    study: PathBuf,
    /// Table of a fit; `-` is stdin [default: the file of the recorded name in the fit's folder or beside it].
    #[arg(value_name = "DATA.csv")]
    data: Option<PathBuf>,
    /// What separates its columns: a character, or `tab` [default: as it was when it was fitted].
    #[arg(long, value_name = "CHARACTER", value_parser = parse_delimiter, requires = "data")]
    delimiter: Option<u8>,
    /// Only cells whose identity matches, such as 'article/mdn/k=20/*'.
    #[arg(long, value_name = "GLOB")]
    only: Option<glob::Pattern>,
    /// Worker threads, one cell each [default: all processors].
    #[arg(long, value_name = "N", value_parser = parse_jobs)]
    jobs: Option<usize>,
}

pub(super) fn verify(args: &VerifyArgs) -> anyhow::Result<u8> {
    let path = args.study.join("record.json");
    let is_study = args.study.join(SPEC).exists();
    let (noun, found) = match std::fs::read(&path) {
        Ok(bytes) if FitRecord::is_kind_of(&bytes) => ("network", of_fit(args, &path, &bytes)?),
        Ok(_) if !is_study => anyhow::bail!(
            "{}: not the record of a fit, and no {SPEC} of a study is beside it",
            path.display()
        ),
        Err(error) if !is_study && (args.data.is_some() || error.kind() != ErrorKind::NotFound) => {
            return Err(error).with_context(|| path.display().to_string());
        }
        _ => ("cell", of_study(args, &path)?),
    };
    for difference in found.differences.iter().take(LISTED) {
        say(&line(difference));
    }
    if found.differences.len() > LISTED {
        say(&format!("… and {} more", found.differences.len() - LISTED));
    }
    let trained = match found.n_cells {
        0 => "nothing".to_owned(),
        n => counted(n, noun),
    };
    let differences = counted(found.differences.len(), "difference");
    say(&format!("{trained} trained again, {differences}"));
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
    let jobs = machine::start_threads(args.jobs);
    let progress = Progress::new();
    let only = args.only.as_ref();
    let found = verify_study(&spec, &args.study, &record, only, jobs, &progress);
    progress.finish();
    Ok(found?)
}

/// Looks at the files of a fit as they stand, and fits again.
fn of_fit(args: &VerifyArgs, path: &Path, bytes: &[u8]) -> anyhow::Result<Verification> {
    let record = FitRecord::parse(bytes, path)?;
    anyhow::ensure!(
        args.only.is_none(),
        "{}: a fit is verified as a whole, as its networks choose among themselves",
        args.study.display()
    );
    let model = hash_of(&model_file(&args.study))?;
    let table = table_of(args, &record)?;
    machine::start_threads(args.jobs);
    let progress = FitProgress::new();
    let found = verify_fit(table, &record, &|event| progress.event(&event));
    progress.finish();
    let mut found = found?;
    let mut compare = |place: &str, recorded: Option<String>, now: Option<String>| {
        if recorded != now {
            let told = |hash: Option<String>| hash.unwrap_or_else(|| "absent".to_owned());
            found.differences.push(Difference {
                place: place.to_owned(),
                recorded: told(recorded),
                now: told(now),
                measure: None,
            });
        }
    };
    let written = canonical::to_string(&record)?;
    let hash = |bytes: &[u8]| Some(blake3::hash(bytes).to_hex().to_string());
    compare(FitFolder::RECORD, hash(written.as_bytes()), hash(bytes));
    compare(FitFolder::MODEL, record.model_blake3, model);
    Ok(found)
}

/// The table that is named, or the one of the record's name in the fit's folder or beside it.
fn table_of(args: &VerifyArgs, record: &FitRecord) -> anyhow::Result<Table> {
    let (study, data) = (args.study.display(), &record.data);
    let path = match &args.data {
        Some(path) => path.clone(),
        None => {
            let name = match Path::new(&data.table).file_name() {
                Some(name) if !data.is_piped() => name,
                _ => anyhow::bail!("{study}: the table came through a pipe: {SECOND}"),
            };
            // A link to the folder has two places that it is in.
            let folder = args.study.canonicalize()?;
            let folders = [Some(&*args.study), args.study.parent(), folder.parent()];
            let mut files = folders.iter().flatten().map(|folder| folder.join(name));
            files.find(|file| file.is_file()).with_context(|| {
                format!("{study}: there is no table {name:?} in it or beside it: {SECOND}")
            })?
        }
    };
    let delimiter = args.delimiter.or_else(|| data.delimiter_byte());
    if let (Some(recorded), None) = (&data.delimiter, delimiter) {
        anyhow::bail!("{study}: the recorded delimiter {recorded:?} is no character");
    }
    let reader = open(&path, delimiter)?;
    // Rows that are left out are counted, and compared.
    Ok(Table::read(reader, &record.columns(), MissingPolicy::Drop)?)
}

/// BLAKE3 of a file in hexadecimal; `None` where it is absent.
fn hash_of(path: &Path) -> anyhow::Result<Option<String>> {
    let hash = || {
        if !std::fs::metadata(path)?.is_file() {
            return Err(std::io::Error::other("it is no file"));
        }
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(File::open(path)?)?;
        Ok(hasher.finalize().to_hex().to_string())
    };
    match hash() {
        Ok(hash) => Ok(Some(hash)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| path.display().to_string()),
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
    let line = format!("{place}: recorded {recorded}, now {now}{measured}");
    // A record may hold anything.
    line.replace(char::is_control, "\u{fffd}")
}
