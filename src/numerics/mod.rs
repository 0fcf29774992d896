//! Deterministic kernels: every output element has one fixed chain of operations.
//!
//! A matrix product is, for each output element, one chain of fused multiply-adds
//! over the summed index in rising order; lanes run over outputs, never over the sum.
//! Sums over the components of a mixture run in rising order in every lane, `exp` and `ln`
//! are made of correctly rounded operations only. So the bits do not depend on the width of
//! the vector unit, nor on how a batch is split.
//!
//! | file | holds |
//! | --- | --- |
//! | [`dispatch`] | which vector unit is used, and how a kernel is compiled for each |
//! | [`environment`] | rounding to nearest, whatever the host process has set |
//! | [`dense`] | the three products of a dense layer, ReLU backward |
//! | [`panels`], `product`, `transpose`, `square` | the layout of their matrices, the register tile under them, turning |
//! | [`vector`] | `exp`, `ln`, ELU + 1, softplus, log-sum-exp |
//! | [`mixture_nll`] | the loss of a mixture head and its gradient in one pass |
//! | [`full_nll`] | the same for components with full covariances |
//! | `columns`, `batch_nll` | what the two losses share |
//! | [`scale_link`] | raw output to scale, with a floor for all targets or one for each |
//! | [`adam`] | one step of the optimiser |
//! | `average` | running means, lengths, scaling of parameters and gradients |
//! | [`normals`] | normal deviates, by counting |
//! | `counted`, [`chacha`] | components and deviates of draws from many mixtures, by counting |
//! | [`ShapeError`] | operands that do not fit together |
//! | [`peak`] | what the processor can do at most |

pub mod adam;
#[cfg(feature = "net")]
pub(crate) mod average;
mod batch_nll;
pub mod chacha;
mod columns;
pub(crate) mod counted;
pub mod dense;
pub mod dispatch;
pub mod environment;
pub mod full_nll;
pub mod mixture_nll;
pub mod normals;
pub mod panels;
pub mod peak;
mod product;
pub mod scale_link;
mod shape;
mod square;
mod transpose;
pub mod vector;

pub use self::shape::ShapeError;
#[cfg(feature = "net")]
pub(crate) use self::shape::{MOST_NUMBERS, at_most, length, size};
