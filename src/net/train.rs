//! Training by mini-batches, as Keras' `fit` does it.

use serde::{Deserialize, Serialize};

use super::adam::AdamConfig;
use super::architecture::Architecture;
use super::callbacks::{EarlyStopping, EarlyStoppingConfig, ReduceLr, ReduceLrConfig, Verdict};
use super::network::Trainable;
use super::stepper::{StepError, Stepper};
use super::tuning::Tuning;
use crate::numerics::ShapeError;
use crate::seed::Stream;

/// All that a training run depends on beside network, data and stream.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainConfig {
    /// Rows of a step; the last step of an epoch may be short.
    pub batch_size: usize,
    /// Epochs at most.
    pub max_epochs: usize,
    /// Optimiser.
    pub adam: AdamConfig,
    /// When to stop.
    pub early_stopping: EarlyStoppingConfig,
    /// When to lower the rate; never without it.
    pub reduce_lr_on_plateau: Option<ReduceLrConfig>,
    /// What is added to the article's training. Units and first weights are the caller's business:
    /// [`fit`] sees rows and a network as they are.
    #[serde(default)]
    pub tuning: Tuning,
}

/// Rows of features \[n, F\] and targets \[n, D\], row-major.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a> {
    /// Features.
    pub x: &'a [f32],
    /// Targets.
    pub y: &'a [f32],
}

/// What one epoch gave.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Epoch {
    /// Counted from 1.
    pub epoch: usize,
    /// Mean loss over the batches while the epoch ran, weighted by rows.
    pub loss: f32,
    /// Mean loss over the validation rows after it.
    pub val_loss: f32,
    /// Rate it ran with; that of its first step, where a schedule moves it.
    pub learning_rate: f32,
}

impl Epoch {
    /// With both losses moved by `nats`: told in other units of y.
    #[must_use]
    pub fn shifted(self, nats: f64) -> Self {
        Self {
            loss: shifted(self.loss, nats),
            val_loss: shifted(self.val_loss, nats),
            ..self
        }
    }
}

fn shifted(loss: f32, nats: f64) -> f32 {
    (f64::from(loss) + nats) as f32
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// One entry an epoch.
    pub history: Vec<Epoch>,
    /// Epoch, from 1, whose weights the network has now.
    pub kept_epoch: usize,
    /// Whether early stopping ended the run.
    pub stopped_early: bool,
    /// Steps made.
    pub n_steps: usize,
}

impl Fit {
    /// With all losses moved by `nats`.
    #[must_use]
    pub fn shifted(mut self, nats: f64) -> Self {
        self.history.iter_mut().for_each(|e| *e = e.shifted(nats));
        self
    }
}

/// Training that broke.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{quantity} became {value} in epoch {epoch}, batch {batch}")]
pub struct Diverged {
    /// From 1.
    pub epoch: usize,
    /// From 1; for `val_loss` the last of the epoch.
    pub batch: usize,
    /// `loss` or `val_loss`.
    pub quantity: &'static str,
    /// NaN or infinite.
    pub value: f32,
    /// The epochs before it.
    pub history: Vec<Epoch>,
}

impl Diverged {
    /// With all losses moved by `nats`; the one that is not finite stays so.
    #[must_use]
    pub fn shifted(mut self, nats: f64) -> Self {
        self.history.iter_mut().for_each(|e| *e = e.shifted(nats));
        self
    }
}

/// Why there is no trained network.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TrainError {
    /// Training broke.
    #[error(transparent)]
    Diverged(#[from] Diverged),
    /// Rows that are not those of the network, none of them, or none in a batch.
    #[error(transparent)]
    Shape(#[from] ShapeError),
}

impl TrainError {
    /// [`Diverged::shifted`], where it is that.
    #[must_use]
    pub fn shifted(self, nats: f64) -> Self {
        match self {
            Self::Diverged(diverged) => Self::Diverged(diverged.shifted(nats)),
            Self::Shape(fault) => Self::Shape(fault),
        }
    }
}

/// Trains `network` in place.
///
/// Every epoch the row order is shuffled anew by `stream`; `observer` sees each finished epoch.
/// With `restore_best_weights` the network ends with the weights of the best epoch, whether or not
/// training stopped early (Keras 3), else with those of the last.
///
/// # Errors
/// [`TrainError::Diverged`] at the first loss that is not finite; [`TrainError::Shape`] where a slice does not hold
/// whole rows of the network's width, there is no row to train on or to judge by, or a batch has none.
pub fn fit(
    network: &mut impl Trainable,
    train: Rows<'_>,
    validation: Rows<'_>,
    config: &TrainConfig,
    stream: &mut Stream,
    observer: &mut dyn FnMut(&Epoch),
) -> Result<Fit, TrainError> {
    let (architecture, mut weights) = (network.architecture(), Vec::new());
    network.copy_weights_into(&mut weights);
    let fit = fit_weights(
        &architecture,
        &mut weights,
        train,
        validation,
        config,
        stream,
        observer,
    );
    network.restore_weights(&weights)?;
    fit
}

/// As [`fit`], of a network given by its architecture and its weights in that order.
pub(super) fn fit_weights(
    architecture: &Architecture,
    weights: &mut Vec<f32>,
    train: Rows<'_>,
    validation: Rows<'_>,
    config: &TrainConfig,
    stream: &mut Stream,
    observer: &mut dyn FnMut(&Epoch),
) -> Result<Fit, TrainError> {
    let mut stepper = Stepper::of(architecture.clone(), weights, config.adam)?;
    for (what, found) in [
        ("training rows", stepper.check(train)?),
        ("validation rows", stepper.check(validation)?),
        ("rows of a batch", config.batch_size),
    ] {
        if found == 0 {
            return Err(ShapeError::Zero { what }.into());
        }
    }
    let fit = epochs(&mut stepper, train, validation, config, stream, observer);
    stepper.engine.forward.store(weights)?;
    fit
}

/// The training loop.
fn epochs(
    stepper: &mut Stepper,
    train: Rows<'_>,
    validation: Rows<'_>,
    config: &TrainConfig,
    stream: &mut Stream,
    observer: &mut dyn FnMut(&Epoch),
) -> Result<Fit, TrainError> {
    let mut order: Vec<usize> = (0..train.y.len() / stepper.n_targets()).collect();
    let mut early_stopping = EarlyStopping::new(config.early_stopping);
    let mut reduce_lr = config.reduce_lr_on_plateau.map(ReduceLr::new);
    let mut rate = config.adam.learning_rate as f32;
    let mut best = Vec::new();
    let mut fit = Fit {
        history: Vec::new(),
        kept_epoch: 0,
        stopped_early: false,
        n_steps: 0,
    };

    stepper.tune(config.tuning, train, stream);
    let steps_per_epoch = order.len().div_ceil(config.batch_size);
    let scheduled = |step| {
        let schedule = config.tuning.schedule?;
        let factor = schedule.factor(step, steps_per_epoch, config.max_epochs);
        Some((config.adam.learning_rate * factor) as f32)
    };

    for epoch in 1..=config.max_epochs {
        stream.shuffle(&mut order);
        let mut sum = 0.0f64;
        let mut n_batches = 0;
        let first_rate = scheduled(fit.n_steps + 1).unwrap_or(rate);
        for rows in order.chunks(config.batch_size) {
            n_batches += 1;
            let rate = scheduled(fit.n_steps + n_batches).unwrap_or(rate);
            match stepper.step(train, rows, rate) {
                Ok(loss) => sum += f64::from(loss) * rows.len() as f64,
                Err(StepError::NotFinite(value)) => {
                    return Err(diverged(epoch, n_batches, "loss", value, fit.history));
                }
                Err(StepError::Shape(fault)) => return Err(fault.into()),
            }
        }
        fit.n_steps += n_batches;
        let loss = (sum / order.len() as f64) as f32;
        // The average is what is judged and kept.
        stepper.exchange_average();
        let val_loss = stepper.evaluate(validation, config.batch_size)? as f32;
        if !val_loss.is_finite() {
            return Err(diverged(
                epoch,
                n_batches,
                "val_loss",
                val_loss,
                fit.history,
            ));
        }
        let finished = Epoch {
            epoch,
            loss,
            val_loss,
            learning_rate: first_rate,
        };
        observer(&finished);
        fit.history.push(finished);

        let verdict = early_stopping.observe(loss, val_loss);
        if !config.early_stopping.restore_best_weights {
            fit.kept_epoch = epoch;
        } else if verdict == Verdict::Improved {
            stepper.engine.forward.store(&mut best)?;
            fit.kept_epoch = epoch;
        }
        stepper.exchange_average();
        if verdict == Verdict::Stop {
            fit.stopped_early = true;
            break;
        }
        if let Some(reduce_lr) = &mut reduce_lr {
            rate = reduce_lr.observe(loss, val_loss, rate);
        }
    }
    if config.early_stopping.restore_best_weights && fit.kept_epoch > 0 {
        stepper.engine.forward.load(&best)?;
    } else {
        stepper.exchange_average();
    }
    Ok(fit)
}

fn diverged(
    epoch: usize,
    batch: usize,
    quantity: &'static str,
    value: f32,
    history: Vec<Epoch>,
) -> TrainError {
    TrainError::Diverged(Diverged {
        epoch,
        batch,
        quantity,
        value,
        history,
    })
}
