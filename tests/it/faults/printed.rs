//! Foreign text on the terminal, and how much of it.

use super::{Desk, one_line};

/// Every way to call the command wrongly is answered by one line that says what is wrong.
#[test]
fn a_usage_error_is_one_sentence() {
    let desk = Desk::new();
    for (line, part) in [
        (
            "predict",
            "the following required arguments were not provided: <MODEL> <DATA.csv>",
        ),
        (
            "fit t.csv",
            "the following required arguments were not provided: --target <NAME>",
        ),
        ("train", "unrecognized subcommand 'train'"),
        (
            "repot",
            "unrecognized subcommand 'repot'; some similar subcommands exist: ",
        ),
        ("run tiny --quick", "unexpected argument '--quick' found"),
        (
            "fit t.csv --tagret y",
            "unexpected argument '--tagret' found; a similar argument exists: '--target'",
        ),
        (
            "run tiny --jobs 0",
            "invalid value '0' for '--jobs <N>': a number from 1 to 1024 is needed",
        ),
        (
            "predict fit t.csv --missing skip",
            "invalid value 'skip' for '--missing <MISSING>' [possible values: error, drop]",
        ),
        (
            "run tiny --only",
            "a value is required for '--only <GLOB>' but none was supplied",
        ),
    ] {
        let arguments: Vec<&str> = line.split(' ').collect();
        let said = desk.refused(&arguments);
        assert!(said.starts_with(&format!("mdn: {part}")), "{line}: {said}");
    }
}

#[test]
fn a_long_word_is_cut() {
    let desk = Desk::new();
    let long = "k".repeat(100_000);
    let option = format!("--{long}");
    for arguments in [
        vec!["fit", "t.csv", "--target", &long],
        vec!["run", "tiny", &option],
        vec!["run", &long],
    ] {
        let said = desk.refused(&arguments);
        assert!(said.len() < 5000, "{} bytes", said.len());
    }
}

#[test]
fn a_name_does_not_command_the_terminal() {
    let desk = Desk::new();
    let name = "y\u{1b}[2J\u{9b}31m";
    let odd = super::table(120).replacen("x,y", &format!("x,{name}"), 1);
    desk.0.write("odd\u{1b}.csv", odd);
    let fit = [
        "fit",
        "odd\u{1b}.csv",
        "--target",
        name,
        "--epochs",
        "2",
        "--components",
        "1",
    ];
    let fitted = desk.mdn(&fit);
    assert_eq!(fitted.code, Some(0), "{fitted:?}");
    assert!(
        fitted.stdout.contains("y\u{fffd}[2J"),
        "the name is said: {fitted:?}"
    );
    let refused = desk.mdn(&["fit", "odd\u{1b}.csv", "--target", "z\u{1b}"]);
    let usage = desk.mdn(&["run", "tiny", "--\u{1b}[1m"]);
    assert_eq!((refused.code, usage.code), (Some(2), Some(2)));
    one_line(&refused);
    for ran in [&fitted, &refused, &usage] {
        let is_bad = |c: char| c.is_control() && c != '\n';
        assert!(
            !ran.stdout.contains(is_bad) && !ran.stderr.contains(is_bad),
            "{ran:?}"
        );
    }
}
