//! Numbers far from all that a network learns from.

use super::cells::Cells;
use super::encoding::{ColumnEncoding, Encoding, FeatureKind};
use super::error::{TableError, TableFault};
use super::far_out::FarOut;
use super::in_memory::Table;
use super::part::Part;
use super::repeats::mean_and_sd;
use super::row_numbers::RowNumbers;
use super::sentinel::Sentinel;
use super::split::Split;
use super::warning::Warning;
use crate::numerics::environment;

/// Looks at every number as the network would see it, in whatever part it is, before anything is trained. Gives
/// what is warned of, and of each encoded feature the least and the greatest of the training values that lie together:
/// what it is to lie outside what was learnt from must not depend on the wild values among them.
///
/// What is warned of, by [`FarOut::RANGES`]: training values that a gap parts from the others which is as wide as so
/// many ranges of all the others, be they one or several up to a tenth of the rows at either end: they pull the
/// weights, and a mean and a standard deviation with them. And a validation or test value that lies beyond those
/// others by as much. The range and not the quartiles are the measure: the largest values of a long tail lie far
/// beyond its quartiles, and seldom far beyond each other. Of a column whose quartiles are one value no gap is wide.
/// A feature on another scale is not warned of: that scale was chosen for its tails.
///
/// # Errors
/// [`TableFault::BeyondSingle`] for the first number, column by column, features first, whose distance is above
/// [`TableFault::MOST_DISTANCE`]: in standard deviations from the mean of the training rows where the
/// recipe standardises, else from 0 in the column's own unit. [`TableFault::NoSuchRow`] where the split is
/// another table's; [`TableFault::BadEncoding`] where the encoding is.
pub fn extremes(
    table: &Table,
    split: &Split,
    encoding: &Encoding,
    is_standardised: bool,
) -> Result<(Vec<Warning>, Vec<[f64; 2]>), TableError> {
    let _environment = environment::guard();
    table.check_split(split)?;
    let (mut warnings, mut ends) = (Vec::new(), Vec::new());
    for column in &encoding.columns {
        let place = table
            .feature_names
            .iter()
            .position(|name| *name == column.name);
        let cells = place
            .and_then(|place| table.columns.get(place))
            .map(|own| &own.0);
        let start = ends.len();
        if let Some(values) = cells.and_then(|cells| as_seen(cells, column)) {
            let far = far_out(&column.name, &values, &table.rows, split, is_standardised);
            let (far, together) = far.map_err(|fault| table.error(fault))?;
            if column.transform.is_none() {
                warnings.extend(far.into_iter().map(Warning::FarOut));
            }
            ends.extend(together);
        }
        // Whatever else there is, is 0 or 1.
        ends.resize(start + column.width(), [0.0, 1.0]);
    }
    for (at, name) in table.target_names.iter().enumerate() {
        let far = far_out(name, table.target(at), &table.rows, split, is_standardised);
        let (far, _) = far.map_err(|fault| table.error(fault))?;
        warnings.extend(far.into_iter().map(Warning::FarOut));
    }
    Ok((warnings, ends))
}

/// A column's numbers as the network sees them, before they are standardised; nothing of flags.
fn as_seen(cells: &Cells, column: &ColumnEncoding) -> Option<Vec<f64>> {
    let is_number = matches!(
        column.kind,
        FeatureKind::Number | FeatureKind::Date | FeatureKind::Time
    );
    let (Cells::Numbers(values) | Cells::Moments { days: values, .. }, true) = (cells, is_number)
    else {
        return None;
    };
    let fill = column.fill.unwrap_or(f64::NAN);
    let filled = values
        .iter()
        .map(|value| if value.is_nan() { fill } else { *value });
    Some(match column.transform {
        Some(transform) => filled.map(|value| transform.apply(value)).collect(),
        None => filled.collect(),
    })
}

fn far_out(
    name: &str,
    column: &[f64],
    rows: &RowNumbers,
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
    for (row, value) in column.iter().enumerate() {
        let distance = ((value - mean) / sd).abs();
        // Written so that a NaN is refused.
        let is_near = distance <= TableFault::MOST_DISTANCE;
        if !is_near {
            return Err(TableFault::BeyondSingle {
                row: rows.get(row),
                column: name.to_owned(),
                value: *value,
                distance,
                is_standardised,
            });
        }
    }
    let Some(together) = together(train.clone()) else {
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
    // One value that repeats stands for a missing one, and is warned of as such.
    let first = apart.first().map(|row| column[*row]);
    let is_one_value = apart.iter().all(|row| Some(column[*row]) == first);
    let is_sentinel = is_one_value && Sentinel::find(name, false, &train).is_some();
    let others = far(&others, beyond);
    let told = [(true, &apart), (false, &others)].into_iter();
    let told = told.filter(|(is_training, _)| !(*is_training && is_sentinel));
    let told = told.filter_map(|(is_training, far)| {
        let first = *far.first()?;
        Some(FarOut {
            name: name.to_owned(),
            is_training,
            n_rows: far.len(),
            row: rows.get(first),
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
