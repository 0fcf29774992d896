//! The command as its user meets it: exit codes, what is said, what is left on disk.

mod bad_files;
mod bad_spec;
mod bad_usage;
mod cell_files;
mod committed;
mod failed_cells;
mod pages;
mod points;
mod verify;
mod write_failure;

use crate::support::{Ran, Study, files};

/// The one sentence of a refusal: exit 2, nothing on stdout, one line on stderr that tells nothing twice.
fn sentence(ran: &Ran) -> String {
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert_eq!(ran.stdout, "", "{ran:?}");
    let line = ran.stderr.strip_suffix('\n').expect("a line");
    assert!(!line.contains('\n'), "more than a line: {line}");
    assert_eq!(repeated(line), None, "{line}");
    line.to_owned()
}

/// The first part between colons that was there before.
fn repeated(line: &str) -> Option<&str> {
    let parts: Vec<&str> = line.split(": ").collect();
    let again = |i: &usize| parts[..*i].contains(&parts[*i]);
    (0..parts.len()).find(again).map(|i| parts[i])
}

/// Asserts that a refused study has nothing in its folder but the spec.
fn assert_untouched(study: &Study) {
    let names: Vec<String> = files(&study.at("tiny")).into_keys().collect();
    assert_eq!(names, ["spec.toml"]);
    let folders = std::fs::read_dir(study.at("tiny"))
        .expect("a folder")
        .count();
    assert_eq!(folders, 1, "a folder was made");
}

#[test]
fn a_part_told_twice_is_seen() {
    assert_eq!(repeated("mdn: a: n is 0: n is 0"), Some("n is 0"));
    assert_eq!(repeated("mdn: a: n is 0: allowed is 1"), None);
}

#[test]
fn nothing_to_do_changes_nothing() {
    let study = Study::tiny();
    let first = study.mdn(&["report", "tiny"]);
    assert_eq!(first.code, Some(0), "{first:?}");
    let before = files(&study.at("tiny"));
    let second = study.mdn(&["report", "tiny"]);
    assert_eq!(second.code, Some(0), "{second:?}");
    assert!(
        second.stdout.contains(" 8 cells, 0 trained now"),
        "{second:?}"
    );
    assert_eq!(before, files(&study.at("tiny")));
    for name in ["record.json", "timing.json", "index.html"] {
        assert!(before.contains_key(name), "no {name}");
    }
}

#[test]
fn some_cells_leave_no_record_and_the_rest_completes_it() {
    let study = Study::tiny();
    let some = study.mdn(&["run", "tiny", "--only", "article/mdn/k=1/*"]);
    assert_eq!(some.code, Some(0), "{some:?}");
    assert!(
        some.stdout.starts_with("2 of 8 cells are finished"),
        "{some:?}"
    );
    assert!(some.stderr.contains("[2/2] "), "{some:?}");
    assert!(!study.at("tiny/record.json").exists());
    let rest = study.mdn(&["run", "tiny"]);
    assert!(rest.stdout.contains("6 trained now"), "{rest:?}");
    assert!(
        rest.stderr.starts_with("2 of 8 cells are finished already"),
        "{rest:?}"
    );
    assert_eq!(
        study.bytes("tiny/record.json"),
        Study::finished().bytes("tiny/record.json")
    );
}

#[test]
fn fresh_trains_again_and_compares() {
    let study = Study::finished();
    let before = study.bytes("tiny/record.json");
    let again = study.mdn(&["run", "tiny", "--fresh"]);
    assert_eq!(again.code, Some(0), "{again:?}");
    assert!(again.stdout.contains("8 trained now"), "{again:?}");
    assert!(
        again.stderr.contains("[1/8] ") && again.stderr.contains("[8/8] "),
        "{again:?}"
    );
    assert!(!again.stderr.contains("[9/8]"), "{again:?}");
    assert_eq!(before, study.bytes("tiny/record.json"));
}
