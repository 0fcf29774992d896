//! Which features matter? What the predictions lose without each column.

use serde::Serialize;

use super::columns::Column;
use super::rows::by_importance;
use crate::record::ColumnImportance;
use crate::report::RenderError;
use crate::report::figures::{Lane, lanes};
use crate::report::number::{MISSING, count, datum, escape, fixed};
use crate::report::view::FitView;

/// Columns that are drawn.
const DRAWN: usize = 20;
/// Columns that are listed.
const LISTED: usize = 100;

/// The section.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(in crate::report) struct Matters {
    says: String,
    n_rows: String,
    n_repeats: String,
    svg: String,
    /// Column, its worth, the error, the spread of the deals.
    rows: Vec<Vec<String>>,
    n_left_out: usize,
}

impl Matters {
    /// `None` where nothing is known of any column.
    ///
    /// # Errors
    /// Those of a drawing.
    pub(in crate::report) fn of(record: &FitView<'_>) -> Result<Option<Self>, RenderError> {
        let Some(importance) = &record.exhibits.importance else {
            return Ok(None);
        };
        let columns = Column::all(record);
        let known = by_importance(record, columns.len()).into_iter();
        let known: Vec<(usize, &ColumnImportance)> = known
            .filter_map(|at| Some((at, importance.columns.get(at)?)))
            .collect();
        let drawn = known
            .iter()
            .filter_map(|(_, column)| lane(column))
            .take(DRAWN);
        let drawn: Vec<Lane> = drawn.collect();
        if drawn.is_empty() {
            return Ok(None);
        }
        let words = drawn.iter().filter_map(|lane| {
            let (mean, _) = lane.middle?;
            Some(format!("{}: {}", lane.name, fixed(mean, 3)))
        });
        let words: Vec<String> = words.collect();
        let description = format!(
            "A lane for each of {} columns, the most important first: by how many nats a row the loss rises without it. {}.",
            drawn.len(),
            words.join("; ")
        );
        let svg = lanes(
            "own-importance",
            "What each column is worth",
            description,
            "rise of the loss without it (nats)",
            &drawn,
            &[0.0],
        )?;
        let n_repeats = importance
            .columns
            .first()
            .map_or(0, |c| c.nats_of_repeats.len());
        Ok(Some(Self {
            says: said(&known),
            n_rows: count("table_exhibits/importance/n_rows", importance.n_rows),
            n_repeats: count("derived/importance/n_repeats", n_repeats),
            svg,
            rows: known
                .iter()
                .take(LISTED)
                .map(|(at, column)| row(*at, column))
                .collect(),
            n_left_out: known.len().saturating_sub(LISTED),
        }))
    }
}

fn lane(column: &ColumnImportance) -> Option<Lane> {
    let mean = column.nats_mean.filter(|mean| mean.is_finite())?;
    let error = column.nats_standard_error.filter(|error| error.is_finite());
    Some(Lane {
        name: column.name.clone(),
        dots: column.nats_of_repeats.iter().flatten().copied().collect(),
        middle: Some((mean, 2.0 * error.unwrap_or(0.0))),
    })
}

/// Which stand out of three standard errors: of many columns of noise, few reach two by chance, hardly one three.
fn said(known: &[(usize, &ColumnImportance)]) -> String {
    let matters = |(_, column): &&(usize, &ColumnImportance)| {
        let error = column.nats_standard_error.unwrap_or(f64::INFINITY);
        column.nats_mean.is_some_and(|mean| mean > 3.0 * error)
    };
    let mattering: Vec<String> = known
        .iter()
        .filter(matters)
        .map(|(_, column)| format!("<i>{}</i>", escape(&column.name)))
        .collect();
    match &mattering[..] {
        [] => "No column is worth more than three standard errors: that any of them matters cannot be seen on these rows.".to_owned(),
        [only] => format!("One column is worth more than three standard errors: {only}."),
        several => {
            let shown: Vec<&str> = several.iter().take(6).map(String::as_str).collect();
            let more = several.len() - shown.len();
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!("Worth more than three standard errors, the most important first: {}{more}.", shown.join(", "))
        }
    }
}

fn row(at: usize, column: &ColumnImportance) -> Vec<String> {
    let key = |field: &str| format!("table_exhibits/importance/columns/{at}/{field}");
    let repeats = column.nats_of_repeats.iter().enumerate();
    let mut repeats: Vec<(usize, f64)> = repeats
        .filter_map(|(deal, nats)| Some((deal, (*nats)?)))
        .collect();
    repeats.sort_by(|a, b| a.1.total_cmp(&b.1));
    let end = |end: Option<&(usize, f64)>| match end {
        Some((deal, nats)) => datum(&key(&format!("nats_of_repeats/{deal}")), *nats, 3),
        None => MISSING.to_owned(),
    };
    let value = |field: &str, value: Option<f64>| datum(&key(field), value.unwrap_or(f64::NAN), 3);
    vec![
        escape(&column.name),
        value("nats_mean", column.nats_mean),
        value("nats_standard_error", column.nats_standard_error),
        end(repeats.first()),
        end(repeats.last()),
    ]
}
