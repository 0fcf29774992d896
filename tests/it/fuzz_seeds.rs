//! Every committed seed of the fuzz targets through its parser: accepted or refused, never a panic.

use std::fs;
use std::path::{Path, PathBuf};

// The targets themselves, so that they cannot fall behind the library they call.
#[allow(unreachable_pub, reason = "public to the targets")]
#[path = "../../fuzz/src/lib.rs"]
mod targets;

/// The seeds of a target, in the order of their names.
fn seeds(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/seeds")
        .join(target);
    let entries = fs::read_dir(&folder).expect("a folder of seeds");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let bytes = fs::read(&path).expect("readable");
            assert!(bytes.len() < 200_000, "{} is not small", path.display());
            (path, bytes)
        })
        .collect()
}

/// Names of the seeds that are refused, each with a sentence.
fn refused(target: &str, parse: impl Fn(&[u8]) -> Result<(), String>) -> Vec<String> {
    let seeds = seeds(target);
    assert!(seeds.len() >= 3, "{target}: {} seeds", seeds.len());
    let mut refused = Vec::new();
    for (path, bytes) in &seeds {
        if let Err(said) = parse(bytes) {
            assert!(!said.is_empty() && !said.contains('\n'), "{said:?}");
            let name = path.file_name().expect("a name");
            refused.push(name.to_string_lossy().into_owned());
        }
    }
    refused
}

#[test]
fn tables() {
    // Some are read and then too short to be split.
    let names = refused("csv", |file| match targets::csv(file) {
        Err(said) if said.contains("too few rows to train") => Ok(()),
        other => other,
    });
    assert_eq!(
        names,
        ["latin.csv", "lines.jsonl", "missing.csv", "quoted.csv"]
    );
    let to_the_end = refused("csv", targets::csv);
    assert!(!to_the_end.contains(&"rows.csv".to_owned()) && to_the_end.len() > names.len());
}

#[test]
fn encodings() {
    assert_eq!(
        refused("encoding", targets::encoding),
        ["cut.txt", "twice.txt"]
    );
}

#[test]
fn specs() {
    assert_eq!(refused("spec", targets::spec), ["cut.toml"]);
}

#[test]
fn records() {
    // A seed may be of an older shape; cut or changed, it must be refused.
    let names = refused("record", targets::record);
    assert!(names.contains(&"changed.json".to_owned()) && names.contains(&"cut.json".to_owned()));
    let accepted = include_bytes!("../../reports/spiral/record.json");
    assert_eq!(targets::record(accepted), Ok(()));
}

#[test]
fn records_of_fits() {
    // Two are of other columns than the target's table.
    let names = refused("fit", targets::fit);
    assert_eq!(names, ["cut.json", "full.json"]);
}

#[test]
fn models() {
    let names = refused("model", targets::model);
    assert_eq!(names, ["cut.safetensors", "shared.safetensors"]);
}
