//! What a network's mixtures score, point by point, on all cores.

use rayon::prelude::*;

use crate::mixture::{ConditionalError, MixtureBatch};
use crate::problem;
use crate::score::{self, ScoreError};

/// Rows that are predicted and scored together: fixed, so that no bit depends on the number of
/// threads, and small, so that memory stays bounded.
pub(super) const CHUNK: usize = 500;

/// Rows of features to the mixtures predicted there.
pub(super) type Predict<'a> = dyn Fn(&[f32]) -> Result<MixtureBatch, ConditionalError> + Sync + 'a;

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
        for chunk in per_chunk(points, predict, |_, batch, y| Self::of_chunk(batch, y)) {
            losses.append(chunk?);
        }
        Ok(losses)
    }

    fn of_chunk(batch: &MixtureBatch, y: &[f64]) -> Result<Self, ScoreError> {
        Ok(Self {
            nll: score::nll_nats(batch, y)?,
            squared: score::squared_error(batch, y)?,
        })
    }

    fn append(&mut self, mut chunk: Self) {
        self.nll.append(&mut chunk.nll);
        self.squared.append(&mut chunk.squared);
    }
}

/// All that is asked of the test points.
pub(super) struct Scores {
    /// The two losses.
    pub(super) losses: Losses,
    /// Probability integral transform.
    pub(super) pit: Vec<f64>,
    /// CRPS of the first points.
    pub(super) crps: Vec<f64>,
    /// Entropy of the weights.
    pub(super) entropy: Vec<f64>,
    /// Sum of each component's weight over the points.
    pub(super) weight_sums: Vec<f64>,
    /// Over all points and components.
    pub(super) smallest_scale: f64,
}

impl Scores {
    /// The CRPS, which costs most, only for the first `n_crps` points.
    pub(super) fn of(
        points: &problem::Points,
        n_crps: usize,
        predict: &Predict<'_>,
    ) -> Result<Self, ScoreError> {
        let mut scores = Self {
            losses: Losses::default(),
            pit: Vec::new(),
            crps: Vec::new(),
            entropy: Vec::new(),
            weight_sums: Vec::new(),
            smallest_scale: f64::INFINITY,
        };
        let chunks = per_chunk(points, predict, |first, batch, y| {
            Self::of_chunk(batch, y, n_crps.saturating_sub(first))
        });
        for chunk in chunks {
            let mut chunk = chunk?;
            scores.losses.append(chunk.losses);
            scores.pit.append(&mut chunk.pit);
            scores.crps.append(&mut chunk.crps);
            scores.entropy.append(&mut chunk.entropy);
            add(&mut scores.weight_sums, &chunk.weight_sums);
            scores.smallest_scale = scores.smallest_scale.min(chunk.smallest_scale);
        }
        Ok(scores)
    }

    fn of_chunk(batch: &MixtureBatch, y: &[f64], n_crps: usize) -> Result<Self, ScoreError> {
        let scored = batch.univariate_rows()?.zip(y).take(n_crps);
        let mut weight_sums = Vec::new();
        batch
            .rows()
            .for_each(|row| add(&mut weight_sums, row.weights()));
        Ok(Self {
            losses: Losses::of_chunk(batch, y)?,
            pit: score::pit(batch, y)?,
            crps: scored.map(|(row, y)| row.crps(*y)).collect(),
            entropy: batch.rows().map(|row| row.weight_entropy()).collect(),
            weight_sums,
            smallest_scale: batch.smallest_scale(),
        })
    }
}

impl Scores {
    /// exp of the entropy of the mean weights: how many components are used at all.
    pub(super) fn used_components(&self) -> f64 {
        let total: f64 = self.weight_sums.iter().sum();
        let shares = self.weight_sums.iter().map(|sum| sum / total);
        // 0·ln 0 = 0.
        let terms = shares.filter(|p| *p > 0.0).map(|p| -p * libm::log(p));
        libm::exp(terms.sum::<f64>())
    }
}

/// `sums` += `terms`; empty sums are zeros. Called in the order of the points, so that the bits are fixed.
fn add(sums: &mut Vec<f64>, terms: &[f64]) {
    sums.resize(terms.len().max(sums.len()), 0.0);
    sums.iter_mut()
        .zip(terms)
        .for_each(|(sum, term)| *sum += term);
}

/// `score` of each chunk of rows, in order: place of its first row, predictions, targets in f64.
fn per_chunk<R: Send>(
    points: &problem::Points,
    predict: &Predict<'_>,
    score: impl Fn(usize, &MixtureBatch, &[f64]) -> Result<R, ScoreError> + Sync,
) -> Vec<Result<R, ScoreError>> {
    let chunks = points
        .x
        .par_chunks(CHUNK)
        .zip(points.y.par_chunks(CHUNK))
        .enumerate();
    chunks
        .map(|(index, (x, y))| {
            let y: Vec<f64> = y.iter().map(|y| f64::from(*y)).collect();
            score(index * CHUNK, &predict(x)?, &y)
        })
        .collect()
}
