//! What a network's mixtures score, point by point.

use crate::mixture::{MixtureBatch, MixtureError};
use crate::problem;
use crate::score::{self, ScoreError};

/// Rows that are predicted and scored together: bounds the memory, changes no bit.
pub(super) const CHUNK: usize = 2000;

/// Rows of features to the mixtures predicted there.
pub(super) type Predict<'a> = dyn Fn(&[f32]) -> Result<MixtureBatch, MixtureError> + 'a;

/// The two losses point by point.
#[derive(Default)]
pub(super) struct Losses {
    /// Negative log-likelihood, nats.
    pub(super) nll: Vec<f64>,
    /// Squared error of the mean.
    pub(super) squared: Vec<f64>,
}

impl Losses {
    pub(super) fn of(points: &problem::Points, predict: &Predict<'_>) -> Result<Self, ScoreError> {
        let mut losses = Self::default();
        for_each_chunk(points, predict, |batch, y| losses.add(batch, y))?;
        Ok(losses)
    }

    fn add(&mut self, batch: &MixtureBatch, y: &[f64]) -> Result<(), ScoreError> {
        self.nll.extend(score::nll_nats(batch, y)?);
        self.squared.extend(score::squared_error(batch, y)?);
        Ok(())
    }
}

/// All that is asked of the test points.
#[derive(Default)]
pub(super) struct Scores {
    /// The two losses.
    pub(super) losses: Losses,
    /// Probability integral transform.
    pub(super) pit: Vec<f64>,
    /// CRPS of the first points.
    pub(super) crps: Vec<f64>,
    /// Entropy of the weights.
    pub(super) entropy: Vec<f64>,
    /// Over all points and components.
    pub(super) smallest_scale: f64,
}

impl Scores {
    pub(super) fn of(
        points: &problem::Points,
        n_crps: usize,
        predict: &Predict<'_>,
    ) -> Result<Self, ScoreError> {
        let mut scores = Self {
            smallest_scale: f64::INFINITY,
            ..Self::default()
        };
        for_each_chunk(points, predict, |batch, y| {
            let crps_left = n_crps - scores.crps.len();
            scores.losses.add(batch, y)?;
            scores.pit.extend(score::pit(batch, y)?);
            scores
                .entropy
                .extend(batch.rows().map(|row| row.weight_entropy()));
            scores.smallest_scale = scores.smallest_scale.min(batch.smallest_scale());
            scores.crps.extend(
                batch
                    .univariate_rows()?
                    .zip(y)
                    .take(crps_left)
                    .map(|(row, y)| row.crps(*y)),
            );
            Ok(())
        })?;
        Ok(scores)
    }
}

/// The predictions for each chunk of rows, with its targets in f64.
fn for_each_chunk(
    points: &problem::Points,
    predict: &Predict<'_>,
    mut score: impl FnMut(&MixtureBatch, &[f64]) -> Result<(), ScoreError>,
) -> Result<(), ScoreError> {
    for (x, y) in points.x.chunks(CHUNK).zip(points.y.chunks(CHUNK)) {
        let y: Vec<f64> = y.iter().map(|y| f64::from(*y)).collect();
        score(&predict(x)?, &y)?;
    }
    Ok(())
}
