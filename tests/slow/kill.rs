//! A run killed without warning, at ten random moments, resumes and ends in the same bytes.

use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use mixture_density::record::Timing;
use mixture_density::seed::Seed;

use crate::support::{Study, TINY, edit, files};

/// A few seconds of training: many small cells, so that a kill falls between, into and onto their ends.
fn longer() -> Study {
    let mut spec = TINY.to_owned();
    for (from, to) in [
        ("n = 170", "n = 3000"),
        ("n_test = 200", "n_test = 3000"),
        ("max_epochs = 9", "max_epochs = 60"),
        ("min_delta = 0.05", "min_delta = 0.0"),
        (
            "patience = 3, min_delta = 0.1",
            "patience = 30, min_delta = 0.0",
        ),
        ("[1, 3]", "[1, 2, 3, 4, 5, 6, 8, 10]"),
    ] {
        spec = edit(&spec, from, to);
    }
    Study::with_spec(spec)
}

/// The record of an undisturbed run, and how long it took.
fn undisturbed() -> (Vec<u8>, f64) {
    let study = longer();
    let ran = study.mdn(&["run", "tiny"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let timing = Timing::read(&study.at("tiny/timing.json")).expect("readable");
    let whole_s = timing.expect("a timing").total_wall_s;
    (study.bytes("tiny/record.json"), whole_s)
}

/// Starts a run, kills it (SIGKILL on Unix) after `seconds`, and says how many cells it left finished.
fn killed_after(study: &Study, seconds: f64) -> usize {
    let mut child = Command::new(env!("CARGO_BIN_EXE_mdn"))
        .args(["run", "tiny"])
        .current_dir(study.at(""))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the command starts");
    sleep(Duration::from_secs_f64(seconds));
    child.kill().expect("killed, or ended before");
    child.wait().expect("waited for");
    if !study.at("tiny/cells").exists() {
        return 0;
    }
    let names = files(&study.at("tiny/cells")).into_keys();
    let is_cell = |name: &String| name.starts_with("article_") || name.starts_with("tuned_");
    names.filter(is_cell).count()
}

/// Ten kills, each in a fresh folder, at moments uniform over the length of an undisturbed run. The
/// count at the end is the twin: kills that all came too early or too late would show nothing.
#[test]
fn ten_kills_change_no_byte() {
    let (record, whole_s) = undisturbed();
    let mut moments = Seed::new(1).stream("kill");
    let mut n_mid_run = 0;
    for kill in 0..10 {
        let study = longer();
        let moment_s = moments.uniform(0.0, whole_s);
        let n_finished = killed_after(&study, moment_s);
        let has_record = study.at("tiny/record.json").exists();
        n_mid_run += usize::from(n_finished > 0 && !has_record);

        let resumed = study.mdn(&["run", "tiny"]);
        assert_eq!(resumed.code, Some(0), "kill {kill}: {resumed:?}");
        assert!(
            !resumed.stderr.contains("not trusted"),
            "kill {kill}: {resumed:?}"
        );
        let trained = format!(" 20 cells, {} trained now", 20 - n_finished);
        assert!(
            resumed.stdout.contains(&trained),
            "kill {kill}: {resumed:?}"
        );
        let same = record == study.bytes("tiny/record.json");
        assert!(same, "kill {kill} at {moment_s:.2} s");
    }
    assert!(
        n_mid_run >= 4,
        "only {n_mid_run} of 10 kills fell into the training"
    );
}

/// One folder, killed again and again: each run adds to what those before it finished, until all is done.
#[test]
fn a_run_killed_over_and_over_still_arrives() {
    let (record, whole_s) = undisturbed();
    let study = longer();
    let mut moments = Seed::new(2).stream("kill");
    let mut n_before = 0;
    for _ in 0..10 {
        let n_finished = killed_after(&study, moments.uniform(0.1, 0.5) * whole_s);
        assert!(n_finished >= n_before, "finished cells were lost");
        n_before = n_finished;
    }
    assert_eq!(study.mdn(&["run", "tiny"]).code, Some(0));
    assert!(record == study.bytes("tiny/record.json"));
}
