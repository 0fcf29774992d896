//! Numbers far from all that a network learns from.

use std::fmt;

use super::cell::{excerpt, number};
use super::check::Warning;
use super::error::{TableError, TableFault};
use super::repeats::mean_and_sd;
use super::split::{Part, Split};
use super::whole::Table;

/// Rows of a column that lie far outside the training rows: validation and test rows, or training rows themselves.
#[derive(Debug, Clone, PartialEq)]
pub struct FarOut {
    /// The column.
    pub name: String,
    /// Whether they are training rows, which lie far outside the others.
    pub is_training: bool,
    /// How many rows.
    pub n_rows: usize,
    /// The first of them, from 1.
    pub row: u64,
    /// What stands there.
    pub value: f64,
    /// Smallest and largest value of the training rows, of training rows those of the others.
    pub train: [f64; 2],
}

impl FarOut {
    /// Interquartile ranges of the training rows that a value must lie beyond the last of them, or a gap between
    /// training rows must be wide. A thousand draws of a
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
        let [part, others, learnt_from, what] = if self.is_training {
            ["training", "others", "the others", "what is learnt"]
        } else {
            [
                "validation or test",
                "training rows",
                "training rows",
                "the choice and the scores",
            ]
        };
        write!(
            f,
            "column `{}`: {} {part} {rows} far outside the {others} (row {} holds {}, {learnt_from} hold {least} to {most}): {they} alone may decide {what}",
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
/// that a long tail that was learnt from is no surprise. And training values behind a gap as wide as that, counted
/// outwards from the quartiles, be they one or several: they pull the weights, and a mean and a standard deviation
/// with them. Of a column whose quartiles are one value, no gap is wide.
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
            let far = far.map_err(|fault| table.error(fault))?;
            warnings.extend(far.into_iter().map(Warning::FarOut));
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
) -> Result<Vec<FarOut>, TableFault> {
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
        return Ok(Vec::new());
    };
    let quarter = |quarters: usize| (train.len() - 1) * quarters / 4;
    let quartiles = train[quarter(3)] - train[quarter(1)];
    let unit = match quartiles {
        range if range > 0.0 => range,
        _ => most - least,
    };
    let mut others = [Part::Validation, Part::Test]
        .map(|part| split.rows(part))
        .concat();
    others.sort_unstable();
    let of = |is_training, rows_of_part: &[usize], train: [f64; 2], beyond: f64| {
        let is_far = |row: &&usize| {
            let value = column[**row];
            (train[0] - value).max(value - train[1]) > beyond
        };
        let far: Vec<usize> = rows_of_part.iter().filter(is_far).copied().collect();
        far.first().map(|first| FarOut {
            name: name.to_owned(),
            is_training,
            n_rows: far.len(),
            row: rows[*first],
            value: column[*first],
            train,
        })
    };
    let beyond = FarOut::RANGES * unit;
    let training = (quartiles > 0.0).then(|| {
        let together = together(&train, [quarter(1), quarter(3)], beyond);
        of(true, split.rows(Part::Train), together, 0.0)
    });
    let others = of(false, &others, [least, most], beyond);
    Ok(training.flatten().into_iter().chain(others).collect())
}

/// The ends of the sorted values without those behind a gap wider than `widest`, outwards from two places.
fn together(sorted: &[f64], [low, high]: [usize; 2], widest: f64) -> [f64; 2] {
    let is_wide = |at: &usize| sorted[at + 1] - sorted[*at] > widest;
    let first = (0..low).rev().find(is_wide).map_or(0, |gap| gap + 1);
    let last = (high..sorted.len() - 1).find(is_wide);
    [sorted[first], sorted[last.unwrap_or(sorted.len() - 1)]]
}
