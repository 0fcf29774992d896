//! One integration binary, modules by subject.

mod ks;
mod problem;
mod seed;
