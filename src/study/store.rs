//! Finished cells: each a file created once, named by its identity and the hash of all that determines it.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::StudyError;
use crate::files::{
    self, AtomicFile, Kind, MadeFolder, WriteError, remove_leftovers, write_atomically,
};
use crate::record::canonical;

/// A place for finished results.
#[derive(Debug)]
pub(super) struct Store {
    /// Where its files are, or would be.
    folder: PathBuf,
    /// What is kept in memory; `None` where it is kept in files.
    memory: Option<Mutex<BTreeMap<PathBuf, Vec<u8>>>>,
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
pub(super) enum Found<T, E> {
    /// Nothing.
    Absent,
    /// A sound entry.
    Sound(T, E),
    /// A file that cannot be trusted, and why.
    Unsound(PathBuf, String),
}

impl Store {
    /// The store in this folder, which need not be there yet.
    pub(super) fn open(folder: &Path) -> Self {
        remove_leftovers(folder);
        Self {
            folder: folder.into(),
            memory: None,
        }
    }

    /// An empty store that goes with the process.
    pub(super) fn in_memory() -> Self {
        Self {
            folder: PathBuf::new(),
            memory: Some(Mutex::default()),
        }
    }

    /// Makes the folder where it is missing, and says now rather than after the first training whether it can be
    /// written to. It goes with what is returned, where nothing was stored.
    ///
    /// # Errors
    /// If it cannot be.
    pub(super) fn prepare(&self) -> Result<Option<MadeFolder>, StudyError> {
        if self.memory.is_some() {
            return Ok(None);
        }
        let made = MadeFolder::make(&self.folder)?;
        AtomicFile::create(&self.folder.join("data.json"))?;
        Ok(Some(made))
    }

    fn read(&self, path: &Path, kind: Kind) -> std::io::Result<Vec<u8>> {
        let Some(memory) = &self.memory else {
            return files::read(path, kind);
        };
        let kept = memory.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(path)
            .cloned()
            .ok_or_else(|| ErrorKind::NotFound.into())
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
        let Some(memory) = &self.memory else {
            return write_atomically(path, bytes);
        };
        let mut kept = memory.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(path.into(), bytes.to_vec());
        Ok(())
    }

    fn path(&self, id: &str, key: &str) -> PathBuf {
        let short = key.get(..16).unwrap_or(key);
        self.folder
            .join(format!("{}-{short}.json", id.replace('/', "_")))
    }

    /// What is stored for this identity and key. A file that is cut, changed or of another key is never trusted.
    pub(super) fn find<T: DeserializeOwned + Serialize, E: DeserializeOwned>(
        &self,
        id: &str,
        key: &str,
    ) -> Found<T, E> {
        let path = self.path(id, key);
        let bytes = match self.read(&path, Kind::Cell) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Found::Absent,
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
    pub(super) fn keep<T: Serialize + DeserializeOwned, E: Serialize + DeserializeOwned>(
        &self,
        id: &str,
        key: &str,
        result: &T,
        extra: &E,
    ) -> Result<(), StudyError> {
        let path = self.path(id, key);
        let write = |source| WriteError {
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
        Ok(self.write(&path, text.as_bytes())?)
    }

    fn model_path(&self, id: &str, key: &str) -> PathBuf {
        self.path(id, key).with_extension("safetensors")
    }

    /// Keeps the bytes of a cell's model; the cell itself is kept after it, and says their hash.
    ///
    /// # Errors
    /// If they cannot be written.
    pub(super) fn keep_model(&self, id: &str, key: &str, bytes: &[u8]) -> Result<(), StudyError> {
        Ok(self.write(&self.model_path(id, key), bytes)?)
    }

    /// The file of a cell's model, and its bytes.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(super) fn model(&self, id: &str, key: &str) -> Result<(PathBuf, Vec<u8>), StudyError> {
        let path = self.model_path(id, key);
        match self.read(&path, Kind::Model) {
            Ok(bytes) => Ok((path, bytes)),
            Err(source) => Err(StudyError::Read { path, source }),
        }
    }

    /// The file of a cell's model, and why its bytes are not those of this hash.
    pub(super) fn model_fault(
        &self,
        id: &str,
        key: &str,
        blake3: &str,
    ) -> Option<(PathBuf, String)> {
        match self.model(id, key) {
            Ok((_, bytes)) if blake3::hash(&bytes).to_hex().as_str() == blake3 => None,
            Ok((path, _)) => Some((path, "its contents do not match their hash".to_owned())),
            Err(error) => Some((self.model_path(id, key), error.to_string())),
        }
    }
}
