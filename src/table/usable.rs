//! Whether a column can be a feature.

use super::cell::hint;
use super::cells::{Cells, Texts, truth};
use super::column_builder::{Built, Tally};
use super::row_numbers::RowNumbers;
use super::unusable::Obstacle;

/// Different texts that a category may have.
pub(super) const MOST_LEVELS: usize = 100;

/// Different numbers beside which a text is no category.
const NUMBERS_OF_A_CATEGORY: usize = 12;

/// What is in the way of a column as a feature.
pub(super) fn obstacle(built: &Built, is_declared: bool, rows: &RowNumbers) -> Option<Obstacle> {
    let tally = &built.tally;
    let n_filled = tally.n_filled();
    match &built.cells {
        Cells::Numbers(_) | Cells::Moments { .. } => None,
        Cells::Empty(_) if tally.is_cut => {
            let mixed = (!is_declared).then(|| mixed(tally, rows)).flatten();
            Some(mixed.unwrap_or(Obstacle::ManyLevels { n: None }))
        }
        Cells::Empty(_) => Some(Obstacle::Empty),
        Cells::Texts(texts) => {
            let n = texts.levels.len();
            if !is_declared
                && number_levels(texts) > NUMBERS_OF_A_CATEGORY
                && let Some(mixed) = mixed(tally, rows)
            {
                return Some(mixed);
            }
            let are_truths = texts.levels.iter().all(|text| truth(text).is_some());
            if n == n_filled && n > 1 && !are_truths {
                Some(Obstacle::OneEach)
            } else if n > MOST_LEVELS {
                Some(Obstacle::ManyLevels { n: Some(n) })
            } else {
                None
            }
        }
    }
}

fn number_levels(texts: &Texts) -> usize {
    let is_number = |text: &&String| text.parse::<f64>().is_ok();
    texts.levels.iter().filter(is_number).count()
}

/// Where most cells are numbers, or dates, the others are in the way.
fn mixed(tally: &Tally, rows: &RowNumbers) -> Option<Obstacle> {
    let (among, n) = match tally.n_numbers >= tally.n_moments {
        true => ("numbers", tally.n_numbers),
        false => ("dates", tally.n_moments),
    };
    if 2 * n <= tally.n_filled() {
        return None;
    }
    let (row, text) = tally.first_other.clone()?;
    Some(Obstacle::Mixed {
        among,
        n_texts: tally.n_filled() - n,
        row: rows.get(row),
        hint: hint(&text),
        text,
    })
}

/// Whether a name is one that programs give to a column without a name, and the column numbers the rows.
pub(super) fn is_index(name: &str, cells: &Cells) -> bool {
    let of_pandas = name
        .strip_prefix("Unnamed: ")
        .is_some_and(|n| n.parse::<u32>().is_ok());
    let of_readr = name
        .strip_prefix("...")
        .is_some_and(|n| n.parse::<u32>().is_ok());
    match cells {
        Cells::Numbers(values) if of_pandas => are_different_integers(values),
        _ => (of_pandas || of_readr || name == "X") && counts_rows(cells),
    }
}

/// Numbers that rise by one from row to row, from 0 or 1 on.
pub(super) fn counts_rows(cells: &Cells) -> bool {
    let Cells::Numbers(values) = cells else {
        return false;
    };
    let begins = values
        .first()
        .is_some_and(|first| first.abs() <= 0.0 || (*first - 1.0).abs() <= 0.0);
    let steps = |pair: &[f64]| (pair[1] - pair[0] - 1.0).abs() < 1e-9;
    values.len() > 1 && begins && values.windows(2).all(steps)
}

fn are_different_integers(values: &[f64]) -> bool {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let is_whole = |value: &f64| value.is_finite() && value.fract().abs() < 1e-12;
    sorted.iter().all(is_whole) && sorted.windows(2).all(|pair| pair[1] > pair[0])
}
