//! Trains, chooses, judges.

use std::ops::ControlFlow;

use rayon::prelude::*;

use super::cell::{Trained, finish, in_table};
use super::choice::{Candidate, Choice, choose};
use super::prepare::Prepared;
use super::record::{FitCell, FitRecord, FitSpec, KIND};
use super::show::exhibits;
use crate::mixture::ConditionalError;
use crate::net::{Epoch, Model, ModelError, Recipe, Shape, Training};
use crate::predict::{PredictError, score_rows};
use crate::score::ScoreError;
use crate::seed::Seed;
use crate::study::canonical;
use crate::study::record::SCHEMA;
use crate::table::{Table, TableError, Warning, excerpt};

/// Why there is no fit.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FitError {
    /// The table has a fault.
    #[error(transparent)]
    Table(#[from] TableError),
    /// No network can be made or trained.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A trained network gives no density.
    #[error(transparent)]
    Predict(#[from] PredictError),
    /// A trained network gives no density at a point that is no row.
    #[error("the model gives no density between its training rows: {0}")]
    Between(#[from] ConditionalError),
    /// A score cannot be had.
    #[error(transparent)]
    Score(#[from] ScoreError),
    /// No such recipe.
    #[error("there is no recipe `{}`; there are `{}`", excerpt(name), Recipe::NAMES.join("`, `"))]
    NoRecipe {
        /// The name asked for.
        name: String,
    },
    /// No such covariance.
    #[error(
        "there is no covariance `{}`; there are `diagonal` and `full`",
        excerpt(name)
    )]
    NoCovariance {
        /// The name asked for.
        name: String,
    },
    /// Not numbers of components.
    #[error("the numbers of components must be different, and from 1 to {most}")]
    Components {
        /// The most.
        most: usize,
    },
    /// Not a number of epochs.
    #[error("the epochs must be from 1 to {most}")]
    Epochs {
        /// The most.
        most: usize,
    },
    /// The record cannot be written as JSON.
    #[error("the record cannot be written: {0}")]
    Json(#[from] serde_json::Error),
}

/// What happens in a fit.
#[derive(Debug)]
#[non_exhaustive]
pub enum FitEvent<'a> {
    /// What is odd about the table.
    Odd(&'a Warning),
    /// How many networks are trained, and how many epochs each has at most.
    Planned {
        /// Networks.
        n_cells: usize,
        /// Epochs at most.
        max_epochs: usize,
    },
    /// An epoch ended.
    Epoch {
        /// Which network.
        id: &'a str,
        /// Its losses.
        epoch: &'a Epoch,
    },
    /// A network is trained and scored.
    Finished {
        /// Its result.
        cell: &'a FitCell,
    },
}

/// Who is told what happens, from any thread.
pub type Host<'a> = dyn Fn(FitEvent<'_>) + Sync + 'a;

/// A model with its record.
#[derive(Debug)]
pub struct Fitted {
    /// The taken model; none where every training failed.
    pub model: Option<Model>,
    /// The bytes of `model.safetensors`.
    pub bytes: Vec<u8>,
    /// What was done.
    pub record: FitRecord,
    /// Training steps of each cell, for timings.
    pub n_steps: Vec<usize>,
}

/// Fits `spec` to `table`, on as many threads as the pool it is called in has.
///
/// # Errors
/// [`FitError`]. A training that diverges is no error: it stands in its cell.
pub fn fit(table: Table, spec: FitSpec, host: &Host<'_>) -> Result<Fitted, FitError> {
    let prepared = Prepared::new(table, spec, host)?;
    train(prepared, host)
}

/// Trains what is prepared, chooses and judges.
pub(super) fn train(prepared: Prepared, host: &Host<'_>) -> Result<Fitted, FitError> {
    let told = prepared.told();
    let Prepared {
        spec,
        data,
        warnings,
        recipe,
        shapes,
        metadata,
        table,
        repeats,
        train,
        validation,
        test,
    } = prepared;
    let odd = warnings.iter().map(FitEvent::Odd);
    odd.for_each(host);
    host(FitEvent::Planned {
        n_cells: shapes.len(),
        max_epochs: recipe.max_epochs,
    });
    let train_one = |shape: &Shape| -> Result<Trained, FitError> {
        let k = shape.n_components;
        let id = format!("{}/k={k}", spec.recipe);
        let training = Training::new(&recipe, metadata.clone())
            .components(k)
            .covariance(shape.covariance)
            .stream(format!("fit/k={k}"));
        let result = Model::fit_observed(
            &training,
            train.rows(),
            validation.rows(),
            &mut |epoch: &Epoch| {
                host(FitEvent::Epoch { id: &id, epoch });
                ControlFlow::Continue(())
            },
        );
        let trained = finish(&id, *shape, result, &train, &validation, &repeats)?;
        host(FitEvent::Finished {
            cell: &trained.cell,
        });
        Ok(trained)
    };
    // One network a thread; which of them ends first reaches nothing.
    let trained: Result<Vec<Trained>, FitError> =
        shapes.par_iter().with_max_len(1).map(train_one).collect();
    let trained = trained?;
    let choice = chosen(&trained)?;
    let n_steps = trained.iter().map(|t| t.n_steps).collect();
    let cells: Vec<FitCell> = trained.iter().map(|t| t.cell.clone()).collect();
    let taken = choice.as_ref().and_then(|choice| {
        let mut trained = trained.into_iter();
        trained.find(|t| t.cell.n_components == choice.n_components)
    });
    let (model, collapsed) = taken.map_or((None, Vec::new()), |t| (t.model, t.collapsed));
    let (bytes, scores_test) = match &model {
        Some(model) => {
            let scores = score_rows(model, &test.x, &test.y, Seed::new(spec.seed));
            let mut scores = scores.map_err(|error| in_table(error, &test.numbers))?;
            // The training rows, which are many more, and were seen as they are in the table, have decided.
            for (target, collapsed) in scores.targets.iter_mut().zip(collapsed) {
                target.degenerate_likelihood = collapsed;
            }
            (model.to_bytes()?, Some(scores))
        }
        None => (Vec::new(), None),
    };
    let exhibits = exhibits(model.as_ref(), &table, &train, &test)?;
    let mut record = FitRecord {
        schema: SCHEMA,
        kind: KIND.to_owned(),
        digest: String::new(),
        spec,
        data,
        warnings: told,
        cells,
        choice,
        scores_test,
        model_blake3: model
            .as_ref()
            .map(|_| blake3::hash(&bytes).to_hex().to_string()),
        exhibits,
    };
    // What is not finite becomes null once, so that what is read back is what was written.
    record = serde_json::from_str(&canonical::to_string(&record)?)?;
    record.digest = record.compute_digest()?;
    Ok(Fitted {
        model,
        bytes,
        record,
        n_steps,
    })
}

fn chosen(trained: &[Trained]) -> Result<Option<Choice>, ScoreError> {
    let candidates: Vec<Candidate<'_>> = trained
        .iter()
        .filter(|t| t.model.is_some())
        .map(|t| Candidate {
            n_components: t.cell.n_components,
            nll_nats: &t.nll_validation,
            is_degenerate: t.cell.degenerate_likelihood == Some(true),
        })
        .collect();
    choose(&candidates)
}
