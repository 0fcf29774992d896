//! Tables: rows of ready strings.

use std::collections::BTreeSet;

use serde::Serialize;

use super::groups::Group;
use super::number::{self, MISSING, count, datum, escape, optional, percent, small_datum};
use super::prose::{Range, standard_error};
use super::view::StudyView;
use crate::record::{Cell, ModelKind, StoppedBy};

/// Headings and rows.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(super) struct Table {
    head: Vec<String>,
    rows: Vec<Row>,
}

/// One row; the first cell is its heading.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Row {
    class: &'static str,
    heading: String,
    cells: Vec<String>,
}

impl Table {
    pub(super) fn new(head: &[&str], rows: Vec<Row>) -> Self {
        Self {
            head: head.iter().copied().map(str::to_owned).collect(),
            rows,
        }
    }
}

impl Row {
    pub(super) const fn new(heading: String, cells: Vec<String>) -> Self {
        Self {
            class: "",
            heading,
            cells,
        }
    }

    /// A row of the exact density.
    pub(super) const fn of_truth(heading: String, cells: Vec<String>) -> Self {
        Self {
            class: "is-truth",
            heading,
            cells,
        }
    }
}

/// All tables of the page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Tables {
    /// Baseline and every K, spread over replicates.
    sweep: Table,
    /// Every cell.
    cells: Table,
}

impl Tables {
    pub(super) fn of(record: &StudyView<'_>, groups: &[Group<'_>]) -> Self {
        Self {
            sweep: sweep(record, groups),
            cells: cells(record),
        }
    }

    /// What identifies the record, and the weights of each cell.
    pub(super) fn hashes(record: &StudyView<'_>) -> Table {
        let row = |heading: &str, key: &str, hash: &str| Row {
            class: "",
            heading: heading.to_owned(),
            cells: vec![number::word(key, hash)],
        };
        Table {
            head: vec!["what".to_owned(), "BLAKE3".to_owned()],
            rows: vec![
                row("record, without its digest", "digest", &record.digest),
                row("all data points", "data/blake3", &record.data.blake3),
            ],
        }
    }
}

/// Why training ended, in words.
pub(super) const fn stopped(by: StoppedBy) -> &'static str {
    match by {
        StoppedBy::EarlyStopping => "early stopping",
        StoppedBy::MaxEpochs => "last epoch",
        StoppedBy::Failure => "failure",
    }
}

fn sweep(record: &StudyView<'_>, groups: &[Group<'_>]) -> Table {
    let head = [
        "network",
        "trained",
        "parameters",
        "epochs",
        "NLL, validation",
        "NLL, test",
        "excess, test",
        "CRPS, test",
        "MSE, test",
    ];
    let recipes: BTreeSet<&str> = groups.iter().map(|g| g.recipe).collect();
    let mut rows: Vec<Row> = groups
        .iter()
        .map(|group| sweep_row(group, recipes.len() > 1))
        .collect();
    rows.extend(truth_rows(record));
    Table {
        head: head.map(str::to_owned).to_vec(),
        rows,
    }
}

fn sweep_row(group: &Group<'_>, name_recipe: bool) -> Row {
    let name = match (group.model, group.n_components) {
        (ModelKind::Mse, _) => "baseline".to_owned(),
        (ModelKind::Mdn, Some(k)) => format!("<i>K</i> = {k}"),
        (ModelKind::Mdn, None) => "MDN".to_owned(),
        (ModelKind::Ensemble, _) => "ensemble".to_owned(),
    };
    let heading = if name_recipe {
        format!("{} {name}", escape(group.recipe))
    } else {
        name
    };
    let n_scored = group.n_scored();
    let trained = format!("{n_scored} of {}", group.cells.len());
    // The median run's own parameters: they are the same for all replicates.
    let first = group.cells.first();
    let n_parameters = first.map_or_else(
        || MISSING.to_owned(),
        |cell| {
            count(
                &format!("cells/{}/n_parameters", cell.id),
                cell.n_parameters,
            )
        },
    );
    if n_scored == 0 {
        let mut cells = vec![trained, n_parameters];
        cells.push("<span class=\"failed\">failed</span>".to_owned());
        cells.extend(std::iter::repeat_n(MISSING.to_owned(), 5));
        return Row {
            class: "is-failed",
            heading,
            cells,
        };
    }
    let spread = |field: &str, decimals: usize, of: fn(&Cell) -> Option<f64>| {
        let spread = group.spread(of);
        let range = Range::of(spread, field, decimals);
        if spread.is_none() {
            return MISSING.to_owned();
        }
        if group.cells.len() == 1 {
            return range.median;
        }
        let Range { median, low, high } = range;
        format!("{median}<span class=\"range\">{low} … {high}</span>")
    };
    let excess_spread = group.spread(|cell| cell.excess_nats_test);
    let excess = excess_spread.map_or_else(
        || MISSING.to_owned(),
        |_| {
            let error = standard_error(excess_spread, "excess_nats_standard_error_test", |cell| {
                cell.excess_nats_standard_error_test
            });
            let median = Range::of(excess_spread, "excess_nats_test", 3).median;
            format!("{median}<span class=\"range\">± {error}</span>")
        },
    );
    Row {
        class: if n_scored < group.cells.len() {
            "is-partly-failed"
        } else {
            ""
        },
        heading,
        cells: vec![
            trained,
            n_parameters,
            spread("n_epochs", 0, |cell| {
                let n_epochs = u32::try_from(cell.n_epochs).ok()?;
                cell.failure.is_none().then(|| f64::from(n_epochs))
            }),
            spread("nll_nats_mean.validation", 3, |cell| {
                cell.nll_nats_mean.validation
            }),
            spread("nll_nats_mean.test", 3, |cell| cell.nll_nats_mean.test),
            excess,
            spread("crps_mean_test", 4, |cell| cell.crps_mean_test),
            spread("mse.test", 3, |cell| cell.mse.test),
        ],
    }
}

/// The best anyone can do, and the best one Gaussian can do.
fn truth_rows(record: &StudyView<'_>) -> [Row; 2] {
    let oracle = &record.oracle;
    let with_error = |value: String, error_key: &str, error: f64| {
        format!(
            "{value}<span class=\"range\">± {}</span>",
            datum(error_key, error, 4)
        )
    };
    let dash = || MISSING.to_owned();
    let exact = vec![
        dash(),
        dash(),
        dash(),
        datum(
            "oracle/nll_nats_mean_validation",
            oracle.nll_nats_mean_validation,
            3,
        ),
        with_error(
            datum("oracle/nll_nats_mean", oracle.nll_nats_mean, 3),
            "oracle/nll_nats_standard_error",
            oracle.nll_nats_standard_error,
        ),
        dash(),
        with_error(
            datum("oracle/crps_mean", oracle.crps_mean, 4),
            "oracle/crps_standard_error",
            oracle.crps_standard_error,
        ),
        with_error(
            datum("oracle/mse", oracle.mse, 3),
            "oracle/mse_standard_error",
            oracle.mse_standard_error,
        ),
    ];
    let gaussian = vec![
        dash(),
        dash(),
        dash(),
        dash(),
        datum(
            "oracle/single_gaussian_nll_nats_mean",
            oracle.single_gaussian_nll_nats_mean,
            3,
        ),
        dash(),
        dash(),
        dash(),
    ];
    [("exact density", exact), ("best single Gaussian", gaussian)].map(|(heading, cells)| Row {
        class: "is-truth",
        heading: heading.to_owned(),
        cells,
    })
}

fn cells(record: &StudyView<'_>) -> Table {
    let levels = coverage_levels(record);
    let mut head: Vec<String> = [
        "cell",
        "ended by",
        "epochs",
        "best epoch",
        "NLL, training",
        "NLL, validation",
        "NLL, test",
        "MSE, validation",
        "MSE, test",
        "PIT distance",
    ]
    .map(str::to_owned)
    .to_vec();
    head.extend(levels.iter().map(|level| format!("in central {level} %")));
    head.extend(
        [
            "smallest σ",
            "degenerate",
            "effective K",
            "weights (BLAKE3)",
        ]
        .map(str::to_owned),
    );
    let rows = record.cells.iter().map(|cell| cell_row(cell, &levels));
    Table {
        rows: rows.collect(),
        head,
    }
}

fn cell_row(cell: &Cell, levels: &[String]) -> Row {
    let key = |field: &str| format!("cells/{}/{field}", cell.id);
    let of = |field: &str, value, decimals| optional(&key(field), value, decimals);
    let (nll, mse) = (cell.nll_nats_mean, cell.mse);
    let mut cells = vec![
        stopped(cell.stopped_by).to_owned(),
        count(&key("n_epochs"), cell.n_epochs),
        count(&key("best_epoch"), cell.best_epoch),
        of("nll_nats_mean.train", nll.train, 4),
        of("nll_nats_mean.validation", nll.validation, 4),
        of("nll_nats_mean.test", nll.test, 4),
        of("mse.validation", mse.validation, 4),
        of("mse.test", mse.test, 4),
        of("pit_ks_test", cell.pit_ks_test, 4),
    ];
    cells.extend(levels.iter().map(|level| {
        let share = cell.coverage_test.get(level).copied().flatten();
        percent(&key(&format!("coverage_test.{level}")), share, 1)
    }));
    cells.push(small_datum(
        &key("smallest_scale_test"),
        cell.smallest_scale_test,
        4,
    ));
    cells.push(cell.degenerate_likelihood.map_or_else(
        || MISSING.to_owned(),
        |degenerate| number::word(&key("degenerate_likelihood"), &degenerate.to_string()),
    ));
    let effective = cell.effective_components_test;
    cells.push(of("effective_components_test", effective, 2));
    cells.push(cell.weights_blake3.as_deref().map_or_else(
        || MISSING.to_owned(),
        |hash| number::word(&key("weights_blake3"), hash),
    ));
    Row {
        class: if cell.failure.is_some() {
            "is-failed"
        } else {
            ""
        },
        heading: format!("<code>{}</code>", escape(&cell.id)),
        cells,
    }
}

/// Percentages of the record's coverages, in rising order.
fn coverage_levels(record: &StudyView<'_>) -> Vec<String> {
    let all = record.cells.iter().flat_map(|c| c.coverage_test.keys());
    let distinct: BTreeSet<&String> = all.collect();
    let mut levels: Vec<String> = distinct.into_iter().cloned().collect();
    // By value: "5" stands before "50" and "90".
    levels.sort_by(|a, b| {
        let value = |level: &String| level.parse::<f64>().unwrap_or(f64::INFINITY);
        value(a).total_cmp(&value(b)).then_with(|| a.cmp(b))
    });
    levels
}
