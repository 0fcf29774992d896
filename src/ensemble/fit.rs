//! From rows to one density of several networks.

use super::combine::{Combined, HeldOut, combine};
use super::feature_free::{FeatureFree, moments};
use super::folds::deal;
use super::linear::LinearGaussian;
use super::members::{Member, Workshop};
use super::request::EnsembleRequest;
use super::settings::{Trials, choose};
use crate::net::{Epoch, Model, ModelError, Recipe, Rows, WideComponent};
use crate::recipe::EnsembleIngredient;
use crate::record::{Baseline, EnsembleRecord, History, MemberRecord, Settings};
use crate::score::{ScoreError, Summary};
use crate::seed::Seed;
use crate::threads;

/// What came of it.
#[derive(Debug)]
pub struct Ensemble {
    /// The density.
    pub model: Model,
    /// Out-of-fold negative log-likelihood of each row that has one, nats.
    pub nll_out_of_fold: Vec<f64>,
    /// What was tried and chosen.
    pub record: EnsembleRecord,
    /// Steps of all trainings.
    pub n_steps: usize,
    /// Of the first member.
    pub history: History,
}

/// Rows without which no member is trained.
const LEAST_ROWS: usize = 10;

/// How much is done for tables of so many rows.
struct Plan {
    recipe: Recipe,
    trials: Trials,
    n_folds: usize,
    repeats: usize,
    /// Members that are trained, from the first on.
    n_members: usize,
    /// Folds that settings are compared on.
    n_compared: usize,
}

/// The value for a table of `n` rows: of the first step that holds so many.
fn by_rows<T: Copy>(n: usize, steps: &[(usize, T)], beyond: T) -> T {
    let step = steps.iter().find(|(most, _)| n <= *most);
    step.map_or(beyond, |(_, value)| *value)
}

impl Plan {
    fn of(request: &EnsembleRequest<'_>) -> Self {
        let n = request.n_rows();
        let batch_size = by_rows(
            n,
            &[
                (3000, 16),
                (6000, 32),
                (20_000, 64),
                (60_000, 128),
                (200_000, 256),
            ],
            512,
        );
        let most_epochs = by_rows(
            n,
            &[(4000, 300), (20_000, 120), (60_000, 80), (200_000, 40)],
            20,
        );
        let recipe = request.recipe;
        let mut recipe = recipe.with_epochs(recipe.max_epochs.min(most_epochs));
        if request.has(EnsembleIngredient::BatchSize) {
            recipe.batch_size = batch_size;
        }
        let is_small = n <= 3000;
        // Fewer rows say nothing of features: no member is trained, and the density ignores them.
        let n_folds = if n < LEAST_ROWS { 0 } else { 5 };
        let repeats = by_rows(n, &[(600, 3), (3000, 2)], 1);
        let trained = by_rows(n, &[(30_000, n_folds * repeats)], 3.min(n_folds));
        let pieces = if is_small {
            vec![None, Some(8)]
        } else {
            vec![None, Some(16), Some(32)]
        };
        // Few rows may want much of it, and are tried in no time.
        let decays: &[f64] = match n {
            0..=600 => &[0.1, 0.3, 1.0, 3.0, 10.0],
            601..=3000 => &[0.1, 0.3, 1.0, 3.0],
            _ => &[0.03, 0.1, 0.3],
        };
        let mut trials = Trials {
            is_twice: n <= 600,
            first: Settings {
                n_pieces: Some(if is_small { 8 } else { 32 }),
                n_components: 5,
                weight_decay: 0.3,
                noise: if is_small { 0.1 } else { 0.03 },
            },
            n_pieces: pieces,
            n_components: if is_small {
                vec![1, 2, 5, 10]
            } else {
                vec![5, 10, 20]
            },
            weight_decay: decays.to_vec(),
            noise: if is_small {
                vec![0.0, 0.03, 0.1, 0.3]
            } else {
                vec![0.0, 0.03, 0.1]
            },
        };
        let first = &mut trials.first;
        if !request.has(EnsembleIngredient::Pieces) {
            (first.n_pieces, trials.n_pieces) = (None, vec![None]);
        }
        if !request.has(EnsembleIngredient::ChosenComponents) {
            trials.n_components = vec![first.n_components];
        }
        if !request.has(EnsembleIngredient::WeightDecay) {
            (first.weight_decay, trials.weight_decay) = (0.0, vec![0.0]);
        }
        if !request.has(EnsembleIngredient::Noise) {
            (first.noise, trials.noise) = (0.0, vec![0.0]);
        }
        Self {
            recipe,
            trials,
            n_folds,
            repeats,
            n_members: request
                .n_members
                .map_or(trained, |asked| asked.max(1))
                .min(n_folds * repeats),
            n_compared: by_rows(n, &[(600, n_folds), (3000, 2.min(n_folds))], 1),
        }
    }
}

/// Fits members to folds of the rows, and makes one density of them; where they gain less than a standard error on rows
/// that were not learnt from, the density is the one that ignores the features.
///
/// # Errors
/// [`ModelError`]: sizes out of range, ragged or empty rows, numbers that are not finite, a constant target, a stop.
pub fn fit(request: &EnsembleRequest<'_>) -> Result<Ensemble, ModelError> {
    threads::install(|| fit_here(request))
}

fn fit_here(request: &EnsembleRequest<'_>) -> Result<Ensemble, ModelError> {
    request.check()?;
    let (f, d) = request.widths();
    let n = request.n_rows();
    let constant = || ModelError::Constant { column: "targets" };
    let moments = moments(request.y, d).ok_or_else(constant)?;
    let plan = Plan::of(request);
    let planned = EnsembleRequest {
        recipe: plan.recipe,
        metadata: request.metadata.clone(),
        least_scales: request.least_scales.clone(),
        without: request.without.clone(),
        stream: request.stream.clone(),
        ..*request
    };
    let seed = Seed::new(request.metadata.seed);
    let folds = deal(n, plan.n_folds, plan.repeats, seed, &request.stream);
    let workshop = Workshop::new(&planned, folds);
    let (means, scales): (Vec<f64>, Vec<f64>) = moments.iter().copied().unzip();
    let wide = FeatureFree {
        weights: vec![1.0],
        means: means.clone(),
        scales: scales.clone(),
    };
    let wide = wide.log_densities(request.y);

    let compared: Vec<usize> = (0..plan.n_compared).collect();
    let (settings, tried) = choose(&workshop, &plan.trials, &compared, &wide)?;
    let all: Vec<usize> = (0..plan.n_members).collect();
    let members = workshop.members(&settings, &all)?;
    let trained: Vec<(usize, &Member)> = members
        .iter()
        .enumerate()
        .filter_map(|(fold, member)| Some((fold, member.as_ref()?)))
        .collect();
    let held_out = trained.iter().map(|(fold, member)| {
        let rows = &workshop.folds[*fold].held_out;
        let (x, y) = request.take(rows, f, d);
        HeldOut { member, rows, x, y }
    });
    let held_out: Vec<HeldOut<'_>> = held_out.collect();
    let combined = combine(request, &held_out, &wide)?;
    let baselines = Baselines::of(&planned, &workshop, &combined);

    let members_gain = baselines.gain(&combined);
    let is_supported = |gain: Summary| gain.mean > gain.standard_error.unwrap_or(0.0);
    let is_feature_free = !members_gain.is_some_and(is_supported);
    let model = match is_feature_free {
        true => baselines.feature_free_model(request)?,
        false => {
            let models = trained.iter().map(|(_, member)| member.model.clone());
            let wide = (combined.wide_weight > 0.0)
                .then(|| WideComponent::new(combined.wide_weight, means, scales))
                .transpose()?;
            Model::ensemble(models.collect())?
                .with_scale_factor(combined.scale_factor)?
                .with_wide(wide)?
        }
    };
    let nll_out_of_fold = match is_feature_free {
        true => baselines.feature_free.iter().map(|(_, log)| -log).collect(),
        false => combined.rows.iter().map(|(_, log)| -log).collect(),
    };
    let first = trained.first().map(|(_, member)| &member.fit);
    Ok(Ensemble {
        model,
        nll_out_of_fold,
        n_steps: workshop.n_steps(),
        history: first.map_or_else(History::default, |fit| history(&fit.history)),
        record: EnsembleRecord {
            settings,
            batch_size: plan.recipe.batch_size,
            max_epochs: plan.recipe.max_epochs,
            least_scales: request.least_scales.clone(),
            n_trainings: workshop.n_trainings(),
            candidates: tried,
            members: trained
                .iter()
                .map(|(fold, m)| member_record(*fold, m))
                .collect(),
            scale_factor: combined.scale_factor,
            wide_weight: combined.wide_weight,
            is_feature_free,
            gain_nats_mean_out_of_fold: members_gain.map(|gain| gain.mean),
            gain_nats_standard_error_out_of_fold: members_gain.and_then(|g| g.standard_error),
            feature_free: baselines.record(&baselines.feature_free),
            linear: baselines.record(&baselines.linear),
            n_components_feature_free: baselines.n_components,
        },
    })
}

fn member_record(fold: usize, member: &Member) -> MemberRecord {
    let nll = member
        .log_densities
        .iter()
        .map(|log| -log)
        .collect::<Vec<f64>>();
    MemberRecord {
        member: fold,
        n_epochs: member.fit.history.len(),
        best_epoch: member.fit.kept_epoch,
        nll_nats_mean_out_of_fold: Summary::of(&nll).map(|s| s.mean).unwrap_or(f64::NAN),
        weights_blake3: member.model.weights_blake3(),
    }
}

/// What epochs left.
pub(super) fn history(epochs: &[Epoch]) -> History {
    let column = |value: fn(&Epoch) -> f32| epochs.iter().map(value).collect();
    History {
        loss: column(|e| e.loss),
        val_loss: column(|e| e.val_loss),
        learning_rate: column(|e| e.learning_rate),
    }
}

/// The densities that ensembles are compared with, out of fold.
struct Baselines {
    /// Of each row that is held out in the first repeat, its place and log density.
    feature_free: Vec<(usize, f64)>,
    linear: Vec<(usize, f64)>,
    /// K of the density that ignores the features.
    n_components: usize,
}

/// Numbers of components that are tried for the density that ignores the features.
const FEATURE_FREE: [usize; 4] = [1, 2, 3, 5];

impl Baselines {
    fn of(request: &EnsembleRequest<'_>, workshop: &Workshop<'_>, combined: &Combined) -> Self {
        let (f, d) = request.widths();
        let is_held_out = |fold: &&super::folds::Fold| {
            let mut rows = combined.rows.iter();
            let first = fold.held_out.first();
            first.is_some_and(|first| rows.any(|(row, _)| row == first))
        };
        let mut of_k = vec![Vec::new(); FEATURE_FREE.len()];
        let mut linear = Vec::new();
        // Each row once: the folds of the first repeat.
        for fold in workshop.folds.iter().take(5).filter(is_held_out) {
            let (x, y) = request.take(&fold.train, f, d);
            let (held_x, held_y) = request.take(&fold.held_out, f, d);
            for (k, logs) in FEATURE_FREE.iter().zip(&mut of_k) {
                if let Some(fitted) = FeatureFree::fit(&y, *k, &request.least_scales) {
                    let log = fitted.log_densities(&held_y);
                    logs.extend(fold.held_out.iter().copied().zip(log));
                }
            }
            if let Some(fitted) =
                LinearGaussian::fit(&[Rows { x: &x, y: &y }], f, &request.least_scales)
            {
                let log = fitted.log_densities(&held_x, &held_y);
                linear.extend(fold.held_out.iter().copied().zip(log));
            }
        }
        let mean = |logs: &[(usize, f64)]| {
            logs.iter().map(|(_, log)| log).sum::<f64>() / logs.len().max(1) as f64
        };
        let mut best = 0;
        for (at, logs) in of_k.iter().enumerate() {
            if logs.len() >= of_k[best].len() && mean(logs) > mean(&of_k[best]) {
                best = at;
            }
        }
        let mut feature_free = std::mem::take(&mut of_k[best]);
        feature_free.sort_unstable_by_key(|(row, _)| *row);
        linear.sort_unstable_by_key(|(row, _)| *row);
        Self {
            feature_free,
            linear,
            n_components: FEATURE_FREE[best],
        }
    }

    /// Mean gain of the members over the density that ignores the features, on the rows that both have.
    fn gain(&self, combined: &Combined) -> Option<Summary> {
        let mut gains = Vec::new();
        let mut others = self.feature_free.iter().peekable();
        for (row, log) in &combined.rows {
            while others.next_if(|(other, _)| other < row).is_some() {}
            if let Some((_, other)) = others.next_if(|(other, _)| other == row) {
                gains.push(log - other);
            }
        }
        Summary::of(&gains)
            .ok()
            .filter(|gain| gain.mean.is_finite())
    }

    fn record(&self, logs: &[(usize, f64)]) -> Option<Baseline> {
        let nll: Vec<f64> = logs.iter().map(|(_, log)| -log).collect();
        let summary: Result<Summary, ScoreError> = Summary::of(&nll);
        let summary = summary.ok()?;
        Some(Baseline {
            nll_nats_mean_out_of_fold: summary.mean,
            nll_nats_standard_error_out_of_fold: summary.standard_error,
        })
    }

    /// The density that ignores the features, fitted to all rows.
    fn feature_free_model(&self, request: &EnsembleRequest<'_>) -> Result<Model, ModelError> {
        let fitted = FeatureFree::fit(request.y, self.n_components, &request.least_scales);
        let fitted = fitted.ok_or(ModelError::Constant { column: "targets" })?;
        Model::constant(
            request.metadata.clone(),
            &fitted.weights,
            &fitted.means,
            &fitted.scales,
        )
    }
}
