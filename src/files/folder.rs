//! Folders: made for the time being, and locked against a second writer.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use super::atomic::WriteError;
use super::place::follow;

/// A folder that is there. What was made for it goes with this while it is empty.
#[derive(Debug)]
pub struct MadeFolder {
    path: PathBuf,
    /// Folders that were not there before, outer ones first.
    made: Vec<PathBuf>,
}

impl MadeFolder {
    /// Makes a folder and those that it is in, where they are missing. A link is followed, even to what is not there.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn make(path: &Path) -> Result<Self, WriteError> {
        let shown = |source| WriteError {
            path: path.to_owned(),
            source,
        };
        let place = follow(path).map_err(shown)?;
        match fs::metadata(&place) {
            Ok(there) if !there.is_dir() => {
                let what = "something that is not a folder is there";
                return Err(shown(std::io::Error::other(what)));
            }
            // Nothing is asked of a disk that may be only read.
            Ok(_) => {
                return Ok(Self {
                    path: path.to_owned(),
                    made: Vec::new(),
                });
            }
            Err(_) => {}
        }
        let absent = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
        let made = place.ancestors().take_while(absent).map(Path::to_owned);
        let mut made: Vec<PathBuf> = made.collect();
        made.reverse();
        let folder = Self {
            path: path.to_owned(),
            made,
        };
        fs::create_dir_all(place).map_err(shown)?;
        Ok(folder)
    }

    /// Its name, as it was given.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for MadeFolder {
    fn drop(&mut self) {
        for folder in self.made.iter().rev() {
            // Refused where it holds anything, or was not made after all.
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Why a folder cannot be locked.
#[derive(Debug, thiserror::Error)]
#[error(
    "{folder}: another run is writing into this folder; wait until it has ended",
    folder = folder.display()
)]
pub struct LockError {
    /// Which.
    pub folder: PathBuf,
}

/// A writer's hold on a folder, for as long as this lives; nothing of it is left when the program is killed.
///
/// Programs of one machine see each other's locks. Where a folder cannot be locked, there is no lock.
#[derive(Debug)]
pub struct FolderLock {
    _folder: Option<File>,
}

impl FolderLock {
    /// For the only writer.
    ///
    /// # Errors
    /// If another program holds the folder in either way.
    pub fn exclusive(folder: &Path) -> Result<Self, LockError> {
        Self::take(folder, File::try_lock)
    }

    /// For one of several writers who do not get into each other's way.
    ///
    /// # Errors
    /// If another program holds the folder for itself.
    pub fn shared(folder: &Path) -> Result<Self, LockError> {
        Self::take(folder, File::try_lock_shared)
    }

    fn take(
        folder: &Path,
        lock: impl Fn(&File) -> Result<(), TryLockError>,
    ) -> Result<Self, LockError> {
        let opened = File::open(folder).ok();
        match opened.as_ref().map(lock) {
            Some(Err(TryLockError::WouldBlock)) => Err(LockError {
                folder: folder.to_owned(),
            }),
            _ => Ok(Self { _folder: opened }),
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn what_was_made_goes_while_it_is_empty() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        drop(MadeFolder::make(&at("a/b/c")).unwrap());
        assert!(!at("a").exists());
        let made = MadeFolder::make(&at("a/b/c")).unwrap();
        fs::write(at("a/b/file"), "x").unwrap();
        drop(made);
        assert!(at("a/b").exists() && !at("a/b/c").exists());
        fs::create_dir(at("before")).unwrap();
        drop(MadeFolder::make(&at("before")).unwrap());
        assert!(at("before").exists());
    }

    #[test]
    fn links_are_followed_even_to_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        symlink("later/inner", at("link")).unwrap();
        let made = MadeFolder::make(&at("link")).unwrap();
        assert!(at("later/inner").is_dir() && at("link").is_symlink());
        drop(made);
        assert!(!at("later").exists() && at("link").is_symlink());
        symlink("loop", at("loop")).unwrap();
        let said = MadeFolder::make(&at("loop")).unwrap_err().to_string();
        assert!(said.ends_with("loop: cannot be written: it is a link that leads to itself"));
        assert!(at("loop").is_symlink());
    }

    #[test]
    fn a_second_writer_is_refused_while_the_first_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let first = FolderLock::exclusive(path).unwrap();
        let said = FolderLock::exclusive(path).unwrap_err().to_string();
        assert!(said.ends_with("another run is writing into this folder; wait until it has ended"));
        assert!(FolderLock::shared(path).is_err());
        drop(first);
        let several = [FolderLock::shared(path), FolderLock::shared(path)];
        assert!(several.iter().all(Result::is_ok));
        assert!(FolderLock::exclusive(path).is_err());
        drop(several);
        assert!(FolderLock::exclusive(path).is_ok());
    }
}
