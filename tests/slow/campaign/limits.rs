//! Little memory, few open files, no threads: a sentence, or the result.

use std::process::Command;

use super::desk::{Desk, WRITERS, ran};
use super::{amount, report, shim};

#[cfg(target_os = "linux")]
#[test]
fn limits_end_in_a_sentence_or_in_the_result() {
    let (mut n_runs, mut n_refused) = (0, 0);
    let mut faults = Vec::new();
    let limits = [
        "-n 4", "-n 5", "-n 6", "-n 10", "-f 0", "-f 1", "-f 20", "-t 60", "-s 256",
    ];
    for writer in WRITERS {
        for limit in limits.iter().take(amount(limits.len(), 6)) {
            let desk = Desk::new();
            let mut shell = Command::new("sh");
            let line = writer.line.replace("--jobs 1", "--jobs 8");
            shell
                .args(["-c", &format!("ulimit {limit}; exec \"$MDN\" {line}")])
                .env("MDN", env!("CARGO_BIN_EXE_mdn"))
                .current_dir(desk.at(""));
            let ran = ran(shell.output().expect("the shell starts"));
            n_runs += 1;
            n_refused += usize::from(ran.code == Some(2));
            if !matches!(ran.code, Some(0 | 2)) || ran.stderr.contains("panicked") {
                faults.push(format!("{}: ulimit {limit}: {ran:?}", writer.line));
            }
            if writer.is_set {
                assert_eq!(desk.check_set(writer.out), Ok(()), "{limit}");
            }
        }
        if shim::library().is_none() {
            continue;
        }
        for first in ["1+", "2+", "3+", "5+"] {
            let line = writer.line.replace("--jobs 1", "--jobs 8");
            let ran = Desk::new().shimmed(&line, &[("SHIM_CALLS", "thread"), ("SHIM_AT", first)]);
            n_runs += 1;
            if ran.code != Some(0) {
                faults.push(format!("{line}: threads {first}: {ran:?}"));
            }
        }
    }
    report(&format!(
        "{n_runs} runs under limits, {n_refused} refused, {} faults",
        faults.len()
    ));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(n_refused > 0, "no limit was felt");
}
