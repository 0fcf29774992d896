//! One cell: trained and scored on one thread, which others may help in scoring.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::StudyError;
use super::data::SplitData;
use super::finished::{COVERAGES, Computed, Finished};
use super::host::{Event, Host};
use super::plan::CellPlan;
use super::table_data::covariance_of;
use crate::ensemble::{self, Ensemble, EnsembleRequest};
use crate::net::{
    Diverged, Epoch, Fit, MeanModel, Metadata, Model, ModelError, Observer, Recipe, Stopped,
    Training,
};
use crate::problem::PointScores;
use crate::record::{Cell, CellTiming, Failure, History, ModelKind, Parts, StoppedBy};
use crate::seed::{Seed, Stream};
use crate::spec::{Drawn, RecipeSpec, Spec};

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
    pub(super) fn drawn(&self) -> Option<&Drawn> {
        let problem = self.spec.problems.get(self.plan.problem)?;
        problem.source.drawn()
    }

    pub(super) fn stream(&self, kind: &str) -> Stream {
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
    pub(super) fn members(
        &self,
        spec: &RecipeSpec,
        members: &Recipe,
    ) -> Result<Ensemble, StudyError> {
        let (data, asked) = (self.data, spec.ensemble.as_ref());
        let rows = data.rows_to_learn_from();
        let tell = |name: &str, epoch: &Epoch| {
            let id = format!("{}{name}", self.id);
            self.host.event(Event::Epoch { id: &id, epoch });
        };
        let covariance = asked.map(|asked| asked.covariance).unwrap_or_default();
        let mut request = EnsembleRequest::new(self.metadata(), &rows.x, &rows.y);
        request.recipe = *members;
        request.covariance = covariance_of(covariance, data.targets.len());
        request.least_scales = data.least_scales(&rows.y);
        request.stream = self.plan.stream();
        request.without = asked.map_or_else(Vec::new, |asked| asked.without.clone());
        request.n_members = asked.and_then(|asked| asked.members);
        request.observer = &tell;
        request.stop = self.host.stop();
        Ok(ensemble::fit(&request)?)
    }

    fn ensemble(&self, spec: &RecipeSpec, members: &Recipe) -> Result<Computed, StudyError> {
        let started = self.host.seconds();
        let ensemble = self.members(spec, members)?;
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
        let result = fit(&mut Following(self));
        self.host.go_on()?;
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
            baselines: None,
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
}

/// Tells the host of a training's epochs, and stops it when the host says so.
struct Following<'a>(&'a Job<'a>);

impl Observer for Following<'_> {
    fn epoch(&mut self, epoch: &Epoch) -> ControlFlow<()> {
        self.0.tell(epoch);
        self.step()
    }

    fn step(&mut self) -> ControlFlow<()> {
        match self.0.host.go_on() {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }
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
