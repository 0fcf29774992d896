//! One integration binary, modules by subject.

mod numerics;
mod problem_spiral;
