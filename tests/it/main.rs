//! One integration binary, modules by subject.

mod ks;
mod mixture_units;
mod numerics;
mod problem;
#[cfg(feature = "report")]
mod report;
mod seed;
