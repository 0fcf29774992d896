//! What a study leaves behind: `record.json`, the same bytes in every run, and `timing.json`, everything that may differ.
//!
//! | file | holds |
//! | --- | --- |
//! | [`Record`] | the whole of `record.json`: spec, data, cells, choice, exhibits |
//! | [`Cell`] | one trained and scored network, or why there is none |
//! | [`History`], [`StoppedBy`], [`Failure`] | how a training went |
//! | [`Exhibits`], [`TableExhibits`] | what the figures are drawn from |
//! | [`Timing`] | clock, processor, versions, seconds of each cell |
//! | [`canonical`] | the one way a value becomes JSON, and its digest |
//! | [`compare`] | how two records differ, and whether that is much |
//!
//! The record names its `schema`, its `kind` (`study`, or `fit` where a model is kept beside it) and its `digest`, the
//! BLAKE3 of the canonical rest. A file of another schema is refused by name, as older or newer.

pub mod canonical;
mod cell;
pub mod compare;
mod compared;
mod data;
mod ensemble;
mod envelope;
mod error;
mod exhibits;
mod importance;
#[allow(clippy::module_inception, reason = "the room is named after its type")]
mod record;
mod table_exhibits;
mod timing;
mod training;

pub use cell::{Cell, ModelKind, Parts, ValidationScores};
pub use compared::{Baselines, Compared};
pub use data::{Data, Oracle, SplitRecord, TableData};
pub use ensemble::{Baseline, Candidate, EnsembleRecord, MemberRecord, Settings};
pub use envelope::{RECORD, SCHEMA, TIMING};
pub use error::RecordError;
pub use exhibits::{Calibration, Exhibits, Grid, Points, ShownMixtures, Tempered};
pub use importance::{ColumnImportance, Importance};
pub use record::{Choice, Kind, Record};
pub use table_exhibits::{Histogram, PointErrors, ShownRow, TableExhibits};
pub use timing::{BenchmarkTiming, CellTiming, Timing};
pub use training::{Failure, History, StoppedBy};
