//! The kernels against independent references.

mod dense;
mod mixture_nll;
mod sampling;
mod vector;
mod words;
