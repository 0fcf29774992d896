//! Everything dfdx: layers, the mixture head and its loss, Adam, the trainer.
//!
//! # How a network is written here
//!
//! Layers are generic over dfdx's [`Dim`](dfdx::shapes::Dim): with `Const<128>` a wrong
//! shape does not compile (the study), with `usize` it is known at run time (a user's
//! own table). Each layer is one operation on dfdx's tape over the kernels of
//! [`numerics`](crate::numerics), whose bits do not depend on the processor; dfdx's
//! built-in operations serve the tests as the independent reference.
//!
//! # Names
//!
//! `F` features, `H` hidden units, `K` components, `D` targets; `n` rows of a batch.
//!
//! # dfdx's cache
//!
//! With its cache enabled a [`Cpu`](dfdx::tensor::Cpu) reuses every buffer it gives out, but never frees
//! one and accepts foreign ones for ever. So tensors are made by `workspace::tensor`
//! only (from the cache, then filled), and the cache is on just while [`train::fit`] runs.

pub mod adam;
pub mod callbacks;
pub mod crossing;
pub mod dense;
pub mod head;
pub mod network;
pub mod parameters;
pub mod squared_error;
pub mod train;
pub mod workspace;

pub use network::{Mdn, Mlp};
pub use parameters::Parameters;
pub use workspace::Workspace;
