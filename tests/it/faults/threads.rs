//! Threads that the system refuses.

use std::time::Instant;

use super::{Desk, FIT};

/// Each verb that computes, and the file whose bytes it must give.
fn verbs() -> Vec<(Vec<&'static str>, Option<&'static str>)> {
    let split = |line: &'static str| line.split(' ').collect::<Vec<_>>();
    vec![
        (split("points tiny"), None),
        (split("run tiny --fresh"), Some("tiny/record.json")),
        (split("verify tiny --only article/mse/r=0"), None),
        (split("predict fit t.csv"), None),
        (split("sample fit t.csv --n 5000"), None),
        (split("score fit t.csv"), None),
        (FIT.to_vec(), Some("fit/record.json")),
    ]
}

/// What the verb says and leaves.
fn answer(
    desk: &Desk,
    settings: &[(&'static str, &str)],
    verb: &[&str],
) -> Option<(String, String)> {
    let ran = desk.shimmed(settings, verb)?;
    assert_eq!(ran.code, Some(0), "{settings:?} {verb:?}: {ran:?}");
    assert!(!ran.stderr.contains("panicked"), "{ran:?}");
    Some((ran.stdout, ran.stderr))
}

#[test]
fn fewer_threads_give_the_same_bytes() {
    let desk = Desk::new();
    for (verb, file) in verbs() {
        let Some((stdout, stderr)) = answer(&desk, &[], &verb) else {
            return;
        };
        assert!(!stderr.contains("threads"), "{stderr}");
        let bytes = file.map(|file| desk.0.bytes(file));
        // None at all; the one for signals and one more.
        for first in ["1+", "3+"] {
            let settings = [("SHIM_CALLS", "thread"), ("SHIM_AT", first)];
            let asked = [&verb[..], &["--jobs", "8"]].concat();
            let asked = if verb[0] == "points" { &verb } else { &asked };
            let (again, said) = answer(&desk, &settings, asked).expect("a shim");
            // Times differ.
            if !matches!(verb[0], "fit" | "run") {
                assert_eq!(again, stdout, "{verb:?}, {first}");
            }
            assert!(
                file.map(|file| desk.0.bytes(file)) == bytes,
                "{verb:?}, {first}"
            );
            if verb[0] != "points" {
                assert!(
                    said.contains("mdn: the system refuses 8 threads; 1 will do the work\n"),
                    "{said}"
                );
            }
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn little_address_space_is_no_panic() {
    let desk = Desk::new();
    for line in [
        "predict fit t.csv --jobs 1024",
        "run tiny --fresh --jobs 1024",
    ] {
        let ran = desk.0.shell(&format!(
            "ulimit -v 2000000; exec \"$MDN\" {line} >/dev/null"
        ));
        assert_eq!(ran.code, Some(0), "{line}: {ran:?}");
        assert!(!ran.stderr.contains("panicked"), "{ran:?}");
    }
}

/// The environment does not size the pool.
#[test]
fn a_variable_of_the_pool_library_costs_nothing() {
    let desk = Desk::new();
    let started = Instant::now();
    for line in ["points tiny", "predict fit t.csv"] {
        let arguments: Vec<&str> = line.split(' ').collect();
        let ran = desk.0.mdn_in(&[("RAYON_NUM_THREADS", "10000")], &arguments);
        assert_eq!(ran.code, Some(0), "{ran:?}");
    }
    assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
}
