//! One integration binary, modules by subject.

mod problem_spiral;
