//! Folders and files that are missing, foreign, cut, or cannot be written.

use insta::assert_snapshot;

use super::{assert_untouched, sentence};
use crate::support::{Study, edit};

#[test]
fn missing_study() {
    let study = Study::tiny();
    assert_snapshot!(sentence(&study.mdn(&["run", "nowhere"])), @"mdn: nowhere/spec.toml: no such study (a study is a folder with a spec.toml)");
    assert_snapshot!(sentence(&study.mdn(&["report", "tiny/spec.toml"])), @"mdn: tiny/spec.toml/spec.toml: no such study (a study is a folder with a spec.toml)");
    assert_snapshot!(sentence(&study.mdn(&["verify", "nowhere"])), @"mdn: nowhere/spec.toml: no such study (a study is a folder with a spec.toml)");
    std::fs::create_dir_all(study.at("odd/spec.toml")).expect("writable");
    assert_snapshot!(sentence(&study.mdn(&["run", "odd"])), @"mdn: odd/spec.toml: cannot be read: it is a folder, not a file");
    assert_untouched(&study);
}

#[test]
fn missing_record() {
    let study = Study::tiny();
    assert_snapshot!(sentence(&study.mdn(&["render", "tiny"])), @"mdn: tiny/record.json: cannot be read: No such file or directory (os error 2)");
    assert_snapshot!(sentence(&study.mdn(&["verify", "tiny"])), @"mdn: tiny/record.json: cannot be read: No such file or directory (os error 2)");
    assert_untouched(&study);
}

/// Below a file and in `/proc` not even root may write; both are said before any training.
#[test]
fn unwritable_folder() {
    let study = Study::tiny();
    let run_into = |out: &str| sentence(&study.mdn(&["run", "tiny", "--out", out]));
    assert_snapshot!(run_into("tiny/spec.toml"), @"mdn: tiny/spec.toml: cannot be written: something that is not a folder is there");
    assert_snapshot!(run_into("/proc/nowhere"), @"mdn: /proc/nowhere: cannot be written: No such file or directory (os error 2)");
    assert_untouched(&study);
}

#[test]
fn unwritable_page() {
    let study = Study::finished();
    let render_into = |out: &str| sentence(&study.mdn(&["render", "tiny", "--out", out]));
    assert_snapshot!(render_into("nowhere/index.html"), @"mdn: nowhere/index.html: cannot be written: No such file or directory (os error 2)");
    assert_snapshot!(render_into("tiny"), @"mdn: tiny: cannot be written: something that is not a file stands there");
    // A pipe or device must not be replaced by a file.
    assert_eq!(study.shell("mkfifo pipe").code, Some(0));
    assert_snapshot!(render_into("pipe"), @"mdn: pipe: cannot be written: something that is not a file stands there");
    assert!(!study.at("tiny/index.html").exists());
}

/// Each kind of bad record is refused by both verbs that read one, in the same words.
fn refused_record(study: &Study, record: impl AsRef<[u8]>) -> String {
    study.write("tiny/record.json", record);
    let rendered = sentence(&study.mdn(&["render", "tiny"]));
    assert_eq!(rendered, sentence(&study.mdn(&["verify", "tiny"])));
    assert!(!study.at("tiny/index.html").exists());
    rendered
}

#[test]
fn bad_record() {
    let study = Study::finished();
    let good = study.text("tiny/record.json");
    let said = refused_record(&study, &good[..good.len() / 2]);
    assert!(said.starts_with("mdn: tiny/record.json:"), "{said}");
    assert!(said.contains(": EOF while parsing "), "{said}");
    assert_snapshot!(refused_record(&study, ""), @"mdn: tiny/record.json:1: EOF while parsing a value");
    assert_snapshot!(refused_record(&study, "{\"hello\": 1}"), @"mdn: tiny/record.json:1: missing field `schema`");
    assert_snapshot!(refused_record(&study, "{\"schema\": 9}"), @"mdn: tiny/record.json: schema 9 is newer than schema 2, which this program reads; take a newer program");
    assert_snapshot!(refused_record(&study, "{\"schema\": 1, \"x\": 2}"), @"mdn: tiny/record.json:1: unknown field `x`, expected one of `schema`, `study`, `digest`, `spec`, `data`, `oracle`, `cells`, `exhibits`");
    assert_snapshot!(refused_record(&study, b"\xff\xfe"), @"mdn: tiny/record.json:1: expected value");
    let changed = edit(&good, "\"n_epochs\": ", "\"n_epochs\": 1");
    assert_snapshot!(refused_record(&study, changed), @"mdn: tiny/record.json: the digest does not match the contents: the file was changed or cut");
    study.write("tiny/record.json", good);
    let ran = study.mdn(&["render", "tiny"]);
    assert_eq!(ran.code, Some(0), "the good one is accepted: {ran:?}");
}

/// A sound digest does not make a claim believable.
#[test]
fn record_of_too_many_points() {
    let study = Study::finished();
    let mut record = study.record();
    record.data.n_test = 1_000_000_000_000_000_000;
    study.write_record(&mut record);
    assert_snapshot!(sentence(&study.mdn(&["render", "tiny"])), @"mdn: data.n_test: 1000000000000000000 are more than the 1000000000 that a page can show");
    assert!(!study.at("tiny/index.html").exists());
}

#[test]
fn record_of_another_spec() {
    let study = Study::finished();
    let spec = study.text("tiny/spec.toml");
    study.write("tiny/spec.toml", edit(&spec, "seed = 7", "seed = 8"));
    assert_snapshot!(sentence(&study.mdn(&["verify", "tiny"])), @"mdn: tiny/record.json: the record was made from another spec: `spec/seed` was 7 and is 8");
}

#[test]
fn foreign_timing() {
    let study = Study::finished();
    study.write("tiny/timing.json", "{\"schema\": 3}");
    assert_snapshot!(sentence(&study.mdn(&["render", "tiny"])), @"mdn: tiny/timing.json: schema 3 is newer than schema 2, which this program reads; take a newer program");
}
