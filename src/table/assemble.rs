//! Columns become a table: what cannot be used is left out or refused, and so are rows with gaps.

use super::cell::hint;
use super::cells::Cells;
use super::column::Column;
use super::column_builder::Built;
use super::error::TableFault;
use super::in_memory::Table;
use super::missing::{Missing, MissingPolicy};
use super::read_note::ReadNote;
use super::read_options::ReadOptions;
use super::row_numbers::RowNumbers;
use super::unusable::{Obstacle, Unusable};
use super::usable::{counts_rows, is_index, obstacle};
use super::wording::argument;

/// Columns as they were read, by what they are for.
#[derive(Debug, Default)]
pub(super) struct Raw {
    pub(super) name: String,
    pub(super) features: Vec<(String, Built)>,
    pub(super) targets: Vec<(String, Built)>,
    pub(super) weights: Option<(String, Built)>,
    pub(super) split: Option<(String, Built)>,
    pub(super) group: Option<(String, Built)>,
    pub(super) order: Option<Order>,
    /// Columns without a name and their places, from 1.
    pub(super) unnamed: Vec<(usize, Built)>,
    /// Whether the features were named.
    pub(super) is_explicit: bool,
    pub(super) rows: RowNumbers,
    pub(super) n_rows: usize,
    pub(super) last_row: u64,
    pub(super) notes: Vec<ReadNote>,
    pub(super) options: ReadOptions,
    pub(super) needed_delimiter: Option<u8>,
}

/// The column that rows are ordered by.
#[derive(Debug)]
pub(super) enum Order {
    /// A feature, by its place among them.
    Feature(usize),
    /// No feature.
    Own((String, Built)),
}

/// The table of these columns.
pub(super) fn assemble(mut raw: Raw, policy: MissingPolicy) -> Result<Table, TableFault> {
    if raw.n_rows == 0 {
        return Err(TableFault::NoRows);
    }
    let order_name = match &raw.order {
        Some(Order::Feature(at)) => raw.features.get(*at).map(|(name, _)| name.clone()),
        Some(Order::Own((name, _))) => Some(name.clone()),
        None => None,
    };
    let left_out = usable_features(&mut raw)?;
    for (name, built) in &raw.targets {
        check_numbers(name, built, &raw.rows)?;
    }
    if let Some((name, built)) = &raw.weights {
        check_numbers(name, built, &raw.rows)?;
    }
    let mut table = Table {
        name: raw.name,
        feature_names: Vec::new(),
        target_names: Vec::new(),
        columns: Vec::new(),
        names: Vec::new(),
        weights: None,
        split: None,
        group: None,
        order: None,
        rows: raw.rows,
        last_row: raw.last_row,
        n_rows: raw.n_rows,
        policy,
        missing: Missing::default(),
        without_target: Missing::default(),
        left_out,
        notes: raw.notes,
        options: raw.options,
        needed_delimiter: raw.needed_delimiter,
    };
    let mut add = |(name, built): (String, Built)| {
        table.names.push(name);
        table.columns.push(Column(built.cells));
        table.columns.len() - 1
    };
    for feature in raw.features {
        table.feature_names.push(feature.0.clone());
        add(feature);
    }
    for target in raw.targets {
        table.target_names.push(target.0.clone());
        add(target);
    }
    table.weights = raw.weights.map(&mut add);
    table.split = raw.split.map(&mut add);
    table.group = raw.group.map(&mut add);
    table.order = match raw.order {
        Some(Order::Own(column)) => Some(add(column)),
        _ => order_name.and_then(|name| table.names.iter().position(|own| *own == name)),
    };
    let table = leave_out_rows(table)?;
    check_weights(&table)?;
    Ok(table)
}

/// Leaves out what nobody asked for and cannot be a feature; what was asked for is refused.
fn usable_features(raw: &mut Raw) -> Result<Vec<(String, Obstacle)>, TableFault> {
    let (mut left_out, mut refused, mut empty, mut others) = (vec![], vec![], vec![], vec![]);
    let mut keeps = Vec::with_capacity(raw.features.len());
    for (name, built) in &raw.features {
        let is_declared = raw.options.categorical.contains(name);
        let obstacle = obstacle(built, is_declared, &raw.rows);
        keeps.push(obstacle.is_none());
        match obstacle {
            None if !raw.is_explicit && is_index(name, &built.cells) => {
                if let Some(keep) = keeps.last_mut() {
                    *keep = false;
                }
                let place = 0;
                let name = name.clone();
                raw.notes.push(ReadNote::Index { name, place });
            }
            None => others.push(name.clone()),
            Some(Obstacle::Empty) => empty.push(name.clone()),
            Some(obstacle @ Obstacle::Mixed { .. }) => refused.push((name.clone(), obstacle)),
            Some(obstacle) if raw.is_explicit => refused.push((name.clone(), obstacle)),
            Some(obstacle) => left_out.push((name.clone(), obstacle)),
        }
    }
    if !refused.is_empty() {
        return Err(TableFault::Unusable(Unusable {
            columns: refused,
            others,
        }));
    }
    let mut keep = keeps.iter();
    raw.features
        .retain(|_| keep.next().copied().unwrap_or(true));
    if !empty.is_empty() {
        raw.notes.push(ReadNote::Empty { names: empty });
    }
    unnamed_columns(raw);
    if raw.features.is_empty() {
        let said = left_out
            .iter()
            .map(|(name, why)| format!("column `{name}` {why}"));
        let said: Vec<String> = said
            .chain(raw.notes.iter().map(ToString::to_string))
            .collect();
        return Err(TableFault::NoFeatures {
            reason: match said.is_empty() {
                true => "the table has no other column".to_owned(),
                false => said.join("; "),
            },
        });
    }
    Ok(left_out)
}

/// Columns without a name are left out, which is said where they hold something.
fn unnamed_columns(raw: &mut Raw) {
    let mut places = Vec::new();
    for (place, built) in std::mem::take(&mut raw.unnamed) {
        if built.tally.n_filled() == 0 {
            continue;
        }
        if counts_rows(&built.cells) {
            let name = String::new();
            raw.notes.push(ReadNote::Index { name, place });
        } else {
            places.push(place);
        }
    }
    if !places.is_empty() {
        raw.notes.push(ReadNote::Unnamed { places });
    }
}

/// Refuses a target, or weights, that are no numbers.
fn check_numbers(name: &str, built: &Built, rows: &RowNumbers) -> Result<(), TableFault> {
    if matches!(built.cells, Cells::Numbers(_) | Cells::Empty(_)) && !built.tally.is_cut {
        return Ok(());
    }
    let (row, text) = built.tally.first_other.clone().unwrap_or_default();
    Err(TableFault::NotANumber {
        row: rows.get(row),
        column: name.to_owned(),
        hint: hint(&text),
        text,
    })
}

/// Leaves out rows without a target, and does with those in which a feature is missing what the policy says.
fn leave_out_rows(mut table: Table) -> Result<Table, TableFault> {
    let (f, d) = (table.feature_names.len(), table.target_names.len());
    let needed: Vec<usize> = (f..f + d).chain(table.weights).collect();
    let mut keeps = Vec::new();
    table.without_target = leave_out(&table, &needed, &mut keeps);
    let features: Vec<usize> = (0..f).collect();
    let targeted = keeps.clone();
    let gaps = leave_out(&table, &features, &mut keeps);
    match table.policy {
        MissingPolicy::Impute => keeps = targeted,
        MissingPolicy::Error if gaps.n_rows > 0 => {
            let ways = ways_out(&table, &keeps, &targeted);
            return Err(TableFault::Missing {
                missing: gaps,
                ways,
            });
        }
        MissingPolicy::Error | MissingPolicy::Drop => table.missing = gaps,
    }
    if !keeps.is_empty() {
        let n = keeps.iter().filter(|keep| **keep).count();
        if n == 0 {
            return Err(TableFault::AllMissing(table.missing()));
        }
        for column in &mut table.columns {
            column.retain(&keeps);
        }
        table.rows.retain(&keeps);
        table.n_rows = n;
    }
    Ok(table)
}

/// Counts the gaps of these columns in the rows that are kept so far, and keeps those rows no longer. Nothing is laid
/// out where there is no gap.
fn leave_out(table: &Table, columns: &[usize], keeps: &mut Vec<bool>) -> Missing {
    let mut missing = Missing::default();
    let mut first: Vec<u32> = Vec::new();
    let n = table.n_rows;
    for place in columns {
        let column = &table.columns[*place];
        for row in 0..n {
            let Some(gap) = column.gap(row) else {
                continue;
            };
            if keeps.get(row).is_some_and(|keep| !keep) {
                continue;
            }
            missing.count(gap);
            if first.is_empty() {
                first.resize(n, u32::MAX);
            }
            first[row] = first[row].min(*place as u32);
        }
    }
    if first.is_empty() {
        return missing;
    }
    keeps.resize(n, true);
    for (row, place) in first
        .iter()
        .enumerate()
        .filter(|(_, place)| **place != u32::MAX)
    {
        keeps[row] = false;
        let name = table.names.get(*place as usize).cloned();
        missing.end_row(table.rows.get(row), &name.unwrap_or_default());
    }
    missing
}

/// What can be done with a table with gaps, and what each way would leave.
fn ways_out(table: &Table, dropped: &[bool], imputed: &[bool]) -> String {
    let n = |keeps: &[bool]| match keeps.is_empty() {
        true => table.n_rows,
        false => keeps.iter().filter(|keep| **keep).count(),
    };
    let (n_dropped, n_imputed) = (n(dropped), n(imputed));
    let is_kept = |row: &usize| imputed.get(*row).copied().unwrap_or(true);
    let has_gap = |at: usize| {
        (0..table.n_rows).any(|row| is_kept(&row) && table.columns[at].gap(row).is_some())
    };
    let whole = (0..table.feature_names.len()).filter(|at| !has_gap(*at));
    let whole: Vec<&str> = whole.map(|at| table.feature_names[at].as_str()).collect();
    let drop = match n_dropped {
        0 => String::new(),
        _ => format!(
            "leave those rows out with --missing drop ({n_dropped} of {n_imputed} rows are left), "
        ),
    };
    let columns = match whole.as_slice() {
        [] => String::new(),
        names if names.len() > 20 => format!(
            ", or leave the columns with gaps out with --features ({} are left)",
            names.len()
        ),
        names => format!(
            ", or leave the columns with gaps out with --features {}",
            argument(names.iter().copied())
        ),
    };
    let or = if drop.is_empty() || !columns.is_empty() {
        ""
    } else {
        "or "
    };
    format!("{drop}{or}fill the gaps with --missing impute (all {n_imputed} rows){columns}")
}

/// Weights are 0 or more, and not all 0.
fn check_weights(table: &Table) -> Result<(), TableFault> {
    let (Some(weights), Some(place)) = (table.weights(), table.weights) else {
        return Ok(());
    };
    let column = table.names.get(place).cloned().unwrap_or_default();
    if let Some(row) = weights.iter().position(|weight| *weight < 0.0) {
        return Err(TableFault::NegativeWeight {
            row: table.rows.get(row),
            column,
            weight: weights[row],
        });
    }
    match weights.iter().any(|weight| *weight > 0.0) {
        true => Ok(()),
        false => Err(TableFault::NoWeight { column, part: "" }),
    }
}
