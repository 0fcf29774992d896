//! Deterministic kernels: every output element has one fixed chain of operations.
//!
//! A matrix product is, for each output element, one chain of fused multiply-adds
//! over the summed index in rising order; lanes run over outputs, never over the sum.
//! So the bits do not depend on the width of the vector unit.

pub mod adam;
pub mod chacha;
pub mod dense;
pub mod dispatch;
pub mod mixture_nll;
pub mod peak;
mod product;
pub mod sampling;
mod transpose;
pub mod vector;
