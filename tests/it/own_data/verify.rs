//! `mdn verify` of a fit: the table, fitted again from nothing, against the record and the model that stand there.

use std::path::Path;

use mixture_density::fit::FitRecord;
use mixture_density::study::canonical;

use super::{Desk, branches};

const FOLDER: &str = "branches-fit";

/// Changes the record and gives it the digest of what it says now.
fn change(desk: &Desk, change: impl FnOnce(&mut FitRecord)) {
    let mut record = desk.record(FOLDER);
    change(&mut record);
    record.digest = record.compute_digest().expect("a digest");
    let text = canonical::to_string(&record).expect("JSON");
    desk.0.write("branches-fit/record.json", text);
}

/// Exit code and stdout of a verification.
fn verified(desk: &Desk, arguments: &[&str]) -> (Option<i32>, String) {
    let ran = desk.mdn(&[&["verify", FOLDER], arguments].concat());
    (ran.code, ran.stdout)
}

const EQUAL: &str = "2 networks trained again, 0 differences\n";

#[test]
fn an_honest_fit() {
    let desk = Desk::fitted();
    let before = crate::support::files(&desk.0.at(""));
    assert_eq!(verified(&desk, &[]), (Some(0), EQUAL.to_owned()));
    assert_eq!(
        before,
        crate::support::files(&desk.0.at("")),
        "it writes nothing"
    );
}

/// The table may have another name and place by now, and the number of threads is nobody's matter.
#[test]
fn a_table_that_was_moved() {
    let desk = Desk::fitted();
    std::fs::create_dir(desk.0.at("elsewhere")).expect("writable");
    std::fs::rename(desk.0.at("branches.csv"), desk.0.at("elsewhere/b.csv")).expect("movable");
    let found = verified(&desk, &["elsewhere/b.csv", "--jobs", "1"]);
    assert_eq!(found, (Some(0), EQUAL.to_owned()));
    let sentence = desk.refused(&["verify", FOLDER]);
    assert!(sentence.contains("branches.csv: "), "{sentence}");
}

/// Everything that decides how a table is read: delimiter, columns, parts, missing numbers, noise on repeated targets.
#[test]
fn whatever_the_table_was_read_by() {
    let desk = Desk::new();
    let mut text = String::from("part|a, b|seven|y\n");
    for (row, line) in branches(90).lines().skip(1).enumerate() {
        let cells: Vec<&str> = line.split(',').collect();
        let part = ["train", "train", "validation", "test"][row % 4];
        let x = if row == 5 { "" } else { cells[0] };
        text += &format!("{part}|{x}|7|{}\n", row % 9);
    }
    desk.0.write("odd.txt", text);
    let fit = desk.mdn(&[
        "fit",
        "odd.txt",
        "--target",
        "y",
        "--components",
        "2",
        "--delimiter",
        "|",
        "--split-column",
        "part",
        "--missing",
        "drop",
        "--dequantise",
        "--seed",
        "9",
        "--recipe",
        "article",
        "--out",
        "odd",
    ]);
    assert_eq!(fit.code, Some(0), "{fit:?}");
    let ran = desk.mdn(&["verify", "odd", "odd.txt"]);
    assert_eq!(
        ran.stdout, "1 network trained again, 0 differences\n",
        "{ran:?}"
    );
    assert_eq!(ran.code, Some(0));
}

/// A changed score, and a last bit of a curve.
#[test]
fn a_changed_record_is_told() {
    let desk = Desk::fitted();
    change(&desk, |record| {
        let loss = &mut record.cells[1].history.loss[2];
        *loss = loss.next_up();
        record.cells[0].nll_nats_mean_train = Some(0.25);
    });
    let (code, said) = verified(&desk, &[]);
    assert_eq!(code, Some(1));
    let lines: Vec<&str> = said.lines().collect();
    assert!(
        lines[0].starts_with("cells/0/nll_nats_mean_train: recorded 0.25, now "),
        "{said}"
    );
    assert!(
        lines[1].starts_with("cells/1/history/loss/2: recorded "),
        "{said}"
    );
    assert_eq!(
        lines[2..],
        ["2 networks trained again, 2 differences"],
        "{said}"
    );
}

/// Nothing is trained where the table or the recipe is another one.
#[test]
fn another_table_or_recipe_is_told_at_once() {
    let desk = Desk::fitted();
    desk.0.write("other.csv", branches(401));
    let (code, said) = verified(&desk, &["other.csv"]);
    assert_eq!(code, Some(1));
    assert!(said.starts_with("data/blake3: recorded "), "{said}");
    assert!(said.contains("data/n_train: recorded "), "{said}");
    assert!(said.contains("0 networks trained again, "), "{said}");
    change(&desk, |record| {
        record.spec.recipe_values["batch_size"] = 127.into()
    });
    let (code, said) = verified(&desk, &[]);
    assert_eq!(code, Some(1));
    let expected = "spec/recipe_values/batch_size: recorded 127, now 128\n0 networks trained again, 1 difference\n";
    assert_eq!(said, expected);
}

#[test]
fn a_model_that_is_not_the_records_is_told() {
    let desk = Desk::fitted();
    let mut bytes = desk.0.bytes("branches-fit/model.safetensors");
    *bytes.last_mut().expect("bytes") ^= 1;
    desk.0.write("branches-fit/model.safetensors", bytes);
    let (code, said) = verified(&desk, &[]);
    assert_eq!(code, Some(1));
    assert!(said.starts_with("model.safetensors: recorded \""), "{said}");
    std::fs::remove_file(desk.0.at("branches-fit/model.safetensors")).expect("a file");
    let (code, said) = verified(&desk, &[]);
    assert_eq!(code, Some(1));
    assert!(
        said.contains(", now absent\n2 networks trained again, 1 difference\n"),
        "{said}"
    );
}

#[test]
fn what_cannot_be_verified_is_refused() {
    let desk = Desk::fitted();
    let sentence = desk.refused(&["verify", FOLDER, "--only", "*"]);
    assert!(
        sentence.contains("a fit is verified as a whole"),
        "{sentence}"
    );
    let sentence = desk.refused(&["verify", FOLDER, "branches-fit"]);
    assert!(sentence.contains("it is a folder"), "{sentence}");
    desk.0
        .write("no-y.csv", branches(9).replace(",y\n", ",z\n"));
    let sentence = desk.refused(&["verify", FOLDER, "no-y.csv"]);
    assert!(sentence.contains("`y`"), "{sentence}");
    let sentence = desk.refused(&["verify", "tiny", "branches.csv"]);
    assert!(sentence.contains("takes no table"), "{sentence}");
    change(&desk, |record| {
        record.data.table = mixture_density::table::STDIN.to_owned()
    });
    let sentence = desk.refused(&["verify", FOLDER]);
    assert!(sentence.contains("came through a pipe"), "{sentence}");
    let path = Path::new("branches-fit/record.json");
    let text = desk
        .0
        .text("branches-fit/record.json")
        .replace("\"seed\": 0", "\"seed\": 1");
    desk.0.write("branches-fit/record.json", text);
    let sentence = desk.refused(&["verify", FOLDER]);
    assert!(sentence.contains(&path.display().to_string()), "{sentence}");
}
