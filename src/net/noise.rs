//! Noise on the rows of a step.

use super::rows::Rows;
use super::units::mean_and_sd;
use crate::numerics::average::add_scaled;
use crate::numerics::normals::normals;
use crate::recipe::Noise;

/// Adds fresh normal noise to each batch, in units of the columns' spread over the training rows.
#[derive(Debug, Clone)]
pub struct Perturbation {
    key: [u8; 32],
    x_scales: Vec<f32>,
    y_scales: Vec<f32>,
    deviates: Vec<f32>,
}

impl Perturbation {
    /// Noise for rows of `n_features` and `n_targets` columns like those of `train`, from this key.
    ///
    /// A constant column gets none, and so does a column without rows.
    #[must_use]
    pub fn new(
        noise: Noise,
        train: Rows<'_, f32>,
        n_features: usize,
        n_targets: usize,
        key: [u8; 32],
    ) -> Self {
        Self {
            key,
            x_scales: scales(train.x, n_features, noise.x),
            y_scales: scales(train.y, n_targets, noise.y),
            deviates: Vec::new(),
        }
    }

    /// Adds the noise of `step` to the rows of `x` and `y`: the features take the first deviates of
    /// the step's stream, the targets the next.
    pub fn add(&mut self, step: u64, x: &mut [f32], y: &mut [f32]) {
        self.deviates.resize(x.len() + y.len(), 0.0);
        normals(&self.key, step, &mut self.deviates);
        let (of_x, of_y) = self.deviates.split_at(x.len());
        add_scaled(&self.x_scales, of_x, x);
        add_scaled(&self.y_scales, of_y, y);
    }
}

/// `share` of each column's standard deviation.
fn scales(rows: &[f32], width: usize, share: f64) -> Vec<f32> {
    let column = |j: usize| rows.iter().skip(j).step_by(width).map(|v| f64::from(*v));
    (0..width.min(rows.len()))
        .map(|j| (share * mean_and_sd(column(j)).1) as f32)
        .collect()
}
