//! Networks: layers, mixture head and loss on dfdx, the trainer, and the model that a user asks.
//!
//! | for | take |
//! | --- | --- |
//! | a density from data | [`Training`], [`Model::fit`], then [`Model`] as a [`ConditionalDensity`](crate::mixture::ConditionalDensity) |
//! | an average of models | [`Model::ensemble`], [`Model::with_wide`] |
//! | one model, many threads, no allocation | [`Model::mixtures_in`] with a [`Scratch`] for each thread |
//! | a way to train | [`Recipe`] by name; [`Tuning`], [`AdamConfig`], [`EarlyStoppingConfig`], [`ReduceLrConfig`] |
//! | the conditional mean alone | [`MeanModel`] |
//! | a network with its sizes in its type | [`Mdn`], [`Mlp`], [`Trainer`]; to and from a model by [`Model::network`] |
//! | a body of your own | [`MixtureHead`], [`Dense`], [`Adam`], [`Parameters`] |
//!
//! # How a network is written here
//!
//! Layers are generic over dfdx's [`Dim`](dfdx::shapes::Dim): with `Const<128>` a wrong
//! shape does not compile, with `usize` it is known at run time. Each layer is one operation on
//! dfdx's tape over the kernels of [`numerics`](crate::numerics), whose bits do not depend on the
//! processor; dfdx's built-in operations serve the tests as the independent reference.
//!
//! # Names
//!
//! `F` features, `H` hidden units, `K` components, `D` targets; `n` rows of a batch.
//!
//! # Training and asking
//!
//! A [`Trainer`] copies the parameters into the layout of the kernels, trains the copy and gives it back: from
//! batch to update nothing passes through a tensor, and the bits are those of the operations on
//! the tape. The copy stays with the network, so that asking copies nothing.

mod adam;
mod architecture;
mod callbacks;
mod constant;
mod crossing;
mod dense;
mod engine;
mod forward;
mod head;
mod header;
mod history;
mod ingredients;
mod loss;
mod mean_model;
mod member;
mod model;
mod model_bytes;
mod model_error;
mod model_file;
mod model_fit;
mod network;
mod noise;
mod parameters;
mod pieces;
mod rows;
pub mod safetensors;
mod scratch;
mod shape;
mod sizes;
mod stepper;
mod tape;
mod tensors;
mod train;
mod trainable;
mod training;
mod tuning;
mod units;
mod wide;

pub use crate::numerics::ShapeError;
pub use crate::recipe::{
    AdamConfig, Averaging, Covariance, EarlyStoppingConfig, Monitor, Noise, Recipe, ReduceLrConfig,
    ScaleLinkName, Tuning, WarmupCosine,
};
pub use adam::Adam;
pub use architecture::Architecture;
pub use callbacks::{EarlyStopping, ReduceLr, Verdict};
pub use dense::{Activation, Dense};
pub use forward::Ready;
pub use head::{HeadConfig, MixtureHead};
pub use history::{Diverged, Epoch, Fit, Observer, Stopped, TrainError};
pub use loss::Loss;
pub use mean_model::MeanModel;
pub use member::Member;
pub use model::{Metadata, Model};
pub use model_error::ModelError;
pub use model_file::ModelFileError;
pub use network::{Mdn, Mlp, Network, OutputLayer};
pub use noise::Perturbation;
pub use parameters::{Parameters, Visitor, VisitorMut};
pub use pieces::Pieces;
pub use rows::Rows;
pub use scratch::Scratch;
pub use shape::Shape;
pub use stepper::{StepError, Stepper};
pub use tape::mean_squared_error;
pub use train::Trainer;
pub use trainable::Trainable;
pub use training::Training;
pub use units::Units;
pub use wide::WideComponent;
