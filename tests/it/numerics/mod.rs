//! The kernels against independent references.

mod chacha;
mod dense;
mod dispatch;
mod floors;
mod full_case;
mod full_nll;
mod golden;
mod head_case;
mod mixture_nll;
mod mixture_nll_paths;
mod no_panic;
mod normals;
mod vector;
mod words;
