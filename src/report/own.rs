//! The page of a fit to a user's own table.

use serde::Serialize;
use tera::{Context, Tera};

use super::explorer::{self, Explorer};
use super::figures::own::OwnFigures;
use super::fit::columns::{self, Column};
use super::fit::good::Good;
use super::fit::matters::Matters;
use super::fit::rows;
use super::fit::trained::Trained;
use super::fit::using::Using;
use super::head::{self, Head};
use super::machine::Machine;
use super::number::{MISSING, count, datum, optional, percent, word};
use super::own_again::OwnAgain;
use super::quantity::quantity;
use super::tables::stopped;
use super::view::FitView;
use super::{RenderError, bounds};
use crate::record::Cell;
use crate::record::{SCHEMA, Timing};

const TEMPLATES: [(&str, &str); 3] = [
    ("parts.html", include_str!("../../templates/parts.html")),
    (
        "explorer.html",
        include_str!("../../templates/explorer.html"),
    ),
    ("own.html", include_str!("../../templates/own.html")),
];

/// The context of the template: ready strings.
#[derive(Debug, Serialize)]
struct Own {
    head: Head,
    table: String,
    targets: String,
    reason: Option<String>,
    /// The target that is drawn, where there are others.
    first_of_several: Option<String>,
    is_degenerate: bool,
    warnings: Vec<String>,
    good: Option<Good>,
    matters: Option<Matters>,
    worst: Option<Worst>,
    trained: Option<Trained>,
    columns: Vec<Vec<String>>,
    n_columns_left_out: usize,
    facts: Vec<Fact>,
    cells: Vec<Vec<String>>,
    scores: Vec<Vec<String>>,
    coverage: Vec<Vec<String>>,
    figures: OwnFigures,
    explorer: Option<Explorer>,
    again: OwnAgain,
    using: Using,
    digest: String,
    machine: Option<Machine>,
}

/// The least expected test rows.
#[derive(Debug, Serialize)]
struct Worst {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// A name and its value.
#[derive(Debug, Serialize)]
struct Fact {
    name: &'static str,
    value: String,
}

/// The whole page of a fit's record, as one string of HTML.
///
/// # Errors
/// [`RenderError::Schema`]; shown parameters that are those of no mixture; faults of this crate.
pub(super) fn html(record: &FitView<'_>, timing: Option<&Timing>) -> Result<String, RenderError> {
    if record.schema != SCHEMA {
        return Err(RenderError::Schema {
            found: record.schema,
        });
    }
    bounds::of_fit(record)?;
    let timing = timing.filter(|timing| timing.record_digest == record.digest);
    let chosen = record.choice.as_ref().map(|choice| choice.n_components);
    let targets = record.table.targets.join(", ");
    let explorer = explorer::of_fit(record)?;
    let scripts = [head::TABLES, head::EXPLORER];
    let (columns, n_columns_left_out) = columns::listed(&Column::all(record));
    let page = Own {
        head: Head::new(
            format!("A density of {targets}"),
            format!("A mixture density network fitted to {}.", record.table.name),
            &scripts[..1 + usize::from(explorer.is_some())],
        ),
        table: record.table.name.clone(),
        targets,
        reason: record.choice.as_ref().map(|choice| choice.reason.clone()),
        first_of_several: match &record.table.targets[..] {
            [first, _, ..] => Some(super::number::escape(first)),
            _ => None,
        },
        is_degenerate: record.is_degenerate(),
        warnings: record.warnings.clone(),
        good: Good::of(record),
        matters: Matters::of(record)?,
        worst: rows::worst(record).map(|(head, rows)| Worst { head, rows }),
        trained: Trained::of(record)?,
        columns,
        n_columns_left_out,
        facts: facts(record),
        cells: record.cells.iter().map(|cell| row(cell, chosen)).collect(),
        scores: scores(record),
        coverage: coverage(record),
        figures: OwnFigures::of(record)?,
        explorer,
        again: OwnAgain::of(record),
        using: Using::of(record),
        digest: word("digest", &record.digest),
        machine: timing.map(Machine::of),
    };
    let fault = |error: tera::Error| RenderError::Template {
        message: error.to_string(),
    };
    let mut tera = Tera::default();
    let templates = TEMPLATES.into_iter().chain(head::TEMPLATES);
    tera.add_raw_templates(templates).map_err(fault)?;
    let context = Context::from_serialize(&page).map_err(fault)?;
    tera.render("own.html", &context).map_err(fault)
}

fn facts(record: &FitView<'_>) -> Vec<Fact> {
    let (data, name) = (&record.data, record.recipe_name);
    let missing = usize::try_from(record.table.n_rows_missing).unwrap_or(usize::MAX);
    let mdn = record.recipe.mdn.as_ref();
    let noise = mdn.and_then(|mdn| mdn.tuning.noise).map(|noise| noise.x);
    let recipe_key = |field: &str| format!("spec/recipes/{name}/{field}");
    let covariance = mdn.map_or("", |mdn| mdn.covariance.name());
    let facts = [
        ("training rows", count("data/n_train", data.n_train)),
        (
            "validation rows",
            count("data/n_validation", data.n_validation),
        ),
        ("test rows", count("data/n_test", data.n_test)),
        (
            "rows left out, with a missing number",
            count("data/table/n_rows_missing", missing),
        ),
        (
            "features",
            count("derived/n_features", record.table.features.len()),
        ),
        ("recipe", word("derived/recipe", name)),
        (
            "rows of a step, at most",
            count(&recipe_key("batch_size"), record.recipe.batch_size),
        ),
        (
            "noise on features at each step, standard deviations",
            optional(&recipe_key("mdn/tuning/noise/x"), noise, 3),
        ),
        ("covariance", word("derived/covariance", covariance)),
        ("seed", word("spec/seed", &record.spec.seed.to_string())),
        (
            "hash of the numbers learnt from",
            word("data/blake3", &data.blake3),
        ),
    ];
    facts.map(|(name, value)| Fact { name, value }).into()
}

/// K, parameters, epochs, the kept one, why it stopped, validation NLL ± its error, CRPS, effective components, least scale; CRPS and scale
/// of the first target.
fn row(cell: &Cell, chosen: Option<usize>) -> Vec<String> {
    let key = |field: &str| format!("cells/{}/{field}", cell.id);
    let validation = cell.validation.as_ref();
    let crps = validation.and_then(|v| v.crps_mean.first().copied());
    let scale = validation.and_then(|v| v.smallest_scale.first().copied());
    let nll = (cell.nll_nats_mean, cell.nll_nats_standard_error);
    let remark = match (&cell.failure, cell.degenerate_likelihood) {
        (Some(failure), _) => format!("{} became {}", failure.quantity, failure.value),
        (None, Some(true)) => "degenerate likelihood".to_owned(),
        _ if chosen.is_some() && chosen == cell.n_components => "taken".to_owned(),
        _ => "–".to_owned(),
    };
    vec![
        count(&key("n_components"), cell.n_components.unwrap_or(0)),
        count(&key("n_parameters"), cell.n_parameters),
        count(&key("n_epochs"), cell.n_epochs),
        count(&key("best_epoch"), cell.best_epoch),
        stopped(cell.stopped_by).to_owned(),
        optional(&key("nll_nats_mean.train"), nll.0.train, 3),
        optional(&key("nll_nats_mean.validation"), nll.0.validation, 3),
        optional(
            &key("nll_nats_standard_error.validation"),
            nll.1.validation,
            3,
        ),
        quantity(&key("validation.crps_mean.0"), crps),
        optional(
            &key("validation.effective_components"),
            validation.map(|v| v.effective_components),
            1,
        ),
        quantity(&key("validation.smallest_scale.0"), scale),
        super::number::escape(&remark),
    ]
}

fn scores(record: &FitView<'_>) -> Vec<Vec<String>> {
    let Some(scores) = &record.scores_test else {
        return Vec::new();
    };
    let name = super::number::escape;
    let mut rows = vec![vec![
        "all targets together".to_owned(),
        "NLL, nats".to_owned(),
        datum("scores_test/nll_nats.mean", scores.nll_nats.mean, 4),
        datum(
            "scores_test/nll_nats.standard_error",
            scores.nll_nats.standard_error.unwrap_or(f64::NAN),
            4,
        ),
    ]];
    if let Some(energy) = &scores.energy {
        rows.push(vec![
            "all targets together".to_owned(),
            "energy score".to_owned(),
            quantity("scores_test/energy.mean", Some(energy.mean)),
            quantity("scores_test/energy.standard_error", energy.standard_error),
        ]);
    }
    for (at, target) in scores.targets.iter().enumerate() {
        for (field, label, summary) in [
            ("nll_nats", "NLL, nats", &target.nll_nats),
            ("crps", "CRPS, in its unit", &target.crps),
            ("sd", "predicted standard deviation", &target.sd),
        ] {
            let key = |part: &str| format!("scores_test/targets/{at}/{field}.{part}");
            rows.push(vec![
                name(&target.name),
                label.to_owned(),
                quantity(&key("mean"), Some(summary.mean)),
                quantity(&key("standard_error"), summary.standard_error),
            ]);
        }
        let key = format!("scores_test/targets/{at}/pit_ks");
        rows.push(vec![
            name(&target.name),
            "distance of the PIT from uniform".to_owned(),
            datum(&key, target.pit_ks, 4),
            MISSING.to_owned(),
        ]);
    }
    rows
}

/// Target, level, covered, and the 95 % interval of the share.
fn coverage(record: &FitView<'_>) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for (at, target) in record
        .scores_test
        .iter()
        .flat_map(|s| s.targets.iter().enumerate())
    {
        for (index, coverage) in target.coverage.iter().enumerate() {
            let key = |field: &str| format!("scores_test/targets/{at}/coverage/{index}.{field}");
            let share = |field: &str, value: f64| percent(&key(field), Some(value), 1);
            rows.push(vec![
                super::number::escape(&target.name),
                share("level", coverage.level),
                share("covered", coverage.covered),
                share("low", coverage.low),
                share("high", coverage.high),
                if coverage.is_consistent() {
                    "agrees"
                } else {
                    "does not agree"
                }
                .to_owned(),
            ]);
        }
    }
    rows
}
