//! The folder that a fit leaves its files in.

use std::path::{Path, PathBuf};

use mixture_density::files::{AtomicFile, WriteError};
use mixture_density::fit::FitRecord;

/// A folder in which all files of a fit can be written. What was made for it goes with it while it is empty.
pub(super) struct FitFolder {
    path: PathBuf,
    /// Folders that were not there before, inner ones last.
    made: Vec<PathBuf>,
}

impl FitFolder {
    /// `model.safetensors`.
    pub(super) const MODEL: &str = "model.safetensors";
    /// `timing.json`.
    pub(super) const TIMING: &str = "timing.json";
    /// `record.json`.
    pub(super) const RECORD: &str = "record.json";
    /// `index.html`.
    pub(super) const PAGE: &str = "index.html";

    /// Makes the folder, and refuses now, not after hours of training, what could not be written into or must not
    /// be written over.
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        may_write_into(path)?;
        let absent = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
        let mut made: Vec<PathBuf> = path
            .ancestors()
            .take_while(absent)
            .map(Path::to_owned)
            .collect();
        made.reverse();
        let folder = Self {
            path: path.to_owned(),
            made,
        };
        std::fs::create_dir_all(path).map_err(|source| WriteError {
            path: path.to_owned(),
            source,
        })?;
        for name in [Self::MODEL, Self::TIMING, Self::RECORD, Self::PAGE] {
            AtomicFile::create(&folder.at(name))?;
        }
        Ok(folder)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn at(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

impl Drop for FitFolder {
    fn drop(&mut self) {
        for folder in self.made.iter().rev() {
            // Refused where it holds anything, or was not made after all.
            let _ = std::fs::remove_dir(folder);
        }
    }
}

/// Refuses a folder that holds something else than a fit.
fn may_write_into(out: &Path) -> anyhow::Result<()> {
    let spec = out.join("spec.toml");
    anyhow::ensure!(
        !spec.exists(),
        "{}: a study's folder; --out names another",
        out.display()
    );
    let record = out.join(FitFolder::RECORD);
    if record.exists() {
        let bytes = std::fs::read(&record).unwrap_or_default();
        anyhow::ensure!(
            FitRecord::is_kind_of(&bytes),
            "{}: not the record of a fit, and would be written over; --out names another folder",
            record.display()
        );
        return Ok(());
    }
    for name in [FitFolder::MODEL, FitFolder::TIMING, FitFolder::PAGE] {
        let file = out.join(name);
        anyhow::ensure!(
            !file.is_file(),
            "{}: no record of a fit stands beside it, and it would be written over; --out names another folder",
            file.display()
        );
    }
    Ok(())
}
