//! Files that get their name when they are complete.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// A file or folder that cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("{path}: cannot be written: {source}", path = path.display())]
pub struct WriteError {
    /// Which.
    pub path: PathBuf,
    /// Why.
    pub source: std::io::Error,
}

/// Writes a file so that under its name there is either what was or all of `contents`.
///
/// # Errors
/// If it cannot be written; then nothing new stands under the name.
pub fn write_atomically(path: &Path, contents: &[u8]) -> Result<(), WriteError> {
    let mut file = AtomicFile::create(path)?;
    let written = file.write_all(contents);
    written.map_err(|source| file.error(source))?;
    file.finish()
}

/// A file that gets its name when it is complete; until then, and where it never is, what was before
/// stands there. Dropped unfinished, it leaves nothing.
///
/// A link is followed; a device or pipe is refused, since it would be replaced by a file.
#[derive(Debug)]
pub struct AtomicFile {
    file: NamedTempFile,
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
        let write = |source| WriteError {
            path: shown.clone(),
            source,
        };
        // A link that leads nowhere yet is followed as well.
        let linked = |_| fs::read_link(path).map(|to| path.with_file_name("").join(to));
        let path = fs::canonicalize(path).or_else(linked);
        let path = path.unwrap_or_else(|_| shown.clone());
        if fs::metadata(&path).is_ok_and(|there| !there.is_file()) {
            let what = "something that is not a file stands there";
            return Err(write(std::io::Error::other(what)));
        }
        let folder = path
            .parent()
            .filter(|p| !p.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        // Asked first: the temporary file's own error would name a file that nobody knows.
        fs::metadata(folder).map_err(write)?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".part-").suffix(".tmp");
        #[cfg(unix)]
        {
            // As readable as the user wants any new file to be: the umask still takes away from it.
            use std::os::unix::fs::PermissionsExt as _;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let file = builder.tempfile_in(folder).map_err(write)?;
        Ok(Self { file, path, shown })
    }

    /// Gives the file its name.
    ///
    /// # Errors
    /// If that cannot be done; then nothing new stands under the name.
    pub fn finish(self) -> Result<(), WriteError> {
        let write = |source| WriteError {
            path: self.shown.clone(),
            source,
        };
        if let Ok(before) = fs::metadata(&self.path) {
            let permissions = before.permissions();
            self.file
                .as_file()
                .set_permissions(permissions)
                .map_err(write)?;
        }
        self.file.as_file().sync_all().map_err(write)?;
        self.file.persist(&self.path).map_err(|e| write(e.error))?;
        Ok(())
    }

    /// An error of writing, with the name the file is to have.
    #[must_use]
    pub fn error(&self, source: std::io::Error) -> WriteError {
        WriteError {
            path: self.shown.clone(),
            source,
        }
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.file.as_file_mut().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.as_file_mut().flush()
    }
}
