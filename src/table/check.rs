//! Everything that is known of a table before a network is trained.

use super::encoding::Encoding;
use super::error::{TableError, TableFault};
use super::find_encoding::{EncodingOptions, constant, spread};
use super::in_memory::Table;
use super::part::Part;
use super::repeated_rows::RepeatedRows;
use super::repeats::Repeats;
use super::sentinel::Sentinel;
use super::split::Split;
use super::split_spec::SplitSpec;
use super::suspects::suspects;
use super::warning::Warning;
use crate::numerics::environment;

/// What a table is, by its training rows.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Checked {
    /// How its features become numbers; what is of no use is left out.
    pub encoding: Encoding,
    /// What is odd about it.
    pub warnings: Vec<Warning>,
    /// How each target repeats itself.
    pub repeats: Vec<Repeats>,
}

/// Finds the encoding of a table's features, what is odd about the table, and how each target repeats itself, which a
/// fit needs again and is long to count; by the training rows only, but for what matters of the split itself.
///
/// # Errors
/// [`TableFault::ConstantTarget`]; [`TableFault::NoWeight`]; and those of [`Encoding::find`].
pub fn check(
    table: &Table,
    split: &Split,
    spec: &SplitSpec,
    options: EncodingOptions,
) -> Result<Checked, TableError> {
    let _environment = environment::guard();
    table.check_split(split)?;
    let mut warnings: Vec<Warning> = table.notes.iter().cloned().map(Warning::Read).collect();
    for (name, why) in table.left_out.iter().cloned() {
        warnings.push(Warning::LeftOut { name, why });
    }
    if table.without_target.n_rows > 0 {
        warnings.push(Warning::NoTarget(table.without_target.clone()));
    }
    if table.missing.n_rows > 0 {
        warnings.push(Warning::Dropped(table.missing.clone()));
    }
    let train = split.rows(Part::Train);
    some_weight(table, train)?;
    let repeats = table.repeats(train)?;
    check_targets(table, train, &repeats, &mut warnings)?;
    let (encoding, left_out) = Encoding::find(table, train, options)?;
    warnings.extend(left_out);
    for (name, column) in table.feature_names.iter().zip(&table.columns) {
        if let Some(values) = column.values() {
            let values: Vec<f64> = train.iter().map(|row| values[*row]).collect();
            let found = Sentinel::find(name, false, &values);
            warnings.extend(found.map(Warning::Sentinel));
        }
    }
    if spec.is_by_chance() {
        warnings.extend(suspects(table));
    }
    let repeated = RepeatedRows::find(table, split);
    warnings.extend(repeated.map(Warning::RepeatedRows));
    Ok(Checked {
        encoding,
        warnings,
        repeats,
    })
}

fn check_targets(
    table: &Table,
    train: &[usize],
    repeats: &[Repeats],
    warnings: &mut Vec<Warning>,
) -> Result<(), TableError> {
    for (at, (name, repeats)) in table.target_names.iter().zip(repeats).enumerate() {
        let target = table.target(at);
        let values: Vec<f64> = train.iter().map(|row| target[*row]).collect();
        if let Some(value) = constant(&values) {
            return Err(table.error(TableFault::ConstantTarget {
                name: name.clone(),
                value,
            }));
        }
        spread(name, &values).map_err(|fault| table.error(fault))?;
        if let Some(sentinel) = Sentinel::find(name, true, &values) {
            warnings.push(Warning::Sentinel(sentinel));
        } else if let Some(mass) = repeats.point_mass {
            let name = name.clone();
            warnings.push(Warning::PointMass { name, mass });
        } else if repeats.is_coarse() {
            warnings.push(Warning::RepeatedTarget {
                name: name.clone(),
                n_distinct: repeats.n_distinct,
                repeated_share: repeats.share,
            });
        }
    }
    Ok(())
}

/// Some training row must have a weight.
fn some_weight(table: &Table, train: &[usize]) -> Result<(), TableError> {
    let Some(weights) = table.weights() else {
        return Ok(());
    };
    match train.iter().any(|row| weights[*row] > 0.0) {
        true => Ok(()),
        false => Err(table.error(TableFault::NoWeight {
            column: table
                .weights
                .map(|at| table.names[at].clone())
                .unwrap_or_default(),
            part: " among the training rows",
        })),
    }
}
