//! What a training leaves behind: losses by epoch, and why it ended.

use std::ops::ControlFlow;

use crate::numerics::ShapeError;

/// What one epoch gave.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
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
    /// With both losses moved by `nats`: the same losses in other units of y.
    #[must_use]
    pub fn shifted(self, nats: f64) -> Self {
        let shifted = |loss: f32| (f64::from(loss) + nats) as f32;
        Self {
            loss: shifted(self.loss),
            val_loss: shifted(self.val_loss),
            ..self
        }
    }
}

/// Why a training ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// Early stopping: no improvement for as many epochs as its patience.
    Early,
    /// All epochs ran.
    LastEpoch,
    /// The [`Observer`] asked for it.
    Observer,
}

/// How a training went.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Fit {
    /// One entry an epoch.
    pub history: Vec<Epoch>,
    /// Epoch, from 1, whose weights the network has now; 0 where the observer stopped the first epoch.
    pub kept_epoch: usize,
    /// Why it ended.
    pub stopped: Stopped,
    /// Steps made.
    pub n_steps: usize,
}

impl Fit {
    /// With all losses moved by `nats`.
    #[must_use]
    pub(super) fn shifted(mut self, nats: f64) -> Self {
        self.history.iter_mut().for_each(|e| *e = e.shifted(nats));
        self
    }
}

/// Follows a training and may end it: what was learnt until then is kept.
///
/// A closure that takes `&Epoch` and returns a [`ControlFlow`] is an observer.
pub trait Observer {
    /// Called after each epoch.
    fn epoch(&mut self, epoch: &Epoch) -> ControlFlow<()>;

    /// Called before each step, which takes a fraction of a millisecond: do no more than look at a flag.
    ///
    /// An epoch that ends here is not in the history, and its weights are kept only where
    /// the recipe keeps the last ones, or where it is the first.
    fn step(&mut self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

impl<F: FnMut(&Epoch) -> ControlFlow<()>> Observer for F {
    fn epoch(&mut self, epoch: &Epoch) -> ControlFlow<()> {
        self(epoch)
    }
}

/// Looks away.
pub(super) struct Unobserved;

impl Observer for Unobserved {
    fn epoch(&mut self, _: &Epoch) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Hands epochs on with their losses in other units of y.
pub(super) struct InUnits<'a> {
    pub(super) observer: &'a mut dyn Observer,
    pub(super) nats: f64,
}

impl Observer for InUnits<'_> {
    fn epoch(&mut self, epoch: &Epoch) -> ControlFlow<()> {
        self.observer.epoch(&epoch.shifted(self.nats))
    }

    fn step(&mut self) -> ControlFlow<()> {
        self.observer.step()
    }
}

/// Training that broke.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{quantity} became {value} in epoch {epoch}, batch {batch}")]
#[non_exhaustive]
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

/// Why there is no trained network.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TrainError {
    /// Training broke.
    #[error(transparent)]
    Diverged(#[from] Diverged),
    /// Rows that are not those of the network, none of them, or none in a batch.
    #[error(transparent)]
    Shape(#[from] ShapeError),
}

impl TrainError {
    /// With all losses moved by `nats`; the one that is not finite stays so.
    #[must_use]
    pub(super) fn shifted(mut self, nats: f64) -> Self {
        if let Self::Diverged(Diverged { history, .. }) = &mut self {
            history.iter_mut().for_each(|e| *e = e.shifted(nats));
        }
        self
    }
}
