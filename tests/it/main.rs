//! One integration binary, modules by subject.

mod numerics;
mod problem_spiral;
//! The integration tests, one module a subject.

mod mixture_units;
