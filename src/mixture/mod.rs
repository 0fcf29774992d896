//! Gaussian mixtures in `f64`: density, cdf, quantiles, moments, modes, CRPS, conditioning, sampling.
//!
//! | type | owns | for |
//! | --- | --- | --- |
//! | [`GaussianMixture`] | its numbers; diagonal or full covariance, D ≥ 1 | algebra: conditioning, marginals, units, temperature |
//! | [`Mixtures`] | rows × components × targets, diagonal or full | what a network predicts for a table |
//! | [`MixtureBatch`] | the same, diagonal | the marginals of a table's rows |
//! | [`MixtureRef`] | nothing: one row of a batch | density and draws over D targets |
//! | [`Univariate`] | nothing: one target of a row or mixture | everything one-dimensional |
//! | [`Sampler`] | a key and buffers | many draws at once |
//!
//! Every constructor checks its input and every fault is a [`MixtureError`] with the number at
//! fault; a value once made is valid, so that most methods cannot fail. A network is seen from
//! here through [`ConditionalDensity`].

mod affine;
mod batch;
mod check;
mod cholesky;
mod conditional;
mod conditioning;
mod distribution;
mod entropy;
mod error;
mod gaussian_mixture;
mod highest_density;
mod joint;
pub(crate) mod kernel;
mod mixtures;
mod modes;
mod quantile;
mod root;
mod row;
mod sampler;
mod slope;
mod stationary;
mod temperature;
mod univariate;

pub use batch::MixtureBatch;
pub use check::WEIGHT_SUM_TOLERANCE;
pub use conditional::{ConditionalDensity, ConditionalError, check_features};
pub use entropy::Entropy;
pub use error::MixtureError;
pub use gaussian_mixture::GaussianMixture;
pub use highest_density::HighestDensityRegion;
pub use mixtures::Mixtures;
pub use modes::{Mode, PointMode};
pub use row::MixtureRef;
pub use sampler::Sampler;
pub use temperature::Temperature;
pub use univariate::Univariate;
