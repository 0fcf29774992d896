//! All integration tests, one module a subject.

mod numerics;
//! One integration binary, modules by subject.

mod problem_spiral;
