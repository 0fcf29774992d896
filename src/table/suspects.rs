//! Features that tell the row rather than anything about it.

use super::cells::Cells;
use super::in_memory::Table;
use super::repeated_rows::is_measured;
use super::warning::Warning;

/// Different values that make blocks.
const LEAST_BLOCKS: usize = 5;
/// Rows of a block, on average.
const ROWS_OF_A_BLOCK: usize = 3;

/// Features that rise from row to row, or repeat in blocks: of matter where rows are dealt at random.
pub(super) fn suspects(table: &Table) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let (mut blocks, mut n_values) = (Vec::new(), 0);
    let n_features = table.feature_names.len();
    for (name, column) in table.feature_names.iter().zip(&table.columns) {
        let cells = &column.0;
        if let Some(is_moment) = rises(cells, n_features) {
            let name = name.clone();
            warnings.push(Warning::RowNumber { name, is_moment });
        } else if let Some(n) = blocks_of(cells, name) {
            n_values = if blocks.is_empty() { n } else { n_values };
            blocks.push(name.clone());
        }
    }
    if !blocks.is_empty() {
        warnings.push(Warning::Blocks {
            names: blocks,
            n_values,
            n_rows: table.n_rows(),
        });
    }
    warnings
}

/// Whether every value is above the one before it, and whether they are dates or times. The only feature, or one of
/// measured numbers, may be sorted for other reasons.
fn rises(cells: &Cells, n_features: usize) -> Option<bool> {
    let (values, is_moment) = match cells {
        Cells::Numbers(values) => (values, false),
        Cells::Moments { days, .. } => (days, true),
        _ => return None,
    };
    let rises = values.len() > 9 && values.windows(2).all(|pair| pair[1] > pair[0]);
    if !rises {
        return None;
    }
    let step = values[1] - values[0];
    let is_even = |pair: &[f64]| (pair[1] - pair[0] - step).abs() <= 1e-6 * step;
    let is_whole = values.iter().all(|value| value.fract().abs() < 1e-12);
    let is_counted = is_whole && (n_features > 1 || values.windows(2).all(is_even));
    (is_counted || is_moment || (n_features > 1 && !is_measured(cells))).then_some(is_moment)
}

/// Of a column each of whose values is in one block of rows: how many there are. Numbers that are merely sorted are
/// no blocks unless the column is called like one.
fn blocks_of(cells: &Cells, name: &str) -> Option<usize> {
    let (runs, n, is_sorted) = match cells {
        Cells::Numbers(values) => {
            let same = |a: &f64, b: &f64| a.total_cmp(b).is_eq();
            let runs: Vec<f64> = values.chunk_by(same).map(|run| run[0]).collect();
            let is_sorted = runs.is_sorted() || runs.iter().rev().is_sorted();
            let mut sorted = runs.clone();
            sorted.sort_unstable_by(f64::total_cmp);
            let are_once = sorted.windows(2).all(|pair| !same(&pair[0], &pair[1]));
            (are_once.then_some(runs.len())?, values.len(), is_sorted)
        }
        Cells::Texts(texts) => {
            let runs = texts.codes.chunk_by(|a, b| a == b).map(|run| run[0]);
            let mut runs: Vec<u32> = runs.collect();
            let n_runs = runs.len();
            runs.sort_unstable();
            runs.dedup();
            (
                (runs.len() == n_runs).then_some(n_runs)?,
                texts.codes.len(),
                false,
            )
        }
        _ => return None,
    };
    let is_many = runs >= LEAST_BLOCKS && n >= ROWS_OF_A_BLOCK * runs;
    (is_many && (!is_sorted || is_called_so(name))).then_some(runs)
}

/// Whether a name is that of something with several rows.
fn is_called_so(name: &str) -> bool {
    let lower = name.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric());
    let known = [
        "id",
        "subject",
        "patient",
        "person",
        "participant",
        "user",
        "customer",
        "client",
        "household",
        "family",
        "group",
        "cluster",
        "batch",
        "site",
        "station",
        "device",
        "session",
        "animal",
        "school",
        "class",
        "plot",
    ];
    words.into_iter().any(|word| known.contains(&word))
        || lower.ends_with("id") && name.ends_with("ID")
}
