//! Tables that are not there, or not what they were: one sentence, exit 2, nothing left behind.

use insta::assert_snapshot;

use super::{BRANCHES, SPEC, finished, good, refused, study};
use crate::support::{Study, edit};

#[test]
fn tables_that_are_not_there() {
    let study = Study::with_spec(SPEC);
    assert_snapshot!(refused(&study, &["run", "tiny"]), @r#"mdn: tiny: there is no table "branches.csv" in it or beside it; say where it is: `run --table FILE`, `verify STUDY FILE`"#);
    let origin = "file = \"branches.csv\"\norigin = \"https://example.org/branches.csv\"";
    let named = edit(SPEC, "file = \"branches.csv\"", origin);
    study.write("tiny/spec.toml", named);
    assert_snapshot!(refused(&study, &["report", "tiny"]), @r#"mdn: tiny: there is no table "branches.csv" in it or beside it; it is to be had from https://example.org/branches.csv"#);
    assert_snapshot!(refused(&study, &["run", "tiny", "--table", "elsewhere"]), @"mdn: elsewhere: cannot be read: No such file or directory (os error 2)");
    std::fs::create_dir(study.at("elsewhere")).expect("writable");
    assert_snapshot!(refused(&study, &["run", "tiny", "--table", "elsewhere"]), @r#"mdn: tiny: there is no table "branches.csv" in it or beside it; it is to be had from https://example.org/branches.csv"#);
    study.write(
        "tiny/spec.toml",
        edit(SPEC, "\"branches.csv\"", "\"stdin\""),
    );
    assert_snapshot!(refused(&study, &["run", "tiny"]), @"mdn: tiny: the table came through a pipe; say where it is: `run --table FILE`, `verify STUDY FILE`");
    // The twin: in the folder that is named.
    study.write("tiny/spec.toml", SPEC);
    study.write("elsewhere/branches.csv", BRANCHES);
    good(
        &study,
        &[
            "run",
            "tiny",
            "--table",
            "elsewhere",
            "--only",
            "small/mse/s=0/r=0",
        ],
    );
}

/// The record says which table it is of; so may the spec.
#[test]
fn a_table_that_was_changed_since_its_record() {
    let study = finished(&[]);
    let record = study.record();
    let hash = record.spec.table().and_then(|table| table.blake3.clone());
    let hash = hash.expect("the table's hash");
    let first = BRANCHES.lines().nth(1).expect("a row");
    let other = format!("9{first}");
    study.write("branches.csv", BRANCHES.replacen(first, &other, 1));
    let said = refused(&study, &["verify", "tiny"]);
    let end = format!(", but the study's table has {hash}: it was changed");
    let start = "mdn: branches.csv: its columns have the hash ";
    assert!(said.starts_with(start) && said.ends_with(&end), "{said}");
    // A spec that names the hash is run on no other table.
    let spec = study.text("tiny/spec.toml");
    let pinned = format!("file = \"branches.csv\"\nblake3 = \"{hash}\"");
    study.write(
        "tiny/spec.toml",
        edit(&spec, "file = \"branches.csv\"", &pinned),
    );
    for verb in ["run", "report", "verify"] {
        assert_eq!(refused(&study, &[verb, "tiny"]), said);
    }
    // The twins: the table as it was; and a run of what it is now, if the spec leaves that open.
    study.write("branches.csv", BRANCHES);
    let ran = good(&study, &["verify", "tiny", "--only", "small/mse/*"]);
    assert_eq!(ran.stdout, "6 cells trained again, 0 differences\n");
    study.write("tiny/spec.toml", spec);
    study.write("branches.csv", BRANCHES.replacen(first, &other, 1));
    good(&study, &["run", "tiny"]);
    let now = study
        .record()
        .spec
        .table()
        .and_then(|table| table.blake3.clone());
    assert_ne!(now, Some(hash));
}

#[test]
fn columns_and_numbers() {
    let with = |changes: &[(&str, &str)], table: &str| {
        let study = study(changes);
        study.write("branches.csv", table);
        refused(&study, &["run", "tiny"])
    };
    assert_snapshot!(with(&[("targets = [\"y\"]", "targets = [\"z\"]")], BRANCHES), @"mdn: branches.csv: there is no column `z`; there is `x`, `noise`, `y`");
    assert_snapshot!(with(&[("features = [\"x\"]", "features = [\"y\"]")], BRANCHES), @"mdn: branches.csv: column `y` cannot be a target and a feature at once");
    assert_snapshot!(with(&[("features = [\"x\"]", "features = []")], BRANCHES), @"mdn: branches.csv: no feature is left: the table has no other column");
    let constant: String = (0..30).map(|row| format!("{row},0.5,7\n")).collect();
    assert_snapshot!(with(&[], &format!("x,noise,y\n{constant}")), @"mdn: branches.csv: target `y` is 7 in every training row: there is nothing to predict");
    let word = BRANCHES.replacen("\n", "\nlong,0.5,1\n", 1);
    assert_snapshot!(with(&[], &word), @r#"mdn: branches.csv: row 1, column `x` holds "long", which is no number; only columns of numbers can be used"#);
    let empty = BRANCHES.replacen("\n", "\n,0.5,1\n", 1);
    assert_snapshot!(with(&[], &empty), @"mdn: branches.csv: 1 cell in 1 row holds no number (1 empty), first in row 1 (`x`); leave those rows out with --missing drop");
    let wild = BRANCHES.replacen("\n", "\n1e300,0.5,1\n", 1);
    assert_snapshot!(with(&[], &wild), @"mdn: branches.csv: row 1, column `x` holds 1e300, 1e300 from 0: the network's single precision carries no more than 16777216 beside ordinary values; give the column in another unit or take a recipe that standardises");
    assert_snapshot!(with(&[], "x,noise,y\n1,2,3\n4,5,6\n"), @"mdn: branches.csv: too few rows to train, choose and judge: 2 found, 10 needed");
    let huge = ("components = [1, 2]", "components = [1, 1000]");
    let wide = ("targets = [\"y\"]", "targets = [\"y\", \"noise\"]");
    let full = ("scale_link = ", "covariance = \"full\"\nscale_link = ");
    let width = ("hidden = 8", "hidden = 16384");
    assert_snapshot!(with(&[huge, wide, full, width], BRANCHES), @"mdn: trainable numbers: 268582918 is out of range; allowed are 1 to 250000000");
}
