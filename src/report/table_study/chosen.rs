//! What ensembles chose, and on how many splits.

use std::collections::BTreeMap;

use serde::Serialize;

use super::measured::Measured;
use super::scores::{heading, prefix};
use super::view::ProblemView;
use crate::record::EnsembleRecord;
use crate::report::number::{count, escape, shortest};

/// What one contender chose: a name, and each value with its splits.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Chosen {
    heading: String,
    /// Cells whose answer is the density that ignores the features.
    feature_free: String,
    n_cells: String,
    choices: Vec<Choice>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Choice {
    name: &'static str,
    values: Vec<String>,
}

/// What is chosen, and how it is written.
type Setting = (&'static str, &'static str, fn(&EnsembleRecord) -> String);

const SETTINGS: [Setting; 7] = [
    ("<i>K</i>", "n_components", |e| {
        e.settings.n_components.to_string()
    }),
    ("members", "members", |e| e.members.len().to_string()),
    ("weight decay", "weight_decay", |e| {
        shortest(e.settings.weight_decay)
    }),
    ("noise on features", "noise", |e| shortest(e.settings.noise)),
    ("pieces of each feature", "n_pieces", |e| {
        let pieces = e.settings.n_pieces;
        pieces.map_or_else(|| "none".to_owned(), |n| n.to_string())
    }),
    ("factor of all scales", "scale_factor", |e| {
        shortest(e.scale_factor)
    }),
    (
        "weight of the wide normal, to one digit",
        "wide_weight",
        |e| {
            shortest(
                format!("{:.0e}", e.wide_weight)
                    .parse()
                    .unwrap_or(e.wide_weight),
            )
        },
    ),
];

/// One entry for each contender that chose something.
pub(super) fn of(problem: &ProblemView<'_>, measured: &[Measured<'_>]) -> Vec<Chosen> {
    measured.iter().filter_map(|m| one(problem, m)).collect()
}

fn one(problem: &ProblemView<'_>, measured: &Measured<'_>) -> Option<Chosen> {
    let cells = measured.contender.cells();
    let ensembles: Vec<&EnsembleRecord> = cells.filter_map(|c| c.ensemble.as_ref()).collect();
    if ensembles.is_empty() {
        return None;
    }
    let prefix = prefix(problem, &measured.contender.name());
    let n_feature_free = ensembles.iter().filter(|e| e.is_feature_free).count();
    // Of the density that ignores the features no setting is in use.
    let networks = || ensembles.iter().filter(|e| !e.is_feature_free);
    let choices = SETTINGS.iter().map(|(name, field, value)| {
        let mut counted: BTreeMap<String, usize> = BTreeMap::new();
        networks().for_each(|e| *counted.entry(value(e)).or_default() += 1);
        let mut counted: Vec<(String, usize)> = counted.into_iter().collect();
        let number = |text: &str| text.replace('\u{2212}', "-").parse().unwrap_or(-1.0);
        counted.sort_by(|a, b| f64::total_cmp(&number(&a.0), &number(&b.0)));
        let values = counted.into_iter().map(|(value, n)| {
            let n = count(&format!("{prefix}/chosen/{field}/{value}"), n);
            format!("{} <span class=\"times\">× {n}</span>", escape(&value))
        });
        Choice {
            name,
            values: values.collect(),
        }
    });
    Some(Chosen {
        heading: heading(measured),
        feature_free: count(&format!("{prefix}/n_feature_free"), n_feature_free),
        n_cells: count(&format!("{prefix}/n_ensembles"), ensembles.len()),
        choices: choices.filter(|choice| !choice.values.is_empty()).collect(),
    })
}
