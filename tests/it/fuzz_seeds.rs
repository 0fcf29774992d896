//! Every committed seed of the fuzz targets through its parser: accepted or refused, never a panic.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use mixture_density::net::model::Model;
use mixture_density::predict::Predictor as _;
use mixture_density::study::record::Record;
use mixture_density::study::spec::Spec;
use mixture_density::table::{Columns, MissingPolicy, Table, TableReader};

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

/// The last column from the others, as the target does it.
fn table(bytes: &[u8]) -> Result<(), String> {
    let (first, file) = bytes.split_first().expect("a first byte");
    let delimiter = [None, Some(b','), Some(b';'), Some(b'\t')][usize::from(first % 4)];
    let reader = TableReader::from_read("t.csv", Cursor::new(file.to_vec()), delimiter);
    let reader = reader.map_err(|e| e.to_string())?;
    let names = reader.header().names();
    let columns = Columns {
        targets: vec![names.last().cloned().unwrap_or_default()],
        features: None,
        split: names.first().filter(|name| *name == "split").cloned(),
    };
    let read = Table::read(reader, &columns, MissingPolicy::Drop);
    read.map(drop).map_err(|e| e.to_string())
}

#[test]
fn tables() {
    let names = refused("csv", table);
    assert_eq!(
        names,
        ["latin.csv", "missing.csv", "quoted.csv", "semicolon.csv"]
    );
}

#[test]
fn specs() {
    let names = refused("spec", |bytes| {
        let text = std::str::from_utf8(bytes).expect("text");
        Spec::parse(text, Path::new("spec.toml"))
            .map(drop)
            .map_err(|e| e.to_string())
    });
    assert_eq!(names, ["cut.toml"]);
}

#[test]
fn records() {
    let parse = |bytes: &[u8]| {
        let record = Record::parse(bytes, Path::new("record.json"));
        record.map(drop).map_err(|e| e.to_string())
    };
    // A seed may be of an older shape; cut or changed, it must be refused.
    let names = refused("record", parse);
    assert!(names.contains(&"changed.json".to_owned()) && names.contains(&"cut.json".to_owned()));
    let accepted = include_bytes!("../../reports/spiral/record.json");
    assert_eq!(parse(accepted), Ok(()));
}

#[test]
fn models() {
    let names = refused("model", |bytes| {
        let model = Model::from_bytes(bytes).map_err(|e| e.to_string())?;
        let x = vec![0.5; model.feature_names().len()];
        model.predictions(&x).map(drop).map_err(|e| e.to_string())
    });
    assert_eq!(names, ["cut.safetensors", "shared.safetensors"]);
}
