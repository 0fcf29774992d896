//! Gaussian mixtures in `f64`: density, cdf, quantiles, moments, CRPS, sampling.
//!
//! [`MixtureBatch`] holds what a network predicts for a table of rows; its rows are borrowed as
//! [`MixtureRef`], and one target of a row as [`Univariate`], which has everything
//! one-dimensional. Every constructor checks its input and every fault is a [`MixtureError`]
//! with the number at fault; a value once made is valid, so that the methods need not fail.

mod batch;
mod error;
mod kernel;
mod quantile;
mod row;
mod univariate;

pub use batch::{MixtureBatch, WEIGHT_SUM_TOLERANCE};
pub use error::MixtureError;
pub use row::MixtureRef;
pub use univariate::Univariate;
