//! Fits again from nothing and compares with the record.

use serde::Serialize;
use serde_json::Value;

use super::prepare::Prepared;
use super::record::FitRecord;
use super::run::{FitError, Host, train};
use crate::study::canonical;
use crate::study::compare::{leaves, of_cells};
use crate::study::verify::Verification;
use crate::table::Table;

/// Fits to `table` what `record` says was asked for, and lists every field that came out otherwise. What the table is
/// called and what separates its columns does not matter. Where its numbers are others, or the recipe's values have
/// changed since, nothing is trained.
///
/// # Errors
/// [`FitError`].
pub fn verify(table: Table, record: &FitRecord, host: &Host<'_>) -> Result<Verification, FitError> {
    let mut prepared = Prepared::new(table, record.spec.clone(), host)?;
    prepared.call_table_as(&record.data);
    let mut differences = Vec::new();
    let mut compare = |part, recorded, now| leaves(part, &recorded, &now, &mut differences);
    compare("spec", as_read(&record.spec)?, as_read(&prepared.spec)?);
    compare("data", as_read(&record.data)?, as_read(&prepared.data)?);
    let warnings = prepared.told();
    compare("warnings", as_read(&record.warnings)?, as_read(&warnings)?);
    if !differences.is_empty() {
        return Ok(Verification {
            n_cells: 0,
            differences,
        });
    }
    let again = train(prepared, host)?.record;
    let n_cells = again.cells.len();
    let (recorded, again) = (as_read(record)?, as_read(&again)?);
    of_cells(&recorded, &again, &mut differences);
    let parts = recorded.as_object().into_iter().flatten();
    for (part, recorded) in parts.filter(|(part, _)| !["cells", "digest"].contains(&part.as_str()))
    {
        leaves(part, recorded, &again[part], &mut differences);
    }
    if differences.is_empty() {
        // What no field tells: the order of cells, the sign of a zero.
        leaves(
            "digest",
            &recorded["digest"],
            &again["digest"],
            &mut differences,
        );
    }
    Ok(Verification {
        n_cells,
        differences,
    })
}

/// The value as a record's reader finds it.
fn as_read(value: &impl Serialize) -> Result<Value, serde_json::Error> {
    serde_json::from_str(&canonical::to_string(value)?)
}
