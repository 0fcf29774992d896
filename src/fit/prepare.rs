//! What a fit makes of a table before it trains: parts, shapes, and what is odd.

use std::collections::BTreeMap;

use super::cell::{DEQUANTISED, Data, FEATURE_RANGES};
use super::record::{FitData, FitSpec};
use super::run::{FitError, FitEvent, Host};
use crate::net::{Covariance, Metadata, ModelError, Recipe, Shape};
use crate::seed::Seed;
use crate::table::{
    Dequantised, Part, Repeats, STDIN, Shares, Table, TableError, Warning, check, dequantise,
    extremes,
};

/// The model's note of the table's name.
const TABLE: &str = "table";

/// The most components that may be asked for.
const MOST_COMPONENTS: usize = 1000;

/// The most epochs that may be asked for: each leaves its losses in the record.
const MOST_EPOCHS: usize = 100_000;

/// A table that can be learnt from, and everything that is known before the first step.
pub(super) struct Prepared {
    /// What was asked for, with the recipe's values and the covariance that is used.
    pub(super) spec: FitSpec,
    /// What the record says of the table.
    pub(super) data: FitData,
    pub(super) warnings: Vec<Warning>,
    pub(super) recipe: Recipe,
    /// One for each number of components.
    pub(super) shapes: Vec<Shape>,
    /// Of every model that is trained.
    pub(super) metadata: Metadata,
    /// With its targets spread where that was asked for.
    pub(super) table: Table,
    /// Of each target, among the training rows, before any was spread.
    pub(super) repeats: Vec<Repeats>,
    pub(super) train: Data,
    pub(super) validation: Data,
    pub(super) test: Data,
}

impl Prepared {
    /// Finds all that would stop a training, or a record of it, before there is one.
    pub(super) fn new(table: Table, spec: FitSpec, host: &Host<'_>) -> Result<Self, FitError> {
        let recipe = Recipe::named(&spec.recipe);
        let mut recipe = recipe.ok_or_else(|| FitError::NoRecipe {
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
        if let Some(max_epochs) = spec.max_epochs {
            if !(1..=MOST_EPOCHS).contains(&max_epochs) {
                return Err(FitError::Epochs { most: MOST_EPOCHS });
            }
            recipe = recipe.with_epochs(max_epochs);
        }
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
        let checked = shapes.iter().try_for_each(|shape| shape.check());
        checked.map_err(ModelError::from)?;
        let dequantised = if spec.dequantise {
            spread(&mut table, &repeats, seed, &mut warnings)?
        } else {
            Vec::new()
        };
        let part = |part| data(&table, split.rows(part));
        let (train, validation, test) = (
            part(Part::Train)?,
            part(Part::Validation)?,
            part(Part::Test)?,
        );
        let n_train = train.numbers.len();
        let most = shapes.iter().map(|shape| shape.n_parameters()).max();
        if let Some(n_parameters) = most.filter(|most| *most > n_train) {
            warnings.push(Warning::FewRows {
                n_train,
                n_parameters,
            });
        }
        let data = FitData {
            table: file_name(table.name()),
            delimiter: table.needed_delimiter().map(spelled),
            features_asked,
            features: table.feature_names().to_vec(),
            targets: table.target_names().to_vec(),
            n_rows_missing: table.missing().n_rows,
            n_train,
            n_validation: validation.numbers.len(),
            n_test: test.numbers.len(),
            dequantised,
            blake3: table.blake3(),
        };
        Ok(Self {
            metadata: metadata(&spec, &data, &feature_ranges)?,
            spec: FitSpec {
                split_column: table.split_column().map(str::to_owned),
                recipe_values: serde_json::to_value(recipe)?,
                covariance: covariance.name().to_owned(),
                ..spec
            },
            data,
            warnings,
            recipe,
            shapes,
            table,
            repeats,
            train,
            validation,
            test,
        })
    }

    /// Calls the table by its name in a record, and tells its delimiter as there: its numbers depend on neither.
    pub(super) fn call_table_as(&mut self, recorded: &FitData) {
        self.data.table.clone_from(&recorded.table);
        self.data.delimiter.clone_from(&recorded.delimiter);
        let notes = &mut self.metadata.notes;
        notes.insert(TABLE.to_owned(), recorded.table.clone());
    }

    /// What is odd, a sentence each.
    pub(super) fn told(&self) -> Vec<String> {
        self.warnings.iter().map(ToString::to_string).collect()
    }
}

fn data(table: &Table, rows: &[usize]) -> Result<Data, TableError> {
    let (x, y) = table.rows(rows)?;
    let numbers = table.numbers(rows)?;
    Ok(Data { numbers, x, y })
}

fn metadata(
    spec: &FitSpec,
    data: &FitData,
    feature_ranges: &[[f64; 2]],
) -> Result<Metadata, serde_json::Error> {
    let ranges = serde_json::to_string(feature_ranges)?;
    let mut notes = BTreeMap::from([
        (TABLE.to_owned(), data.table.clone()),
        (FEATURE_RANGES.to_owned(), ranges),
    ]);
    if !data.dequantised.is_empty() {
        let widths = data.dequantised.iter().map(|d| (d.name.as_str(), d.width));
        let widths: BTreeMap<&str, f64> = widths.collect();
        notes.insert(DEQUANTISED.to_owned(), serde_json::to_string(&widths)?);
    }
    Ok(Metadata {
        features: data.features.clone(),
        targets: data.targets.clone(),
        recipe: spec.recipe.clone(),
        seed: spec.seed,
        data_blake3: data.blake3.clone(),
        notes,
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
