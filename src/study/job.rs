//! One cell: trained and scored on one thread, which others may help in scoring.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::StudyError;
use super::cell_exhibit::{CellExhibit, Showing};
use super::data::{Rows, SplitData};
use super::host::{Event, Host};
use super::plan::CellPlan;
use super::table_data::covariance_of;
use crate::ensemble::{self, EnsembleRequest};
use crate::mixture::Mixtures;
use crate::net::{
    Diverged, Epoch, Fit, MeanModel, Metadata, Model, ModelError, Observer, Recipe, Stopped,
    Training,
};
use crate::numerics::environment;
use crate::predict::{PredictError, Predictor as _, densities_of, scores_of};
use crate::problem::PointScores;
use crate::record::{
    Cell, CellTiming, Failure, History, ModelKind, Parts, Points, StoppedBy, ValidationScores,
};
use crate::score::{KsDistance, RowScores, ScoreError, Summary, Wanted, central_coverage, smaller};
use crate::seed::{Seed, Stream};
use crate::spec::{Drawn, RecipeSpec, Spec};

/// Percentages of the recorded central intervals.
const COVERAGES: [u32; 4] = [50, 80, 90, 95];

/// Rows that are predicted and scored together: fixed, so that no bit depends on the number of
/// threads, and few, so that memory stays bounded.
const CHUNK: usize = 500;

/// A cell's result: deterministic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Finished {
    /// For the record.
    pub(super) cell: Cell,
    /// What it adds to the figures.
    pub(super) exhibit: CellExhibit,
    /// Where a model is kept: the negative log-likelihood of each validation row, by which it is chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) nll_validation: Vec<f64>,
    /// BLAKE3 of the model's bytes, where a model is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) model_blake3: Option<String>,
}

impl Finished {
    /// A cell that shows nothing.
    fn of(cell: Cell) -> Self {
        Self {
            cell,
            exhibit: CellExhibit::default(),
            nll_validation: Vec::new(),
            model_blake3: None,
        }
    }
}

/// A cell's result with what may differ from run to run, and the model where one is kept.
#[derive(Debug)]
pub(super) struct Computed {
    pub(super) finished: Finished,
    pub(super) timing: CellTiming,
    pub(super) model: Option<Vec<u8>>,
}

/// One cell at work.
pub(super) struct Job<'a> {
    pub(super) plan: &'a CellPlan,
    pub(super) spec: &'a Spec,
    pub(super) data: &'a SplitData,
    /// What the exact density scores at each test point; empty where it is not known.
    pub(super) oracle: &'a [PointScores],
    pub(super) host: &'a dyn Host,
    pub(super) id: String,
}

/// A trained network, or how its training broke.
struct Trained<N> {
    result: Result<(N, Fit), Diverged>,
    n_parameters: usize,
    wall_s: f64,
}

impl Job<'_> {
    /// Trains and scores the cell; `None` where its plan is not of the spec.
    pub(super) fn run(&self) -> Result<Option<Computed>, StudyError> {
        let Some(recipe) = self.spec.recipes.get(&self.plan.recipe) else {
            return Ok(None);
        };
        match (self.plan.model, self.plan.n_components) {
            (ModelKind::Mse, _) => recipe.baseline().map(|recipe| self.mse(&recipe)),
            (ModelKind::Mdn, Some(k)) => recipe.mixtures().map(|mdn| self.mdn(recipe, &mdn, k)),
            (ModelKind::Ensemble, _) => recipe
                .members()
                .map(|members| self.ensemble(recipe, &members)),
            (ModelKind::Mdn, None) => None,
        }
        .transpose()
    }

    /// What is drawn and shown, where the problem's truth is known.
    fn drawn(&self) -> Option<&Drawn> {
        let problem = self.spec.problems.get(self.plan.problem)?;
        problem.source.drawn()
    }

    fn stream(&self, kind: &str) -> Stream {
        Seed::new(self.spec.seed).stream(&format!("{kind}/{}", self.plan.stream()))
    }

    /// What determines a training, beside the data.
    fn training(&self, recipe: &Recipe) -> Training {
        Training::new(recipe, self.metadata()).stream(self.plan.stream())
    }

    /// Names and origin of a model.
    fn metadata(&self) -> Metadata {
        let data = self.data;
        let mut metadata = Metadata::new(data.features.clone(), data.targets.clone());
        metadata.recipe.clone_from(&self.plan.recipe);
        metadata.seed = self.spec.seed;
        metadata.data_blake3.clone_from(&data.data.blake3);
        metadata.notes.clone_from(&data.notes);
        metadata
    }

    fn mdn(&self, spec: &RecipeSpec, recipe: &Recipe, k: usize) -> Result<Computed, StudyError> {
        let asked = spec.mdn.as_ref().map(|mdn| mdn.covariance);
        let covariance = covariance_of(asked.unwrap_or_default(), self.data.targets.len());
        let training = self.training(recipe).components(k).covariance(covariance);
        let (train, validation) = (self.data.train.as_rows(), self.data.validation.as_rows());
        let trained = self.train(training.shape().n_parameters(), |observer| {
            Model::fit_observed(&training, train, validation, observer)
        })?;
        let started = self.host.seconds();
        let mut finished = self.finished(&trained);
        let mut bytes = None;
        if let Ok((model, _)) = &trained.result {
            finished.cell.weights_blake3 = Some(model.weights_blake3());
            match self.score_mixture(&mut finished, model, None) {
                Ok(()) if self.spec.keep_model => {
                    let model = model.to_bytes()?;
                    finished.model_blake3 = Some(blake3::hash(&model).to_hex().to_string());
                    bytes = Some(model);
                }
                Ok(()) => {}
                Err(error) => fail(&mut finished, &error),
            }
        }
        Ok(Computed {
            timing: self.timing(&trained, started),
            finished,
            model: bytes,
        })
    }

    /// Members on folds of all rows but those of the test, averaged.
    fn ensemble(&self, spec: &RecipeSpec, members: &Recipe) -> Result<Computed, StudyError> {
        let (data, asked) = (self.data, spec.ensemble.as_ref());
        let rows = data.rows_to_learn_from();
        let tell = |name: &str, epoch: &Epoch| {
            let id = format!("{}{name}", self.id);
            self.host.event(Event::Epoch { id: &id, epoch });
        };
        let covariance = asked.map(|asked| asked.covariance).unwrap_or_default();
        let request = EnsembleRequest {
            metadata: self.metadata(),
            x: &rows.x,
            y: &rows.y,
            recipe: members,
            covariance: covariance_of(covariance, data.targets.len()),
            least_scales: data.least_scales(&rows),
            stream: self.plan.stream(),
            n_members: asked.and_then(|asked| asked.members),
            observer: &tell,
        };
        let started = self.host.seconds();
        let ensemble = ensemble::fit(&request)?;
        let wall_s = self.host.seconds() - started;
        let started = self.host.seconds();
        let model = ensemble.model;
        let first = ensemble.record.members.first();
        let mut cell = self.cell(ensemble.history);
        cell.n_components = Some(match ensemble.record.is_feature_free {
            true => ensemble.record.n_components_feature_free,
            false => ensemble.record.settings.n_components,
        });
        cell.n_parameters = model.n_parameters();
        cell.n_epochs = first.map_or(0, |member| member.n_epochs);
        cell.best_epoch = first.map_or(0, |member| member.best_epoch);
        cell.stopped_by = match cell.n_epochs < ensemble.record.max_epochs {
            true => StoppedBy::EarlyStopping,
            false => StoppedBy::MaxEpochs,
        };
        cell.weights_blake3 = Some(model.weights_blake3());
        cell.ensemble = Some(ensemble.record);
        let mut finished = Finished::of(cell);
        let mut bytes = None;
        match self.score_mixture(&mut finished, &model, Some(&ensemble.nll_out_of_fold)) {
            Ok(()) if self.spec.keep_model => {
                let model = model.to_bytes()?;
                finished.model_blake3 = Some(blake3::hash(&model).to_hex().to_string());
                bytes = Some(model);
            }
            Ok(()) => {}
            Err(error) => fail(&mut finished, &error),
        }
        Ok(Computed {
            timing: CellTiming {
                id: self.id.clone(),
                train_wall_s: wall_s,
                score_wall_s: self.host.seconds() - started,
                n_steps: ensemble.n_steps,
            },
            finished,
            model: bytes,
        })
    }

    fn mse(&self, recipe: &Recipe) -> Result<Computed, StudyError> {
        let training = self.training(recipe);
        let (train, validation) = (self.data.train.as_rows(), self.data.validation.as_rows());
        let n_parameters = training.n_parameters_of_mean();
        let trained = self.train(n_parameters, |observer| {
            MeanModel::fit_observed(&training, train, validation, observer)
        })?;
        let started = self.host.seconds();
        let mut finished = self.finished(&trained);
        if let Ok((model, _)) = &trained.result {
            finished.cell.weights_blake3 = Some(model.weights_blake3());
            if let Err(error) = self.score_mean(&mut finished, model) {
                fail(&mut finished, &error);
            }
        }
        Ok(Computed {
            timing: self.timing(&trained, started),
            finished,
            model: None,
        })
    }

    /// Times a training, and tells the host of its epochs.
    fn train<N>(
        &self,
        n_parameters: usize,
        fit: impl FnOnce(&mut dyn Observer) -> Result<(N, Fit), ModelError>,
    ) -> Result<Trained<N>, StudyError> {
        let started = self.host.seconds();
        let result = fit(&mut |epoch: &Epoch| {
            self.tell(epoch);
            ControlFlow::Continue(())
        });
        let wall_s = self.host.seconds() - started;
        let result = match result {
            Ok(trained) => Ok(trained),
            Err(ModelError::Diverged(diverged)) => Err(diverged),
            Err(source) => return Err(source.into()),
        };
        Ok(Trained {
            result,
            n_parameters,
            wall_s,
        })
    }

    fn tell(&self, epoch: &Epoch) {
        let id = &self.id;
        self.host.event(Event::Epoch { id, epoch });
    }

    /// Everything but the scores.
    fn finished<N>(&self, trained: &Trained<N>) -> Finished {
        let (n_epochs, best_epoch, stopped_by, failure, history) = match &trained.result {
            Ok((_, fit)) => {
                let stopped_by = match fit.stopped {
                    Stopped::Early => StoppedBy::EarlyStopping,
                    Stopped::LastEpoch | Stopped::Observer => StoppedBy::MaxEpochs,
                };
                let n_epochs = fit.history.len();
                (n_epochs, fit.kept_epoch, stopped_by, None, &fit.history)
            }
            Err(diverged) => {
                let failure = Failure {
                    epoch: diverged.epoch,
                    batch: diverged.batch,
                    quantity: diverged.quantity.to_owned(),
                    value: diverged.value.to_string(),
                };
                let history = &diverged.history;
                (
                    diverged.epoch,
                    0,
                    StoppedBy::Failure,
                    Some(failure),
                    history,
                )
            }
        };
        let column = |value: fn(&Epoch) -> f32| history.iter().map(value).collect();
        let mut cell = self.cell(History {
            loss: column(|e| e.loss),
            val_loss: column(|e| e.val_loss),
            learning_rate: column(|e| e.learning_rate),
        });
        cell.n_parameters = trained.n_parameters;
        cell.n_epochs = n_epochs;
        cell.best_epoch = best_epoch;
        cell.stopped_by = stopped_by;
        cell.failure = failure;
        Finished::of(cell)
    }

    /// The cell before anything is known of it but its epochs.
    fn cell(&self, history: History) -> Cell {
        let no_coverage = COVERAGES.iter().map(|p| (p.to_string(), None));
        Cell {
            id: self.id.clone(),
            problem: self.plan.problem_name.clone(),
            recipe: self.plan.recipe.clone(),
            model: self.plan.model,
            n_components: self.plan.n_components,
            split: self.plan.split,
            replicate: self.plan.replicate,
            n_parameters: 0,
            n_epochs: 0,
            best_epoch: 0,
            stopped_by: StoppedBy::MaxEpochs,
            failure: None,
            nll_nats_mean: Parts::default(),
            nll_nats_standard_error: Parts::default(),
            excess_nats_test: None,
            excess_nats_standard_error_test: None,
            mse: Parts::default(),
            mse_standard_error_test: None,
            crps_mean_test: None,
            pit_ks_test: None,
            coverage_test: no_coverage.collect::<BTreeMap<_, _>>(),
            degenerate_likelihood: None,
            smallest_scale_test: None,
            effective_components_test: None,
            used_components_test: None,
            validation: None,
            scores_test: None,
            ensemble: None,
            weights_blake3: None,
            history,
        }
    }

    fn timing<N>(&self, trained: &Trained<N>, score_started: f64) -> CellTiming {
        let n_steps = trained.result.as_ref().map_or(0, |(_, fit)| fit.n_steps);
        CellTiming {
            id: self.id.clone(),
            train_wall_s: trained.wall_s,
            score_wall_s: self.host.seconds() - score_started,
            n_steps,
        }
    }

    fn score_mean(&self, finished: &mut Finished, model: &MeanModel) -> Result<(), ScoreError> {
        let (f, d) = (self.data.features.len(), self.data.targets.len());
        let squared = |rows: &Rows| -> Result<Summary, ScoreError> {
            let mut squared = Vec::with_capacity(rows.len());
            for (x, y) in rows.x.chunks(CHUNK * f).zip(rows.y.chunks(CHUNK * d)) {
                let means = model.means_at(x)?;
                for (means, y) in means.chunks_exact(d).zip(y.chunks_exact(d)) {
                    let residuals = means.iter().zip(y).map(|(mean, y)| mean - y);
                    squared.push(residuals.map(|r| r * r).sum::<f64>() / d as f64);
                }
            }
            Summary::of(&squared)
        };
        let test = squared(&self.data.test)?;
        finished.cell.mse = Parts {
            train: Some(squared(&self.data.train)?.mean),
            validation: Some(squared(&self.data.validation)?.mean),
            test: Some(test.mean),
        };
        finished.cell.mse_standard_error_test = test.standard_error;
        if let (0, 0, Some(drawn)) = (self.plan.replicate, self.plan.split, self.drawn()) {
            let x = super::grid::over(&self.data.train.x, drawn.exhibits.n_grid);
            let wide: Vec<f64> = x.iter().map(|x| f64::from(*x)).collect();
            let y = model.means_at(&wide)?.iter().map(|y| *y as f32).collect();
            finished.exhibit.points = Some(Points { x, y });
        }
        Ok(())
    }

    /// With `nll_out_of_fold` the validation NLL is that of rows held out from an ensemble's members.
    fn score_mixture(
        &self,
        finished: &mut Finished,
        model: &Model,
        nll_out_of_fold: Option<&[f64]>,
    ) -> Result<(), PredictError> {
        let data = self.data;
        let is_table = data.truth.is_none();
        let score = |rows: &Rows, wanted: Wanted| score_rows(model, rows, &wanted);
        let with_crps = |rows: &Rows| Wanted {
            n_crps: if is_table { rows.len() } else { 0 },
            ..Wanted::default()
        };
        let train = score(&data.train, Wanted::default())?;
        let validation = score(&data.validation, with_crps(&data.validation))?;
        let nll_validation = nll_out_of_fold.unwrap_or(&validation.nll);
        let nll = [Summary::of(&train.nll)?, Summary::of(nll_validation)?];
        let cell = &mut finished.cell;
        cell.nll_nats_mean = Parts {
            train: Some(nll[0].mean),
            validation: Some(nll[1].mean),
            test: None,
        };
        cell.nll_nats_standard_error = Parts {
            train: nll[0].standard_error,
            validation: nll[1].standard_error,
            test: None,
        };
        cell.mse.train = Some(mean_squared(&train)?.mean);
        cell.mse.validation = Some(mean_squared(&validation)?.mean);
        let scales = data.targets.iter().enumerate().map(|(at, name)| {
            let [train, validation] = [&train, &validation].map(|s| &s.targets[at]);
            let weighty = smaller(
                train.smallest_weighty_scale,
                validation.smallest_weighty_scale,
            );
            let width = data.spread_widths.get(name).copied();
            let repeats = data.repeats.get(at);
            (
                smaller(train.smallest_scale, validation.smallest_scale),
                repeats.is_some_and(|repeats| repeats.are_resolved_despite(width, weighty)),
            )
        });
        let (smallest_scale, collapsed): (Vec<f64>, Vec<bool>) = scales.unzip();
        cell.degenerate_likelihood = Some(collapsed.contains(&true));
        if is_table {
            let crps = validation.targets.iter().map(|t| Summary::of(&t.crps));
            let crps: Vec<Summary> = crps.collect::<Result<_, _>>()?;
            cell.validation = Some(ValidationScores {
                crps_mean: crps.iter().map(|crps| crps.mean).collect(),
                smallest_scale,
                collapsed: collapsed.clone(),
                effective_components: libm::exp(Summary::of(&validation.entropy)?.mean),
            });
        }
        if self.spec.keep_model {
            // The test rows are looked at once, by the model that is chosen.
            finished.nll_validation = nll_validation.to_vec();
            return Ok(());
        }
        self.score_test(finished, model, &collapsed)
    }

    fn score_test(
        &self,
        finished: &mut Finished,
        model: &Model,
        collapsed: &[bool],
    ) -> Result<(), PredictError> {
        let data = self.data;
        let wanted = Wanted {
            n_crps: data.data.n_test_crps,
            calibration: true,
            energy: Some(Seed::new(self.spec.seed)),
        };
        let test = score_rows(model, &data.test, &wanted)?;
        let nll = Summary::of(&test.nll)?;
        let squared = mean_squared(&test)?;
        let cell = &mut finished.cell;
        cell.nll_nats_mean.test = Some(nll.mean);
        cell.nll_nats_standard_error.test = nll.standard_error;
        cell.mse.test = Some(squared.mean);
        cell.mse_standard_error_test = squared.standard_error;
        cell.smallest_scale_test = Some(test.smallest_scale());
        cell.effective_components_test = Some(libm::exp(Summary::of(&test.entropy)?.mean));
        cell.used_components_test = Some(test.used_components());
        if let [only] = &test.targets[..] {
            cell.crps_mean_test = Some(Summary::of(&only.crps)?.mean);
            cell.pit_ks_test = Some(KsDistance::of(&only.pit)?.distance);
            let levels = COVERAGES.map(|percentage| f64::from(percentage) / 100.0);
            for (percentage, coverage) in
                COVERAGES.iter().zip(central_coverage(&only.pit, &levels)?)
            {
                let covered = Some(coverage.covered);
                cell.coverage_test.insert(percentage.to_string(), covered);
            }
        }
        if !self.oracle.is_empty() {
            let oracle: Vec<f64> = self.oracle.iter().map(|p| p.nll_nats).collect();
            let excess = Summary::of_difference(&test.nll, &oracle)?;
            cell.excess_nats_test = Some(excess.mean);
            cell.excess_nats_standard_error_test = excess.standard_error;
            finished.exhibit = self.exhibit(model, &test)?;
        } else {
            let mut scores = scores_of(&test, &data.test.y, &data.targets)?;
            for (target, collapsed) in scores.targets.iter_mut().zip(collapsed) {
                target.degenerate_likelihood = *collapsed;
            }
            cell.scores_test = Some(scores);
        }
        Ok(())
    }

    /// What the network shows in the figures, if it is in any.
    fn exhibit(&self, model: &Model, test: &RowScores) -> Result<CellExhibit, ScoreError> {
        let shown = (self.plan.replicate, self.plan.split) == (0, 0);
        let (true, Some(n_components), Some(drawn), [only]) = (
            shown,
            self.plan.n_components,
            self.drawn(),
            &test.targets[..],
        ) else {
            return Ok(CellExhibit::default());
        };
        Showing {
            id: &self.id,
            n_components,
            spec: &drawn.exhibits,
            x: &self.data.train.x,
            predict: &|x| Ok(model.mixtures(x)?),
            stream: &|kind| self.stream(kind),
        }
        .exhibit(&only.pit)
    }
}

/// Of each row the mean over its targets.
fn mean_squared(scores: &RowScores) -> Result<Summary, ScoreError> {
    match &scores.targets[..] {
        [only] => Summary::of(&only.squared_error),
        several => {
            let n = several.len() as f64;
            let row = |at: usize| several.iter().map(|t| t.squared_error[at]).sum::<f64>() / n;
            Summary::of(&(0..scores.nll.len()).map(row).collect::<Vec<f64>>())
        }
    }
}

/// The scores of `rows`, chunk by chunk on all threads.
pub(super) fn score_rows(
    model: &Model,
    rows: &Rows,
    wanted: &Wanted,
) -> Result<RowScores, PredictError> {
    let mut scores = RowScores::default();
    for chunk in per_chunk(model, rows, |first, mixtures, y, numbers| {
        let wanted = Wanted {
            n_crps: wanted.n_crps.saturating_sub(first),
            ..*wanted
        };
        Ok(RowScores::of(mixtures, y, numbers, &wanted)?)
    }) {
        scores.append(chunk?);
    }
    Ok(scores)
}

/// `work` on each chunk of rows, in order: place of its first row, densities, targets, numbers of the rows.
pub(super) fn per_chunk<R: Send>(
    model: &Model,
    rows: &Rows,
    work: impl Fn(usize, &Mixtures, &[f64], &[u64]) -> Result<R, PredictError> + Sync,
) -> Vec<Result<R, PredictError>> {
    let (f, d) = (model.feature_names().len(), model.target_names().len());
    let chunks = rows
        .x
        .par_chunks(CHUNK * f)
        .zip(rows.y.par_chunks(CHUNK * d))
        .zip(rows.numbers.par_chunks(CHUNK))
        .enumerate();
    chunks
        .map(|(index, ((x, y), numbers))| {
            let _environment = environment::guard();
            let mixtures = densities_of(model, x, numbers)?;
            work(index * CHUNK, &mixtures, y, numbers)
        })
        .collect()
}

/// A finite loss, yet a prediction that is no density: weights at the edge of f32.
fn fail(finished: &mut Finished, error: &dyn std::error::Error) {
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
