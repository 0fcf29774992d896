//! Sets, stopped at every step.

use std::sync::atomic::{AtomicBool, Ordering};

use super::super::{MODEL, RECORD, TIMING};
use super::*;

const NAMES: [(&str, Kind); 3] = [
    (MODEL, Kind::Model),
    (RECORD, Kind::Record),
    (TIMING, Kind::Timing),
];

/// What a reader sees.
fn seen(folder: &Path) -> [Option<String>; 3] {
    let read = read_of_set(folder, NAMES).unwrap();
    read.map(|bytes| bytes.map(|bytes| String::from_utf8(bytes).unwrap()))
}

fn texts(text: &str) -> [Option<String>; 3] {
    [(); 3].map(|()| Some(text.to_owned()))
}

fn staged(folder: &Path, text: &str) -> StagedSet {
    let mut set = StagedSet::begin(folder).unwrap();
    for (name, _) in NAMES {
        set.put(name, text.as_bytes()).unwrap();
    }
    set
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let mut names: Vec<_> = entries
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_set_replaces_another_as_a_whole() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert_eq!(seen(folder), [None, None, None]);
    staged(folder, "old").commit().unwrap();
    assert_eq!(seen(folder), texts("old"));
    let set = staged(folder, "new");
    assert_eq!(seen(folder), texts("old"));
    set.commit().unwrap();
    assert_eq!(seen(folder), texts("new"));
    assert_eq!(names(folder), [MODEL, RECORD, TIMING]);
    // One without a model.
    let mut set = StagedSet::begin(folder).unwrap();
    set.remove(MODEL).unwrap();
    set.put(RECORD, b"none").unwrap();
    set.commit().unwrap();
    let none = Some("none".to_owned());
    assert_eq!(seen(folder), [None, none, Some("new".to_owned())]);
    assert_eq!(names(folder), [RECORD, TIMING]);
    // Dropped before it is current, it leaves nothing.
    drop(staged(folder, "dropped"));
    assert_eq!(names(folder), [RECORD, TIMING]);
}

#[test]
fn a_writer_that_stops_anywhere_leaves_one_set() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    staged(folder, "old").commit().unwrap();
    // Killed before the set is current.
    let set = staged(folder, "new");
    drop(File::open(set.staging.path()).unwrap());
    let left = folder.join(".mdn-1-0");
    fs::create_dir(&left).unwrap();
    for (name, _) in NAMES {
        fs::copy(set.staging.path().join(name), left.join(name)).unwrap();
    }
    drop(set);
    assert_eq!(seen(folder), texts("old"));
    // Killed behind it, with any number of the files moved, and one that is to go.
    for moved in 0..=NAMES.len() {
        let commit = folder.join(COMMIT);
        fs::create_dir(&commit).unwrap();
        fs::write(folder.join(super::super::PAGE), "old page").unwrap();
        fs::write(commit.join("index.html.absent"), "").unwrap();
        for (at, (name, _)) in NAMES.into_iter().enumerate() {
            let place = if at < moved { folder } else { &commit };
            fs::write(place.join(name), format!("new {moved}")).unwrap();
        }
        assert_eq!(seen(folder), texts(&format!("new {moved}")));
        let page = open_of_set(folder, super::super::PAGE, Kind::Page);
        assert_eq!(page.unwrap_err().kind(), ErrorKind::NotFound);
        StagedSet::begin(folder).unwrap();
        assert_eq!(seen(folder), texts(&format!("new {moved}")));
        assert_eq!(names(folder), [MODEL, RECORD, TIMING]);
    }
}

#[test]
fn what_is_no_name_of_ours_is_in_no_set() {
    let folder = tempfile::tempdir().unwrap();
    let mut set = StagedSet::begin(folder.path()).unwrap();
    for name in ["notes.txt", "../record.json", "cells/record.json", ""] {
        assert!(set.put(name, b"x").is_err(), "{name}");
    }
    drop(set);
    let commit = folder.path().join(COMMIT);
    fs::create_dir(&commit).unwrap();
    fs::write(commit.join("notes.txt"), "x").unwrap();
    let said = settle(folder.path()).unwrap_err().to_string();
    assert!(said.ends_with("notes.txt: cannot be written: it is no name of a file of a set"));
    assert!(!folder.path().join("notes.txt").exists());
}

/// A reader beside a writer sees the numbers of one set, though the three files change all the time.
#[test]
fn a_reader_never_sees_two_sets() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    staged(folder, "0").commit().unwrap();
    let is_done = AtomicBool::new(false);
    let (mut n_reads, mut n_changes) = (0, 0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for n in 1..200 {
                staged(folder, &n.to_string()).commit().unwrap();
            }
            is_done.store(true, Ordering::Relaxed);
        });
        let mut before = texts("0");
        while !is_done.load(Ordering::Relaxed) {
            let now = seen(folder);
            assert!(
                now[0].is_some() && now[0] == now[1] && now[1] == now[2],
                "{now:?}"
            );
            n_changes += usize::from(now != before);
            n_reads += 1;
            before = now;
        }
    });
    assert!(n_changes > 5, "{n_reads} reads saw {n_changes} sets");
}

/// The twin: files that are renamed one by one are seen half changed.
#[test]
fn without_a_set_a_reader_sees_two() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let write = |n: usize| {
        for (name, _) in NAMES {
            write_atomically(&folder.join(name), n.to_string().as_bytes()).unwrap();
        }
    };
    write(0);
    let is_done = AtomicBool::new(false);
    let mut n_mixed = 0;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            (1..200).for_each(write);
            is_done.store(true, Ordering::Relaxed);
        });
        while !is_done.load(Ordering::Relaxed) {
            let now = seen(folder);
            n_mixed += usize::from(now[0] != now[1] || now[1] != now[2]);
        }
    });
    assert!(n_mixed > 0);
}

#[cfg(unix)]
#[test]
fn what_is_so_already_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let write = |record: &str, model: Option<&str>| {
        let model = model.map(str::as_bytes);
        write_set(folder, &[(RECORD, Some(record.as_bytes())), (MODEL, model)]).unwrap();
    };
    let seen = |name: &str| {
        open_at(&folder.join(name), Kind::Model).map(|f| identity(&f.metadata().unwrap()))
    };
    write("a", Some("m"));
    let (record, model) = (seen(RECORD).unwrap(), seen(MODEL).unwrap());
    let kept = [RECORD, MODEL].map(|name| File::open(folder.join(name)).unwrap());
    write("a", Some("m"));
    assert_eq!(
        (seen(RECORD).unwrap(), seen(MODEL).unwrap()),
        (record, model)
    );
    write("b", Some("m"));
    assert_ne!(seen(RECORD).unwrap(), record);
    assert_eq!(seen(MODEL).unwrap(), model);
    write("b", None);
    assert!(seen(MODEL).is_err());
    assert_eq!(names(folder), [RECORD]);
    drop(kept);
}
