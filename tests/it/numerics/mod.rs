//! The kernels against independent references.

mod mixture_nll;
mod vector;
mod words;
