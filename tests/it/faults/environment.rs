//! A library of the host that has changed the floating-point environment before the command starts.

use super::{Desk, FIT};

/// Flush-to-zero with denormals-are-zero, and each other way to round.
const ODD: [&str; 4] = ["9fc0", "3f80", "5f80", "7f80"];

#[test]
fn what_a_library_sets_changes_no_bit() {
    let desk = Desk::new();
    let verbs: [(&[&str], Option<&str>); 6] = [
        (&["points", "tiny"], None),
        (
            &["run", "tiny", "--fresh", "--only", "tuned/mdn/k=3/r=0"],
            Some("tiny/record.json"),
        ),
        (
            &["predict", "fit", "t.csv", "--quantiles", ".1", "--modes"],
            None,
        ),
        (
            &[
                "sample",
                "fit",
                "t.csv",
                "--n",
                "5000",
                "--out",
                "draws.csv",
            ],
            Some("draws.csv"),
        ),
        (&["score", "fit", "t.csv"], None),
        (&FIT, Some("fit/record.json")),
    ];
    for (verb, file) in verbs {
        let answer = |settings: &[(&'static str, &str)]| {
            let ran = desk.shimmed(settings, verb)?;
            assert_eq!(ran.code, Some(0), "{settings:?} {verb:?}: {ran:?}");
            // Times differ.
            let said = if matches!(verb[0], "fit" | "run") {
                String::new()
            } else {
                ran.stdout
            };
            Some((said, file.map(|file| desk.0.bytes(file))))
        };
        let Some(expected) = answer(&[]) else {
            return;
        };
        for odd in ODD {
            let found = answer(&[("SHIM_CSR", odd)]).expect("a shim");
            assert!(found == expected, "{verb:?} with {odd}");
        }
    }
}
