//! Scores of every contender on one table, with measured peers and published rows below.

use serde::Serialize;

use super::known;
use super::measured::Measured;
use super::peers;
use super::view::ProblemView;
use crate::record::compare::over_splits;
use crate::report::number::{MISSING, count, datum, escape, exact, optional, percent};
use crate::report::quantity::{quantity, with_error};

/// Targets of which each has columns of its own.
const TARGETS: usize = 3;

/// Headings and rows, as ready strings.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(super) struct Rows {
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<Row>,
}

/// One row; the first cell is its heading.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(super) struct Row {
    pub(super) class: &'static str,
    pub(super) heading: String,
    pub(super) cells: Vec<String>,
}

/// Beginning of the keys of what is computed of a contender.
pub(super) fn prefix(problem: &ProblemView<'_>, name: &str) -> String {
    format!("derived/tables/{}/{name}", problem.name)
}

/// Mean over the splits ± its standard error.
pub(super) fn spread(prefix: &str, field: &str, values: &[Option<f64>]) -> String {
    let Some(summary) = over_splits(values) else {
        return MISSING.to_owned();
    };
    with_error(
        (&format!("{prefix}/{field}.mean"), Some(summary.mean)),
        (
            &format!("{prefix}/{field}.standard_error"),
            summary.standard_error,
        ),
    )
}

/// How a reader calls a contender.
pub(super) fn heading(measured: &Measured<'_>) -> String {
    let contender = measured.contender;
    let recipe = escape(contender.recipe);
    match (contender.model, contender.n_components) {
        (crate::record::ModelKind::Mse, _) => format!("{recipe}, squared error"),
        (_, Some(k)) => format!("{recipe}, <i>K</i> = {k}"),
        (_, None) => recipe,
    }
}

/// All rows of a table.
pub(super) fn rows(problem: &ProblemView<'_>, measured: &[Measured<'_>]) -> Rows {
    let targets = problem.targets.iter().take(TARGETS);
    let names: Vec<String> = match problem.targets.len() {
        1 => vec![String::new()],
        _ => targets
            .map(|name| format!(" of {}", escape(name)))
            .collect(),
    };
    let mut head = vec!["".to_owned(), "NLL, nats".to_owned()];
    for name in &names {
        let scores = ["CRPS", "RMSE", "in the 90 % interval"];
        head.extend(scores.map(|score| format!("{score}{name}")));
    }
    head.extend(
        [
            "worst split, NLL",
            "gain over ignoring the features",
            "gain over a linear Gaussian",
            "splits",
            "seconds a split",
        ]
        .map(str::to_owned),
    );
    let mut rows: Vec<Row> = measured
        .iter()
        .map(|measured| of_contender(problem, measured, names.len()))
        .collect();
    if let Some(table) = problem.known {
        let width = head.len() - 1;
        rows.extend(of_peers(table, names.len(), width));
        rows.extend(of_papers(problem, table, width));
    }
    Rows { head, rows }
}

fn of_contender(problem: &ProblemView<'_>, measured: &Measured<'_>, n_targets: usize) -> Row {
    let prefix = prefix(problem, &measured.contender.name());
    let mut cells = vec![spread(&prefix, "nll", &measured.nll)];
    for (at, target) in measured.targets.iter().take(n_targets).enumerate() {
        let field = |name: &str| format!("targets/{at}/{name}");
        cells.push(spread(&prefix, &field("crps"), &target.crps));
        cells.push(spread(&prefix, &field("rmse"), &target.rmse));
        cells.push(match over_splits(&target.coverage_90) {
            Some(summary) => {
                let key = |part: &str| format!("{prefix}/{}.{part}", field("coverage_90"));
                let mean = percent(&key("mean"), Some(summary.mean), 1);
                match summary.standard_error {
                    Some(error) => format!(
                        "{mean}<span class=\"range\">± {}</span>",
                        percent(&key("standard_error"), Some(error), 1)
                    ),
                    None => mean,
                }
            }
            None => MISSING.to_owned(),
        });
    }
    cells.push(match measured.worst() {
        Some((split, nll)) => format!(
            "{}<span class=\"range\">split {}</span>",
            datum(&format!("{prefix}/worst/nll"), nll, 3),
            count(&format!("{prefix}/worst/split"), split),
        ),
        None => MISSING.to_owned(),
    });
    cells.push(spread(
        &prefix,
        "gain_feature_free",
        &measured.gain_feature_free,
    ));
    cells.push(spread(&prefix, "gain_linear", &measured.gain_linear));
    cells.push(splits(&prefix, measured));
    let seconds = over_splits(&measured.seconds);
    let key = format!("{prefix}/seconds.mean");
    cells.push(optional(&key, seconds.map(|summary| summary.mean), 1));
    Row {
        class: if measured.n_failed > 0 {
            "is-partly-failed"
        } else {
            ""
        },
        heading: heading(measured),
        cells,
    }
}

/// Splits that have a score, and what is wrong with the others.
fn splits(prefix: &str, measured: &Measured<'_>) -> String {
    let any = |at: &usize| {
        measured.contender.splits[*at]
            .iter()
            .any(|c| c.failure.is_none())
    };
    let n_splits = measured.contender.splits.len();
    let n_scored = (0..n_splits).filter(any).count();
    let mut text = count(&format!("{prefix}/n_scored"), n_scored);
    for (n, what) in [
        (measured.n_failed, "failed"),
        (measured.n_degenerate, "degenerate"),
    ] {
        if n > 0 {
            let n = count(&format!("{prefix}/n_{what}"), n);
            text += &format!("<span class=\"range failed\">{n} {what}</span>");
        }
    }
    text
}

/// Software measured on the same splits.
fn of_peers(table: &str, n_targets: usize, width: usize) -> Vec<Row> {
    let peers = peers::on(table).into_iter();
    peers
        .map(|(name, peer)| {
            let key = |field: &str| format!("peers/{table}/{name}/{field}");
            let known = over_splits(&peer.per_split(peer.nll_per_split.len()));
            let error = known.and_then(|summary| summary.standard_error);
            let nll = with_error(
                (&key("nll"), peer.nll),
                (&format!("derived/{}", key("nll.standard_error")), error),
            );
            let mut cells = vec![
                nll,
                quantity(&key("crps"), peer.crps),
                quantity(&key("rmse"), peer.rmse),
                percent(&key("cov90"), peer.cov90, 1),
            ];
            cells.truncate(if n_targets == 1 { 4 } else { 1 });
            cells.resize(width - 2, MISSING.to_owned());
            cells.push(count(&key("n_splits"), peer.n_splits));
            cells.resize(width, MISSING.to_owned());
            Row {
                class: "is-truth",
                heading: format!(
                    "{} <span class=\"range\">measured here</span>",
                    escape(name)
                ),
                cells,
            }
        })
        .collect()
}

/// What papers print.
fn of_papers(problem: &ProblemView<'_>, table: &str, width: usize) -> Vec<Row> {
    let rows = known::published(table);
    rows.map(|(row, nll)| {
        let key = format!(
            "published/{}/{} {}/{}",
            problem.name, row.author, row.year, row.model
        );
        let mut cells = vec![exact(&key, nll)];
        cells.resize(width, MISSING.to_owned());
        Row {
            class: "is-truth",
            heading: format!(
                "{} <span class=\"range\">{} {}, {}</span>",
                escape(&row.model),
                escape(&row.author),
                row.year,
                escape(&row.place)
            ),
            cells,
        }
    })
    .collect()
}
