//! The data of a study and what the exact density scores on them.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::canonical;
use super::record::{Data, Oracle};
use super::spec::Spec;
use crate::problem::{PointScores, Points, Truth};
use crate::score::{ScoreError, Summary};

/// Rows of a parallel chunk: fixed, so that no bit depends on the number of threads.
const CHUNK: usize = 1000;

/// Training, validation and test points with their truth.
#[derive(Debug)]
pub(super) struct StudyData {
    /// For the weights.
    pub(super) train: Points,
    /// For early stopping and the learning rate.
    pub(super) validation: Points,
    /// For scores.
    pub(super) test: Points,
    /// The exact conditional density.
    pub(super) truth: Box<dyn Truth>,
    blake3: String,
}

impl StudyData {
    /// Draws the data of `spec`.
    ///
    /// # Errors
    /// If the problem's parameters are out of range.
    pub(super) fn draw(spec: &Spec) -> Result<Self, crate::problem::ProblemError> {
        let drawn = spec
            .problem
            .realise(crate::seed::Seed::new(spec.seed), spec.n_test)?;
        let blake3 = drawn.blake3();
        let mut train = drawn.train;
        let at = spec.n_train();
        let validation = Points {
            x: train.x.split_off(at),
            y: train.y.split_off(at),
        };
        Ok(Self {
            train,
            validation,
            test: drawn.test,
            truth: drawn.truth,
            blake3,
        })
    }

    /// Sizes and hash.
    #[must_use]
    pub(super) fn describe(&self, n_test_crps: usize) -> Data {
        Data {
            n_train: self.train.len(),
            n_validation: self.validation.len(),
            n_test: self.test.len(),
            n_test_crps,
            blake3: self.blake3.clone(),
        }
    }

    /// What the truth scores at every test point; the CRPS only at the first `n_test_crps`.
    #[must_use]
    pub(super) fn oracle_points(&self, n_test_crps: usize) -> Vec<PointScores> {
        self.per_point(&self.test, n_test_crps)
    }

    /// The data's description and the oracle's scores.
    ///
    /// # Errors
    /// If there is no point to score.
    pub(super) fn baselines(
        &self,
        n_test_crps: usize,
        oracle: &[PointScores],
    ) -> Result<Baselines, ScoreError> {
        let summary = |points: &[PointScores], value: &dyn Fn(&PointScores) -> Option<f64>| {
            Summary::of(&points.iter().filter_map(value).collect::<Vec<_>>())
        };
        let nll = summary(oracle, &|p| Some(p.nll_nats))?;
        let gaussian = summary(oracle, &|p| Some(p.single_gaussian_nll_nats))?;
        let mse = summary(oracle, &|p| Some(p.squared_error))?;
        let crps = summary(oracle, &|p| p.crps)?;
        let validation = summary(&self.per_point(&self.validation, 0), &|p| Some(p.nll_nats))?;
        // A spec has two test points at least.
        let error = |summary: &Summary| summary.standard_error.unwrap_or(0.0);
        Ok(Baselines {
            data: self.describe(n_test_crps),
            oracle: Oracle {
                nll_nats_mean: nll.mean,
                nll_nats_standard_error: error(&nll),
                nll_nats_mean_validation: validation.mean,
                single_gaussian_nll_nats_mean: gaussian.mean,
                mse: mse.mean,
                mse_standard_error: error(&mse),
                crps_mean: crps.mean,
                crps_standard_error: error(&crps),
            },
        })
    }

    /// The truth's scores, in the order of the points, on all cores.
    pub(super) fn per_point(&self, points: &Points, n_crps: usize) -> Vec<PointScores> {
        let chunks: Vec<Vec<PointScores>> = points
            .x
            .par_chunks(CHUNK)
            .zip(points.y.par_chunks(CHUNK))
            .enumerate()
            .map(|(chunk, (x, y))| {
                let pairs = x.iter().zip(y).enumerate();
                pairs
                    .map(|(row, (x, y))| {
                        let with_crps = chunk * CHUNK + row < n_crps;
                        PointScores::of(
                            self.truth.as_ref(),
                            f64::from(*x),
                            f64::from(*y),
                            with_crps,
                        )
                    })
                    .collect()
            })
            .collect();
        chunks.into_iter().flatten().collect()
    }
}

/// The record's parts that no network enters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Baselines {
    /// Sizes and hash.
    pub(super) data: Data,
    /// The truth's scores.
    pub(super) oracle: Oracle,
}

/// Hash of all that determines [`Baselines`] and the part of the exhibits that no network enters.
///
/// # Errors
/// If the spec cannot be written as JSON.
pub(super) fn key(spec: &Spec) -> Result<String, serde_json::Error> {
    canonical::digest(&(
        super::plan::SOURCES,
        spec.seed,
        spec.n_test,
        spec.n_test_crps,
        spec.validation_split,
        &spec.problem,
        &spec.exhibits,
    ))
}
