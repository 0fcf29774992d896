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
//! # Training
//!
//! [`train::fit`] takes a copy of the parameters into the layout of the kernels, trains that
//! and gives it back: from batch to update nothing passes through a tensor. The bits are those
//! of the operations on the tape.
//!
//! # A user's own data
//!
//! [`Model`] is a network whose shape is known at run time, with the units of its columns: it is fitted with a
//! [`recipe`], asked as a [`ConditionalDensity`](crate::mixture::ConditionalDensity), and kept as
//! `model.safetensors` ([`model_file`]). Nothing of dfdx stands in its signatures.

pub mod adam;
pub mod architecture;
pub mod callbacks;
mod crossing;
pub mod dense;
mod engine;
mod forward;
pub mod head;
mod ingredients;
pub mod model;
mod model_error;
pub mod model_file;
mod model_shape;
pub mod network;
pub mod noise;
pub mod parameters;
pub mod recipe;
pub mod safetensors;
pub mod schedule;
pub mod squared_error;
pub mod stepper;
mod tensors;
pub mod train;
pub mod tuning;
pub mod units;

pub use crate::numerics::ShapeError;
pub use model::Model;
pub use network::{Mdn, Mlp};
pub use parameters::Parameters;
