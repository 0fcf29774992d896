//! Training steps of one network.

use super::adam::AdamConfig;
use super::engine::Engine;
use super::network::Trainable;
use super::train::Rows;

/// A loss that is NaN or infinite; the weights are those before the step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NotFinite(
    /// The loss.
    pub f32,
);

/// Makes training steps on a copy of one network's parameters.
///
/// After the first step nothing is allocated.
#[derive(Debug)]
pub struct Stepper {
    pub(super) engine: Engine,
    x: Vec<f32>,
    y: Vec<f32>,
}

impl Stepper {
    /// Before the first step of `network`.
    #[must_use]
    pub fn new(network: &impl Trainable, adam: AdamConfig) -> Self {
        let mut weights = Vec::new();
        network.copy_weights_into(&mut weights);
        Self {
            engine: Engine::new(network.architecture(), &weights, adam),
            x: Vec::new(),
            y: Vec::new(),
        }
    }

    /// Gives the trained parameters back.
    ///
    /// # Panics
    /// If `network` is of another shape than the one this was made for.
    pub fn write_to(&mut self, network: &mut impl Trainable) {
        let mut weights = Vec::new();
        self.engine.forward.store(&mut weights);
        network.restore_weights(&weights);
    }

    /// One step on these `rows` of `data`; gives the loss before it.
    ///
    /// # Errors
    /// A loss that is not finite; then no weight is changed.
    ///
    /// # Panics
    /// If a row is not in `data`.
    pub fn step(
        &mut self,
        data: Rows<'_>,
        rows: &[usize],
        learning_rate: f32,
    ) -> Result<f32, NotFinite> {
        let (features, targets) = (self.n_features(), self.n_targets());
        self.x.clear();
        self.y.clear();
        for &row in rows {
            self.x
                .extend_from_slice(&data.x[row * features..][..features]);
            self.y
                .extend_from_slice(&data.y[row * targets..][..targets]);
        }
        let loss = self.engine.loss_and_gradient(rows.len(), &self.x, &self.y);
        if !loss.is_finite() {
            return Err(NotFinite(loss));
        }
        self.engine.update(learning_rate);
        Ok(loss)
    }

    /// Mean loss over all rows; chunks of `batch_size` rows, summed in f64 in order.
    ///
    /// # Panics
    /// If a slice does not hold whole rows of the network's width.
    pub fn evaluate(&mut self, rows: Rows<'_>, batch_size: usize) -> f64 {
        let (features, targets) = (self.n_features(), self.n_targets());
        let mut sum = 0.0f64;
        for (x, y) in rows
            .x
            .chunks(batch_size * features)
            .zip(rows.y.chunks(batch_size * targets))
        {
            let chunk = y.len() / targets;
            sum += f64::from(self.engine.loss(chunk, x, y)) * chunk as f64;
        }
        sum / (rows.y.len() / targets) as f64
    }

    pub(super) fn n_features(&self) -> usize {
        self.engine.forward.architecture().n_features
    }

    pub(super) fn n_targets(&self) -> usize {
        self.engine.forward.architecture().loss.n_targets()
    }
}
