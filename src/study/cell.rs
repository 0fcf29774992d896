//! One cell: trained and scored on one thread.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::StudyError;
use super::cell_exhibit::CellExhibit;
use super::data::StudyData;
use super::gallery;
use super::plan::CellPlan;
use super::record::{Cell, CellTiming, Failure, History, Model, Points, Splits, StoppedBy};
use super::scores::{CHUNK, Losses, Predict, Scores};
use super::spec::Spec;
use crate::mixture::ConditionalError;
use crate::net::{
    Epoch, Fit, MeanModel, Metadata, Model as Network, ModelError, Observer, Recipe, Rows, Stopped,
    Training,
};
use crate::problem;
use crate::score::{Degeneracy, KsDistance, ScoreError, Summary, central_coverage};
use crate::seed::Seed;

/// Percentages of the recorded central intervals.
const COVERAGES: [u32; 4] = [50, 80, 90, 95];

/// A cell's result: deterministic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Finished {
    /// For the record.
    pub(super) cell: Cell,
    /// What it adds to the figures.
    pub(super) exhibit: CellExhibit,
}

/// What a cell sees of the world around it.
pub trait Host: Sync {
    /// Seconds since some fixed moment; only differences are used, and only in timings.
    fn seconds(&self) -> f64;
    /// Something happened.
    fn event(&self, event: Event<'_>);
}

/// What happens in a run.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// How many cells there are and how many of them are finished already.
    Planned {
        /// Cells asked for.
        n_cells: usize,
        /// Those of them that need not be computed.
        n_finished: usize,
    },
    /// A stored result that cannot be trusted: it will be computed again.
    Distrusted {
        /// Its file.
        path: &'a std::path::Path,
        /// Why.
        reason: &'a str,
    },
    /// An epoch ended.
    Epoch {
        /// Which cell.
        id: &'a str,
        /// Its losses.
        epoch: &'a Epoch,
    },
    /// A cell ended.
    Finished {
        /// Its result.
        cell: &'a Cell,
    },
}

/// Trains and scores the cell `plan` of `spec`.
///
/// A plan that is not of the spec gives `None`.
pub(super) fn compute(
    plan: &CellPlan,
    spec: &Spec,
    data: &StudyData,
    oracle: &[problem::PointScores],
    host: &dyn Host,
) -> Result<Option<(Finished, CellTiming)>, StudyError> {
    let Some(recipe) = spec.recipes.get(&plan.recipe) else {
        return Ok(None);
    };
    let job = Job {
        plan,
        spec,
        data,
        oracle,
        host,
        id: plan.id(),
    };
    let result = match (plan.model, plan.n_components) {
        (Model::Mse, _) => recipe.mse_recipe().map(|mse| job.mse(&mse)),
        (Model::Mdn, Some(k)) => recipe.mdn_recipe().map(|mdn| job.mdn(k, &mdn)),
        (Model::Mdn, None) => None,
    };
    result.transpose().map_err(|source| StudyError::Network {
        id: job.id.clone(),
        source,
    })
}

/// A cell, or why its network cannot be made.
type Outcome = Result<(Finished, CellTiming), ModelError>;

/// One cell at work.
pub(super) struct Job<'a> {
    pub(super) plan: &'a CellPlan,
    pub(super) spec: &'a Spec,
    pub(super) data: &'a StudyData,
    oracle: &'a [problem::PointScores],
    host: &'a dyn Host,
    pub(super) id: String,
}

impl Job<'_> {
    fn mdn(&self, k: usize, recipe: &Recipe) -> Outcome {
        let training = self.training(recipe).components(k);
        let (trained, wall_s) = self.train(&training, Network::fit_observed);
        let started = self.host.seconds();
        let n_parameters = training.shape().n_parameters();
        let (mut finished, n_steps, network) = self.finished(n_parameters, trained)?;
        if let Some(network) = network {
            finished.cell.weights_blake3 = Some(network.weights_blake3());
            let predict = |x: &[f32]| Ok(network.mixtures(&wide(x))?.marginals().clone());
            self.score_mdn(&mut finished, &predict)
                .unwrap_or_else(|error| fail(&mut finished, &error));
        }
        Ok(self.timed(finished, (wall_s, n_steps), started))
    }

    fn mse(&self, recipe: &Recipe) -> Outcome {
        let training = self.training(recipe);
        let (trained, wall_s) = self.train(&training, MeanModel::fit_observed);
        let started = self.host.seconds();
        let n_parameters = training.shape().n_parameters_of_mean();
        let (mut finished, n_steps, network) = self.finished(n_parameters, trained)?;
        if let Some(network) = network {
            finished.cell.weights_blake3 = Some(network.weights_blake3());
            let predict = |x: &[f32]| network.means_at(&wide(x));
            self.score_mse(&mut finished, &predict)
                .unwrap_or_else(|error| fail(&mut finished, &error));
        }
        Ok(self.timed(finished, (wall_s, n_steps), started))
    }

    pub(super) fn stream(&self, kind: &str) -> crate::seed::Stream {
        Seed::new(self.spec.seed).stream(&format!("{kind}/{}", self.id))
    }

    fn training(&self, recipe: &Recipe) -> Training {
        let mut metadata = Metadata::new(["x"], ["y"]);
        metadata.seed = self.spec.seed;
        Training::new(recipe, metadata).stream(&self.id)
    }

    /// What `fit` makes of the study's points, and how long it took.
    fn train<M>(
        &self,
        training: &Training,
        fit: impl Fn(&Training, Rows<'_>, Rows<'_>, &mut dyn Observer) -> Result<(M, Fit), ModelError>,
    ) -> (Result<(M, Fit), ModelError>, f64) {
        let started = self.host.seconds();
        let [train, validation] = [&self.data.train, &self.data.validation]
            .map(|points| (wide(&points.x), wide(&points.y)));
        let result = fit(
            training,
            Rows {
                x: &train.0,
                y: &train.1,
            },
            Rows {
                x: &validation.0,
                y: &validation.1,
            },
            &mut |epoch: &Epoch| {
                self.host.event(Event::Epoch {
                    id: &self.id,
                    epoch,
                });
                ControlFlow::Continue(())
            },
        );
        (result, self.host.seconds() - started)
    }

    /// Everything but the scores, steps made, and the network if there is one.
    fn finished<M>(
        &self,
        n_parameters: usize,
        result: Result<(M, Fit), ModelError>,
    ) -> Result<(Finished, usize, Option<M>), ModelError> {
        let (history, n_epochs, best_epoch, stopped_by, failure, n_steps, network) = match result {
            Ok((network, fit)) => {
                let stopped_by = match fit.stopped {
                    Stopped::Early => StoppedBy::EarlyStopping,
                    _ => StoppedBy::MaxEpochs,
                };
                let (n_epochs, best, n_steps) = (fit.history.len(), fit.kept_epoch, fit.n_steps);
                let (history, network) = (fit.history, Some(network));
                (history, n_epochs, best, stopped_by, None, n_steps, network)
            }
            Err(ModelError::Diverged(diverged)) => {
                let failure = Failure {
                    epoch: diverged.epoch,
                    batch: diverged.batch,
                    quantity: diverged.quantity.to_owned(),
                    value: diverged.value.to_string(),
                };
                (
                    diverged.history,
                    diverged.epoch,
                    0,
                    StoppedBy::Failure,
                    Some(failure),
                    0,
                    None,
                )
            }
            Err(other) => return Err(other),
        };
        let cell = Cell {
            id: self.id.clone(),
            recipe: self.plan.recipe.clone(),
            model: self.plan.model,
            n_components: self.plan.n_components,
            replicate: self.plan.replicate,
            n_parameters,
            n_epochs,
            best_epoch,
            stopped_by,
            failure,
            nll_nats_mean: Splits::default(),
            excess_nats_test: None,
            excess_nats_standard_error_test: None,
            mse: Splits::default(),
            mse_standard_error_test: None,
            crps_mean_test: None,
            pit_ks_test: None,
            coverage_test: COVERAGES
                .iter()
                .map(|p| (p.to_string(), None))
                .collect::<BTreeMap<_, _>>(),
            degenerate_likelihood: None,
            smallest_scale_test: None,
            effective_components_test: None,
            used_components_test: None,
            weights_blake3: None,
            history: History {
                loss: history.iter().map(|e| e.loss).collect(),
                val_loss: history.iter().map(|e| e.val_loss).collect(),
                learning_rate: history.iter().map(|e| e.learning_rate).collect(),
            },
        };
        let finished = Finished {
            cell,
            exhibit: CellExhibit::default(),
        };
        Ok((finished, n_steps, network))
    }

    fn score_mse(
        &self,
        finished: &mut Finished,
        predict: &dyn Fn(&[f32]) -> Result<Vec<f64>, ConditionalError>,
    ) -> Result<(), ScoreError> {
        let squared = |points: &problem::Points| -> Result<Vec<f64>, ConditionalError> {
            let mut squared = Vec::with_capacity(points.len());
            for (x, y) in points.x.chunks(CHUNK).zip(points.y.chunks(CHUNK)) {
                let residuals = predict(x)?
                    .into_iter()
                    .zip(y)
                    .map(|(p, y)| p - f64::from(*y));
                squared.extend(residuals.map(|r| r * r));
            }
            Ok(squared)
        };
        let test = Summary::of(&squared(&self.data.test)?)?;
        finished.cell.mse = Splits {
            train: Some(Summary::of(&squared(&self.data.train)?)?.mean),
            validation: Some(Summary::of(&squared(&self.data.validation)?)?.mean),
            test: Some(test.mean),
        };
        finished.cell.mse_standard_error_test = test.standard_error;
        if self.plan.replicate == 0 {
            let x = gallery::over(&self.data.train.x, self.spec.exhibits.n_grid);
            let y = predict(&x)?.into_iter().map(|y| y as f32).collect();
            finished.exhibit.points = Some(Points { x, y });
        }
        Ok(())
    }

    fn score_mdn(&self, finished: &mut Finished, predict: &Predict<'_>) -> Result<(), ScoreError> {
        let train = Losses::of(&self.data.train, predict)?;
        let validation = Losses::of(&self.data.validation, predict)?;
        let test = Scores::of(&self.data.test, self.spec.n_test_crps, predict)?;
        let oracle: Vec<f64> = self.oracle.iter().map(|p| p.nll_nats).collect();
        let excess = Summary::of_difference(&test.losses.nll, &oracle)?;
        let squared = Summary::of(&test.losses.squared)?;
        let cell = &mut finished.cell;
        cell.nll_nats_mean = Splits {
            train: Some(Summary::of(&train.nll)?.mean),
            validation: Some(Summary::of(&validation.nll)?.mean),
            test: Some(Summary::of(&test.losses.nll)?.mean),
        };
        cell.excess_nats_test = Some(excess.mean);
        cell.excess_nats_standard_error_test = excess.standard_error;
        cell.mse = Splits {
            train: Some(Summary::of(&train.squared)?.mean),
            validation: Some(Summary::of(&validation.squared)?.mean),
            test: Some(squared.mean),
        };
        cell.mse_standard_error_test = squared.standard_error;
        cell.crps_mean_test = Some(Summary::of(&test.crps)?.mean);
        cell.pit_ks_test = Some(KsDistance::of(&test.pit)?.distance);
        let levels = COVERAGES.map(|percentage| f64::from(percentage) / 100.0);
        for (percentage, coverage) in COVERAGES.iter().zip(central_coverage(&test.pit, &levels)?) {
            cell.coverage_test
                .insert(percentage.to_string(), Some(coverage.covered));
        }
        let targets: Vec<f64> = self.data.train.y.iter().map(|y| f64::from(*y)).collect();
        let degeneracy = Degeneracy::of(&targets, test.smallest_scale);
        cell.degenerate_likelihood = Some(degeneracy.is_degenerate());
        cell.smallest_scale_test = Some(test.smallest_scale);
        cell.effective_components_test = Some(libm::exp(Summary::of(&test.entropy)?.mean));
        cell.used_components_test = Some(test.used_components());
        finished.exhibit = self.exhibit(predict, &test.pit)?;
        Ok(())
    }

    fn timed(
        &self,
        finished: Finished,
        (train_wall_s, n_steps): (f64, usize),
        score_started: f64,
    ) -> (Finished, CellTiming) {
        let timing = CellTiming {
            id: self.id.clone(),
            train_wall_s,
            score_wall_s: self.host.seconds() - score_started,
            n_steps,
        };
        (finished, timing)
    }
}

/// In double precision.
fn wide(values: &[f32]) -> Vec<f64> {
    values.iter().map(|v| f64::from(*v)).collect()
}

/// A finite loss, yet a prediction that is no density: weights at the edge of f32.
fn fail(finished: &mut Finished, error: &ScoreError) {
    let cell = &mut finished.cell;
    cell.stopped_by = StoppedBy::Failure;
    cell.weights_blake3 = None;
    cell.failure = Some(Failure {
        epoch: cell.n_epochs,
        batch: 0,
        quantity: "prediction".to_owned(),
        value: error.to_string(),
    });
}
