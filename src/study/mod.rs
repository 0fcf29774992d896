//! A spec becomes cells, cells become a record.
//!
//! | file | does |
//! | --- | --- |
//! | `plan` | lists the cells of a spec, and hashes what determines each |
//! | `data`, `table_data`, `loaded`, `tables` | the rows of every split: drawn, or read from a table |
//! | `job` | trains one cell and scores it |
//! | `choice`, `judge` | which network of a fit is kept, and what it is worth on the test rows |
//! | `importance`, `point_errors` | what each column is worth to it, and how far from single numbers targets are |
//! | `cell_exhibit`, `study_exhibits`, `grid` | what the figures show |
//! | `store` | keeps each finished cell under the hash of all that determines it |
//! | `work`, `workers` | what is to be done, and all threads doing it |
//! | [`run()`] | does what is missing, and assembles the [`Record`](crate::record::Record) |
//! | [`run_on_all_rows()`] | learns from every row of a table, and judges nothing |
//! | [`verify()`] | does it again from nothing, and compares |
//! | [`points()`] | the drawn points, for other programs |
//! | [`Host`] | a clock, and someone who is told what happens |

mod all_rows;
mod baselines;
mod cell_exhibit;
mod cell_scores;
mod choice;
mod chunks;
mod data;
mod error;
mod finished;
mod grid;
mod host;
mod importance;
mod job;
mod judge;
mod loaded;
mod pattern;
mod plan;
mod point_errors;
mod points;
mod run;
mod store;
mod study_exhibits;
mod table_data;
mod tables;
mod verify;
mod work;
mod workers;

pub use all_rows::{AllRows, run_on_all_rows};
pub use error::StudyError;
pub use host::{Event, Host, Silent};
pub use pattern::{CellPattern, PatternError};
pub use points::{StudyPoint, points};
pub use run::{Complete, Options, Outcome, run, run_in_memory};
pub use tables::Tables;
pub use verify::{Verification, verify};
