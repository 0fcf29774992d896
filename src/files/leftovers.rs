//! Names of files that are not complete yet, and what becomes of them when the program is stopped.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What every name of ours for something unfinished begins with.
pub(super) const PREFIX: &str = ".mdn-";
/// The one that is no leftover: a set that is current already, see [`settle`](super::settle).
pub(super) const COMMIT: &str = ".mdn-commit";
/// Names that are tried before a folder is given up.
const MOST_NAMES: u32 = 10_000;

/// What this program would leave if it were killed now.
static LIVE: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn live() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    LIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file or folder under a name that is not its own yet; dropped, it goes.
#[derive(Debug)]
pub(super) struct Temporary {
    path: PathBuf,
    is_placed: bool,
}

impl Temporary {
    /// Makes something in `folder` under a name that nothing has; `make` fails with
    /// [`ErrorKind::AlreadyExists`] where something has it.
    pub(super) fn make<T>(folder: &Path, make: impl Fn(&Path) -> Result<T>) -> Result<(Self, T)> {
        // Held until the name is noted: what `abandon` does not see is not made.
        let mut live = live();
        for n in 0..MOST_NAMES {
            let path = folder.join(format!("{PREFIX}{}-{n}", std::process::id()));
            match make(&path) {
                Ok(made) => {
                    live.insert(path.clone());
                    let is_placed = false;
                    return Ok((Self { path, is_placed }, made));
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::other("the folder is full of unfinished files"))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Gives it its own name.
    pub(super) fn rename(&mut self, to: &Path) -> Result<()> {
        let mut live = live();
        fs::rename(&self.path, to)?;
        live.remove(&self.path);
        self.is_placed = true;
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.is_placed {
            let mut live = live();
            remove(&self.path);
            live.remove(&self.path);
        }
    }
}

fn remove(path: &Path) {
    // Where it cannot be removed, the next program that writes here tries again.
    let _ = match fs::symlink_metadata(path) {
        Ok(there) if there.is_dir() => fs::remove_dir_all(path),
        _ => fs::remove_file(path),
    };
}

/// Removes every unfinished file of this program and keeps it from making more: for the moment before a signal ends it.
pub fn abandon() {
    let live = live();
    live.iter().for_each(|path| remove(path));
    // Whoever would make or complete a file waits for the end.
    std::mem::forget(live);
}

/// Removes what programs that were killed have left in `folder`. What a living one works on is locked, and stays.
pub fn remove_leftovers(folder: &Path) {
    // The parent of a bare name.
    let here = folder.as_os_str().is_empty();
    let folder = if here { Path::new(".") } else { folder };
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if !name.starts_with(PREFIX) || name == COMMIT {
            continue;
        }
        let path = entry.path();
        let opened = match entry.file_type() {
            Ok(kind) if kind.is_dir() => File::open(&path),
            // A network's file system locks only what is open for writing.
            Ok(kind) if kind.is_file() => OpenOptions::new().write(true).open(&path),
            _ => continue,
        };
        if opened.is_ok_and(|file| file.try_lock().is_ok()) {
            remove(&path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leftovers_go_and_what_somebody_works_on_stays() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at(".mdn-1-0"), "left").unwrap();
        fs::create_dir(at(".mdn-1-1")).unwrap();
        fs::write(at(".mdn-1-1/record.json"), "left").unwrap();
        fs::write(at(".mdn-2-0"), "worked on").unwrap();
        fs::create_dir(at(".mdn-2-1")).unwrap();
        let locked = [".mdn-2-0", ".mdn-2-1"].map(|name| File::open(at(name)).unwrap());
        locked.iter().for_each(|file| file.try_lock().unwrap());
        fs::create_dir(at(COMMIT)).unwrap();
        fs::write(at(".mdn"), "not ours").unwrap();
        fs::write(at("mdn-1-0"), "not ours").unwrap();
        remove_leftovers(folder.path());
        let mut names: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        let expected = [".mdn", ".mdn-2-0", ".mdn-2-1", COMMIT, "mdn-1-0"];
        assert_eq!(names, expected);
    }

    #[test]
    fn what_is_made_goes_unless_it_is_placed() {
        let folder = tempfile::tempdir().unwrap();
        let make = |path: &Path| File::create_new(path);
        let (dropped, _) = Temporary::make(folder.path(), make).unwrap();
        let (mut placed, _) = Temporary::make(folder.path(), make).unwrap();
        assert_ne!(dropped.path(), placed.path());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
        placed.rename(&folder.path().join("placed")).unwrap();
        drop((dropped, placed));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(folder.path().join("placed").exists());
    }
}
