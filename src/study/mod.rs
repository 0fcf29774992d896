//! A `spec.toml` becomes cells, cells become `record.json`.
//!
//! [`spec`] is read and checked once; `plan` lists its cells; [`cell`] trains and scores one of
//! them on one thread; `store` keeps each finished cell under a key that is the hash of everything
//! that determines it; [`run`] does what is missing on all cores and assembles the [`record`];
//! [`verify`] does it again from nothing and compares; [`compare`] says how two records differ.
//! [`points()`](points::points) are the data, for other programs.

pub mod canonical;
#[cfg(feature = "net")]
pub mod cell;
#[cfg(feature = "net")]
mod cell_exhibit;
pub mod compare;
#[cfg(feature = "net")]
mod data;
pub mod error;
#[cfg(feature = "net")]
mod exhibit_spec;
pub mod exhibits;
#[cfg(feature = "net")]
mod gallery;
#[cfg(feature = "net")]
mod plan;
#[cfg(feature = "net")]
pub mod points;
pub mod record;
#[cfg(feature = "net")]
pub mod run;
#[cfg(feature = "net")]
mod scores;
#[cfg(feature = "net")]
pub mod spec;
#[cfg(feature = "net")]
mod spec_check;
#[cfg(feature = "net")]
mod store;
#[cfg(feature = "net")]
pub mod verify;

pub use error::StudyError;
