//! A table becomes the rows of a split: checked, and nothing of it learnt from but its training rows.

use std::collections::BTreeMap;

use super::data::{Numbers, Rows, SplitData};
use super::{Event, Host, StudyError};
use crate::net::{Covariance, ModelError, Shape};
use crate::predict::{DEQUANTISED, ENCODING, FEATURE_RANGES};
use crate::record::{Data, TableData};
use crate::seed::Seed;
use crate::spec::{Spec, TableSpec};
use crate::table::{
    Checked, Dequantised, Encoding, Part, Repeats, Split, Table, TableError, Warning, check,
    dequantise, extremes,
};

/// The model's note of the table's name.
const TABLE: &str = "table";

impl SplitData {
    /// The rows of one split of `table`. Everything that would stop a training is found here, before there is one.
    pub(super) fn of_table(
        table: Table,
        asked: &TableSpec,
        spec: &Spec,
        split: usize,
        host: &dyn Host,
    ) -> Result<Self, StudyError> {
        let split = table.split(&asked.split, split, Seed::new(spec.seed))?;
        Self::of_parts(table, &split, asked, spec, host)
    }

    /// The rows of these parts.
    pub(super) fn of_parts(
        mut table: Table,
        split: &Split,
        asked: &TableSpec,
        spec: &Spec,
        host: &dyn Host,
    ) -> Result<Self, StudyError> {
        let seed = Seed::new(spec.seed);
        let Checked {
            encoding,
            mut warnings,
            repeats,
            ..
        } = check(&table, split, &asked.split, asked.encoding)?;
        let is_standardised = spec.recipes.values().all(|recipe| {
            // The members of an ensemble always do.
            let mdn = recipe.mdn.as_ref();
            recipe.mse.is_none() && mdn.is_none_or(|mdn| mdn.tuning.standardise)
        });
        let (far, feature_ranges) = extremes(&table, split, &encoding, is_standardised)?;
        warnings.extend(far);
        let dequantised = if asked.dequantise {
            spread(&mut table, &repeats, seed, &mut warnings)?
        } else {
            Vec::new()
        };
        warnings.extend(few_rows(
            spec,
            encoding.n_features(),
            table.target_names().len(),
            split.rows(Part::Train).len(),
        )?);
        let data = TableData {
            name: asked.name(),
            features: encoding.names(),
            targets: table.target_names().to_vec(),
            encoding: (!encoding.is_identity()).then(|| encoding.clone()),
            n_rows_missing: table.missing().n_rows,
            dequantised,
        };
        for warning in &warnings {
            host.event(Event::Odd(warning));
        }
        let blake3 = table.blake3_of(&encoding.raw_names());
        let [train, validation, test] = rows(table, &encoding, split)?;
        let widths = data.dequantised.iter().map(|d| (d.name.clone(), d.width));
        let spread_widths: BTreeMap<String, f64> = widths.collect();
        Ok(Self {
            data: Data {
                n_train: train.len(),
                n_validation: validation.len(),
                n_test: test.len(),
                n_test_crps: test.len(),
                blake3,
                table: Some(data.clone()),
            },
            notes: notes(&data, &feature_ranges, &spread_widths)?,
            train,
            validation,
            test,
            truth: None,
            features: data.features,
            targets: data.targets,
            repeats,
            spread_widths,
            warnings: warnings.iter().map(ToString::to_string).collect(),
        })
    }
}

/// The rows of each part.
fn rows(table: Table, encoding: &Encoding, split: &Split) -> Result<[Rows; 3], TableError> {
    let of_part = |part| Ok(Numbers::of(table.numbers(split.rows(part))?));
    let [train, validation, test] = Part::ALL.map(of_part);
    let numbers: [Numbers; 3] = [train?, validation?, test?];
    let mut taken = table.into_rows(encoding, split)?.into_iter();
    Ok(numbers.map(|numbers| {
        let (x, y) = taken.next().unwrap_or_default();
        Rows { numbers, x, y }
    }))
}

fn notes(
    data: &TableData,
    feature_ranges: &[[f64; 2]],
    spread_widths: &BTreeMap<String, f64>,
) -> Result<BTreeMap<String, String>, StudyError> {
    let ranges = serde_json::to_string(feature_ranges)?;
    let mut notes = BTreeMap::from([
        (TABLE.to_owned(), data.name.clone()),
        (FEATURE_RANGES.to_owned(), ranges),
    ]);
    if let Some(encoding) = &data.encoding {
        notes.insert(ENCODING.to_owned(), serde_json::to_string(encoding)?);
    }
    if !spread_widths.is_empty() {
        let widths = serde_json::to_string(spread_widths)?;
        notes.insert(DEQUANTISED.to_owned(), widths);
    }
    Ok(notes)
}

/// A warning where the largest network has more parameters than there are rows; an error where one cannot be made.
fn few_rows(
    spec: &Spec,
    n_features: usize,
    n_targets: usize,
    n_train: usize,
) -> Result<Option<Warning>, StudyError> {
    let mut most = 0;
    for mdn in spec.recipes.values().filter_map(|recipe| {
        let mdn = recipe.mdn.as_ref()?;
        Some((recipe.hidden, mdn))
    }) {
        let (hidden, mdn) = mdn;
        for k in &mdn.components {
            let shape = Shape {
                n_features,
                hidden,
                n_components: *k,
                n_targets,
                covariance: covariance_of(mdn.covariance, n_targets),
            };
            shape.check().map_err(ModelError::from)?;
            most = most.max(shape.n_parameters());
        }
    }
    Ok((most > n_train).then_some(Warning::FewRows {
        n_train,
        n_parameters: most,
    }))
}

/// One target has a diagonal covariance, whatever is asked for.
pub(super) const fn covariance_of(asked: Covariance, n_targets: usize) -> Covariance {
    match n_targets {
        1 => Covariance::Diagonal,
        _ => asked,
    }
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
