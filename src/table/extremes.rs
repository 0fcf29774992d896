//! Numbers far from all that a network learns from.

use std::fmt;

use super::cell::{excerpt, number};
use super::check::Warning;
use super::error::{TableError, TableFault};
use super::repeats::mean_and_sd;
use super::split::{Part, Split};
use super::whole::Table;

/// Validation and test rows of a column that lie far outside the training rows.
#[derive(Debug, Clone, PartialEq)]
pub struct FarOut {
    /// The column.
    pub name: String,
    /// How many rows.
    pub n_rows: usize,
    /// The first of them, from 1.
    pub row: u64,
    /// What stands there.
    pub value: f64,
    /// Smallest and largest training value.
    pub train: [f64; 2],
}

impl FarOut {
    /// Interquartile ranges of the training rows that a value must lie beyond the last of them. A thousand draws of a
    /// normal distribution reach ±3.2σ, so that this begins near 17σ; of a log-normal one with σ = 1 a warning
    /// comes once in some seven thousand further draws.
    pub const RANGES: f64 = 10.0;
}

impl fmt::Display for FarOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [least, most] = self.train.map(number);
        let (rows, they) = match self.n_rows {
            1 => ("row lies", "it"),
            _ => ("rows lie", "they"),
        };
        write!(
            f,
            "column `{}`: {} validation or test {rows} far outside the training rows (row {} holds {}, training rows hold {least} to {most}): {they} alone may decide the choice and the scores",
            excerpt(&self.name),
            self.n_rows,
            self.row,
            number(self.value)
        )
    }
}

/// Looks at every number as the network would see it, in whatever part it stands, before anything is trained.
///
/// What is warned of: a validation or test value that lies beyond the smallest or largest training value by
/// more than [`FarOut::RANGES`] interquartile ranges of the training rows (where that is 0, by so many times
/// their whole range). Quartiles do not move with a few wild training values; the range is added so
/// that a long tail that was learnt from is no surprise.
///
/// # Errors
/// [`TableFault::BeyondSingle`] for the first number, column by column, features first, whose distance is above
/// [`TableFault::MOST_DISTANCE`]: in standard deviations from the mean of the training rows where the
/// recipe standardises, else from 0 in the column's own unit. [`TableFault::NoSuchRow`] where the split is
/// another table's.
pub fn extremes(
    table: &Table,
    split: &Split,
    is_standardised: bool,
) -> Result<Vec<Warning>, TableError> {
    table.check_split(split)?;
    let mut warnings = Vec::new();
    for (names, values) in [
        (&table.feature_names, &table.features),
        (&table.target_names, &table.targets),
    ] {
        for (at, name) in names.iter().enumerate() {
            let column: Vec<f64> = values
                .iter()
                .skip(at)
                .step_by(names.len())
                .copied()
                .collect();
            let far = far_out(name, &column, &table.rows, split, is_standardised);
            warnings.extend(
                far.map_err(|fault| table.error(fault))?
                    .map(Warning::FarOut),
            );
        }
    }
    Ok(warnings)
}

fn far_out(
    name: &str,
    column: &[f64],
    rows: &[u64],
    split: &Split,
    is_standardised: bool,
) -> Result<Option<FarOut>, TableFault> {
    let mut train: Vec<f64> = split
        .rows(Part::Train)
        .iter()
        .map(|row| column[*row])
        .collect();
    let (mean, sd) = if is_standardised {
        mean_and_sd(&train)
    } else {
        (0.0, 1.0)
    };
    for (value, row) in column.iter().zip(rows) {
        let distance = ((value - mean) / sd).abs();
        // Written so that a NaN is refused.
        let is_near = distance <= TableFault::MOST_DISTANCE;
        if !is_near {
            return Err(TableFault::BeyondSingle {
                row: *row,
                column: name.to_owned(),
                value: *value,
                distance,
                is_standardised,
            });
        }
    }
    train.sort_unstable_by(f64::total_cmp);
    let (Some(least), Some(most)) = (train.first().copied(), train.last().copied()) else {
        return Ok(None);
    };
    let quartile = |quarters: usize| train[(train.len() - 1) * quarters / 4];
    let unit = match quartile(3) - quartile(1) {
        range if range > 0.0 => range,
        _ => most - least,
    };
    let mut others = [Part::Validation, Part::Test]
        .map(|part| split.rows(part))
        .concat();
    others.sort_unstable();
    let is_far = |row: &&usize| {
        let beyond = (least - column[**row]).max(column[**row] - most);
        beyond > FarOut::RANGES * unit
    };
    let far: Vec<usize> = others.iter().filter(is_far).copied().collect();
    Ok(far.first().map(|first| FarOut {
        name: name.to_owned(),
        n_rows: far.len(),
        row: rows[*first],
        value: column[*first],
        train: [least, most],
    }))
}
