//! The kernels against independent references.

mod dense;
mod mixture_nll;
mod vector;
mod words;
