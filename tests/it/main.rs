//! The integration tests, one module a subject.

mod mixture_units;
