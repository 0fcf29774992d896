//! Networks trained on folds, and what they say of the rows that they did not learn from.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::folds::Fold;
use super::request::EnsembleRequest;
use crate::mixture::ConditionalError;
use crate::net::{Epoch, Fit, Model, ModelError, Noise, Observer, Pieces, Recipe, Rows, Training};
use crate::numerics::environment;
use crate::record::Settings;

/// A trained member, and the log density of each row of its fold, nats.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) model: Model,
    pub(super) fit: Fit,
    pub(super) log_densities: Vec<f64>,
}

/// Trains members, each with each setting only once.
pub(super) struct Workshop<'a> {
    request: &'a EnsembleRequest<'a>,
    pub(super) folds: Vec<Fold>,
    /// Pieces by their number, learnt from all rows.
    pieces: Mutex<BTreeMap<usize, Pieces>>,
    /// What is trained already, by settings and fold.
    trained: Mutex<BTreeMap<(String, usize), Option<Member>>>,
    n_steps: Mutex<usize>,
}

/// Passes on what is to be seen of a training, and ends it on request.
struct Following<'a> {
    request: &'a EnsembleRequest<'a>,
    name: &'a str,
}

impl Observer for Following<'_> {
    fn epoch(&mut self, epoch: &Epoch) -> ControlFlow<()> {
        (self.request.observer)(self.name, epoch);
        self.step()
    }

    fn step(&mut self) -> ControlFlow<()> {
        match self.request.is_stopped() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }
}

impl<'a> Workshop<'a> {
    pub(super) fn new(request: &'a EnsembleRequest<'a>, folds: Vec<Fold>) -> Self {
        Self {
            request,
            folds,
            pieces: Mutex::default(),
            trained: Mutex::default(),
            n_steps: Mutex::new(0),
        }
    }

    /// Steps of all trainings so far.
    pub(super) fn n_steps(&self) -> usize {
        *self.n_steps.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Trainings so far that gave a network.
    pub(super) fn n_trainings(&self) -> usize {
        let known = self.trained.lock().unwrap_or_else(PoisonError::into_inner);
        known.values().flatten().count()
    }

    /// The members of these folds, in their order; `None` of one whose training diverged.
    ///
    /// # Errors
    /// What stops every training: sizes out of range, numbers that are not finite.
    pub(super) fn members(
        &self,
        settings: &Settings,
        folds: &[usize],
    ) -> Result<Vec<Option<Member>>, ModelError> {
        let trained = folds.par_iter().with_max_len(1);
        trained.map(|fold| self.member(settings, *fold)).collect()
    }

    /// Members of several settings, all trainings side by side.
    pub(super) fn candidates(
        &self,
        candidates: &[Settings],
        folds: &[usize],
    ) -> Result<Vec<Vec<Option<Member>>>, ModelError> {
        let pairs = candidates
            .iter()
            .flat_map(|s| folds.iter().map(move |f| (s, *f)));
        let pairs: Vec<(&Settings, usize)> = pairs.collect();
        let trained = pairs.par_iter().with_max_len(1);
        let trained: Result<Vec<_>, ModelError> = trained
            .map(|(settings, fold)| self.member(settings, *fold))
            .collect();
        let mut trained = trained?.into_iter();
        let of_one = |_| trained.by_ref().take(folds.len()).collect();
        Ok((0..candidates.len()).map(of_one).collect())
    }

    fn member(&self, settings: &Settings, fold: usize) -> Result<Option<Member>, ModelError> {
        let key = (format!("{settings:?}"), fold);
        let known = self.trained.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(member) = { known }.get(&key) {
            return Ok(member.clone());
        }
        let member = self.train(settings, fold)?;
        let known = self.trained.lock().unwrap_or_else(PoisonError::into_inner);
        { known }.insert(key, member.clone());
        Ok(member)
    }

    fn train(&self, settings: &Settings, fold: usize) -> Result<Option<Member>, ModelError> {
        // The pool may be another's.
        let _environment = environment::guard();
        let request = self.request;
        let Some(rows) = self.folds.get(fold) else {
            return Ok(None);
        };
        let (f, d) = request.widths();
        let recipe = recipe_of(&request.recipe, settings);
        let mut training = Training::new(&recipe, request.metadata.clone())
            .components(settings.n_components)
            .covariance(request.covariance)
            .least_scales(request.least_scales.clone())
            .stream(rows.name.clone());
        if let Some(n_pieces) = settings.n_pieces {
            training = training.pieces(self.pieces(n_pieces));
        } else {
            // A feature may be constant in a fold.
            training = training.pieces(Pieces::none(f));
        }
        let (train, held_out) = (
            request.take(&rows.train, f, d),
            request.take(&rows.held_out, f, d),
        );
        let name = &rows.name;
        if request.is_stopped() {
            return Err(ModelError::Stopped);
        }
        let mut observer = Following { request, name };
        let fitted = Model::fit_observed(
            &training,
            Rows {
                x: &train.0,
                y: &train.1,
            },
            Rows {
                x: &held_out.0,
                y: &held_out.1,
            },
            &mut observer,
        );
        if request.is_stopped() {
            return Err(ModelError::Stopped);
        }
        let (model, fit) = match fitted {
            Ok(fitted) => fitted,
            Err(ModelError::Diverged(_) | ModelError::Constant { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        *self.n_steps.lock().unwrap_or_else(PoisonError::into_inner) += fit.n_steps;
        let log_densities = log_densities(&model, &held_out.0, &held_out.1);
        Ok(log_densities.ok().map(|log_densities| Member {
            model,
            fit,
            log_densities,
        }))
    }

    fn pieces(&self, n_pieces: usize) -> Pieces {
        let known = self.pieces.lock().unwrap_or_else(PoisonError::into_inner);
        let (f, _) = self.request.widths();
        let made = || Pieces::of(self.request.x, f, n_pieces);
        { known }.entry(n_pieces).or_insert_with(made).clone()
    }
}

/// ln f(y | x) of each row, nats.
pub(super) fn log_densities(
    model: &Model,
    x: &[f64],
    y: &[f64],
) -> Result<Vec<f64>, ConditionalError> {
    Ok(model.mixtures(x)?.log_densities(y)?)
}

/// The recipe of the members with these settings.
fn recipe_of(recipe: &Recipe, settings: &Settings) -> Recipe {
    let mut recipe = *recipe;
    recipe.tuning.weight_decay = (settings.weight_decay > 0.0).then_some(settings.weight_decay);
    recipe.tuning.noise = (settings.noise > 0.0).then_some(Noise {
        x: settings.noise,
        y: 0.0,
    });
    recipe
}
