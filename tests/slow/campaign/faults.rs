//! One call after the other fails, or is the last before a kill: what is left is old or new, and the next run completes.

use std::collections::BTreeMap;

use super::desk::{Desk, Ran, WRITERS, Writer};
use super::{amount, report, shim};

/// What may happen at a call: no space, an error of the disk, too many open files, no permission, no memory, and a
/// kill before or behind it.
const EVENTS: [&str; 7] = ["28", "5", "24", "13", "12", "kill", "killed"];

/// The calls that change something, and those that open.
const CALLS: &str = "open,write,sync,rename,link,unlink,mkdir,rmdir";

/// What the verb leaves where nothing disturbs it.
fn undisturbed(writer: Writer) -> BTreeMap<String, Vec<u8>> {
    let desk = Desk::new();
    let ran = desk.mdn(writer.line);
    assert_eq!(ran.code, Some(0), "{writer:?}: {ran:?}");
    desk.results(writer)
}

/// Whether these results are whole: the old or the new ones, and of a set one and the same.
fn check(
    desk: &Desk,
    writer: Writer,
    old: &BTreeMap<String, Vec<u8>>,
    new: &BTreeMap<String, Vec<u8>>,
) -> Result<(), String> {
    if writer.is_set {
        return desk.check_set(writer.out);
    }
    match desk.results(writer) {
        now if now == *old || now == *new => Ok(()),
        _ => Err("neither the old result nor the new one".to_owned()),
    }
}

fn is_sound(ran: &Ran, is_kill: bool) -> Result<(), String> {
    let expected: &[Option<i32>] = if is_kill {
        &[None, Some(0)]
    } else {
        &[Some(0), Some(2)]
    };
    if !expected.contains(&ran.code) {
        return Err(format!("it ended with {:?}", ran.code));
    }
    if ran.stderr.contains("panicked") || ran.stderr.contains(".mdn-") {
        return Err("it panicked, or named an unfinished file".to_owned());
    }
    if ran.code == Some(2)
        && !ran
            .stderr
            .lines()
            .last()
            .is_some_and(|line| line.starts_with("mdn: "))
    {
        return Err("it ended without a sentence".to_owned());
    }
    Ok(())
}

#[test]
fn every_call_fails_once_and_is_a_last_one_once() {
    if shim::library().is_none() {
        return;
    }
    let (mut n_errors, mut n_kills) = (0, 0);
    let mut faults = Vec::new();
    for writer in WRITERS {
        let new = undisturbed(writer);
        let old = Desk::new().results(writer);
        assert_ne!(old, new, "{writer:?} changes nothing");
        // The file system may have to do without unnamed files.
        for named in ["", "1"] {
            let base: &[(&'static str, &str)] = if named.is_empty() {
                &[]
            } else {
                &[("SHIM_NAMED", named)]
            };
            let n_calls = Desk::new().count(writer.line, CALLS);
            let events = EVENTS.len() * n_calls;
            let wanted = amount(usize::MAX, 35).min(events);
            for step in 0..wanted {
                // Spread over all calls and all events.
                let at = step * events / wanted;
                let (call, event) = (1 + at / EVENTS.len(), EVENTS[at % EVENTS.len()]);
                let is_kill = event.starts_with("kill");
                n_kills += usize::from(is_kill);
                n_errors += usize::from(!is_kill);
                let desk = Desk::new();
                let number = call.to_string();
                let settings = [
                    ("SHIM_CALLS", CALLS),
                    ("SHIM_AT", &number),
                    ("SHIM_DO", event),
                ];
                let ran = desk.shimmed(writer.line, &[base, &settings[..]].concat());
                let again = || {
                    check(&desk, writer, &old, &new)?;
                    is_sound(&ran, is_kill)?;
                    let again = desk.mdn(writer.line);
                    if again.code != Some(0) {
                        return Err(format!("the next run: {again:?}"));
                    }
                    if desk.results(writer) != new {
                        return Err("the next run left other bytes".to_owned());
                    }
                    match desk.unfinished() {
                        left if left.is_empty() => Ok(()),
                        left => Err(format!("left: {left:?}")),
                    }
                };
                if let Err(fault) = again() {
                    faults.push(format!(
                        "{}: call {call} {named:?} {event}: {fault}: {ran:?}",
                        writer.line
                    ));
                }
            }
        }
    }
    report(&format!(
        "{n_errors} failed calls, {n_kills} kills at a call, {} faults",
        faults.len()
    ));
    assert!(faults.is_empty(), "{}\n{}", faults.len(), faults.join("\n"));
}

/// The twin: the check sees a model of another record, and a page that is cut.
#[test]
fn a_mixed_set_is_seen() {
    let desk = Desk::new();
    assert_eq!(desk.check_set("fit"), Ok(()));
    let model = std::fs::read(desk.at("model/model.safetensors")).expect("readable");
    let kept = std::fs::read(desk.at("fit/model.safetensors")).expect("readable");
    desk.write("fit/model.safetensors", model);
    assert_eq!(
        desk.check_set("fit").unwrap_err(),
        "the model is another record's"
    );
    desk.write("fit/model.safetensors", kept);
    let page = std::fs::read(desk.at("fit/index.html")).expect("readable");
    desk.write("fit/index.html", &page[..page.len() - 1]);
    assert!(desk.check_set("fit").is_err());
}
