//! Finished cells on disk: each a file created once, named by its identity and the hash of all that determines it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::{StudyError, canonical};

/// A folder of finished results.
#[derive(Debug, Clone)]
pub struct Store {
    folder: PathBuf,
}

/// What a file of the store holds.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry<T, E> {
    /// Hash of all that determines `result`.
    key: String,
    /// BLAKE3 of the canonical `result`: a cut or changed file shows.
    blake3: String,
    /// Deterministic.
    result: T,
    /// Everything else, such as timings.
    extra: E,
}

/// What was found under a key.
#[derive(Debug)]
pub enum Found<T, E> {
    /// Nothing.
    Absent,
    /// A sound entry.
    Sound(T, E),
    /// A file that cannot be trusted, and why.
    Unsound(PathBuf, String),
}

impl Store {
    /// The store in this folder, which is made if it is missing.
    ///
    /// # Errors
    /// If it cannot be made or written to.
    pub fn open(folder: &Path) -> Result<Self, StudyError> {
        let write = |source| StudyError::Write {
            path: folder.into(),
            source,
        };
        fs::create_dir_all(folder).map_err(write)?;
        // Said now rather than after the first training.
        tempfile::Builder::new()
            .prefix(".probe")
            .tempfile_in(folder)
            .map_err(write)?;
        Ok(Self {
            folder: folder.into(),
        })
    }

    fn path(&self, id: &str, key: &str) -> PathBuf {
        let short = key.get(..16).unwrap_or(key);
        self.folder
            .join(format!("{}-{short}.json", id.replace('/', "_")))
    }

    /// What is stored for this identity and key. A file that is cut, changed or of another key is never trusted.
    pub fn find<T: DeserializeOwned + Serialize, E: DeserializeOwned>(
        &self,
        id: &str,
        key: &str,
    ) -> Found<T, E> {
        let path = self.path(id, key);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Found::Absent,
            Err(error) => return Found::Unsound(path, error.to_string()),
        };
        let entry: Entry<T, E> = match serde_json::from_slice(&bytes) {
            Ok(entry) => entry,
            Err(error) => return Found::Unsound(path, error.to_string()),
        };
        if entry.key != key {
            return Found::Unsound(path, "it belongs to another key".to_owned());
        }
        match canonical::digest(&entry.result) {
            Ok(digest) if digest == entry.blake3 => Found::Sound(entry.result, entry.extra),
            _ => Found::Unsound(path, "its contents do not match its hash".to_owned()),
        }
    }

    /// Keeps a result. Where a sound one stands already, the two are compared and the first is kept.
    ///
    /// # Errors
    /// If it cannot be written, or if another result stands there.
    pub fn keep<T: Serialize + DeserializeOwned, E: Serialize + DeserializeOwned>(
        &self,
        id: &str,
        key: &str,
        result: &T,
        extra: &E,
    ) -> Result<(), StudyError> {
        let path = self.path(id, key);
        let write = |source| StudyError::Write {
            path: path.clone(),
            source,
        };
        let digest = canonical::digest(result).map_err(|e| write(e.into()))?;
        if let Found::Sound(before, _) = self.find::<T, E>(id, key) {
            return match canonical::digest(&before) {
                Ok(before) if before == digest => Ok(()),
                _ => Err(StudyError::NotReproduced { path }),
            };
        }
        let entry = Entry {
            key: key.to_owned(),
            blake3: digest,
            result,
            extra,
        };
        let text = canonical::to_string(&entry).map_err(|e| write(e.into()))?;
        write_atomically(&path, text.as_bytes())
    }
}

/// Writes a file so that under its name there is either what was or all of `contents`.
///
/// # Errors
/// If it cannot be written; then nothing new stands under the name.
pub fn write_atomically(path: &Path, contents: &[u8]) -> Result<(), StudyError> {
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
    pub fn create(path: &Path) -> Result<Self, StudyError> {
        let shown = path.to_owned();
        let write = |source| StudyError::Write {
            path: shown.clone(),
            source,
        };
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
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
        let file = tempfile::Builder::new()
            .prefix(".part-")
            .suffix(".tmp")
            .tempfile_in(folder)
            .map_err(write)?;
        Ok(Self { file, path, shown })
    }

    /// Gives the file its name.
    ///
    /// # Errors
    /// If that cannot be done; then nothing new stands under the name.
    pub fn finish(self) -> Result<(), StudyError> {
        let write = |source| StudyError::Write {
            path: self.shown.clone(),
            source,
        };
        #[cfg(unix)]
        {
            // A temporary file is private; a result is as readable as any other file.
            use std::os::unix::fs::PermissionsExt as _;
            self.file
                .as_file()
                .set_permissions(fs::Permissions::from_mode(0o644))
                .map_err(write)?;
        }
        self.file.as_file().sync_all().map_err(write)?;
        self.file.persist(&self.path).map_err(|e| write(e.error))?;
        Ok(())
    }

    /// An error of writing, with the name the file is to have.
    #[must_use]
    pub fn error(&self, source: std::io::Error) -> StudyError {
        StudyError::Write {
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
