//! Several networks as one density: settings chosen, members weighed and judged on rows they did not learn from.
//!
//! Rows are dealt into folds. Each member learns from all folds but one, is stopped by that one, and gives its density
//! there: so every row has a density from a network that did not learn from it, *out of fold*. These densities choose
//! everything else:
//!
//! | file | decides |
//! | --- | --- |
//! | `settings` | pieces of the features, K, weight decay and noise, one after the other |
//! | `members` | trains networks on folds, and gives their out-of-fold densities |
//! | `combine` | the factor of all scales, and the weight of a wide component |
//! | [`FeatureFree`] | the density that ignores the features, which takes the place where features do not help |
//! | [`LinearGaussian`] | a straight line with normal noise, to compare with |
//! | [`fit()`] | all of it |
//!
//! The average of mixtures is a mixture (Lakshminarayanan, Pritzel and Blundell, 2017, "Simple and scalable predictive
//! uncertainty estimation using deep ensembles", section 2.4): every answer stays exact.

mod combine;
mod feature_free;
mod fit;
mod folds;
mod linear;
mod members;
mod request;
mod settings;

pub use feature_free::FeatureFree;
pub use fit::{Ensemble, fit};
pub use linear::LinearGaussian;
pub use request::{EnsembleRequest, least_scales};
