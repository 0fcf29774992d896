//! Training by mini-batches, as Keras' `fit` does it.

use super::callbacks::{EarlyStopping, ReduceLr, Verdict};
use super::forward::Forward;
use super::history::{Diverged, Epoch, Fit, Observer, Stopped, TrainError, Unobserved};
use super::rows::Rows;
use super::stepper::{StepError, Stepper};
use super::trainable::Trainable;
use crate::numerics::ShapeError;
use crate::recipe::Recipe;
use crate::seed::Stream;

/// Trains a network on rows as it reads them.
///
/// Units and first weights are the caller's business: of the recipe's [`Tuning`](super::Tuning),
/// `standardise` and what [`Tuning::prepare`](super::Tuning::prepare) does are not done here. To train a model on
/// data in their own units, there is [`Training`](super::Training).
#[derive(Debug)]
pub struct Trainer<'a> {
    recipe: &'a Recipe,
    stream: &'a mut Stream,
}

impl<'a> Trainer<'a> {
    /// By this recipe; `stream` shuffles the rows.
    pub const fn new(recipe: &'a Recipe, stream: &'a mut Stream) -> Self {
        Self { recipe, stream }
    }

    /// Trains `network` in place.
    ///
    /// Every epoch the row order is shuffled anew. With `restore_best_weights` the network ends with the weights of
    /// the best epoch, whether or not training stopped early (Keras 3), else with those of the last.
    ///
    /// # Errors
    /// [`TrainError::Diverged`] at the first loss that is not finite; [`TrainError::Shape`] where a slice does not
    /// hold whole rows of the network's width, there is no row to train on or to judge by, or a batch has none.
    pub fn fit(
        self,
        network: &mut impl Trainable,
        train: Rows<'_, f32>,
        validation: Rows<'_, f32>,
    ) -> Result<Fit, TrainError> {
        self.fit_observed(network, train, validation, &mut Unobserved)
    }

    /// As [`fit`](Self::fit), followed by an [`Observer`], which can stop the training.
    ///
    /// # Errors
    /// As [`fit`](Self::fit).
    pub fn fit_observed(
        self,
        network: &mut impl Trainable,
        train: Rows<'_, f32>,
        validation: Rows<'_, f32>,
        observer: &mut dyn Observer,
    ) -> Result<Fit, TrainError> {
        let stepper = Stepper::new(network, self.recipe.adam)?;
        let (forward, fit) = self.run(stepper, train, validation, observer)?;
        let mut weights = Vec::new();
        forward.store(&mut weights)?;
        network.restore_weights(&weights)?;
        network.ready().keep(forward);
        fit
    }

    /// Training without the network: its layers, and how it went.
    fn run(
        self,
        mut stepper: Stepper,
        train: Rows<'_, f32>,
        validation: Rows<'_, f32>,
        observer: &mut dyn Observer,
    ) -> Result<(Forward, Result<Fit, TrainError>), ShapeError> {
        for (what, found) in [
            ("training rows", stepper.check(train)?),
            ("validation rows", stepper.check(validation)?),
            ("rows of a batch", self.recipe.batch_size),
        ] {
            if found == 0 {
                return Err(ShapeError::Zero { what });
            }
        }
        stepper.tune(self.recipe.tuning, train, self.stream);
        let order: Vec<usize> = (0..train.y.len() / stepper.n_targets()).collect();
        let mut course = Course {
            recipe: self.recipe,
            steps_per_epoch: order.len().div_ceil(self.recipe.batch_size),
            order,
            early_stopping: EarlyStopping::new(self.recipe.early_stopping),
            reduce_lr: self.recipe.reduce_lr_on_plateau.map(ReduceLr::new),
            rate: self.recipe.adam.learning_rate as f32,
            best: Vec::new(),
            stepper,
            fit: Fit {
                history: Vec::new(),
                kept_epoch: 0,
                stopped: Stopped::LastEpoch,
                n_steps: 0,
            },
        };
        let ran = course.epochs(train, validation, self.stream, observer);
        Ok((course.stepper.into_forward(), ran.map(|()| course.fit)))
    }
}

/// A training under way.
struct Course<'a> {
    recipe: &'a Recipe,
    stepper: Stepper,
    order: Vec<usize>,
    steps_per_epoch: usize,
    early_stopping: EarlyStopping,
    reduce_lr: Option<ReduceLr>,
    /// Without a schedule.
    rate: f32,
    /// Weights of the best epoch.
    best: Vec<f32>,
    fit: Fit,
}

impl Course<'_> {
    /// All epochs; then the weights that are kept are in place.
    fn epochs(
        &mut self,
        train: Rows<'_, f32>,
        validation: Rows<'_, f32>,
        stream: &mut Stream,
        observer: &mut dyn Observer,
    ) -> Result<(), TrainError> {
        for epoch in 1..=self.recipe.max_epochs {
            stream.shuffle(&mut self.order);
            let learning_rate = self.rate_of(self.fit.n_steps + 1);
            let Some(loss) = self.steps(epoch, train, observer)? else {
                self.fit.stopped = Stopped::Observer;
                break;
            };
            // The average is what is judged and kept.
            self.stepper.exchange_average();
            let val_loss = self.stepper.evaluate(validation, self.recipe.batch_size)? as f32;
            if !val_loss.is_finite() {
                let batch = self.steps_per_epoch;
                return Err(self.diverged(epoch, batch, "val_loss", val_loss));
            }
            let finished = Epoch {
                epoch,
                loss,
                val_loss,
                learning_rate,
            };
            let wish = observer.epoch(&finished);
            self.fit.history.push(finished);
            let verdict = self.early_stopping.observe(loss, val_loss);
            if !self.restores_best() {
                self.fit.kept_epoch = epoch;
            } else if verdict == Verdict::Improved {
                self.stepper.store(&mut self.best)?;
                self.fit.kept_epoch = epoch;
            }
            self.stepper.exchange_average();
            if verdict == Verdict::Stop {
                self.fit.stopped = Stopped::Early;
                break;
            }
            if wish.is_break() {
                self.fit.stopped = Stopped::Observer;
                break;
            }
            if let Some(reduce_lr) = &mut self.reduce_lr {
                self.rate = reduce_lr.observe(loss, val_loss, self.rate);
            }
        }
        if self.restores_best() && self.fit.kept_epoch > 0 {
            self.stepper.load(&self.best)?;
        } else {
            self.stepper.exchange_average();
        }
        Ok(())
    }

    /// The steps of one epoch, and the mean of their losses; `None` where the observer stopped them.
    fn steps(
        &mut self,
        epoch: usize,
        train: Rows<'_, f32>,
        observer: &mut dyn Observer,
    ) -> Result<Option<f32>, TrainError> {
        let mut sum = 0.0f64;
        let order = std::mem::take(&mut self.order);
        for (batch, rows) in (1..).zip(order.chunks(self.recipe.batch_size)) {
            if observer.step().is_break() {
                return Ok(None);
            }
            let rate = self.rate_of(self.fit.n_steps + 1);
            match self.stepper.step(train, rows, rate) {
                Ok(loss) => sum += f64::from(loss) * rows.len() as f64,
                Err(StepError::NotFinite(value)) => {
                    return Err(self.diverged(epoch, batch, "loss", value));
                }
                Err(StepError::Shape(fault)) => return Err(fault.into()),
            }
            self.fit.n_steps += 1;
        }
        let mean = sum / order.len() as f64;
        self.order = order;
        Ok(Some(mean as f32))
    }

    /// The rate of a step, from 1.
    fn rate_of(&self, step: usize) -> f32 {
        let Some(schedule) = self.recipe.tuning.schedule else {
            return self.rate;
        };
        let factor = schedule.factor(step, self.steps_per_epoch, self.recipe.max_epochs);
        (self.recipe.adam.learning_rate * factor) as f32
    }

    const fn restores_best(&self) -> bool {
        self.recipe.early_stopping.restore_best_weights
    }

    fn diverged(
        &mut self,
        epoch: usize,
        batch: usize,
        quantity: &'static str,
        value: f32,
    ) -> TrainError {
        TrainError::Diverged(Diverged {
            epoch,
            batch,
            quantity,
            value,
            history: std::mem::take(&mut self.fit.history),
        })
    }
}
