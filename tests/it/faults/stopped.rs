//! Signals: nothing unfinished stays, at the latest after the next run.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::{Desk, shim};

/// Draws that take longer than any test waits, into `rows.csv`.
const LONG: [&str; 8] = [
    "sample", "fit", "t.csv", "--n", "1000000", "--out", "rows.csv", "--jobs",
];

fn unfinished(desk: &Desk) -> Vec<String> {
    let entries = fs::read_dir(desk.0.at("")).expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let names = names.map(|name| name.to_string_lossy().into_owned());
    names
        .filter(|name| name.starts_with('.') || name == "rows.csv")
        .collect()
}

fn start(desk: &Desk, settings: &[(&'static str, &str)]) -> Option<Child> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mdn"));
    command
        .args(LONG)
        .arg("2")
        .current_dir(desk.0.at(""))
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if !settings.is_empty() {
        command.envs(shim::variables(shim::library()?, settings));
    }
    Some(command.spawn().expect("the command starts"))
}

/// Sends a signal once the command has begun to write; gives the signal that ended it.
fn stop(child: &mut Child, signal: &str) -> Option<i32> {
    let io = format!("/proc/{}/io", child.id());
    let written = || {
        let io = fs::read_to_string(&io).unwrap_or_default();
        let line = io
            .lines()
            .find_map(|line| line.strip_prefix("wchar: ").map(str::to_owned));
        line.and_then(|n| n.parse::<u64>().ok()).unwrap_or_default()
    };
    let started = Instant::now();
    while written() < 1 << 20 && started.elapsed().as_secs() < 60 {
        sleep(Duration::from_millis(5));
    }
    let sent = Command::new("kill")
        .args([&format!("-{signal}"), &child.id().to_string()])
        .status();
    assert!(sent.expect("kill").success());
    use std::os::unix::process::ExitStatusExt as _;
    child.wait().expect("waited for").signal()
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_stays_of_a_file_without_a_name() {
    let desk = Desk::new();
    for (signal, number) in [("INT", 2), ("TERM", 15), ("HUP", 1), ("KILL", 9)] {
        if is_ignored(number) {
            continue;
        }
        let mut child = start(&desk, &[]).expect("no shim is needed");
        assert_eq!(stop(&mut child, signal), Some(number));
        assert_eq!(unfinished(&desk), Vec::<String>::new(), "{signal}");
    }
}

/// Whether whoever runs the tests has the signal ignored, as `nohup` and shells in the background do: then the program
/// ignores it too.
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}

#[cfg(target_os = "linux")]
#[test]
fn where_files_need_a_name_what_a_kill_leaves_goes_with_the_next_run() {
    let desk = Desk::new();
    let named = [("SHIM_NAMED", "1")];
    for (signal, number) in [("INT", 2), ("TERM", 15), ("KILL", 9)] {
        if is_ignored(number) {
            continue;
        }
        let Some(mut child) = start(&desk, &named) else {
            return;
        };
        assert_eq!(stop(&mut child, signal), Some(number));
        let left = unfinished(&desk);
        assert_eq!(
            left.len(),
            usize::from(signal == "KILL"),
            "{signal}: {left:?}"
        );
    }
    // One that is at work is let alone; it has taken away what the last one left.
    let left = unfinished(&desk);
    let mut working = start(&desk, &named).expect("a shim");
    while unfinished(&desk).is_empty() || unfinished(&desk) == left {
        sleep(Duration::from_millis(5));
    }
    let next = desk.mdn(&["predict", "fit", "t.csv", "--out", "next.csv"]);
    assert_eq!(next.code, Some(0), "{next:?}");
    assert_eq!(unfinished(&desk).len(), 1);
    assert_eq!(stop(&mut working, "TERM"), Some(15));
    assert_eq!(unfinished(&desk), Vec::<String>::new());
}

/// What the caller wants ignored stays ignored.
#[cfg(target_os = "linux")]
#[test]
fn a_signal_that_is_ignored_stays_so() {
    let desk = Desk::new();
    let script = "trap '' HUP; \"$MDN\" sample fit t.csv --n 10000 --out rows.csv & \
        sleep 0.5; kill -HUP $!; wait $!; echo $?";
    let ran = desk.0.shell(script);
    assert_eq!(ran.stdout, "0\n", "{ran:?}");
}
