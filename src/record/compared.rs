//! What the kept model gains over densities that need no network.

use serde::{Deserialize, Serialize};

use crate::score::Summary;

/// The kept model beside two densities that are fitted to the rows it may learn from, training and validation.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baselines {
    /// A mixture of normals that ignores the features.
    pub feature_free: Compared,
    /// A linear regression with normal noise; `null` where there is none.
    pub linear: Option<Compared>,
}

/// One of them on the test rows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Compared {
    /// Its negative log-likelihood, nats.
    pub nll_nats_test: Summary,
    /// What the model gains over it, row by row, nats: its negative log-likelihood less the model's.
    pub gain_nats_test: Summary,
}
