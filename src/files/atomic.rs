//! Files that get their name when they are complete.

use std::fs::{self, File, OpenOptions};
use std::io::{Error, ErrorKind, Result as IoResult, Write};
use std::path::{Path, PathBuf};

use super::leftovers::Temporary;
use super::place::{folder_of, resolve};

/// A file or folder that cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("{path}: cannot be written: {source}", path = path.display())]
pub struct WriteError {
    /// Which.
    pub path: PathBuf,
    /// What the system says.
    pub source: Error,
}

/// Writes a file so that under its name there is either what was or all of `contents`.
///
/// # Errors
/// If it cannot be written; then nothing new is under the name.
pub fn write_atomically(path: &Path, contents: &[u8]) -> Result<(), WriteError> {
    let mut file = AtomicFile::create(path)?;
    let written = file.write_all(contents);
    written.map_err(|source| file.error(source))?;
    file.finish()
}

/// Writes a file where it does not hold `contents` already: with nothing to do nothing is written.
///
/// # Errors
/// As [`write_atomically`].
pub fn write_if_changed(path: &Path, contents: &[u8]) -> Result<(), WriteError> {
    let is_same = || {
        let there = fs::metadata(path).ok()?;
        let is_candidate = there.is_file() && there.len() == contents.len() as u64;
        Some(is_candidate && fs::read(path).ok()? == contents)
    };
    if is_same() == Some(true) {
        return Ok(());
    }
    write_atomically(path, contents)
}

/// A file that gets its name when it is complete; until then, and where it never is, what was before
/// is there. Dropped unfinished, it leaves nothing.
///
/// A link is followed; a device or pipe is refused, since it would be replaced by a file.
#[derive(Debug)]
pub struct AtomicFile {
    file: File,
    /// Where the file system can hold no file without a name.
    name: Option<Temporary>,
    /// Links followed.
    path: PathBuf,
    shown: PathBuf,
}

impl AtomicFile {
    /// Begins the file `path`, beside its place.
    ///
    /// # Errors
    /// If nothing can be written there.
    pub fn create(path: &Path) -> Result<Self, WriteError> {
        let shown = path.to_owned();
        Self::begin(path).map_err(|source| WriteError {
            path: shown,
            source,
        })
    }

    fn begin(path: &Path) -> IoResult<Self> {
        let shown = path.to_owned();
        let path = resolve(path)?;
        let folder = folder_of(&path);
        if !fs::metadata(folder)?.is_dir() {
            return Err(ErrorKind::NotADirectory.into());
        }
        let (file, name) = match unnamed(folder) {
            Some(file) => (file, None),
            None => {
                let (name, file) = Temporary::make(folder, named)?;
                (file, Some(name))
            }
        };
        Ok(Self {
            file,
            name,
            path,
            shown,
        })
    }

    /// Gives the file its name.
    ///
    /// # Errors
    /// If that cannot be done; then nothing new is under the name.
    pub fn finish(self) -> Result<(), WriteError> {
        let shown = self.shown.clone();
        self.complete().map_err(|source| WriteError {
            path: shown,
            source,
        })
    }

    fn complete(mut self) -> IoResult<()> {
        keep_permissions(&self.file, &self.path)?;
        self.file.sync_all()?;
        let mut name = match self.name.take() {
            Some(name) => name,
            None => {
                match link(&self.file, &self.path) {
                    Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                    linked => return linked,
                }
                // Only a rename replaces.
                let folder = folder_of(&self.path);
                Temporary::make(folder, |path| link(&self.file, path))?.0
            }
        };
        name.rename(&self.path)
    }

    /// An error of writing, with the name the file is to have.
    #[must_use]
    pub fn error(&self, source: Error) -> WriteError {
        WriteError {
            path: self.shown.clone(),
            source,
        }
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> IoResult<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> IoResult<()> {
        self.file.flush()
    }
}

/// Gives a new file the permissions of the one that it replaces.
pub(super) fn keep_permissions(file: &File, replaced: &Path) -> IoResult<()> {
    match fs::metadata(replaced) {
        Ok(before) => file.set_permissions(before.permissions()),
        Err(_) => Ok(()),
    }
}

/// A new file, locked as long as it is open; as readable as the umask lets any new file be.
pub(super) fn named(path: &Path) -> IoResult<File> {
    let file = OpenOptions::new().write(true).create_new(true).open(path)?;
    // Where locks are not to be had, nobody takes it for a leftover either.
    let _ = file.try_lock();
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        if file.metadata()?.nlink() == 0 {
            // Somebody was quicker to lock it, and took it for a leftover.
            return Err(ErrorKind::AlreadyExists.into());
        }
    }
    Ok(file)
}

/// A file without a name, where the file system can hold one and a name can be given to it later.
#[cfg(target_os = "linux")]
fn unnamed(folder: &Path) -> Option<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let flags = rustix::fs::OFlags::TMPFILE.bits().cast_signed();
    let mut options = OpenOptions::new();
    let options = options.write(true).mode(0o666).custom_flags(flags);
    let file = options.open(folder).ok()?;
    fs::symlink_metadata(by_number(&file)).ok()?;
    // Before it has any name: nobody ever sees it without its lock.
    let _ = file.try_lock();
    Some(file)
}

#[cfg(not(target_os = "linux"))]
fn unnamed(_: &Path) -> Option<File> {
    None
}

/// Gives an unnamed file a name that nothing has.
#[cfg(target_os = "linux")]
fn link(file: &File, path: &Path) -> IoResult<()> {
    use rustix::fs::{AtFlags, CWD, linkat};
    Ok(linkat(
        CWD,
        by_number(file),
        CWD,
        path,
        AtFlags::SYMLINK_FOLLOW,
    )?)
}

#[cfg(target_os = "linux")]
fn by_number(file: &File) -> PathBuf {
    use std::os::fd::AsRawFd as _;
    PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()))
}

#[cfg(not(target_os = "linux"))]
fn link(_: &File, _: &Path) -> IoResult<()> {
    Err(ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let name = |entry: IoResult<fs::DirEntry>| entry.unwrap().file_name();
        let mut names: Vec<_> = entries
            .map(|e| name(e).to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_appears_complete_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let mut file = AtomicFile::create(&path).unwrap();
        file.write_all(b"half").unwrap();
        assert!(!path.exists());
        drop(file);
        assert_eq!(names(folder.path()), Vec::<String>::new());
        for contents in ["first", "second"] {
            write_atomically(&path, contents.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), contents);
            assert_eq!(names(folder.path()), ["a"]);
        }
    }

    /// What happens where the file system knows no unnamed files.
    #[test]
    fn a_file_under_another_name_first_leaves_as_little() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        for contents in ["first", "second"] {
            let mut begun = AtomicFile::begin(&path).unwrap();
            let (name, file) = Temporary::make(folder.path(), named).unwrap();
            (begun.file, begun.name) = (file, Some(name));
            begun.write_all(contents.as_bytes()).unwrap();
            super::super::remove_leftovers(folder.path());
            assert_eq!(
                names(folder.path()).len(),
                1 + usize::from(contents == "second")
            );
            begun.finish().unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), contents);
            assert_eq!(names(folder.path()), ["a"]);
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_same_bytes_are_not_written_again() {
        use std::os::unix::fs::MetadataExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let inode = || fs::metadata(&path).unwrap().ino();
        write_if_changed(&path, b"one").unwrap();
        let (first, kept) = (inode(), File::open(&path).unwrap());
        write_if_changed(&path, b"one").unwrap();
        assert_eq!(inode(), first);
        // The twin; `kept` keeps the number of the first from being used again.
        write_if_changed(&path, b"two").unwrap();
        assert_ne!(inode(), first);
        drop(kept);
    }
}
