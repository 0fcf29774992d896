//! One integration binary, modules by subject.

mod ks;
mod problem;
mod seed;
mod mixture_units;
mod numerics;
#[cfg(feature = "report")]
mod report;
