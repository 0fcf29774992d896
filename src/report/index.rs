//! One page over several studies, fits and studies of tables: what each is about, what came out, and where it stands.

use serde::Serialize;
use tera::{Context, Tera};

use super::RenderError;
use super::groups::Group;
use super::head::{self, Head};
use super::number::{MISSING, count, datum, escape, optional, short_word, word};
use super::table_study::TableStudyView;
use super::{index_tables, settings};
use crate::record::{Kind, ModelKind, Record, SCHEMA};

/// A study's row.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Row {
    /// Folder below the index, as a part of an address.
    folder: String,
    name: String,
    problem: String,
    n_networks: String,
    failed: Option<String>,
    oracle_nll: String,
    oracle_mse: String,
    baseline_mse: String,
    best_k: String,
    best_excess: String,
    best_error: String,
    digest: String,
}

/// The page over these studies: the name of each one's folder, and its record. Fits and studies of tables have lists of
/// their own.
///
/// # Errors
/// A record of another schema; a broken template.
pub fn index(studies: &[(String, Record)]) -> Result<String, RenderError> {
    let (mut rows, mut fits, mut tables) = (Vec::new(), Vec::new(), Vec::new());
    for (folder, record) in studies {
        if record.schema != SCHEMA {
            return Err(RenderError::Schema {
                found: record.schema,
            });
        }
        let address = address(folder);
        if record.kind == Kind::Fit {
            fits.push(index_tables::fit(folder, address, record));
        } else if let Some(study) = TableStudyView::of(record) {
            tables.push(index_tables::study(folder, address, &study));
        } else {
            rows.push(row(folder, record));
        }
    }
    let mut context = Context::new();
    context.insert("rows", &rows);
    context.insert("fits", &fits);
    context.insert("tables", &tables);
    let head = Head::new(
        "Mixture density networks: studies".to_owned(),
        "Studies of mixture density networks, each with its page.".to_owned(),
        &[],
    );
    context.insert("head", &head);
    let mut tera = Tera::default();
    let own = ("index.html", include_str!("../../templates/index.html"));
    tera.add_raw_templates([own].into_iter().chain(head::TEMPLATES))
        .and_then(|()| tera.render("index.html", &context))
        .map_err(|error| RenderError::Template {
            message: error.to_string(),
        })
}

fn row(folder: &str, record: &Record) -> Row {
    let key = |path: &str| format!("{folder}/{path}");
    let groups = Group::of(record);
    let baseline = groups.iter().find(|group| group.model == ModelKind::Mse);
    let baseline = baseline.and_then(|group| group.spread(|cell| cell.mse.test));
    let networks = groups.iter().filter(|group| group.model == ModelKind::Mdn);
    let spreads = networks.filter_map(|group| group.spread(|cell| cell.nll_nats_mean.test));
    let best = spreads.min_by(|a, b| a.median.1.total_cmp(&b.median.1));
    let best = best.map(|spread| spread.median.0);
    let of_best = |field: &str, value: Option<f64>, decimals| {
        best.map_or_else(
            || MISSING.to_owned(),
            |cell| optional(&key(&format!("cells/{}/{field}", cell.id)), value, decimals),
        )
    };
    let n_failed = record.cells.iter().filter(|c| c.failure.is_some()).count();
    Row {
        folder: address(folder),
        name: word(&key("study"), &record.study),
        problem: settings::problem_name(&settings::spec(record)).map_or_else(
            || MISSING.to_owned(),
            |(path, name)| word(&key(&format!("spec/{path}")), &name),
        ),
        n_networks: count(&key("derived/n_cells"), record.cells.len()),
        failed: (n_failed > 0).then(|| count(&key("derived/n_failed"), n_failed)),
        oracle_nll: optional(
            &key("oracle/nll_nats_mean"),
            record.oracle.as_ref().map(|o| o.nll_nats_mean),
            3,
        ),
        oracle_mse: optional(&key("oracle/mse"), record.oracle.as_ref().map(|o| o.mse), 3),
        baseline_mse: baseline.map_or_else(
            || MISSING.to_owned(),
            |spread| {
                let cell = spread.median.0;
                datum(
                    &key(&format!("cells/{}/mse.test", cell.id)),
                    spread.median.1,
                    3,
                )
            },
        ),
        best_k: best.map_or_else(
            || MISSING.to_owned(),
            |cell| {
                cell.n_components.map_or_else(
                    || MISSING.to_owned(),
                    |k| {
                        let k = count(&key(&format!("cells/{}/n_components", cell.id)), k);
                        format!("{k}, {}", escape(&cell.recipe))
                    },
                )
            },
        ),
        best_excess: of_best("excess_nats_test", best.and_then(|c| c.excess_nats_test), 3),
        best_error: of_best(
            "excess_nats_standard_error_test",
            best.and_then(|c| c.excess_nats_standard_error_test),
            4,
        ),
        digest: short_word(&key("digest"), &record.digest),
    }
}

/// A folder's name as a part of an address, for an attribute.
fn address(folder: &str) -> String {
    let mut out = String::new();
    for byte in folder.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    escape(&out)
}
