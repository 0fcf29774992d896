//! Studies of a user's table: splits, resuming, verifying, and tables that are not what they were.

mod bad_split;
mod bad_table;
mod keep_model;
mod runs;
mod stopped;
mod stored;

use crate::support::{Ran, Study, edit, files};

/// The text of `tests/studies/table/spec.toml`.
const SPEC: &str = include_str!("../../studies/table/spec.toml");

/// A table with two branches, 500 rows.
const BRANCHES: &str = include_str!("../../data/own/branches.csv");

/// The study of the table with parts of its spec replaced, and the table beside it.
fn study(changes: &[(&str, &str)]) -> Study {
    let spec = changes
        .iter()
        .fold(SPEC.to_owned(), |spec, (from, to)| edit(&spec, from, to));
    let study = Study::with_spec(spec);
    study.write("branches.csv", BRANCHES);
    study
}

/// The same, run to its end.
fn finished(changes: &[(&str, &str)]) -> Study {
    let study = study(changes);
    good(&study, &["run", "tiny"]);
    study
}

fn good(study: &Study, arguments: &[&str]) -> Ran {
    let ran = study.mdn(arguments);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    ran
}

/// The study of the table, its folds replaced by another way to split.
fn split_study(by: &str) -> Study {
    study(&[("by = \"folds\"\nfolds = 3\n", by)])
}

/// The one sentence of a refusal: exit 2, nothing on stdout, nothing left behind.
fn refused(study: &Study, arguments: &[&str]) -> String {
    let before = files(&study.at(""));
    let ran = study.mdn(arguments);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert_eq!(ran.stdout, "", "{ran:?}");
    let line = ran.stderr.strip_suffix('\n').expect("a line").to_owned();
    assert!(!line.contains('\n'), "more than a line: {line}");
    assert_eq!(before, files(&study.at("")), "something was left behind");
    let folders = std::fs::read_dir(study.at("tiny")).expect("a folder");
    let is_folder = |entry: &std::fs::DirEntry| entry.path().is_dir();
    let made = folders.flatten().filter(is_folder).count();
    assert_eq!(
        made > 0,
        before.keys().any(|name| name.starts_with("tiny/cells/"))
    );
    line
}
