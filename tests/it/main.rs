//! One integration binary, modules by subject.

mod mixture_units;
mod numerics;
mod problem_spiral;
#[cfg(feature = "report")]
mod report;
