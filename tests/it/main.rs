//! One integration binary, modules by subject.

mod accepted;
#[cfg(feature = "cli")]
mod cli;
#[cfg(feature = "cli")]
mod deciding;
#[cfg(feature = "cli")]
mod determinism;
#[cfg(feature = "cli")]
mod drawn_study;
#[cfg(feature = "net")]
mod ensemble;
#[cfg(feature = "cli")]
mod examples;
#[cfg(feature = "cli")]
mod exhibits;
#[cfg(all(feature = "cli", unix))]
mod faults;
#[cfg(feature = "cli")]
mod fit_in_memory;
#[cfg(feature = "cli")]
mod fuzz_seeds;
mod ks;
mod mixture_allocations;
mod mixture_bad_input;
mod mixture_bad_questions;
mod mixture_draws;
mod mixture_fuzz;
mod mixture_golden;
mod mixture_multivariate;
mod mixture_properties;
mod mixture_reference;
mod mixture_sampling;
mod mixture_shape;
mod mixture_shape_laws;
mod mixture_units;
#[cfg(feature = "net")]
mod net;
mod numerics;
#[cfg(feature = "cli")]
mod own_data;
#[cfg(feature = "table")]
mod predict;
mod problem;
#[cfg(feature = "cli")]
mod readme;
#[cfg(feature = "cli")]
mod readme_python;
#[cfg(feature = "cli")]
mod readme_tables;
#[cfg(feature = "report")]
mod report;
mod score_columns;
mod score_proper;
mod seed;
#[cfg(feature = "net")]
mod study_no_panic;
#[cfg(feature = "cli")]
mod support;
#[cfg(feature = "table")]
mod table;
#[cfg(feature = "cli")]
mod table_study;
mod tidy;
