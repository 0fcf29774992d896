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
    assert_snapshot!(folds(501), @"mdn: branches.csv: 501 folds are more than 500 rows give: 250 at most");
    assert_snapshot!(folds(1), @"mdn: tiny/spec.toml: `problem.split`: 1 folds are no split: 2 or more are needed");
    assert_snapshot!(folds(0), @"mdn: tiny/spec.toml: `problem.split`: 0 folds are no split: 2 or more are needed");
    assert_snapshot!(said("by = \"folds\"\nfolds = 3\nvalidation = 1.0\n"), @"mdn: tiny/spec.toml: `problem.split`: the share of validation (1) must be positive and below 1");
    assert_snapshot!(said("by = \"folds\"\nfolds = 3\ngroup = \"person\"\n"), @"mdn: branches.csv: there is no column `person`; there is `x`, `noise`, `y`");
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
    assert_snapshot!(said("by = \"shares\"\nvalidation = 0.5\ntest = 0.5\n"), @"mdn: tiny/spec.toml: `problem.split`: the shares of validation (0.5) and test (0.5) must be positive and leave something to train on");
    assert_snapshot!(said("by = \"shares\"\ntest = 0.0\n"), @"mdn: tiny/spec.toml: `problem.split`: the shares of validation (0.15) and test (0) must be positive and leave something to train on");
    assert_snapshot!(said("by = \"shares\"\nvalidation = nan\n"), @"mdn: tiny/spec.toml: `problem.split`: the shares of validation (NaN) and test (0.15) must be positive and leave something to train on");
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
    assert_snapshot!(refused(&study, &["run", "tiny"]), @"mdn: branches.csv: column `part` names no row `test`; each of `train`, `validation` and `test` needs at least 2");
    parts(["test", "validation", "test", "validation"]);
    assert_snapshot!(refused(&study, &["run", "tiny"]), @"mdn: branches.csv: column `part` names no row `train`; each of `train`, `validation` and `test` needs at least 2");
    parts(["test", "validation", "train", "dev"]);
    assert_snapshot!(refused(&study, &["run", "tiny"]), @r#"mdn: branches.csv: row 3, column `part` is "dev", but must be `train`, `validation` or `test`"#);
    study.write("branches.csv", BRANCHES);
    assert_snapshot!(refused(&study, &["run", "tiny"]), @"mdn: branches.csv: there is no column `part`; there is `x`, `noise`, `y`");
    // The twin: each part has rows.
    parts(["test", "validation", "train", "train"]);
    good(&study, &["run", "tiny", "--only", "small/mse/r=0"]);
}

#[test]
fn lists_of_test_rows() {
    let lists = |lists: &str| said(&format!("by = \"test-rows\"\nlists = {lists}\n"));
    assert_snapshot!(lists("[[1, 2], [7, 501]]"), @"mdn: branches.csv: split 2 names the test row 501, but the table has rows 1 to 500");
    assert_snapshot!(lists("[[0, 2]]"), @"mdn: branches.csv: split 1 names the test row 0, but the table has rows 1 to 500");
    assert_snapshot!(lists("[[1, 2, 3], [5, 4, 5]]"), @"mdn: tiny/spec.toml: `problem.split`: split 2 names the test row 5 twice");
    assert_snapshot!(lists("[[1, 2], []]"), @"mdn: branches.csv: split 2 leaves 0 rows to judge; 2 are needed");
    assert_snapshot!(lists("[]"), @"mdn: tiny/spec.toml: `problem.split`: no list of test rows is given");
    assert_snapshot!(lists("[[1, -2]]"), @"mdn: tiny/spec.toml:8: invalid value: integer `-2`, expected a whole number, 0 or more");
    assert_snapshot!(said("by = \"test-rows\"\n"), @"mdn: tiny/spec.toml: `problem.split`: no list of test rows is given");
    let both = split_study("by = \"test-rows\"\nfile = \"../rows.txt\"\nlists = [[1]]\n");
    both.write("rows.txt", "1\n");
    assert_snapshot!(refused(&both, &["run", "tiny"]), @"mdn: tiny/spec.toml: `problem.split`: test rows are given both as `file` and as `lists`; give one of them");
    let all: Vec<String> = (1..=499).map(|row| row.to_string()).collect();
    assert_snapshot!(lists(&format!("[[{}]]", all.join(", "))), @"mdn: branches.csv: split 1 leaves 1 row to train and choose; 4 are needed");
}

#[test]
fn files_of_test_rows() {
    let study = split_study("by = \"test-rows\"\nfile = \"../rows.txt\"\n");
    let with = |text: &str| {
        study.write("rows.txt", text);
        refused(&study, &["run", "tiny"])
    };
    assert_snapshot!(refused(&study, &["run", "tiny"]), @"mdn: tiny/spec.toml: `problem.split`: the file of test rows tiny/../rows.txt cannot be read: No such file or directory (os error 2)");
    assert_snapshot!(with("1 2 3\n4 five\n"), @r#"mdn: tiny/spec.toml: `problem.split`: tiny/../rows.txt, line 2: "five" is not the number of a row"#);
    assert_snapshot!(with("\n# none\n"), @"mdn: tiny/spec.toml: `problem.split`: no list of test rows is given");
    assert_snapshot!(with("1 2\n3 4 3\n"), @"mdn: tiny/spec.toml: `problem.split`: split 2 names the test row 3 twice");
    assert_snapshot!(with("1 2\n3 4 1000\n"), @"mdn: branches.csv: split 2 names the test row 1000, but the table has rows 1 to 500");
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
    assert_snapshot!(refused(&study, &["verify", "tiny"]), @r#"mdn: tiny/record.json: the record was made from another spec: `spec/problem/split/blake3` was "f54012977d474809db9ca4d129d626a408afc695d7c16054c2ec02453df15dff" and is "e0292fa5e5c77d38829a8ba6fb7a83459ce36cfe319cf57ddaa8fcd7a4364535""#);
    let spec = study.text("tiny/spec.toml");
    let pinned = format!("file = \"../rows.txt\"\nblake3 = \"{}\"\n", "0".repeat(64));
    let pinned = crate::support::edit(&spec, "file = \"../rows.txt\"\n", &pinned);
    study.write("tiny/spec.toml", pinned);
    assert_snapshot!(refused(&study, &["run", "tiny"]), @"mdn: tiny/spec.toml: `problem.split`: the file of test rows tiny/../rows.txt is not the one that was noted: its content has changed");
}
