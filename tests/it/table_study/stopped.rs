//! A run that was stopped, and one that has nothing to do.

use std::process::{Command, Stdio};
use std::time::Duration;

use super::{finished, good, study};
use crate::support::{Study, files};

/// Long enough to be stopped in the middle.
const LONGER: [(&str, &str); 3] = [
    ("max_epochs = 4", "max_epochs = 60"),
    ("patience = 4", "patience = 60"),
    ("components = [1, 2]", "components = [1, 2, 3, 5]"),
];

/// Cells that are finished in this folder.
fn n_finished(study: &Study, folder: &str, recipe: &str) -> usize {
    if !study.at(folder).join("cells").exists() {
        return 0;
    }
    let names = files(&study.at(folder).join("cells")).into_keys();
    let is_cell = |name: &String| name.starts_with(recipe) && name.ends_with(".json");
    names.filter(is_cell).count()
}

/// Starts the command, kills it (SIGKILL on Unix) once it has finished a cell, and says how many it left.
fn killed(study: &Study, arguments: &[&str], folder: &str, recipe: &str) -> usize {
    let mut child = Command::new(env!("CARGO_BIN_EXE_mdn"))
        .args(arguments)
        .current_dir(study.at(""))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the command starts");
    while n_finished(study, folder, recipe) == 0 {
        assert!(
            child.try_wait().expect("a child").is_none(),
            "it ended by itself"
        );
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().expect("killed, or ended before");
    child.wait().expect("waited for");
    assert!(
        !study.at(folder).join("record.json").exists(),
        "it was at its end"
    );
    n_finished(study, folder, recipe)
}

#[test]
fn a_study_killed_resumes_to_the_same_bytes() {
    let whole = finished(&LONGER);
    let study = study(&LONGER);
    let n = killed(&study, &["run", "tiny", "--jobs", "1"], "tiny", "small_");
    assert!((1..30).contains(&n), "{n}");
    let ran = good(&study, &["run", "tiny"]);
    assert!(
        ran.stdout
            .contains(&format!(" 30 cells, {} trained now", 30 - n)),
        "{ran:?}"
    );
    assert!(!ran.stderr.contains("not trusted"), "{ran:?}");
    assert!(study.bytes("tiny/record.json") == whole.bytes("tiny/record.json"));
}

/// The same of a fit, whether it is called again or run as the study that it left.
#[test]
fn a_fit_killed_resumes_to_the_same_bytes() {
    let fit = [
        "fit",
        "branches.csv",
        "--target=y",
        "--components=1,2,3,5",
        "--epochs=60",
        "--jobs=1",
    ];
    let whole = study(&[]);
    good(&whole, &fit);
    for resume in [&fit[..], &["report", "branches-fit"]] {
        let study = study(&[]);
        let n = killed(&study, &fit, "branches-fit", "tuned_");
        assert!((1..4).contains(&n), "{n}");
        let ran = good(&study, resume);
        let said = format!("{n} of 4 cells are finished already\n");
        assert!(
            ran.stderr.starts_with(&said) || ran.stderr.contains(&format!("\n{said}")),
            "{ran:?}"
        );
        for name in ["spec.toml", "record.json", "model.safetensors"] {
            let [resumed, whole] =
                [&study, &whole].map(|s| s.bytes(&format!("branches-fit/{name}")));
            assert!(resumed == whole, "{resume:?}: {name}");
        }
    }
}

#[test]
fn nothing_to_do_changes_nothing() {
    let study = study(&[]);
    good(&study, &["run", "tiny"]);
    good(
        &study,
        &[
            "fit",
            "branches.csv",
            "--target=y",
            "--components=1",
            "--epochs=2",
        ],
    );
    let before = files(&study.at(""));
    let ran = good(&study, &["run", "tiny"]);
    assert!(ran.stdout.contains(" 18 cells, 0 trained now"), "{ran:?}");
    for verb in ["run", "report"] {
        let ran = good(&study, &[verb, "branches-fit"]);
        assert!(
            ran.stderr.contains("1 of 1 cells are finished already"),
            "{ran:?}"
        );
        assert!(!ran.stderr.contains("[1/1]"), "{ran:?}");
    }
    assert_eq!(before, files(&study.at("")));
    // The twin: with a cell gone there is something to do.
    let name = files(&study.at("branches-fit/cells")).into_keys();
    let name = name
        .into_iter()
        .find(|name| name.starts_with("tuned_"))
        .expect("a cell");
    std::fs::remove_file(study.at("branches-fit/cells").join(name)).expect("a file");
    let ran = good(&study, &["run", "branches-fit"]);
    assert!(ran.stderr.contains("[1/1]"), "{ran:?}");
    let after = files(&study.at(""));
    let changed = before
        .iter()
        .filter(|(name, bytes)| after.get(*name) != Some(bytes));
    let changed: Vec<&str> = changed.map(|(name, _)| name.as_str()).collect();
    assert!(
        changed
            .iter()
            .all(|name| name.ends_with("timing.json") || name.starts_with("branches-fit/cells/")),
        "{changed:?}"
    );
}
