//! Training steps of one network.

use super::engine::Engine;
use super::forward::Forward;
use super::ingredients::Average;
use super::noise::Perturbation;
use super::rows::{Rows, whole_rows};
use super::trainable::Trainable;
use crate::numerics::ShapeError;
use crate::recipe::{AdamConfig, Tuning};
use crate::seed::Stream;

/// Why a step was not made; the weights are those before it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StepError {
    /// A loss that is NaN or infinite.
    #[error("the loss is {0}")]
    NotFinite(
        /// The loss.
        f32,
    ),
    /// Rows that are not those of the network, or not in the data.
    #[error(transparent)]
    Shape(#[from] ShapeError),
}

/// Makes training steps on a copy of one network's parameters.
///
/// After the first step nothing is allocated.
#[derive(Debug)]
pub struct Stepper {
    engine: Engine,
    tuning: Tuning,
    noise: Option<Perturbation>,
    average: Option<Average>,
    n_steps: usize,
    x: Vec<f32>,
    y: Vec<f32>,
}

impl Stepper {
    /// Before the first step of `network`.
    ///
    /// # Errors
    /// [`ShapeError`] where the network's parameters are not those of its architecture.
    pub fn new(network: &impl Trainable, adam: AdamConfig) -> Result<Self, ShapeError> {
        let forward = Forward::of(network.architecture(), network)?;
        Ok(Self {
            engine: Engine::new(forward, adam)?,
            tuning: Tuning::default(),
            noise: None,
            average: None,
            n_steps: 0,
            x: Vec::new(),
            y: Vec::new(),
        })
    }

    /// Adds the ingredients of a step: clipping, decay, averaging, and noise in units of the spread of
    /// `train`, its key drawn from `stream` only if there is noise.
    pub(super) fn tune(&mut self, tuning: Tuning, train: Rows<'_, f32>, stream: &mut Stream) {
        let (features, targets) = (self.n_features(), self.n_targets());
        let noise = tuning.noise;
        self.noise =
            noise.map(|noise| Perturbation::new(noise, train, features, targets, stream.key()));
        self.average = tuning.averaging.map(|_| Average::of(&self.engine));
        self.tuning = tuning;
    }

    /// Exchanges the weights and their running average, if there is one.
    pub(super) fn exchange_average(&mut self) {
        if let Some(average) = &mut self.average {
            average.swap(&mut self.engine);
        }
    }

    /// The parameters as they are now.
    pub(super) fn store(&self, weights: &mut Vec<f32>) -> Result<(), ShapeError> {
        self.engine.forward.store(weights)
    }

    /// Takes these parameters.
    pub(super) fn load(&mut self, weights: &[f32]) -> Result<(), ShapeError> {
        self.engine.forward.load(weights)
    }

    /// The trained layers.
    pub(super) fn into_forward(self) -> Forward {
        self.engine.forward
    }

    /// Gives the trained parameters back.
    ///
    /// # Errors
    /// [`ShapeError::Length`] where `network` is of another size than the one this was made for.
    pub fn write_to(&self, network: &mut impl Trainable) -> Result<(), ShapeError> {
        let mut weights = Vec::new();
        self.store(&mut weights)?;
        network.restore_weights(&weights)
    }

    /// One step on these `rows` of `data`; gives the loss before it.
    ///
    /// # Errors
    /// [`StepError`]: a loss that is not finite, data that do not hold whole rows of the network's width, a row that
    /// is not among them, no row at all. Then no weight is changed.
    pub fn step(
        &mut self,
        data: Rows<'_, f32>,
        rows: &[usize],
        learning_rate: f32,
    ) -> Result<f32, StepError> {
        let (features, targets) = (self.n_features(), self.n_targets());
        let n_rows = self.check(data)?;
        if rows.is_empty() {
            let what = "rows of a batch";
            return Err(ShapeError::Zero { what }.into());
        }
        if let Some(&row) = rows.iter().find(|row| **row >= n_rows) {
            return Err(ShapeError::Row { row, n_rows }.into());
        }
        self.x.clear();
        self.y.clear();
        for &row in rows {
            self.x
                .extend_from_slice(&data.x[row * features..][..features]);
            self.y
                .extend_from_slice(&data.y[row * targets..][..targets]);
        }
        self.n_steps += 1;
        if let Some(noise) = &mut self.noise {
            noise.add(self.n_steps as u64, &mut self.x, &mut self.y);
        }
        let loss = self
            .engine
            .loss_and_gradient(rows.len(), &self.x, &self.y)?;
        if !loss.is_finite() {
            return Err(StepError::NotFinite(loss));
        }
        if let Some(longest) = self.tuning.gradient_norm_clip {
            self.engine.clip_gradient(longest);
        }
        if let Some(decay) = self.tuning.weight_decay {
            self.engine.decay_weights(f64::from(learning_rate) * decay);
        }
        self.engine.update(learning_rate)?;
        if let (Some(average), Some(averaging)) = (&mut self.average, self.tuning.averaging) {
            average.follow(&self.engine, averaging.weight(self.n_steps));
        }
        Ok(loss)
    }

    /// Mean loss over all rows; chunks of `batch_size` rows, summed in f64 in order.
    ///
    /// # Errors
    /// [`ShapeError`] where the slices do not hold whole rows of the network's width, there is no row, or a chunk
    /// has none.
    pub fn evaluate(&mut self, rows: Rows<'_, f32>, batch_size: usize) -> Result<f64, ShapeError> {
        let (features, targets) = (self.n_features(), self.n_targets());
        for (what, found) in [("rows", self.check(rows)?), ("rows of a batch", batch_size)] {
            if found == 0 {
                return Err(ShapeError::Zero { what });
            }
        }
        let mut sum = 0.0f64;
        for (x, y) in rows
            .x
            .chunks(batch_size.saturating_mul(features))
            .zip(rows.y.chunks(batch_size.saturating_mul(targets)))
        {
            let chunk = y.len() / targets;
            sum += f64::from(self.engine.loss(chunk, x, y)?) * chunk as f64;
        }
        Ok(sum / (rows.y.len() / targets) as f64)
    }

    /// How many rows these are, if they are whole rows of the network's width.
    pub(super) fn check(&self, rows: Rows<'_, f32>) -> Result<usize, ShapeError> {
        let n = whole_rows("the targets", rows.y.len(), self.n_targets())?;
        let architecture = self.engine.forward.architecture();
        architecture.check_rows(rows.x, rows.y, n)?;
        Ok(n)
    }

    pub(super) fn n_features(&self) -> usize {
        self.engine.forward.architecture().n_features
    }

    pub(super) fn n_targets(&self) -> usize {
        self.engine.forward.architecture().loss.n_targets()
    }
}
