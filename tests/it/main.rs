//! The integration tests, one module a subject.

mod mixture_bad_input;
mod mixture_bad_questions;
mod mixture_multivariate;
mod mixture_properties;
mod mixture_reference;
mod mixture_sampling;
mod mixture_shape;
mod mixture_units;
mod score_columns;
mod score_proper;
