//! Trains, chooses, judges.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::cell::{DEQUANTISED, Data, FEATURE_RANGES, Trained, finish, in_table};
use super::choice::{Candidate, Choice, choose};
use super::record::{FitCell, FitData, FitRecord, FitSpec, KIND};
use super::show::exhibits;
use crate::mixture::ConditionalError;
use crate::net::model::{Covariance, Metadata, Model, ModelError, Shape};
use crate::net::recipe::Recipe;
use crate::net::train::Epoch;
use crate::predict::{PredictError, score_rows};
use crate::score::ScoreError;
use crate::seed::Seed;
use crate::study::canonical;
use crate::study::record::SCHEMA;
use crate::table::{
    Dequantised, Part, Repeats, STDIN, Shares, Table, TableError, Warning, check, dequantise,
    extremes,
};

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
    #[error("there is no recipe `{name}`; there are `article` and `tuned`")]
    NoRecipe {
        /// The name asked for.
        name: String,
    },
    /// No such covariance.
    #[error("there is no covariance `{name}`; there are `diagonal` and `full`")]
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

/// The most components that may be asked for.
const MOST_COMPONENTS: usize = 1000;

/// Fits `spec` to `table`, on as many threads as the pool it is called in has.
///
/// # Errors
/// [`FitError`]. A training that diverges is no error: it stands in its cell.
pub fn fit(
    table: Table,
    spec: FitSpec,
    host: &(dyn Fn(FitEvent<'_>) + Sync),
) -> Result<Fitted, FitError> {
    let recipe = Recipe::named(&spec.recipe).ok_or_else(|| FitError::NoRecipe {
        name: spec.recipe.clone(),
    })?;
    check_components(&spec.components)?;
    let mut covariance = covariance(&spec.covariance)?;
    let seed = Seed::new(spec.seed);
    let shares = Shares::new(spec.validation_share, spec.test_share);
    let shares = shares.map_err(|fault| TableError {
        table: table.name().to_owned(),
        fault,
    })?;
    let split = table.split(shares, seed)?;
    let mut features_asked = table.feature_names().to_vec();
    let (mut table, mut warnings, repeats) = check(table, &split)?;
    if features_asked.len() == table.feature_names().len() {
        features_asked.clear();
    }
    let (far, feature_ranges) = extremes(&table, &split, recipe.tuning.standardise)?;
    warnings.extend(far);
    if let ([only], Covariance::Full) = (table.target_names(), covariance) {
        covariance = Covariance::Diagonal;
        let name = only.clone();
        // Of what was asked, not of the table: told, and not recorded, as the fit is that of a diagonal one.
        host(FitEvent::Odd(&Warning::OneTarget { name }));
    }
    let shape = |k: &usize| Shape {
        n_features: table.feature_names().len(),
        hidden: recipe.hidden,
        n_components: *k,
        n_targets: table.target_names().len(),
        covariance,
    };
    let shapes: Vec<Shape> = spec.components.iter().map(shape).collect();
    shapes.iter().try_for_each(|shape| shape.check())?;
    let dequantised = if spec.dequantise {
        spread(&mut table, &repeats, seed, &mut warnings)?
    } else {
        Vec::new()
    };
    let data = |part| -> Result<Data, TableError> {
        let rows = split.rows(part);
        let (x, y) = table.rows(rows)?;
        let numbers = table.numbers(rows)?;
        Ok(Data { numbers, x, y })
    };
    let (train, validation, test) = (
        data(Part::Train)?,
        data(Part::Validation)?,
        data(Part::Test)?,
    );
    let mut metadata = Metadata {
        features: table.feature_names().to_vec(),
        targets: table.target_names().to_vec(),
        recipe: spec.recipe.clone(),
        seed: spec.seed,
        data_blake3: table.blake3(),
        notes: [("table".to_owned(), file_name(table.name()))].into(),
    };
    let ranges = serde_json::to_string(&feature_ranges)?;
    metadata.notes.insert(FEATURE_RANGES.to_owned(), ranges);
    if !dequantised.is_empty() {
        let widths = dequantised.iter().map(|d| (d.name.as_str(), d.width));
        let widths: BTreeMap<&str, f64> = widths.collect();
        let note = serde_json::to_string(&widths)?;
        metadata.notes.insert(DEQUANTISED.to_owned(), note);
    }
    let most = shapes.iter().map(|shape| shape.n_parameters()).max();
    let n_train = split.rows(Part::Train).len();
    if let Some(n_parameters) = most.filter(|most| *most > n_train) {
        warnings.push(Warning::FewRows {
            n_train,
            n_parameters,
        });
    }
    warnings
        .iter()
        .for_each(|warning| host(FitEvent::Odd(warning)));
    host(FitEvent::Planned {
        n_cells: spec.components.len(),
        max_epochs: recipe.max_epochs,
    });
    let train_one = |shape: &Shape| -> Result<Trained, FitError> {
        let k = shape.n_components;
        let id = format!("{}/k={k}", spec.recipe);
        let result = Model::fit(
            k,
            covariance,
            &recipe,
            metadata.clone(),
            &format!("fit/k={k}"),
            train.rows(),
            validation.rows(),
            &mut |epoch| host(FitEvent::Epoch { id: &id, epoch }),
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
            let scores = score_rows(model, &test.x, &test.y, seed);
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
        data: FitData {
            table: file_name(table.name()),
            delimiter: table.needed_delimiter().map(spelled),
            features_asked,
            features: metadata.features.clone(),
            targets: metadata.targets.clone(),
            n_rows_missing: table.missing().n_rows,
            n_train,
            n_validation: split.rows(Part::Validation).len(),
            n_test: split.rows(Part::Test).len(),
            dequantised,
            blake3: metadata.data_blake3.clone(),
        },
        spec: FitSpec {
            recipe_values: serde_json::to_value(recipe)?,
            covariance: covariance.name().to_owned(),
            ..spec
        },
        warnings: warnings.iter().map(ToString::to_string).collect(),
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

fn check_components(components: &[usize]) -> Result<(), FitError> {
    let mut sorted = components.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let in_range = |k: &usize| (1..=MOST_COMPONENTS).contains(k);
    if sorted.len() < components.len() || sorted.is_empty() || !sorted.iter().all(in_range) {
        return Err(FitError::Components {
            most: MOST_COMPONENTS,
        });
    }
    Ok(())
}

/// The name without its folders: where a table lies must not reach a record. A file never has the name of a pipe.
fn file_name(table: &str) -> String {
    let name = std::path::Path::new(table).file_name();
    match name.map(|name| name.to_string_lossy()) {
        Some(name) if name == STDIN && table != STDIN => format!("./{name}"),
        Some(name) => name.into_owned(),
        None => table.to_owned(),
    }
}

/// A delimiter as the command takes it.
fn spelled(delimiter: u8) -> String {
    match delimiter {
        b'\t' => "tab".to_owned(),
        other => char::from(other).to_string(),
    }
}

/// The covariance of this name.
fn covariance(name: &str) -> Result<Covariance, FitError> {
    let found = Covariance::ALL.into_iter().find(|c| c.name() == name);
    found.ok_or_else(|| FitError::NoCovariance {
        name: name.to_owned(),
    })
}

/// Spreads the targets' repeated values and says so.
fn spread(
    table: &mut Table,
    repeats: &[Repeats],
    seed: Seed,
    warnings: &mut Vec<Warning>,
) -> Result<Vec<Dequantised>, TableError> {
    let done = dequantise(table, repeats, seed)?;
    for (name, repeats) in table.target_names().iter().zip(repeats) {
        let Some(done) = done.iter().find(|d| d.name == *name) else {
            continue;
        };
        // The advice to spread them is taken.
        warnings.retain(|w| !matches!(w, Warning::RepeatedTarget { name: of, .. } if of == name));
        warnings.push(Warning::Dequantised(done.clone()));
        if repeats.point_mass.is_none() && !repeats.are_cured_by(done.width) {
            warnings.push(Warning::Uneven {
                name: name.clone(),
                width: done.width,
            });
        }
    }
    Ok(done)
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
