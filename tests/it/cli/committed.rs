//! The committed pages are what the program makes of the committed records.

use std::path::{Path, PathBuf};

use crate::support::{Ran, Study};

/// Time zone and locale must not show.
const ELSEWHERE: [(&str, &str); 2] = [("TZ", "Pacific/Kiritimati"), ("LC_ALL", "C")];

fn reports() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("reports")
}

/// The folders of committed studies.
fn studies() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(reports()).expect("a folder");
    let mut folders: Vec<PathBuf> = entries.map(|e| e.expect("an entry").path()).collect();
    folders.retain(|folder| folder.join("record.json").is_file());
    folders.sort();
    folders
}

fn render(study: &Study, folder: &Path) -> Ran {
    let folder = folder.to_str().expect("a path in UTF-8");
    study.mdn_in(&ELSEWHERE, &["render", folder, "--out", "page.html"])
}

/// The first line in which two pages differ.
fn difference(rendered: &str, committed: &str) -> Option<String> {
    if rendered == committed {
        return None;
    }
    let mut lines = rendered.lines().zip(committed.lines()).enumerate();
    let first = lines.find(|(_, (a, b))| a != b);
    Some(match first {
        Some((at, (rendered, _))) => format!("line {} is now {rendered:.200}", at + 1),
        None => "one ends before the other".to_owned(),
    })
}

#[test]
fn pages_are_those_of_their_records() {
    let study = Study::tiny();
    let folders = studies();
    assert!(folders.iter().any(|folder| folder.ends_with("spiral")));
    for folder in &folders {
        let ran = render(&study, folder);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        let committed = std::fs::read_to_string(folder.join("index.html")).expect("a page");
        let difference = difference(&study.text("page.html"), &committed);
        assert_eq!(difference, None, "{}: render it again", folder.display());
    }
    // The twin: a number changed in a copy of a record is seen, and nothing else is.
    let read = |name: &str| {
        std::fs::read_to_string(reports().join("hardmaru").join(name)).expect("readable")
    };
    for name in ["record.json", "timing.json"] {
        study.write(&format!("tiny/{name}"), read(name));
    }
    let of_copy = || {
        assert_eq!(render(&study, &study.at("tiny")).code, Some(0));
        difference(&study.text("page.html"), &read("index.html"))
    };
    assert_eq!(of_copy(), None);
    let mut changed = study.record();
    changed.cells[0].n_epochs += 1;
    study.write_record(&mut changed);
    assert!(of_copy().is_some());
}

#[test]
fn the_index_is_that_of_the_records() {
    let study = Study::tiny();
    let folder = reports();
    let folder = folder.to_str().expect("a path in UTF-8");
    let ran = study.mdn_in(&ELSEWHERE, &["index", folder, "--out", "index.html"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let committed = std::fs::read_to_string(reports().join("index.html")).expect("a page");
    assert_eq!(difference(&study.text("index.html"), &committed), None);
    // The twin: an index of some of the records is another.
    let copied = study.shell(&format!("mkdir some && cp -r {folder}/hardmaru some"));
    assert_eq!(copied.code, Some(0), "{copied:?}");
    assert_eq!(
        study.mdn(&["index", "some", "--out", "index.html"]).code,
        Some(0)
    );
    assert!(difference(&study.text("index.html"), &committed).is_some());
}
