//! Numbers far from all that a network learns from.

use std::fmt;

use super::cell::{excerpt, number};
use super::check::Warning;
use super::error::{TableError, TableFault};
use super::part::Part;
use super::repeats::mean_and_sd;
use super::split::Split;
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
    /// Smallest and largest value of the training rows that lie together.
    pub train: [f64; 2],
    /// Training rows that lie far outside those.
    pub n_apart: usize,
}

impl FarOut {
    /// Ranges of the training rows that lie together that a value must lie beyond them.
    ///
    /// # Numerics
    /// Of columns of 10, 20, 100 and 1000 training rows and half as many others, this share is warned of, in any part
    /// (the most of the four, of 1000 columns each, of the longest 400): none of normal, of uniform and of t₃ columns,
    /// 0.1 % of log-normal ones with σ = 1, 1.5 % with σ = 1.5, 2.7 % of Pareto's with α = 1.5. One value of a normal
    /// column times 10⁴ is warned of in 98 % and more. Test: `table::far_rates`.
    pub const RANGES: f64 = 20.0;
}

impl fmt::Display for FarOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [least, most] = self.train.map(number);
        let (rows, they) = match self.n_rows {
            1 => ("row lies", "it"),
            _ => ("rows lie", "they"),
        };
        let [part, others, hold, what] = if self.is_training {
            ["training", "others", "the others hold", "what is learnt"]
        } else {
            let hold = match self.n_apart {
                0 => "training rows hold",
                _ => "the other training rows hold",
            };
            [
                "validation or test",
                "training rows",
                hold,
                "the choice and the scores",
            ]
        };
        write!(
            f,
            "column `{}`: {} {part} {rows} far outside the {others} (row {} holds {}, {hold} {least} to {most}): {they} alone may decide {what}",
            excerpt(&self.name),
            self.n_rows,
            self.row,
            number(self.value)
        )
    }
}

/// Looks at every number as the network would see it, in whatever part it stands, before anything is trained. Gives
/// what is warned of, and of each feature the least and the greatest of the training values that lie together: what
/// it is to lie outside what was learnt from must not hang on the wild values among them.
///
/// What is warned of, by [`FarOut::RANGES`]: training values that a gap parts from the others which is as wide as so
/// many ranges of all the others, be they one or several up to a tenth of the rows at either end: they pull the
/// weights, and a mean and a standard deviation with them. And a validation or test value that lies beyond those
/// others by as much. The range and not the quartiles are the measure: the largest values of a long tail lie far
/// beyond its quartiles, and seldom far beyond each other. Of a column whose quartiles are one value no gap is wide.
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
) -> Result<(Vec<Warning>, Vec<[f64; 2]>), TableError> {
    table.check_split(split)?;
    let (mut warnings, mut ends) = (Vec::new(), Vec::new());
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
            let (far, together) = far.map_err(|fault| table.error(fault))?;
            warnings.extend(far.into_iter().map(Warning::FarOut));
            ends.extend(together);
        }
    }
    ends.truncate(table.feature_names.len());
    Ok((warnings, ends))
}

fn far_out(
    name: &str,
    column: &[f64],
    rows: &[u64],
    split: &Split,
    is_standardised: bool,
) -> Result<(Vec<FarOut>, Option<[f64; 2]>), TableFault> {
    let train: Vec<f64> = split
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
    let Some(together) = together(train) else {
        return Ok((Vec::new(), None));
    };
    let beyond = FarOut::RANGES * (together[1] - together[0]);
    let far = |rows: &[usize], beyond: f64| -> Vec<usize> {
        let is_far = |row: &usize| {
            let value = column[*row];
            (together[0] - value).max(value - together[1]) > beyond
        };
        rows.iter().copied().filter(is_far).collect()
    };
    let mut others = [Part::Validation, Part::Test]
        .map(|part| split.rows(part))
        .concat();
    others.sort_unstable();
    let apart = far(split.rows(Part::Train), 0.0);
    let others = far(&others, beyond);
    let told = [(true, &apart), (false, &others)].into_iter();
    let told = told.filter_map(|(is_training, far)| {
        let first = *far.first()?;
        Some(FarOut {
            name: name.to_owned(),
            is_training,
            n_rows: far.len(),
            row: rows[first],
            value: column[first],
            train: together,
            n_apart: apart.len(),
        })
    });
    Ok((told.collect(), Some(together)))
}

/// Least and greatest of the values that lie together, of which there are four fifths or more; `None` of none.
///
/// From the middle four fifths outwards, always to the nearer value of the two sides, up to a gap wider than
/// [`FarOut::RANGES`] times what is passed: so wild values on one side hide none on the other, nor greater ones
/// smaller ones.
fn together(mut sorted: Vec<f64>) -> Option<[f64; 2]> {
    sorted.sort_unstable_by(f64::total_cmp);
    let last = sorted.len().checked_sub(1)?;
    let quartiles = [1, 3].map(|quarters| sorted[last * quarters / 4]);
    let [mut low, mut high] = match quartiles[1] - quartiles[0] {
        range if range > 0.0 => [sorted.len() / 10, last - sorted.len() / 10],
        _ => [0, last],
    };
    loop {
        let widest = FarOut::RANGES * (sorted[high] - sorted[low]);
        let below = low.checked_sub(1).map(|next| sorted[low] - sorted[next]);
        let above = sorted.get(high + 1).map(|next| next - sorted[high]);
        let is_below = match (below, above) {
            (Some(below), Some(above)) => below < above,
            (below, _) => below.is_some(),
        };
        match if is_below { below } else { above } {
            Some(gap) if gap <= widest && is_below => low -= 1,
            Some(gap) if gap <= widest => high += 1,
            _ => return Some([sorted[low], sorted[high]]),
        }
    }
}
