//! One integration binary, modules by subject.

mod ks;
mod problem;
mod seed;
mod mixture_units;
mod numerics;
#[cfg(feature = "report")]
mod report;
mod mixture_multivariate;
mod mixture_properties;
mod mixture_reference;
mod mixture_units;
mod score_columns;
mod score_proper;
