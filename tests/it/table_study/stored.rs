//! What makes a stored cell of a table void: whatever decides its rows, and nothing else.

use super::{BRANCHES, finished, good, split_study};
use crate::support::Study;

/// Cells that are trained by a run of what was changed.
fn n_trained(study: &Study) -> usize {
    let ran = good(study, &["run", "tiny"]);
    let (_, said) = ran.stdout.split_once(" cells, ").expect("a count");
    said.split(' ')
        .next()
        .and_then(|n| n.parse().ok())
        .expect("a number")
}

/// The table with a column that names the part of each row.
fn parted(parts: [&str; 4]) -> String {
    let rows = BRANCHES.lines().enumerate();
    let part = |row: usize| if row == 0 { "part" } else { parts[row % 4] };
    rows.map(|(row, line)| format!("{line},{}\n", part(row)))
        .collect()
}

/// The column is no number that a network sees; its words decide all the same.
#[test]
fn rows_that_changed_their_parts() {
    let study = split_study("by = \"column\"\ncolumn = \"part\"\n");
    let parts = ["train", "train", "validation", "test"];
    study.write("branches.csv", parted(parts));
    assert_eq!(n_trained(&study), 6);
    let before = study.bytes("tiny/record.json");
    study.write(
        "branches.csv",
        parted(["train", "train", "test", "validation"]),
    );
    assert_eq!(n_trained(&study), 6);
    assert!(study.bytes("tiny/record.json") != before);
    // The twins: as it was, the cells of then are found; and a column that nobody names does not matter.
    study.write("branches.csv", parted(parts));
    assert_eq!(n_trained(&study), 0);
    assert!(study.bytes("tiny/record.json") == before);
    study.write("branches.csv", parted(parts).replace("noise", "word"));
    assert_eq!(n_trained(&study), 0);
}

/// A row without a number moves the numbers of those below it, by which lists of test rows name them, and is counted.
#[test]
fn rows_that_changed_their_numbers() {
    let study = split_study("by = \"test-rows\"\nlists = [[1, 2, 3, 4, 5, 6, 7, 8]]\n");
    study.write("branches.csv", BRANCHES);
    let spec = study.text("tiny/spec.toml");
    let drop = spec.replace("targets = ", "missing = \"drop\"\ntargets = ");
    study.write("tiny/spec.toml", &drop);
    assert_eq!(n_trained(&study), 6);
    let missing = |study: &Study| study.record().data.table.expect("a table").n_rows_missing;
    assert_eq!((missing(&study), study.record().data.n_test), (0, 8));
    study.write("branches.csv", BRANCHES.replacen('\n', "\n,0.5,\n", 1));
    assert_eq!(n_trained(&study), 6);
    assert_eq!((missing(&study), study.record().data.n_test), (1, 7));
}

#[test]
fn a_changed_number_or_spec_trains_again_and_a_longer_list_does_not() {
    let study = finished(&[]);
    let spec = study.text("tiny/spec.toml");
    let first = BRANCHES.lines().nth(1).expect("a row");
    let other = format!("1.25{}", &first[first.find(',').expect("cells")..]);
    study.write("branches.csv", BRANCHES.replacen(first, &other, 1));
    assert_eq!(n_trained(&study), 18);
    study.write("branches.csv", BRANCHES);
    for (from, to, expected) in [
        ("seed = 7", "seed = 8", 18),
        ("folds = 3", "folds = 3\nvalidation = 0.2", 18),
        ("batch_size = 64", "batch_size = 63", 18),
        ("features = [\"x\"]\n", "", 18),
        // What no number depends on.
        ("study = \"table\"", "study = \"other\"", 0),
        ("replicates = 2", "replicates = 3", 9),
        ("components = [1, 2]", "components = [1, 2, 3]", 6),
    ] {
        study.write("tiny/spec.toml", crate::support::edit(&spec, from, to));
        assert_eq!(n_trained(&study), expected, "{to}");
    }
}

/// What is odd about a table for one network need not be for another: the record is that of a run from nothing.
#[test]
fn warnings_are_those_of_the_networks_of_now() {
    let study = finished(&[]);
    let spec = study.text("tiny/spec.toml");
    assert_eq!(study.record().warnings, Vec::<String>::new());
    let wide = ("hidden = 8", "hidden = 16");
    study.write(
        "tiny/spec.toml",
        crate::support::edit(&spec, wide.0, wide.1),
    );
    assert_eq!(n_trained(&study), 18);
    assert!(study.record().warnings[0].contains("expect overfitting"));
    let long = ("components = [1, 2]", "components = [1, 2, 20]");
    study.write(
        "tiny/spec.toml",
        crate::support::edit(&spec, long.0, long.1),
    );
    assert_eq!(n_trained(&study), 6);
    let anew = super::study(&[long]);
    good(&anew, &["run", "tiny"]);
    assert!(anew.bytes("tiny/record.json") == study.bytes("tiny/record.json"));
}
