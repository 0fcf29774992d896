//! One cell: trained and scored on one thread.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::StudyError;
use super::cell_exhibit::CellExhibit;
use super::data::StudyData;
use super::gallery;
use super::plan::CellPlan;
use super::record::{Cell, CellTiming, Failure, History, Model, Points, Splits, StoppedBy};
use super::scores::{CHUNK, Losses, Predict, Scores};
use super::seen::Seen;
use super::spec::{HIDDEN, Spec};
use crate::mixture::ConditionalError;
use crate::net::network::{Trainable, univariate_mdn, univariate_mlp};
use crate::net::recipe::Recipe;
use crate::net::train::{Diverged, Epoch, Fit, Rows, TrainConfig, TrainError, fit};
use crate::numerics::ShapeError;
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
        (Model::Mse, _) => recipe.mse_config().map(|config| job.mse(&config)),
        (Model::Mdn, Some(k)) => recipe.mdn_recipe().and_then(|mdn| job.mdn_of(k, &mdn)),
        (Model::Mdn, None) => None,
    };
    result.transpose().map_err(|source| StudyError::Network {
        id: job.id.clone(),
        source,
    })
}

/// The baseline's outputs at some x.
type Outputs<'a> = dyn Fn(&[f32]) -> Result<Vec<f32>, ShapeError> + 'a;

/// A cell, or why its network cannot be made.
type Outcome = Result<(Finished, CellTiming), ShapeError>;

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
    /// The one match from K to a constant of the network's type.
    fn mdn_of(&self, k: usize, recipe: &Recipe) -> Option<Outcome> {
        macro_rules! run {
            ($($n:literal)*) => {
                match k {
                    $($n => Some(self.mdn::<$n>(recipe)),)*
                    _ => None,
                }
            };
        }
        run!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20
             21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40)
    }

    fn mdn<const K: usize>(&self, recipe: &Recipe) -> Outcome {
        let mut network = univariate_mdn::<HIDDEN, K>(recipe.link(), &mut self.stream("init"))?;
        let seen = Seen::of(self.data, recipe.tuning.standardise);
        recipe.tuning.prepare(&mut network, &seen.train.y)?;
        let trained = self.train(&mut network, &seen, &recipe.train_config())?;
        let started = self.host.seconds();
        let mut finished = self.finished(&network, &trained.result);
        if trained.result.is_ok() {
            let predict = |x: &[f32]| match &seen.units {
                None => network.mixtures(x),
                Some([of_x, of_y]) => {
                    let x: Vec<f64> = x.iter().map(|v| f64::from(*v)).collect();
                    let x = of_x.standardised(&x);
                    let batch = network.mixtures(&x)?;
                    Ok(batch.shift_and_scale(of_y.mean(), of_y.scale())?)
                }
            };
            self.score_mdn(&mut finished, &predict)
                .unwrap_or_else(|error| fail(&mut finished, &error));
        }
        Ok(self.timed(finished, trained, started))
    }

    fn mse(&self, config: &TrainConfig) -> Outcome {
        let mut network = univariate_mlp::<HIDDEN>(&mut self.stream("init"))?;
        let trained = self.train(&mut network, &Seen::of(self.data, false), config)?;
        let started = self.host.seconds();
        let mut finished = self.finished(&network, &trained.result);
        if trained.result.is_ok() {
            let predict = |x: &[f32]| network.predict(x);
            self.score_mse(&mut finished, &predict)
                .unwrap_or_else(|error| fail(&mut finished, &error));
        }
        Ok(self.timed(finished, trained, started))
    }

    pub(super) fn stream(&self, kind: &str) -> crate::seed::Stream {
        Seed::new(self.spec.seed).stream(&format!("{kind}/{}", self.id))
    }

    fn train(
        &self,
        network: &mut impl Trainable,
        seen: &Seen<'_>,
        config: &TrainConfig,
    ) -> Result<Trained, ShapeError> {
        let started = self.host.seconds();
        let (train, validation) = (&seen.train, &seen.validation);
        let offset = seen.log_scale();
        let result = fit(
            network,
            Rows {
                x: &train.x,
                y: &train.y,
            },
            Rows {
                x: &validation.x,
                y: &validation.y,
            },
            config,
            &mut self.stream("shuffle"),
            &mut |epoch| {
                self.host.event(Event::Epoch {
                    id: &self.id,
                    epoch: &epoch.shifted(offset),
                })
            },
        );
        let result = match result {
            Ok(fit) => Ok(fit.shifted(offset)),
            Err(TrainError::Diverged(diverged)) => Err(diverged.shifted(offset)),
            Err(TrainError::Shape(fault)) => return Err(fault),
        };
        Ok(Trained {
            result,
            wall_s: self.host.seconds() - started,
        })
    }

    /// Everything but the scores.
    fn finished(&self, network: &impl Trainable, result: &Result<Fit, Diverged>) -> Finished {
        let (history, n_epochs, best_epoch, stopped_by, failure) = match result {
            Ok(fit) => {
                let stopped_by = if fit.stopped_early {
                    StoppedBy::EarlyStopping
                } else {
                    StoppedBy::MaxEpochs
                };
                (
                    &fit.history,
                    fit.history.len(),
                    fit.kept_epoch,
                    stopped_by,
                    None,
                )
            }
            Err(diverged) => {
                let failure = Failure {
                    epoch: diverged.epoch,
                    batch: diverged.batch,
                    quantity: diverged.quantity.to_owned(),
                    value: diverged.value.to_string(),
                };
                (
                    &diverged.history,
                    diverged.epoch,
                    0,
                    StoppedBy::Failure,
                    Some(failure),
                )
            }
        };
        let weights_blake3 = failure.is_none().then(|| network.weights_blake3());
        let cell = Cell {
            id: self.id.clone(),
            recipe: self.plan.recipe.clone(),
            model: self.plan.model,
            n_components: self.plan.n_components,
            replicate: self.plan.replicate,
            n_parameters: network.n_parameters(),
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
            weights_blake3,
            history: History {
                loss: history.iter().map(|e| e.loss).collect(),
                val_loss: history.iter().map(|e| e.val_loss).collect(),
                learning_rate: history.iter().map(|e| e.learning_rate).collect(),
            },
        };
        Finished {
            cell,
            exhibit: CellExhibit::default(),
        }
    }

    fn score_mse(&self, finished: &mut Finished, predict: &Outputs<'_>) -> Result<(), ScoreError> {
        let predict = |x: &[f32]| predict(x).map_err(ConditionalError::from);
        let squared = |points: &problem::Points| -> Result<Vec<f64>, ConditionalError> {
            let mut squared = Vec::with_capacity(points.len());
            for (x, y) in points.x.chunks(CHUNK).zip(points.y.chunks(CHUNK)) {
                let residuals = predict(x)?
                    .into_iter()
                    .zip(y)
                    .map(|(p, y)| f64::from(p) - f64::from(*y));
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
            let y = predict(&x)?;
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
        trained: Trained,
        score_started: f64,
    ) -> (Finished, CellTiming) {
        let timing = CellTiming {
            id: self.id.clone(),
            train_wall_s: trained.wall_s,
            score_wall_s: self.host.seconds() - score_started,
            n_steps: trained.result.map_or(0, |fit| fit.n_steps),
        };
        (finished, timing)
    }
}

struct Trained {
    result: Result<Fit, Diverged>,
    wall_s: f64,
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
