//! Rows of the index that are of tables: fits, and studies of several recipes.

use std::collections::BTreeMap;

use serde::Serialize;

use super::number::{MISSING, count, escape, percent, short_word, word};
use super::quantity::with_error;
use super::table_study::TableStudyView;
use crate::record::compare::over_splits;
use crate::record::{Compared, Record};

/// Level of the interval that is listed.
const LEVEL: f64 = 0.9;

/// A fit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Fit {
    address: String,
    name: String,
    table: String,
    targets: String,
    n_networks: String,
    n_test: String,
    nll: String,
    over_nothing: String,
    over_linear: String,
    /// Of the first target.
    covered: String,
    digest: String,
}

/// A study of tables.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Study {
    address: String,
    name: String,
    tables: String,
    n_networks: String,
    failed: Option<String>,
    /// Recipes, and on how many tables each has the least mean loss.
    best: String,
    digest: String,
}

pub(super) fn fit(folder: &str, address: String, record: &Record) -> Fit {
    let key = |path: &str| format!("{folder}/{path}");
    let table = record.data.table.as_ref();
    let names = table.map_or_else(Vec::new, |table| table.targets.clone());
    let scores = record.scores_test.as_ref();
    let nll = scores.map(|scores| scores.nll_nats);
    let coverage = scores.and_then(|scores| {
        let mut levels = scores.targets.first()?.coverage.iter().enumerate();
        levels.find(|(_, coverage)| (coverage.level - LEVEL).abs() < 1e-9)
    });
    let baselines = record.baselines.as_ref();
    let gain = |field: &str, compared: Option<&Compared>| {
        let gain = compared.map(|compared| compared.gain_nats_test);
        let key = |part: &str| key(&format!("baselines/{field}/gain_nats_test/{part}"));
        with_error(
            (&key("mean"), gain.map(|gain| gain.mean)),
            (
                &key("standard_error"),
                gain.and_then(|gain| gain.standard_error),
            ),
        )
    };
    Fit {
        address,
        name: word(&key("study"), &record.study),
        table: table.map_or_else(|| MISSING.to_owned(), |table| escape(&table.name)),
        targets: escape(&names.join(", ")),
        n_networks: count(&key("derived/n_cells"), record.cells.len()),
        n_test: count(&key("data/n_test"), record.data.n_test),
        nll: with_error(
            (&key("scores_test/nll_nats/mean"), nll.map(|nll| nll.mean)),
            (
                &key("scores_test/nll_nats/standard_error"),
                nll.and_then(|nll| nll.standard_error),
            ),
        ),
        over_nothing: gain("feature_free", baselines.map(|b| &b.feature_free)),
        over_linear: gain("linear", baselines.and_then(|b| b.linear.as_ref())),
        covered: match coverage {
            Some((at, coverage)) => percent(
                &key(&format!("scores_test/targets/0/coverage/{at}/covered")),
                Some(coverage.covered),
                1,
            ),
            None => MISSING.to_owned(),
        },
        digest: short_word(&key("digest"), &record.digest),
    }
}

pub(super) fn study(folder: &str, address: String, study: &TableStudyView<'_>) -> Study {
    let record: &Record = study;
    let key = |path: &str| format!("{folder}/{path}");
    let failed = record.cells.iter().filter(|cell| cell.failure.is_some());
    let n_failed = failed.count();
    let names: Vec<String> = study.names().map(escape).collect();
    let mut wins: BTreeMap<&str, usize> = BTreeMap::new();
    for contenders in study.contenders() {
        let means = contenders.iter().filter_map(|contender| {
            let nll = contender.per_split(|cell| cell.nll_nats_mean.test);
            Some((contender.recipe, over_splits(&nll)?.mean))
        });
        if let Some((recipe, _)) = means.min_by(|a, b| a.1.total_cmp(&b.1)) {
            *wins.entry(recipe).or_default() += 1;
        }
    }
    let wins = wins.iter().map(|(recipe, n)| {
        let n = count(&key(&format!("derived/tables/best/{recipe}")), *n);
        format!("{} <span class=\"times\">on {n}</span>", escape(recipe))
    });
    let best: Vec<String> = wins.collect();
    Study {
        address,
        name: word(&key("study"), &record.study),
        tables: names.join(", "),
        n_networks: count(&key("derived/n_cells"), record.cells.len()),
        failed: (n_failed > 0).then(|| count(&key("derived/n_failed"), n_failed)),
        best: match best.is_empty() {
            true => MISSING.to_owned(),
            false => best.join(", "),
        },
        digest: short_word(&key("digest"), &record.digest),
    }
}
