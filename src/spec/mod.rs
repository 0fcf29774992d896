//! `spec.toml`: everything that can change a result, read and checked once.
//!
//! A study is problem × split × recipe × model × replicate, and each of these is a part of the spec:
//!
//! | type | is |
//! | --- | --- |
//! | [`Spec`] | the whole file, checked |
//! | [`ProblemSpec`], [`Source`] | where rows come from: drawn from a [`Problem`](crate::problem::Problem), or a table |
//! | [`Drawn`] | points of a problem whose truth is known, and how many |
//! | [`TableSpec`] | a table: its file, its columns, its split |
//! | [`RecipeSpec`] | a way to train, with the networks that are trained by it |
//! | [`FitOptions`] | what `mdn fit` is asked, which becomes a spec |
//! | [`ExhibitSpec`] | what the figures show |
//!
//! The record repeats the spec. What is not in it cannot change a result.

mod check;
mod check_recipe;
mod checker;
mod error;
mod exhibits;
mod file;
mod fit;
mod read;
mod recipe;
mod schema;
#[allow(clippy::module_inception, reason = "the room is named after its type")]
mod spec;
mod table;

pub use error::SpecError;
pub use exhibits::{CalibrationSpec, ExhibitSpec, GridSpec, MixturesSpec, TemperedSpec};
pub use fit::FitOptions;
pub use read::SPEC;
pub use recipe::{EnsembleSpec, MdnSpec, MseSpec, RecipeSpec};
pub use schema::SCHEMA;
pub use spec::{Drawn, ProblemSpec, Source, Spec};
pub use table::{TableSpec, delimiter_name};
