//! What is said of a training before it starts: the optimiser, when to stop, what is added. Plain data, without networks.
//!
//! [`net`](crate::net) trains by them and exports them as its own; [`spec`](crate::spec) writes them down.

mod adam;
mod covariance;
mod ingredient;
mod plateau;
mod schedule;
mod training;
mod tuning;

pub use adam::AdamConfig;
pub use covariance::Covariance;
pub use ingredient::EnsembleIngredient;
pub use plateau::{EarlyStoppingConfig, Monitor, ReduceLrConfig};
pub use schedule::WarmupCosine;
pub use training::{Recipe, ScaleLinkName};
pub use tuning::{Averaging, Noise, Tuning};
