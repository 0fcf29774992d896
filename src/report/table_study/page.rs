//! The page of a study of tables, as ready strings for its template.

use serde::Serialize;
use tera::{Context, Tera};

use super::chosen::{self, Chosen};
use super::known;
use super::measured::Measured;
use super::peers;
use super::scores::{self, Row, Rows, heading};
use super::view::{ProblemView, TableStudyView};
use super::{figure, pairs};
use crate::record::compare::over_splits;
use crate::record::{Record, SCHEMA, Timing};
use crate::report::RenderError;
use crate::report::head::{self, Head};
use crate::report::machine::Machine;
use crate::report::number::{MISSING, count, escape, exact, short_word, word};
use crate::report::settings::{self, Setting};

const TEMPLATES: [(&str, &str); 2] = [
    ("parts.html", include_str!("../../../templates/parts.html")),
    (
        "table-study.html",
        include_str!("../../../templates/table-study.html"),
    ),
];

/// The context of the template.
#[derive(Debug, Serialize)]
struct Page {
    head: Head,
    study: String,
    n_cells: String,
    n_problems: String,
    /// Cells without scores.
    failures: Vec<String>,
    warnings: Vec<String>,
    overview: Rows,
    problems: Vec<Problem>,
    has_published: bool,
    campaigns: Vec<Campaign>,
    settings: Vec<Setting>,
    command: String,
    digest: String,
    machine: Option<Machine>,
    timing_is_foreign: bool,
}

/// One table's section.
#[derive(Debug, Serialize)]
struct Problem {
    anchor: String,
    /// As HTML.
    name: String,
    plain: String,
    facts: Vec<Fact>,
    origin: Option<String>,
    scores: Rows,
    pairs: Rows,
    chosen: Vec<Chosen>,
    svg: Option<String>,
    has_published: bool,
}

#[derive(Debug, Serialize)]
struct Fact {
    name: &'static str,
    value: String,
}

/// Where measured peers come from.
#[derive(Debug, Serialize)]
struct Campaign {
    source: &'static str,
    date: &'static str,
    script: &'static str,
}

/// The whole page.
///
/// # Errors
/// [`RenderError::Schema`]; a picture that cannot be drawn; a broken template.
pub(in crate::report) fn html(
    study: &TableStudyView<'_>,
    timing: Option<&Timing>,
) -> Result<String, RenderError> {
    let record: &Record = study;
    if record.schema != SCHEMA {
        return Err(RenderError::Schema {
            found: record.schema,
        });
    }
    let own_timing = timing.filter(|timing| timing.record_digest == record.digest);
    let measured: Vec<Vec<Measured<'_>>> = study
        .problems
        .iter()
        .map(|problem| Measured::of(problem, own_timing))
        .collect();
    let problems = study.problems.iter().zip(&measured).enumerate();
    let problems = problems.map(|(at, (problem, measured))| section(at, problem, measured));
    let is_published = |problem: &ProblemView<'_>| problem.known.is_some();
    let page = Page {
        head: Head::new(
            format!("Densities of tables: {}", record.study),
            "Ways to fit a density to a table, compared split by split.".to_owned(),
            &[head::TABLES],
        ),
        study: word("study", &record.study),
        n_cells: count("derived/n_cells", record.cells.len()),
        n_problems: count("derived/n_problems", study.problems.len()),
        failures: failures(record),
        warnings: record.warnings.clone(),
        overview: overview(study, &measured),
        problems: problems.collect::<Result<_, _>>()?,
        has_published: study.problems.iter().any(is_published),
        campaigns: peers::campaigns()
            .iter()
            .map(|campaign| Campaign {
                source: &campaign.source,
                date: &campaign.date,
                script: &campaign.script,
            })
            .collect(),
        settings: settings::flat(&settings::spec(record)),
        command: escape(&command(&record.study)),
        digest: word("digest", &record.digest),
        machine: own_timing.map(Machine::of),
        timing_is_foreign: timing.is_some() && own_timing.is_none(),
    };
    let fault = |error: tera::Error| RenderError::Template {
        message: error.to_string(),
    };
    let mut tera = Tera::default();
    let templates = TEMPLATES.into_iter().chain(head::TEMPLATES);
    tera.add_raw_templates(templates).map_err(fault)?;
    let context = Context::from_serialize(&page).map_err(fault)?;
    tera.render("table-study.html", &context).map_err(fault)
}

fn section(
    at: usize,
    problem: &ProblemView<'_>,
    measured: &[Measured<'_>],
) -> Result<Problem, RenderError> {
    Ok(Problem {
        anchor: problem.anchor.clone(),
        name: escape(problem.name),
        plain: problem.name.to_owned(),
        facts: facts(at, problem),
        origin: problem
            .table
            .and_then(|table| table.origin.as_deref())
            .map(escape),
        scores: scores::rows(problem, measured),
        pairs: pairs::rows(problem, measured),
        chosen: chosen::of(problem, measured),
        svg: figure::svg(at, problem, measured)?,
        has_published: problem.known.is_some(),
    })
}

fn facts(at: usize, problem: &ProblemView<'_>) -> Vec<Fact> {
    let data = problem.data;
    let key = |field: &str| format!("derived/tables/{}/{field}", problem.name);
    let mut facts = vec![
        Fact {
            name: "training, validation and test rows of the first split",
            value: format!(
                "{}, {}, {}",
                count(&key("n_train"), data.n_train),
                count(&key("n_validation"), data.n_validation),
                count(&key("n_test"), data.n_test)
            ),
        },
        Fact {
            name: "splits",
            value: count(&key("n_splits"), problem.n_splits),
        },
    ];
    if let Some(table) = &data.table {
        facts.push(Fact {
            name: "features",
            value: count(&key("n_features"), table.features.len()),
        });
        facts.push(Fact {
            name: "targets",
            value: problem
                .targets
                .iter()
                .map(|name| escape(name))
                .collect::<Vec<_>>()
                .join(", "),
        });
    }
    if let Some(blake3) = problem.table.and_then(|table| table.blake3.as_deref()) {
        // The spec has one problem under `problem`, several under `problems`.
        let key = format!("derived/tables/{at}/blake3");
        facts.push(Fact {
            name: "BLAKE3 of its columns",
            value: short_word(&key, blake3),
        });
    }
    facts
}

/// A row for each table, a column for each contender of any.
fn overview(study: &TableStudyView<'_>, measured: &[Vec<Measured<'_>>]) -> Rows {
    let mut names: Vec<(String, String)> = Vec::new();
    for measured in measured.iter().flatten() {
        let name = measured.contender.name();
        let has_density = measured.nll.iter().any(Option::is_some);
        if has_density && !names.iter().any(|(known, _)| *known == name) {
            names.push((name, heading(measured)));
        }
    }
    let has_published = study.problems.iter().any(|problem| problem.known.is_some());
    let mut head = vec!["table".to_owned(), "splits".to_owned()];
    head.extend(names.iter().map(|(_, heading)| heading.clone()));
    if has_published {
        head.push("least published".to_owned());
    }
    let rows = study
        .problems
        .iter()
        .zip(measured)
        .map(|(problem, measured)| {
            let key = format!("derived/tables/{}/n_splits", problem.name);
            let mut cells = vec![count(&key, problem.n_splits)];
            let sound = measured.iter().filter(|m| m.n_degenerate == 0);
            let means = sound.map(|m| over_splits(&m.nll).map(|s| s.mean));
            let best = means.flatten().min_by(f64::total_cmp);
            cells.extend(names.iter().map(|(name, _)| {
                let its = measured.iter().find(|m| m.contender.name() == *name);
                its.map_or_else(
                    || MISSING.to_owned(),
                    |m| {
                        let prefix = scores::prefix(problem, name);
                        let shown = scores::spread(&prefix, "nll", &m.nll);
                        let is_best = best.is_some() && over_splits(&m.nll).map(|s| s.mean) == best;
                        match (m.n_degenerate > 0, is_best) {
                            (true, _) => format!("{shown}<span class=\"range\">degenerate</span>"),
                            (_, true) => format!("<strong>{shown}</strong>"),
                            _ => shown,
                        }
                    },
                )
            }));
            if has_published {
                cells.push(least_published(problem));
            }
            Row {
                class: "",
                heading: format!(
                    "<a href=\"#{}\">{}</a>",
                    problem.anchor,
                    escape(problem.name)
                ),
                cells,
            }
        });
    Rows {
        rows: rows.collect(),
        head,
    }
}

fn least_published(problem: &ProblemView<'_>) -> String {
    let rows = problem.known.into_iter().flat_map(known::published);
    let Some((row, nll)) = rows.min_by(|a, b| a.1.total_cmp(&b.1)) else {
        return MISSING.to_owned();
    };
    let key = format!(
        "published/{}/{} {}/{}",
        problem.name, row.author, row.year, row.model
    );
    format!(
        "{}<span class=\"range\">{}, {}</span>",
        exact(&key, nll),
        escape(&row.model),
        row.year
    )
}

fn failures(record: &Record) -> Vec<String> {
    let failed = record.cells.iter().filter_map(|cell| {
        let failure = cell.failure.as_ref()?;
        Some(format!(
            "{}: {} became {} in epoch {}",
            cell.id, failure.quantity, failure.value, failure.epoch
        ))
    });
    failed.collect()
}

fn command(study: &str) -> String {
    let is_plain = !study.is_empty()
        && study
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let folder = if is_plain { study } else { "STUDY" };
    format!("mdn report reports/{folder} --table FOLDER-OF-THE-TABLES")
}
