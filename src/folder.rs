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
//!
//! All but the cells become current [together](crate::files::write_set): a run that is stopped anywhere leaves those
//! of before or the new ones. One run at a time writes into a folder; runs of some cells only may be several.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::files::{AtomicFile, FolderLock, LockError, MadeFolder, WriteError, settle, write_set};
pub use crate::files::{MODEL, PAGE};
use crate::record::{
    BenchmarkTiming, Kind, RECORD, Record, RecordError, TIMING, Timing, canonical,
};
use crate::report::{RenderError, render, render_against};
use crate::spec::{SPEC, Spec, SpecError};
use crate::study::{Complete, Host, Options, Outcome, StudyError, Tables, run};

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
    /// Another run writes into the folder.
    #[error(transparent)]
    Lock(#[from] LockError),
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

/// Runs the study into `folder`: trains and scores what is missing, and writes model, timings, record and page when
/// every cell is finished. With nothing to do nothing is written.
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
    complete_with(spec, None, folder, tables, options, page, world)
}

/// The same, with the text of a spec that belongs to the results.
fn complete_with(
    spec: &Spec,
    text: Option<&str>,
    folder: &Path,
    tables: &Tables,
    options: &Options,
    page: Page,
    world: &dyn World,
) -> Result<Done, FolderError> {
    let started = world.seconds();
    let _made = MadeFolder::make(folder)?;
    let _lock = match options.only {
        Some(_) => FolderLock::shared(folder)?,
        None => FolderLock::exclusive(folder)?,
    };
    let before = Record::read(&folder.join(RECORD)).ok();
    let mut is_first = false;
    if let Some(text) = text {
        settle(folder)?;
        is_first = !folder.join(SPEC).exists();
        // Beside results of another spec it would be taken for theirs, and waits for those of its own.
        if !folder.join(RECORD).exists() {
            write_set(folder, &[(SPEC, Some(text.as_bytes()))])?;
        }
    }
    // The way from a `&dyn World` to a `&dyn Host`.
    let host: &dyn Host = world;
    let cells = folder.join(CELLS);
    let outcome = run(spec, &cells, tables, options, host);
    if outcome.is_err() && is_first && !cells.exists() {
        // Nothing was trained that could be resumed.
        write_set(folder, &[(SPEC, None)])?;
    }
    let complete = match outcome? {
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
    let known = Timing::read(&folder.join(TIMING)).ok().flatten();
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
    let (record, timing) = (
        json(&folder.join(RECORD), record)?,
        json(&folder.join(TIMING), &timing)?,
    );
    let mut files = vec![
        (RECORD, Some(record.as_bytes())),
        (TIMING, Some(timing.as_bytes())),
    ];
    files.extend(text.map(|text| (SPEC, Some(text.as_bytes()))));
    files.extend(html.as_deref().map(|html| (PAGE, Some(html.as_bytes()))));
    match &complete.model {
        Some((_, bytes)) => files.push((MODEL, Some(bytes))),
        // One of an earlier fit would pass for what this one gave.
        None if spec.keep_model => files.push((MODEL, None)),
        None => {}
    }
    write_set(folder, &files)?;
    Ok(Done::Complete(complete))
}

fn json(path: &Path, value: &impl Serialize) -> Result<String, WriteError> {
    canonical::to_string(value).map_err(|error| WriteError {
        path: path.into(),
        source: error.into(),
    })
}

/// A folder in which all files of a fit can be written. What was made for it goes with it while it is empty.
#[derive(Debug)]
pub struct FitFolder {
    folder: MadeFolder,
}

impl FitFolder {
    /// Makes the folder, and refuses now, not after hours of training, what could not be written into or must not
    /// be written over.
    ///
    /// # Errors
    /// [`FolderError::Taken`], [`FolderError::Write`].
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        may_write_into(path)?;
        let folder = MadeFolder::make(path)?;
        for name in [SPEC, MODEL, TIMING, RECORD, PAGE] {
            AtomicFile::create(&path.join(name))?;
        }
        Ok(Self { folder })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes what a fit in memory gave.
    ///
    /// # Errors
    /// [`FolderError`]. Nothing is written in part.
    pub fn write(
        &self,
        spec: Option<&Spec>,
        record: Option<&Record>,
        model: &[u8],
        page: Option<&str>,
    ) -> Result<(), FolderError> {
        let folder = self.path();
        let _lock = FolderLock::exclusive(folder)?;
        let spec = spec.map(|spec| self.text(spec)).transpose()?;
        let record = record.map(|record| json(&folder.join(RECORD), record));
        let record = record.transpose()?;
        let mut files = vec![(MODEL, Some(model)), (TIMING, None)];
        for (name, text) in [
            (SPEC, spec.as_deref()),
            (RECORD, record.as_deref()),
            (PAGE, page),
        ] {
            files.push((name, text.map(str::as_bytes)));
        }
        Ok(write_set(folder, &files)?)
    }

    fn text(&self, spec: &Spec) -> Result<String, WriteError> {
        spec.to_toml().map_err(|error| WriteError {
            path: self.path().join(SPEC),
            source: std::io::Error::other(error),
        })
    }

    /// [`complete`]s the fit, with its spec beside the results, so that it can be verified and resumed as any study.
    ///
    /// # Errors
    /// As [`complete`].
    pub fn complete(
        &self,
        spec: &Spec,
        tables: &Tables,
        options: &Options,
        page: Page,
        world: &dyn World,
    ) -> Result<Done, FolderError> {
        let folder = self.path();
        let text = self.text(spec)?;
        complete_with(spec, Some(&text), folder, tables, options, page, world)
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
