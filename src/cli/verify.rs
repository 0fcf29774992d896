//! `mdn verify`: train from nothing and compare with the record.

use std::path::PathBuf;

use mixture_density::files;
use mixture_density::folder::MODEL;
use mixture_density::record::compare::Difference;
use mixture_density::record::{Kind, RECORD, Record, RecordError, canonical};
use mixture_density::spec::{SPEC, Spec};
use mixture_density::study::{CellPattern, Tables, verify as verify_study};

use super::exit::{GOOD, NO};
use super::jobs::parse_jobs;
use super::machine;
use super::progress::Progress;
use super::table_args::{parse_delimiter, read_fit};
use super::terminal::say;

/// Differences that are listed; the rest is counted.
const LISTED: usize = 50;

#[derive(Debug, clap::Args)]
pub(super) struct VerifyArgs {
    /// Folder with spec.toml and record.json, of a study or of a fit.
    #[arg(default_value = "reports/spiral")]
    study: PathBuf,
    /// Table, or folder of the tables, that the spec names; `-` is stdin [default: looked for in STUDY and beside it].
    #[arg(value_name = "DATA.csv")]
    data: Option<PathBuf>,
    /// What separates its columns: a character, or `tab` [default: as the spec says].
    #[arg(long, value_name = "CHARACTER", value_parser = parse_delimiter, requires = "data")]
    delimiter: Option<u8>,
    /// Only cells whose identity matches, such as 'article/mdn/k=20/*'.
    #[arg(long, value_name = "GLOB")]
    only: Option<CellPattern>,
    /// Worker threads, one cell each [default: all processors].
    #[arg(long, value_name = "N", value_parser = parse_jobs)]
    jobs: Option<usize>,
}

pub(super) fn verify(args: &VerifyArgs) -> anyhow::Result<u8> {
    let path = args.study.join(RECORD);
    let spec = Spec::read(&args.study)?;
    let [found_record, found_model] = read_fit(&args.study)?;
    // What is absent says so when it is read.
    let found_record = match found_record {
        Some(bytes) => bytes,
        None => files::read(&path, files::Kind::Record).map_err(|source| RecordError::Read {
            path: path.clone(),
            source,
        })?,
    };
    let record = Record::parse(&found_record, &path)?;
    let mut tables = Tables::beside(&args.study);
    if let Some(data) = &args.data {
        let has_table = spec.problems.iter().any(|p| p.source.table().is_some());
        anyhow::ensure!(
            has_table,
            "{}: the study draws its own points, and takes no table",
            args.study.join(SPEC).display()
        );
        tables = tables.named(data, args.delimiter);
    }
    let model = match record.kind {
        Kind::Fit => found_model.as_deref().map(hash_of),
        Kind::Study => None,
    };
    machine::start_threads(args.jobs);
    let progress = Progress::new();
    let only = args.only.as_ref();
    let found = verify_study(&spec, &args.study, &record, &tables, only, &progress);
    progress.finish();
    let mut found = found?;
    let written = canonical::to_string(&record)?;
    compare(
        RECORD,
        Some(hash_of(written.as_bytes())),
        Some(hash_of(&found_record)),
        &mut found.differences,
    );
    compare(MODEL, record.model_blake3, model, &mut found.differences);
    for difference in found.differences.iter().take(LISTED) {
        say(&line(difference));
    }
    if found.differences.len() > LISTED {
        say(&format!("… and {} more", found.differences.len() - LISTED));
    }
    let trained = counted(found.n_cells, "cell");
    let differences = counted(found.differences.len(), "difference");
    say(&format!("{trained} trained again, {differences}"));
    Ok(if found.differences.is_empty() {
        GOOD
    } else {
        NO
    })
}

/// Adds a file whose hash is another.
fn compare(
    place: &str,
    recorded: Option<String>,
    now: Option<String>,
    differences: &mut Vec<Difference>,
) {
    if recorded != now {
        let or_absent = |hash: Option<String>| hash.unwrap_or_else(|| "absent".to_owned());
        differences.push(Difference {
            place: place.to_owned(),
            recorded: or_absent(recorded),
            now: or_absent(now),
            measure: None,
        });
    }
}

/// BLAKE3 in hexadecimal.
fn hash_of(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
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
