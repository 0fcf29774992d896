//! The baseline: a network that learns the conditional mean.

use super::history::{Fit, Observer, Unobserved};
use super::model::Metadata;
use super::model_error::ModelError;
use super::network::Mlp;
use super::parameters::Parameters as _;
use super::rows::Rows;
use super::train::Trainer;
use super::training::Training;
use super::units::Units;
use crate::mixture::{ConditionalError, check_features};
use crate::numerics::environment;

/// F → H ReLU → H ReLU → D outputs trained on the squared error, with its units: one number for each target and x,
/// where a [`Model`](super::Model) gives a density.
#[derive(Debug, Clone)]
pub struct MeanModel {
    network: Mlp<usize, usize, usize>,
    x_units: Units,
    y_units: Units,
    metadata: Metadata,
}

impl MeanModel {
    /// Trains a network on `train`, judged by `validation` after each epoch.
    ///
    /// Losses are mean squared errors in the units the network sees. K and covariance of the training do not matter.
    ///
    /// # Errors
    /// As [`Model::fit`](super::Model::fit).
    pub fn fit(
        training: &Training,
        train: Rows<'_>,
        validation: Rows<'_>,
    ) -> Result<(Self, Fit), ModelError> {
        Self::fit_observed(training, train, validation, &mut Unobserved)
    }

    /// As [`fit`](Self::fit), followed by an [`Observer`], which can stop the training.
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
        let sizes = (shape.n_features, shape.hidden, shape.n_targets);
        let mut network = Mlp::new(sizes, &mut training.random("init"))?;
        let mut shuffles = training.random("shuffle");
        let fit = Trainer::new(&training.recipe, &mut shuffles).fit_observed(
            &mut network,
            seen.train.rows(),
            seen.validation.rows(),
            observer,
        )?;
        let model = Self {
            network,
            x_units: seen.x_units,
            y_units: seen.y_units,
            metadata: training.metadata.clone(),
        };
        Ok((model, fit))
    }

    /// Names and origin.
    #[must_use]
    pub const fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// Trained numbers.
    #[must_use]
    pub fn n_parameters(&self) -> usize {
        self.network.n_parameters()
    }

    /// BLAKE3 of all trained numbers, in hexadecimal.
    #[must_use]
    pub fn weights_blake3(&self) -> String {
        self.network.weights_blake3()
    }

    /// The mean \[n, D\] at the rows of `xs` \[n, F\], in the data's units.
    ///
    /// # Errors
    /// [`ConditionalError`].
    pub fn means_at(&self, xs: &[f64]) -> Result<Vec<f64>, ConditionalError> {
        let _environment = environment::guard();
        check_features(xs, self.x_units.width())?;
        let outputs = self.network.outputs(&self.x_units.standardised(xs))?;
        let units = self.y_units.mean().iter().zip(self.y_units.scale());
        let in_units = outputs.iter().zip(units.cycle());
        Ok(in_units
            .map(|(y, (mean, scale))| mean + scale * f64::from(*y))
            .collect())
    }
}
