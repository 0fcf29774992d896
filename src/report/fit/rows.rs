//! Single test rows: which are shown, and what they are called.

use super::columns::Column;
use crate::record::ShownRow;
use crate::report::digits::Digits;
use crate::report::number::{MISSING, datum, escape, exact};
use crate::report::quantity;
use crate::report::view::FitView;

/// Columns in the heading of a picture.
const IN_HEADING: usize = 3;
/// Columns of the table of worst rows.
const IN_TABLE: usize = 8;

/// Places of the columns, the most important first; those of which nothing is known keep their order.
pub(in crate::report) fn by_importance(record: &FitView<'_>, n_columns: usize) -> Vec<usize> {
    let nats = |at: usize| {
        let importance = record.exhibits.importance.as_ref()?;
        importance.columns.get(at)?.nats_mean
    };
    let mut order: Vec<usize> = (0..n_columns).collect();
    order.sort_by(|a, b| {
        let of = |at: &usize| nats(*at).unwrap_or(f64::NEG_INFINITY);
        of(b).total_cmp(&of(a))
    });
    order
}

/// What stands above the picture of each row, as plain text: its number and its most important columns.
pub(in crate::report) fn headings(record: &FitView<'_>, rows: &[ShownRow]) -> Vec<String> {
    let columns = Column::all(record);
    let order = by_importance(record, columns.len());
    let named: Vec<(&str, Vec<String>)> = order
        .iter()
        .take(IN_HEADING)
        .map(|at| (columns[*at].name, columns[*at].texts(rows)))
        .collect();
    let heading = |at: usize| {
        let given = named
            .iter()
            .map(|(name, texts)| format!("{name} = {}", texts[at]));
        let given: Vec<String> = given.collect();
        let more = columns.len().saturating_sub(IN_HEADING);
        let more = match more {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        let row = rows[at]
            .row
            .map_or_else(String::new, |row| format!("Row {row}: "));
        format!("{row}{}{more}", given.join(", "))
    };
    (0..rows.len()).map(heading).collect()
}

/// Headings and rows of the table of the worst rows; `None` where there are none.
pub(in crate::report) fn worst(record: &FitView<'_>) -> Option<(Vec<String>, Vec<Vec<String>>)> {
    let rows = &record.exhibits.worst_rows_test;
    if rows.is_empty() {
        return None;
    }
    let columns = Column::all(record);
    let order = by_importance(record, columns.len());
    let shown: Vec<usize> = order.into_iter().take(IN_TABLE).collect();
    let texts: Vec<Vec<String>> = shown.iter().map(|at| columns[*at].texts(rows)).collect();
    let mut head = vec!["row of the table".to_owned(), "NLL, nats".to_owned()];
    head.extend(record.table.targets.iter().map(|name| escape(name)));
    head.extend(shown.iter().map(|at| escape(columns[*at].name)));
    let row = |at: usize| {
        let row = &rows[at];
        let key = |field: &str| format!("table_exhibits/worst_rows_test/{at}/{field}");
        let number = row.row.map(|number| exact(&key("row"), number as f64));
        let mut cells = vec![
            number.unwrap_or_else(|| MISSING.to_owned()),
            datum(&key("nll_nats"), row.nll_nats.unwrap_or(f64::NAN), 2),
        ];
        let targets = 0..record.table.targets.len();
        cells.extend(targets.map(|target| {
            let value = row.y.get(target).copied();
            quantity::quantity(&key(&format!("y/{target}")), value)
        }));
        cells.extend(texts.iter().map(|texts| escape(&texts[at])));
        cells
    };
    Some((head, (0..rows.len()).map(row).collect()))
}

/// Digits for a target, by what it is over the training rows.
pub(in crate::report) fn target_digits(record: &FitView<'_>, at: usize) -> Digits {
    match record.exhibits.targets.get(at) {
        Some(seen) => Digits::between(seen.low, seen.high),
        None => Digits::fixed(3),
    }
}
