//! A wide component: what a mixture falls back on far from all it has learnt.

use super::model_error::ModelError;

/// One normal component, the same at every x, that takes a small weight ε of a mixture:
/// (1 − ε)·mixture + ε·Π Normal(mean, scale).
///
/// It bounds what a single far point can cost, and is exact: the sum is a mixture again.
#[derive(Debug, Clone, PartialEq)]
pub struct WideComponent {
    weight: f64,
    means: Vec<f64>,
    scales: Vec<f64>,
}

impl WideComponent {
    /// Weight ε, and mean and scale of each target in the data's units.
    ///
    /// # Errors
    /// [`ModelError::Wide`] unless 0 < ε < 1, the means are finite, and the scales as many, finite and positive.
    pub fn new(weight: f64, means: Vec<f64>, scales: Vec<f64>) -> Result<Self, ModelError> {
        let is_weight = weight > 0.0 && weight < 1.0;
        let are_means = means.iter().all(|m| m.is_finite());
        let are_scales = scales.iter().all(|s| *s > 0.0 && s.is_finite());
        if is_weight && are_means && are_scales && means.len() == scales.len() {
            return Ok(Self {
                weight,
                means,
                scales,
            });
        }
        Err(ModelError::Wide {
            weight,
            n_means: means.len(),
            n_scales: scales.len(),
        })
    }

    /// ε.
    #[must_use]
    pub const fn weight(&self) -> f64 {
        self.weight
    }

    /// Mean of each target.
    #[must_use]
    pub fn means(&self) -> &[f64] {
        &self.means
    }

    /// Scale of each target.
    #[must_use]
    pub fn scales(&self) -> &[f64] {
        &self.scales
    }
}
