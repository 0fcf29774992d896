//! A stdout that is closed, full, or read by nobody.

use super::{Desk, FIT, one_line};

/// Every verb that says something on stdout, on the desk.
fn verbs() -> Vec<Vec<&'static str>> {
    let lines = [
        "points tiny",
        "render tiny",
        "render fit",
        "verify tiny --only article/mse/r=0",
        "report tiny",
        "run tiny",
        "index .",
        "predict fit t.csv",
        "predict fit t.csv --json",
        "sample fit t.csv --n 3",
        "score fit t.csv",
        "--help",
        "fit --help",
        "--version",
    ];
    let verbs = lines.iter().map(|line| line.split(' ').collect());
    verbs.chain([FIT.to_vec()]).collect()
}

fn script(arguments: &[&str], rest: &str) -> String {
    format!("\"$MDN\" {} {rest}", arguments.join(" "))
}

#[test]
fn a_closed_stdout_is_an_error() {
    let desk = Desk::new();
    for verb in verbs() {
        let ran = desk.0.shell(&script(&verb, ">&-"));
        assert_eq!(ran.code, Some(2), "{verb:?}: {ran:?}");
        let said = one_line(&ran);
        assert!(
            said.ends_with("cannot be written: it is closed"),
            "{verb:?}: {said}"
        );
        // The twin: a null device is a place to write to.
        let ran = desk.0.shell(&script(&verb, ">/dev/null"));
        assert_eq!(ran.code, Some(0), "{verb:?}: {ran:?}");
    }
    let ran = desk
        .0
        .shell("\"$MDN\" predict fit t.csv --out rows.csv >&-");
    assert_eq!(ran.code, Some(0), "nothing is said there: {ran:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_stdout_is_an_error() {
    let desk = Desk::new();
    for verb in verbs() {
        let ran = desk.0.shell(&script(&verb, ">/dev/full"));
        assert_eq!(ran.code, Some(2), "{verb:?}: {ran:?}");
        let said = ran.stderr.lines().last().expect("a line");
        let end = "cannot be written: No space left on device (os error 28)";
        assert!(
            said.starts_with("mdn: ") && said.ends_with(end),
            "{verb:?}: {said}"
        );
    }
}

#[test]
fn a_reader_that_went_away_is_no_error() {
    let desk = Desk::new();
    for verb in verbs() {
        // The reader ends before the first word.
        let line = script(
            &verb,
            "2>said; echo $? >code; } | true; sleep 0.01; cat code said",
        );
        let ran = desk.0.shell(&format!("{{ sleep 0.3; {line}"));
        let (code, said) = ran.stdout.split_once('\n').expect("a code");
        assert_eq!(code, "0", "{verb:?}: {said}");
        assert!(
            !said.contains("written") && !said.contains("panic"),
            "{verb:?}: {said}"
        );
    }
}
