//! A study's folder: from a spec to record, timings, model and page, as one call.
//!
//! | file | holds |
//! | --- | --- |
//! | `spec.toml` | everything that can change a result |
//! | `cells/` | finished trainings, so that a run can resume; may be deleted |
//! | `model.safetensors` | the kept model, where the spec asks for one |
//! | `timing.json` | clock, processor, versions: everything that may differ |
//! | `record.json` | every result: the same bytes in every run |
//! | `index.html` | the page made from the two |

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::files::{AtomicFile, WriteError, write_atomically};
use crate::record::{
    BenchmarkTiming, Kind, RECORD, Record, RecordError, TIMING, Timing, canonical,
};
use crate::report::{RenderError, render, render_against};
use crate::spec::{SPEC, Spec, SpecError};
use crate::study::{Complete, Host, Options, Outcome, StudyError, Tables, run};

/// The name of the kept model in its study's folder.
pub const MODEL: &str = "model.safetensors";
/// The name of the page in its study's folder.
pub const PAGE: &str = "index.html";
/// The name of the folder of finished cells in its study's folder.
pub const CELLS: &str = "cells";

/// What can go wrong with a study's folder.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FolderError {
    /// In the study.
    #[error(transparent)]
    Study(#[from] StudyError),
    /// In the record.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// In the spec.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// There is no page.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// A file cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The folder holds something else than a fit.
    #[error("{path}: {what}; --out names another folder", path = path.display())]
    Taken {
        /// The file at fault.
        path: PathBuf,
        /// What it is.
        what: &'static str,
    },
}

/// What a run sees of the world, beside [`Host`]: what `timing.json` says of this moment and machine.
pub trait World: Host {
    /// Everything but the cells and the digest; `folder` is where results go.
    fn timing(&self, folder: &Path) -> Timing;
    /// What the last `cargo bench` measured.
    fn benchmarks(&self) -> Vec<BenchmarkTiming>;
}

/// What becomes of the page.
#[derive(Debug, Clone, Default)]
pub enum Page {
    /// None is written.
    #[default]
    None,
    /// With a section on what changed, where the record differs from the one that was there before.
    SinceLast,
    /// With a section on what differs from this record.
    Against(Box<Record>),
}

/// What a run into a folder left.
#[derive(Debug)]
pub enum Done {
    /// Record, timings and, where they are asked for, model and page are there.
    Complete(Box<Complete>),
    /// Some cells were not asked for: nothing but cells is written.
    Partial {
        /// Finished ones.
        n_finished: usize,
        /// Those of them whose training failed.
        n_failed: usize,
        /// All.
        n_cells: usize,
    },
}

/// Runs the study into `folder`, on the threads of the pool it is called in: trains and scores what is missing, and
/// writes model, timings, record and page when every cell is finished.
///
/// # Errors
/// [`FolderError`]. Nothing is written in part.
pub fn complete(
    spec: &Spec,
    folder: &Path,
    tables: &Tables,
    options: &Options,
    page: Page,
    world: &dyn World,
) -> Result<Done, FolderError> {
    let started = world.seconds();
    let before = Record::read(&folder.join(RECORD)).ok();
    // The way from a `&dyn World` to a `&dyn Host`.
    let host: &dyn Host = world;
    let complete = match run(spec, &folder.join(CELLS), tables, options, host)? {
        Outcome::Complete(complete) => complete,
        Outcome::Partial {
            n_finished,
            n_failed,
            n_cells,
        } => {
            return Ok(Done::Partial {
                n_finished,
                n_failed,
                n_cells,
            });
        }
    };
    let record = &complete.record;
    let path = folder.join(TIMING);
    let known = Timing::read(&path).ok().flatten();
    let known = known.filter(|timing| timing.record_digest == record.digest);
    let timing = match known {
        Some(timing) if complete.n_computed == 0 => timing,
        _ => Timing {
            record_digest: record.digest.clone(),
            total_wall_s: world.seconds() - started,
            cells: complete.timings.clone(),
            benchmarks: world.benchmarks(),
            ..world.timing(folder)
        },
    };
    let html = match page {
        Page::None => None,
        Page::Against(other) => Some(render_against(record, Some(&timing), &other)?),
        Page::SinceLast => Some(match before.filter(|b| b.digest != record.digest) {
            Some(before) if before.kind == Kind::Study && record.kind == Kind::Study => {
                render_against(record, Some(&timing), &before)?
            }
            _ => render(record, Some(&timing))?,
        }),
    };
    write_model(
        folder,
        spec,
        complete.model.as_ref().map(|(_, bytes)| &**bytes),
    )?;
    write_json(&path, &timing)?;
    write_json(&folder.join(RECORD), record)?;
    if let Some(html) = html {
        write_atomically(&folder.join(PAGE), html.as_bytes())?;
    }
    Ok(Done::Complete(complete))
}

/// Writes the model; where a fit has none, one of an earlier fit is removed: it would pass for what this one gave.
fn write_model(folder: &Path, spec: &Spec, bytes: Option<&[u8]>) -> Result<(), WriteError> {
    let path = folder.join(MODEL);
    match bytes {
        Some(bytes) => write_unless_equal(&path, bytes),
        None if spec.keep_model => match fs::remove_file(&path) {
            Err(source) if source.kind() != ErrorKind::NotFound => Err(WriteError { path, source }),
            _ => Ok(()),
        },
        None => Ok(()),
    }
}

fn write_json(path: &Path, value: &impl Serialize) -> Result<(), WriteError> {
    let text = canonical::to_string(value).map_err(|error| WriteError {
        path: path.into(),
        source: error.into(),
    })?;
    write_unless_equal(path, text.as_bytes())
}

/// The same bytes are not written again: nothing to do leaves nothing changed.
fn write_unless_equal(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    if fs::read(path).is_ok_and(|before| before == bytes) {
        return Ok(());
    }
    write_atomically(path, bytes)
}

/// A folder in which all files of a fit can be written. What was made for it goes with it while it is empty.
#[derive(Debug)]
pub struct FitFolder {
    path: PathBuf,
    /// Folders that were not there before, inner ones last.
    made: Vec<PathBuf>,
}

impl FitFolder {
    /// Makes the folder, and refuses now, not after hours of training, what could not be written into or must not
    /// be written over.
    ///
    /// # Errors
    /// [`FolderError::Taken`], [`FolderError::Write`].
    pub fn open(path: &Path) -> Result<Self, FolderError> {
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
        fs::create_dir_all(path).map_err(|source| WriteError {
            path: path.to_owned(),
            source,
        })?;
        for name in [SPEC, MODEL, TIMING, RECORD, PAGE] {
            AtomicFile::create(&folder.path.join(name))?;
        }
        Ok(folder)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the spec, so that the fit can be resumed and verified as any study.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write_spec(&self, spec: &Spec) -> Result<(), WriteError> {
        let path = self.path.join(SPEC);
        let text = spec.to_toml().map_err(|error| WriteError {
            path: path.clone(),
            source: std::io::Error::other(error),
        })?;
        write_unless_equal(&path, text.as_bytes())
    }
}

impl Drop for FitFolder {
    fn drop(&mut self) {
        for folder in self.made.iter().rev() {
            // Refused where it holds anything, or was not made after all.
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Refuses a folder that holds something else than a fit: a fit has a spec that asks for a model.
fn may_write_into(out: &Path) -> Result<(), FolderError> {
    let taken = |name: &str, what| {
        Err(FolderError::Taken {
            path: out.join(name),
            what,
        })
    };
    if out.join(SPEC).exists() {
        return match Spec::read(out) {
            Ok(spec) if spec.keep_model => Ok(()),
            _ => taken(SPEC, "not the spec of a fit, and would be written over"),
        };
    }
    for name in [RECORD, MODEL, TIMING, PAGE] {
        if out.join(name).is_file() {
            let what = "no spec of a fit is beside it, and it would be written over";
            return taken(name, what);
        }
    }
    Ok(())
}
