//! Training by mini-batches, as Keras' `fit` does it.

use dfdx::prelude::{Backward as _, Cache as _, Cpu, NoneTape, OwnedTape};
use serde::{Deserialize, Serialize};

use super::adam::{Adam, AdamConfig};
use super::callbacks::{EarlyStopping, EarlyStoppingConfig, ReduceLr, ReduceLrConfig, Verdict};
use super::network::Trainable;
use super::workspace::Workspace;
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
    /// Rate it ran with.
    pub learning_rate: f32,
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

/// Trains `network` in place.
///
/// Every epoch the row order is shuffled anew by `stream`; `observer` sees each finished epoch.
/// With `restore_best_weights` the network ends with the weights of the best epoch, whether or not
/// training stopped early (Keras 3), else with those of the last.
///
/// # Errors
/// [`Diverged`] at the first loss that is not finite.
///
/// # Panics
/// If a slice does not hold whole rows of the network's width.
pub fn fit<N: Trainable>(
    network: &mut N,
    train: Rows<'_>,
    validation: Rows<'_>,
    config: &TrainConfig,
    stream: &mut Stream,
    observer: &mut dyn FnMut(&Epoch),
) -> Result<Fit, Diverged> {
    let mut stepper = Stepper::new(network, config.adam);
    let mut order: Vec<usize> = (0..train.y.len() / network.n_targets()).collect();
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

    for epoch in 1..=config.max_epochs {
        stream.shuffle(&mut order);
        let mut sum = 0.0f64;
        let mut n_batches = 0;
        for rows in order.chunks(config.batch_size) {
            n_batches += 1;
            match stepper.step(network, train, rows, rate) {
                Ok(loss) => sum += f64::from(loss) * rows.len() as f64,
                Err(NotFinite(value)) => {
                    return Err(diverged(epoch, n_batches, "loss", value, fit.history));
                }
            }
        }
        fit.n_steps += n_batches;
        let loss = (sum / order.len() as f64) as f32;
        let val_loss = evaluate(network, validation, config.batch_size, &stepper.workspace) as f32;
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
            learning_rate: rate,
        };
        observer(&finished);
        fit.history.push(finished);

        let verdict = early_stopping.observe(loss, val_loss);
        if !config.early_stopping.restore_best_weights {
            fit.kept_epoch = epoch;
        } else if verdict == Verdict::Improved {
            network.copy_weights_into(&mut best);
            fit.kept_epoch = epoch;
        }
        if verdict == Verdict::Stop {
            fit.stopped_early = true;
            break;
        }
        if let Some(reduce_lr) = &mut reduce_lr {
            rate = reduce_lr.observe(loss, val_loss, rate);
        }
    }
    if config.early_stopping.restore_best_weights && fit.kept_epoch > 0 {
        network.restore_weights(&best);
    }
    Ok(fit)
}

/// A loss that is NaN or infinite; the weights are those before the step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NotFinite(
    /// The loss.
    pub f32,
);

/// Makes training steps of one network: gathers the batch, forward, backward, Adam.
///
/// While it lives, the network's device reuses its buffers: after the first step none is allocated.
#[derive(Debug)]
pub struct Stepper {
    adam: Adam,
    workspace: Workspace,
    device: Cpu,
    x: Vec<f32>,
    y: Vec<f32>,
}

impl Stepper {
    /// Before the first step of `network`.
    #[must_use]
    pub fn new(network: &impl Trainable, adam: AdamConfig) -> Self {
        let device = network.device().clone();
        device.enable_cache();
        Self {
            adam: Adam::new(adam),
            workspace: Workspace::default(),
            device,
            x: Vec::new(),
            y: Vec::new(),
        }
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
        network: &mut impl Trainable,
        data: Rows<'_>,
        rows: &[usize],
        learning_rate: f32,
    ) -> Result<f32, NotFinite> {
        let (features, targets) = (network.n_features(), network.n_targets());
        self.x.clear();
        self.y.clear();
        for &row in rows {
            self.x
                .extend_from_slice(&data.x[row * features..][..features]);
            self.y
                .extend_from_slice(&data.y[row * targets..][..targets]);
        }
        let tape = OwnedTape::default();
        let loss = network.loss(&self.x, &self.y, rows.len(), tape, &self.workspace);
        let mut value = [0.0f32];
        loss.copy_into(&mut value);
        let [value] = value;
        if !value.is_finite() {
            return Err(NotFinite(value));
        }
        self.adam.step(network, &mut loss.backward(), learning_rate);
        Ok(value)
    }
}

impl Drop for Stepper {
    fn drop(&mut self) {
        // dfdx frees nothing by itself while its cache is on.
        self.device.disable_cache();
    }
}

/// Mean loss over all rows, without a tape; chunks of `batch_size` rows, summed in f64 in order.
///
/// # Panics
/// If a slice does not hold whole rows of the network's width.
pub fn evaluate<N: Trainable>(
    network: &N,
    rows: Rows<'_>,
    batch_size: usize,
    workspace: &Workspace,
) -> f64 {
    let (features, targets) = (network.n_features(), network.n_targets());
    let n = rows.y.len() / targets;
    let mut sum = 0.0f64;
    for (x, y) in rows
        .x
        .chunks(batch_size * features)
        .zip(rows.y.chunks(batch_size * targets))
    {
        let chunk = y.len() / targets;
        let mut value = [0.0f32];
        network
            .loss(x, y, chunk, NoneTape, workspace)
            .copy_into(&mut value);
        sum += f64::from(value[0]) * chunk as f64;
    }
    sum / n as f64
}

fn diverged(
    epoch: usize,
    batch: usize,
    quantity: &'static str,
    value: f32,
    history: Vec<Epoch>,
) -> Diverged {
    Diverged {
        epoch,
        batch,
        quantity,
        value,
        history,
    }
}
