//! Splits that a table cannot have: one sentence, exit 2, nothing trained and nothing left behind.

use insta::assert_snapshot;

use super::{BRANCHES, good, refused, split_study};

/// What is said of a run of the table, split so.
fn said(by: &str) -> String {
    refused(&split_study(by), &["run", "tiny"])
}

#[test]
fn folds() {
    let folds = |n: usize| said(&format!("by = \"folds\"\nfolds = {n}\n"));
    assert_snapshot!(folds(501), @"");
    assert_snapshot!(folds(1), @"");
    assert_snapshot!(folds(0), @"");
    assert_snapshot!(said("by = \"folds\"\nfolds = 3\nvalidation = 1.0\n"), @"");
    assert_snapshot!(said("by = \"folds\"\nfolds = 3\ngroup = \"person\"\n"), @"");
    // The twin: as many folds as the table has parts of three or more rows.
    let study = split_study("by = \"folds\"\nfolds = 9\n");
    let ran = good(&study, &["run", "tiny", "--only", "small/mse/s=8/r=0"]);
    assert!(
        ran.stdout.starts_with("1 of 54 cells are finished"),
        "{ran:?}"
    );
}

#[test]
fn parts_without_rows() {
    assert_snapshot!(said("by = \"shares\"\nvalidation = 0.5\ntest = 0.5\n"), @"");
    assert_snapshot!(said("by = \"shares\"\ntest = 0.0\n"), @"");
    assert_snapshot!(said("by = \"shares\"\nvalidation = nan\n"), @"");
    let study = split_study("by = \"column\"\ncolumn = \"part\"\n");
    let parts = |parts: [&str; 4]| {
        let rows = BRANCHES.lines().enumerate();
        let part = |row: usize| if row == 0 { "part" } else { parts[row % 4] };
        let text: String = rows
            .map(|(row, line)| format!("{line},{}\n", part(row)))
            .collect();
        study.write("branches.csv", text);
    };
    parts(["train", "train", "train", "validation"]);
    assert_snapshot!(refused(&study, &["run", "tiny"]), @"");
    parts(["test", "validation", "test", "validation"]);
    assert_snapshot!(refused(&study, &["run", "tiny"]), @"");
    parts(["test", "validation", "train", "dev"]);
    assert_snapshot!(refused(&study, &["run", "tiny"]), @"");
    study.write("branches.csv", BRANCHES);
    assert_snapshot!(refused(&study, &["run", "tiny"]), @"");
    // The twin: each part has rows.
    parts(["test", "validation", "train", "train"]);
    good(&study, &["run", "tiny", "--only", "small/mse/r=0"]);
}

#[test]
fn lists_of_test_rows() {
    let lists = |lists: &str| said(&format!("by = \"test-rows\"\nlists = {lists}\n"));
    assert_snapshot!(lists("[[1, 2], [7, 501]]"), @"");
    assert_snapshot!(lists("[[0, 2]]"), @"");
    assert_snapshot!(lists("[[1, 2, 3], [5, 4, 5]]"), @"");
    assert_snapshot!(lists("[[1, 2], []]"), @"");
    assert_snapshot!(lists("[]"), @"");
    assert_snapshot!(lists("[[1, -2]]"), @"");
    assert_snapshot!(said("by = \"test-rows\"\n"), @"");
    assert_snapshot!(said("by = \"test-rows\"\nfile = \"rows.txt\"\nlists = [[1]]\n"), @"");
    let all: Vec<String> = (1..=499).map(|row| row.to_string()).collect();
    assert_snapshot!(lists(&format!("[[{}]]", all.join(", "))), @"");
}

#[test]
fn files_of_test_rows() {
    let study = split_study("by = \"test-rows\"\nfile = \"../rows.txt\"\n");
    let with = |text: &str| {
        study.write("rows.txt", text);
        refused(&study, &["run", "tiny"])
    };
    assert_snapshot!(refused(&study, &["run", "tiny"]), @"");
    assert_snapshot!(with("1 2 3\n4 five\n"), @"");
    assert_snapshot!(with("\n# none\n"), @"");
    assert_snapshot!(with("1 2\n3 4 3\n"), @"");
    assert_snapshot!(with("1 2\n3 4 1000\n"), @"");
    // The twin: two splits, and the same rows in any spelling. The file is part of what was run.
    study.write(
        "rows.txt",
        "# rows count from 1\n1 2 3 4 5\n\n 7,8 , 9\t10\n",
    );
    good(&study, &["run", "tiny"]);
    let record = study.record();
    let sizes: Vec<usize> = record
        .splits
        .iter()
        .map(|split| split.data.n_test)
        .collect();
    assert_eq!(sizes, [5, 4]);
    let ran = good(&study, &["verify", "tiny", "--only", "*/s=1/*"]);
    assert_eq!(ran.stdout, "6 cells trained again, 0 differences\n");
    study.write("rows.txt", "1 2 3 4 5\n7 8 9 11\n");
    assert_snapshot!(refused(&study, &["verify", "tiny"]), @"");
    let spec = study.text("tiny/spec.toml");
    let pinned = format!("file = \"../rows.txt\"\nblake3 = \"{}\"\n", "0".repeat(64));
    let pinned = crate::support::edit(&spec, "file = \"../rows.txt\"\n", &pinned);
    study.write("tiny/spec.toml", pinned);
    assert_snapshot!(refused(&study, &["run", "tiny"]), @"");
}
