//! Mixture density networks, studied reproducibly.
//!
//! A network with one output learns a function; data in which one `x` has many
//! `y` is not one. A mixture density network (Bishop, 1994) predicts for every
//! `x` a whole mixture of K Gaussians. This crate trains such networks with the
//! same bits on every x86-64 processor, and scores them against the exact
//! conditional density of the problem, which is known.
//!
//! # Rooms, in reading order
//!
//! | room | holds |
//! | --- | --- |
//! | [`problem`] | data with a known truth: the noisy spiral and two inverse problems, with their exact conditional densities |
//! | [`mixture`] | Gaussian mixtures in `f64`: density, cdf, quantiles, moments, sampling |
//! | [`score`] | what a predicted density is worth: NLL, CRPS, PIT, coverage |
//! | [`recipe`] | what is said of a training before it starts |
//! | [`net`] | everything dfdx: layers, mixture head, loss, Adam, trainer, and the model that is asked |
//! | [`ensemble`] | several networks as one density, judged on rows they did not learn from |
//! | [`numerics`] | the kernels under it: the same bits at any vector width |
//! | [`table`] | a user's own data: read, check, split |
//! | [`spec`] | what is to be done: `spec.toml` |
//! | [`study`] | a spec becomes cells, one for each network, and cells become a record; a fit is a study of one table |
//! | [`record`] | what came of it: `record.json` |
//! | [`predict`] | a model asked about a table of any length |
//! | [`report`] | a record becomes one HTML page |
//! | [`fit`] | a table in memory becomes a model, a record and a page, as by `mdn fit` |
//! | [`folder`] | a study in a folder: record, page and model change as one set |
//! | [`seed`] | the only maker of randomness |
//! | [`threads`] | the one pool of threads |
//! | [`files`] | files that are read with a bound, written whole, changed as a set |
//!
//! To add a problem, a link, a score, a column of predictions, a figure or an option, start from the table in
//! `CONTRIBUTING.md`: it names the files of each.
//!
//! # Invariants
//!
//! Each is held by a test that reads the sources (`tests/it/tidy/`).
//!
//! - Only [`net`] names dfdx; no dfdx type stands in a public signature elsewhere.
//! - [`report`] reads a record. It never trains, samples, reads a clock or the environment.
//! - [`seed`] alone makes generators, each named by a path.
//! - The clock is read in one file of the binary; so is the environment, but for the choice of kernels.
//! - Whatever can change a result is in the spec, and the record repeats the spec.
//! - `f64` in [`mixture`], [`score`], [`problem`]; `f32` in [`net`]; they meet in one file.
//! - No floating-point sum crosses threads; no transcendental function of `std` decides a bit.
#![cfg_attr(feature = "cli", doc = include_str!("worked_example.md"))]

#[cfg(feature = "net")]
pub mod ensemble;
pub mod files;
#[cfg(feature = "net")]
pub mod fit;
#[cfg(all(feature = "net", feature = "report"))]
pub mod folder;
pub mod mixture;
#[cfg(feature = "net")]
pub mod net;
pub mod numerics;
#[cfg(feature = "table")]
pub mod predict;
pub mod problem;
pub mod recipe;
#[cfg(feature = "record")]
pub mod record;
#[cfg(feature = "report")]
pub mod report;
pub mod score;
pub mod seed;
#[cfg(feature = "record")]
pub mod spec;
#[cfg(feature = "net")]
pub mod study;
#[cfg(feature = "table")]
pub mod table;
#[cfg(feature = "table")]
pub mod threads;

/// The README's example is a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
