//! From data to a model.

use super::head::HeadConfig;
use super::history::{Fit, Observer, Unobserved};
use super::member::Member;
use super::model::Model;
use super::model_error::ModelError;
use super::rows::Rows;
use super::sizes::Job;
use super::training::Training;
use crate::numerics::environment;

impl Model {
    /// Trains a network on `train`, judged by `validation` after each epoch.
    ///
    /// All losses are in nats in the data's units.
    ///
    /// # Errors
    /// [`ModelError`]: sizes out of range, ragged or empty rows, numbers that are not finite, a constant column
    /// where the recipe standardises, a training that diverged.
    pub fn fit(
        training: &Training,
        train: Rows<'_>,
        validation: Rows<'_>,
    ) -> Result<(Self, Fit), ModelError> {
        Self::fit_observed(training, train, validation, &mut Unobserved)
    }

    /// As [`fit`](Self::fit), followed by an [`Observer`], which can stop the training: the model is then the best,
    /// or the last, until there.
    ///
    /// # Errors
    /// As [`fit`](Self::fit).
    pub fn fit_observed(
        training: &Training,
        train: Rows<'_>,
        validation: Rows<'_>,
        observer: &mut dyn Observer,
    ) -> Result<(Self, Fit), ModelError> {
        let _environment = environment::guard();
        let shape = training.shape();
        shape.check()?;
        let seen = training.seen(train, validation)?;
        let floor = training.floor(&seen.y_units)?;
        let link = training.recipe.scale_link;
        let job = Job {
            training,
            head: HeadConfig {
                link: link.with_floor(floor),
                covariance: shape.covariance,
            },
            seen: &seen,
            observer,
        };
        let (network, fit) = job.run(shape)?;
        let member = Member {
            network,
            link,
            floors: vec![floor; shape.n_targets],
            x_units: seen.x_units,
            y_units: seen.y_units,
            pieces: training.pieces.clone(),
            scale_factor: 1.0,
            wide: None,
        };
        Ok((Self::of(member, training.metadata.clone())?, fit))
    }
}
