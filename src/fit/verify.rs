//! Fits again from nothing and compares with the record.

use serde::Serialize;
use serde_json::Value;

use super::prepare::Prepared;
use super::record::FitRecord;
use super::run::{FitError, Host, train};
use crate::study::canonical;
use crate::study::compare::leaves;
use crate::study::verify::Verification;
use crate::table::Table;

/// Fits to `table` what `record` says was asked for, and lists every field that came out otherwise. Another table, or
/// a recipe whose values have changed since, is told before anything is trained.
///
/// # Errors
/// [`FitError`].
pub fn verify(table: Table, record: &FitRecord, host: &Host<'_>) -> Result<Verification, FitError> {
    let prepared = Prepared::new(table, record.spec.clone(), host)?;
    let mut differences = Vec::new();
    leaves(
        "spec",
        &as_read(&record.spec)?,
        &as_read(&prepared.spec)?,
        &mut differences,
    );
    leaves(
        "data",
        &as_read(&record.data)?,
        &as_read(&prepared.data)?,
        &mut differences,
    );
    if !differences.is_empty() {
        return Ok(Verification {
            n_cells: 0,
            differences,
        });
    }
    let again = train(prepared, host)?.record;
    let n_cells = again.cells.len();
    let again = as_read(&again)?;
    if let (Value::Object(recorded), Value::Object(again)) = (as_read(record)?, again) {
        // The digest is that of the rest.
        for (part, recorded) in recorded.iter().filter(|(part, _)| *part != "digest") {
            let now = again.get(part).unwrap_or(&Value::Null);
            leaves(part, recorded, now, &mut differences);
        }
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
