//! What can be asked about rows of a table.

use super::error::PredictError;
use crate::mixture::{ConditionalError, GaussianMixture, MixtureBatch, MixtureError};

/// A model with names: densities over named targets, given named features.
pub trait Predictor: Sync {
    /// Names of the features, in the order of a row.
    fn feature_names(&self) -> &[String];

    /// Names of the targets, in the order of a density.
    fn target_names(&self) -> &[String];

    /// K, the components of every density.
    fn n_components(&self) -> usize;

    /// Whether targets are dependent within a component.
    fn has_full_covariances(&self) -> bool;

    /// Width of the uniform noise that was added to the values of `target` it learnt from, if there was any. A score
    /// is refused where it is not above 0.
    fn spread_width(&self, target: &str) -> Option<f64> {
        let _ = target;
        None
    }

    /// What each feature was in the rows it learnt from, from the least to the greatest value but for wild ones;
    /// `None` where that is not known. Anything but one such range for each feature is refused.
    fn feature_ranges(&self) -> Option<Vec<[f64; 2]>> {
        None
    }

    /// The densities at the rows of `xs` [n, f].
    ///
    /// A row's density must not depend on the other rows.
    ///
    /// # Errors
    /// [`ConditionalError`].
    fn predictions(&self, xs: &[f64]) -> Result<Predictions, ConditionalError>;
}

/// The most numbers of one density: more than any model of this crate has.
const MOST_NUMBERS: usize = 1 << 20;

/// Whether a model announces as many features, targets and components as can be asked for.
pub(super) fn check_sizes(model: &impl Predictor) -> Result<(), PredictError> {
    let (k, d) = (model.n_components(), model.target_names().len());
    let spreads = if model.has_full_covariances() {
        d.saturating_mul(d.saturating_add(1)) / 2
    } else {
        d
    };
    let numbers = d.saturating_add(spreads).saturating_add(1);
    for (what, found) in [
        ("features of the model", model.feature_names().len()),
        ("targets of the model", d),
        ("components of the model", k),
        ("numbers of one density", numbers.saturating_mul(k)),
    ] {
        if !(1..=MOST_NUMBERS).contains(&found) {
            return Err(PredictError::Count {
                what,
                found,
                least: 1,
                most: MOST_NUMBERS,
            });
        }
    }
    Ok(())
}

/// Whether the densities of `n_rows` rows are those the model announces: columns are named and cut by that.
pub(super) fn check_densities(
    model: &impl Predictor,
    predictions: &Predictions,
    n_rows: usize,
) -> Result<(), PredictError> {
    let batch = &predictions.marginals;
    for (what, announced, given) in [
        ("rows", n_rows, batch.len()),
        ("targets", model.target_names().len(), batch.n_targets()),
        ("components", model.n_components(), batch.n_components()),
    ] {
        if announced != given {
            return Err(PredictError::Announced {
                what,
                announced,
                given,
            });
        }
    }
    let full = |is_full| if is_full { "full" } else { "diagonal" };
    let (announced, given) = (model.has_full_covariances(), predictions.joints.is_some());
    if announced != given {
        return Err(PredictError::Covariances {
            announced: full(announced),
            given: full(given),
        });
    }
    Ok(())
}

/// Densities of some rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Predictions {
    marginals: MixtureBatch,
    joints: Option<Vec<GaussianMixture>>,
}

impl Predictions {
    /// Mixtures whose targets are independent within each component.
    #[must_use]
    pub const fn diagonal(batch: MixtureBatch) -> Self {
        Self {
            marginals: batch,
            joints: None,
        }
    }

    /// Mixtures of one K and D with full covariances.
    ///
    /// # Errors
    /// [`MixtureError`] where they are not of one shape.
    pub fn full(rows: Vec<GaussianMixture>) -> Result<Self, MixtureError> {
        let (k, d) = rows
            .first()
            .map_or((1, 1), |row| (row.n_components(), row.n_targets()));
        let (mut logs, mut means, mut scales) = (Vec::new(), Vec::new(), Vec::new());
        for (index, row) in rows.iter().enumerate() {
            for (what, expected, found) in [
                ("components", k, row.n_components()),
                ("targets", d, row.n_targets()),
            ] {
                if found != expected {
                    let wrong = MixtureError::WrongLength {
                        what,
                        expected,
                        found,
                    };
                    return Err(MixtureError::InRow {
                        row: index,
                        source: Box::new(wrong),
                    });
                }
            }
            logs.extend(row.weights().iter().map(|w| libm::log(*w)));
            means.extend_from_slice(row.means());
            for covariance in row.component_covariances().chunks_exact(d * d) {
                scales.extend((0..d).map(|i| covariance[i * d + i].sqrt()));
            }
        }
        Ok(Self {
            marginals: MixtureBatch::from_logits(k, d, logs, means, scales)?,
            joints: Some(rows),
        })
    }

    /// Weights, and each target's marginal. Where covariances are full, joint densities and draws must
    /// be had from [`joint`](Self::joint).
    #[must_use]
    pub const fn marginals(&self) -> &MixtureBatch {
        &self.marginals
    }

    /// The joint density of row `index`, where covariances are full.
    #[must_use]
    pub fn joint(&self, index: usize) -> Option<&GaussianMixture> {
        self.joints.as_ref()?.get(index)
    }

    /// ln f(y) of row `index`, nats; `None` beyond the last row.
    ///
    /// # Errors
    /// [`MixtureError::WrongLength`].
    pub fn log_density(&self, index: usize, y: &[f64]) -> Option<Result<f64, MixtureError>> {
        match self.joint(index) {
            Some(joint) => Some(joint.log_density(y)),
            None => Some(self.marginals.row(index)?.log_density(y)),
        }
    }
}
