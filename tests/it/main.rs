//! The integration tests, one module a subject.

mod mixture_multivariate;
mod mixture_reference;
mod mixture_units;
