//! Several files of a folder that become current together.
//!
//! New files are written aside, into a folder of their own. One rename gives that folder the name `.mdn-commit`:
//! from then on its files are the current ones, wherever a reader of this program looks. Then each is moved to
//! its place, which changes nothing for a reader. A kill before the rename leaves the old set and a leftover;
//! one behind it leaves the new set, and the next writer moves what is still to be moved.

use std::fs::{self, File, Metadata};
use std::io::{Error, ErrorKind, Result as IoResult, Write as _};
use std::path::{Path, PathBuf};

use super::atomic::{WriteError, keep_permissions, named, write_atomically};
use super::bounded::{open_at, read_opened};
use super::kind::Kind;
use super::leftovers::{COMMIT, Temporary, remove_leftovers};
use super::place::resolve;

/// Of a file that is not in the new set: its name, and this.
const ABSENT: &str = ".absent";
/// The system's number for what is not there, on Windows too.
const NO_ENTRY: i32 = 2;
/// How often a reader begins again, or a writer finds the set of another in its way.
const MOST_TRIES: usize = 100;

/// The files of a new set, written aside.
#[derive(Debug)]
pub struct StagedSet {
    folder: PathBuf,
    staging: Temporary,
    /// Its lock: without it, it would be a leftover.
    _staging: File,
}

impl StagedSet {
    /// Begins a set in `folder`, of which there should be one writer. What a killed one left is put in order first.
    ///
    /// # Errors
    /// If nothing can be written there.
    pub fn begin(folder: &Path) -> Result<Self, WriteError> {
        settle(folder)?;
        remove_leftovers(folder);
        let made = Temporary::make(folder, |path| {
            fs::create_dir(path)?;
            let opened = File::open(path)?;
            let _ = opened.try_lock();
            Ok(opened)
        });
        let (staging, opened) = made.map_err(|source| write_error(folder, source))?;
        Ok(Self {
            folder: folder.to_owned(),
            staging,
            _staging: opened,
        })
    }

    /// Adds a file under one of [our names](Kind::of_name).
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn put(&mut self, name: &str, contents: &[u8]) -> Result<(), WriteError> {
        let place = self.folder.join(name);
        let write = || {
            ours(name)?;
            let mut file = named(&self.staging.path().join(name))?;
            file.write_all(contents)?;
            keep_permissions(&file, &resolve(&place)?)?;
            file.sync_all()
        };
        write().map_err(|source| write_error(&place, source))
    }

    /// The new set has no file of this name; where the old one has, it goes.
    ///
    /// # Errors
    /// If that cannot be noted.
    pub fn remove(&mut self, name: &str) -> Result<(), WriteError> {
        let note = || {
            ours(name)?;
            named(&self.staging.path().join(format!("{name}{ABSENT}")))?.sync_all()
        };
        note().map_err(|source| write_error(&self.folder.join(name), source))
    }

    /// Makes the set current.
    ///
    /// # Errors
    /// If that cannot be done. Then the old set is current, or the new one and not every file of it is in its place
    /// yet, which makes no difference to readers of this program.
    pub fn commit(mut self) -> Result<(), WriteError> {
        let folder = self.folder.clone();
        let commit = folder.join(COMMIT);
        let mut try_commit = || {
            sync_folder(self.staging.path())?;
            for _ in 0..MOST_TRIES {
                match self.staging.rename(&commit) {
                    Err(error) if is_taken(&error) => {
                        settle(&folder).map_err(|error| error.source)?;
                    }
                    renamed => {
                        renamed?;
                        return sync_folder(&folder);
                    }
                }
            }
            Err(Error::other("another run is writing into this folder"))
        };
        try_commit().map_err(|source| write_error(&folder, source))?;
        settle(&folder)
    }
}

/// Makes these files of `folder` current together: each with its contents, or absent. What is so already is left
/// as it is, and with nothing to do nothing is written.
///
/// # Errors
/// As [`StagedSet::commit`].
pub fn write_set(folder: &Path, files: &[(&str, Option<&[u8]>)]) -> Result<(), WriteError> {
    let mut changed = Vec::new();
    for (name, contents) in files {
        let is_same = is_current(folder, name, *contents);
        if !is_same.map_err(|source| write_error(&folder.join(name), source))? {
            changed.push((*name, *contents));
        }
    }
    if changed.is_empty() {
        return settle(folder);
    }
    let mut set = StagedSet::begin(folder)?;
    for (name, contents) in changed {
        match contents {
            Some(contents) => set.put(name, contents)?,
            None => set.remove(name)?,
        }
    }
    set.commit()
}

fn is_current(folder: &Path, name: &str, contents: Option<&[u8]>) -> IoResult<bool> {
    let kind = ours(name)?;
    match (open_of_set(folder, name, kind), contents) {
        (Ok(file), Some(contents)) => {
            let is_candidate = file.metadata()?.len() == contents.len() as u64;
            Ok(is_candidate && read_opened(&file, kind)? == contents)
        }
        (Err(error), None) => Ok(is_absent(&error)),
        // What cannot be read as one of ours is replaced, or said to be in the way.
        _ => Ok(false),
    }
}

fn write_error(path: &Path, source: Error) -> WriteError {
    let path = path.to_owned();
    WriteError { path, source }
}

fn ours(name: &str) -> IoResult<Kind> {
    match Kind::of_name(Path::new(name)) {
        Some(kind) if Path::new(name).components().count() == 1 => Ok(kind),
        _ => Err(Error::other("it is no name of a file of a set")),
    }
}

fn is_taken(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::DirectoryNotEmpty | ErrorKind::AlreadyExists
    )
}

/// Moves the files of a set that is current into their places, where a writer was stopped before it had.
///
/// # Errors
/// If a file cannot be moved; it is current all the same.
pub fn settle(folder: &Path) -> Result<(), WriteError> {
    let commit = folder.join(COMMIT);
    let failed = |source| write_error(folder, source);
    match fs::symlink_metadata(&commit) {
        Ok(there) if there.is_dir() => {}
        Ok(_) => return Err(failed(Error::other("it holds a set that is no folder"))),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(error)),
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(&commit).map_err(failed)? {
        names.push(entry.map_err(failed)?.file_name());
    }
    // The record goes last: where it is, the rest is too.
    names.sort_by_key(|name| (name == super::RECORD, name.clone()));
    for name in names {
        let shown = name.to_string_lossy();
        let is_absent = shown.ends_with(ABSENT);
        let place = folder.join(shown.trim_end_matches(ABSENT));
        let from = commit.join(&name);
        let moved = ours(shown.trim_end_matches(ABSENT)).and_then(|_| {
            if is_absent {
                gone(fs::remove_file(&place))?;
                gone(fs::remove_file(&from))
            } else {
                // Somebody else may have moved it meanwhile.
                gone(move_file(&from, &place))
            }
        });
        moved.map_err(|source| write_error(&place, source))?;
    }
    sync_folder(folder).map_err(failed)?;
    gone(fs::remove_dir(&commit)).map_err(failed)
}

/// What is gone already need not go.
fn gone(result: IoResult<()>) -> IoResult<()> {
    match result {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

fn move_file(from: &Path, to: &Path) -> IoResult<()> {
    let to = resolve(to)?;
    match fs::rename(from, &to) {
        // A link led to another file system.
        Err(error) if error.kind() == ErrorKind::CrossesDevices => {
            write_atomically(&to, &fs::read(from)?).map_err(|error| error.source)?;
            fs::remove_file(from)
        }
        moved => moved,
    }
}

fn sync_folder(folder: &Path) -> IoResult<()> {
    #[cfg(unix)]
    match File::open(folder)?.sync_all() {
        // Some file systems know no such thing.
        Err(error) if error.kind() == ErrorKind::InvalidInput => {}
        synced => synced?,
    }
    Ok(())
}

/// Opens the file `name` of the current set of `folder`.
pub(super) fn open_of_set(folder: &Path, name: &str, kind: Kind) -> IoResult<File> {
    let mut tries = 1;
    loop {
        let commit = folder.join(COMMIT);
        if fs::symlink_metadata(commit.join(format!("{name}{ABSENT}"))).is_ok() {
            return Err(Error::from_raw_os_error(NO_ENTRY));
        }
        match open_at(&commit.join(name), kind) {
            Err(error) if is_absent(&error) => {}
            opened => return opened,
        }
        match open_at(&folder.join(name), kind) {
            // A set may have become current between the two.
            Err(error) if is_absent(&error) && commit.exists() && tries < MOST_TRIES => tries += 1,
            opened => return opened,
        }
    }
}

fn is_absent(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// Some files of the current set of `folder`, all of one set even while another becomes current; `None` of each
/// that is absent.
///
/// # Errors
/// The place of the file that cannot be read, among those asked for, and why.
pub fn read_of_set<const N: usize>(
    folder: &Path,
    names: [(&str, Kind); N],
) -> Result<[Option<Vec<u8>>; N], (usize, Error)> {
    let open_all = || {
        let mut files = [const { None }; N];
        for (at, (name, kind)) in names.into_iter().enumerate() {
            files[at] = match open_of_set(folder, name, kind) {
                Ok(file) => Some(file),
                Err(error) if is_absent(&error) => None,
                Err(error) => return Err((at, error)),
            };
        }
        Ok(files)
    };
    let mut files = open_all()?;
    for _ in 0..MOST_TRIES {
        // A file that is current before and behind the opening of the others is of their set.
        let again = open_all()?;
        if (0..N).all(|at| is_one(files[at].as_ref(), again[at].as_ref())) {
            break;
        }
        files = again;
    }
    let mut contents = [const { None }; N];
    for (at, file) in files.iter().enumerate() {
        if let Some(file) = file {
            contents[at] = Some(read_opened(file, names[at].1).map_err(|error| (at, error))?);
        }
    }
    Ok(contents)
}

fn is_one(a: Option<&File>, b: Option<&File>) -> bool {
    let metadata = |file: Option<&File>| file.map(|file| file.metadata().ok());
    match (metadata(a), metadata(b)) {
        (None, None) => true,
        (Some(Some(a)), Some(Some(b))) => identity(&a) == identity(&b),
        _ => false,
    }
}

#[cfg(unix)]
fn identity(file: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt as _;
    (file.dev(), file.ino())
}

#[cfg(not(unix))]
fn identity(file: &Metadata) -> (u64, bool) {
    (file.len(), file.is_file())
}

#[cfg(test)]
#[path = "set_tests.rs"]
mod tests;
