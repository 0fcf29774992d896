//! Reference bands: where a group's mean is expected when seed or recipe are others.

use super::spread::deviation;
use crate::record::{Cell, ModelKind, Record};

/// Half-width of a band in standard errors.
const ERRORS: f64 = 3.0;

/// The mean of a score over the replicates of one network, and where the older record expects it.
///
/// # Formula
/// Band = old mean ± 3 √(s² (1/n + 1/n′) + e² + e′²): s is the standard deviation of replicates,
/// pooled over every network of the recipe's kind in the older record (one network's few
/// replicates tell little); n and n′ the replicates; e and e′ the standard errors over the test
/// points, which are others too.
///
/// # Numerics
/// It holds about 99.7 % of new means if replicates scatter alike for every K and roughly
/// normally. Replicates share their training data, so what another draw of *those* does is not in
/// it: of two studies with different data seeds more than 0.3 % of networks may lie outside.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    /// `article/mdn/k=20`.
    pub group: String,
    /// The record's name of the score.
    pub field: &'static str,
    /// Mean over the older record's replicates.
    pub old: f64,
    /// Mean over the newer one's.
    pub new: f64,
    /// Half-width; none where no network has two replicates.
    pub half_width: Option<f64>,
}

impl Band {
    /// Whether the new mean lies inside; none where there is no band.
    #[must_use]
    pub fn holds(&self) -> Option<bool> {
        self.half_width
            .map(|half_width| (self.new - self.old).abs() <= half_width)
    }
}

/// A score and its standard error over the test points.
struct Score {
    field: &'static str,
    model: ModelKind,
    value: fn(&Cell) -> Option<f64>,
    error: fn(&Cell, &Record) -> Option<f64>,
}

/// Of the CRPS the exact density's error stands in: cells do not record theirs.
const SCORES: [Score; 3] = [
    Score {
        field: "mse.test",
        model: ModelKind::Mse,
        value: |cell| cell.mse.test,
        error: |cell, _| cell.mse_standard_error_test,
    },
    Score {
        field: "excess_nats_test",
        model: ModelKind::Mdn,
        value: |cell| cell.excess_nats_test,
        error: |cell, _| cell.excess_nats_standard_error_test,
    },
    Score {
        field: "crps_mean_test",
        model: ModelKind::Mdn,
        value: |cell| cell.crps_mean_test,
        error: |_, record| Some(record.oracle.as_ref()?.crps_standard_error),
    },
];

/// Replicates of one network.
struct Group<'a> {
    name: String,
    recipe: &'a str,
    model: ModelKind,
    cells: Vec<&'a Cell>,
}

/// Bands for every network that both records have, in the older one's order.
#[must_use]
pub fn bands(old: &Record, new: &Record) -> Vec<Band> {
    let (old_groups, new_groups) = (groups(old), groups(new));
    let mut bands = Vec::new();
    for group in &old_groups {
        let Some(other) = new_groups.iter().find(|other| other.name == group.name) else {
            continue;
        };
        for score in SCORES.iter().filter(|score| score.model == group.model) {
            let (before, after) = (values(group, score), values(other, score));
            let (Some(old_mean), Some(new_mean)) = (mean(&before), mean(&after)) else {
                continue;
            };
            let pooled = pooled(&old_groups, group, score);
            let error = |group: &Group<'_>, record| {
                let errors = group.cells.iter();
                let errors = errors.filter_map(|cell| (score.error)(cell, record));
                mean(&errors.collect::<Vec<f64>>()).unwrap_or(0.0)
            };
            let (e, e_new) = (error(group, old), error(other, new));
            let half_width = pooled.map(|s| {
                let replicates = s * s * (1.0 / count(&before) + 1.0 / count(&after));
                ERRORS * (replicates + e * e + e_new * e_new).sqrt()
            });
            bands.push(Band {
                group: group.name.clone(),
                field: score.field,
                old: old_mean,
                new: new_mean,
                half_width,
            });
        }
    }
    bands
}

fn groups(record: &Record) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for cell in &record.cells {
        let name = match cell.n_components {
            Some(k) => format!("{}/mdn/k={k}", cell.recipe),
            None => format!("{}/mse", cell.recipe),
        };
        match groups.iter_mut().find(|group| group.name == name) {
            Some(group) => group.cells.push(cell),
            None => groups.push(Group {
                name,
                recipe: &cell.recipe,
                model: cell.model,
                cells: vec![cell],
            }),
        }
    }
    groups
}

fn values(group: &Group<'_>, score: &Score) -> Vec<f64> {
    let values = group.cells.iter().filter_map(|cell| (score.value)(cell));
    values.filter(|v| v.is_finite()).collect()
}

fn count(values: &[f64]) -> f64 {
    f64::from(u32::try_from(values.len()).unwrap_or(u32::MAX))
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / count(values))
}

/// Standard deviation of replicates, pooled over the networks of the same recipe and kind.
fn pooled(groups: &[Group<'_>], of: &Group<'_>, score: &Score) -> Option<f64> {
    let alike = |group: &&Group<'_>| group.recipe == of.recipe && group.model == of.model;
    let (mut squares, mut freedom) = (0.0, 0.0);
    for group in groups.iter().filter(alike) {
        let values = values(group, score);
        if let Some(deviation) = deviation(&values) {
            squares += deviation * deviation * (count(&values) - 1.0);
            freedom += count(&values) - 1.0;
        }
    }
    (freedom > 0.0).then(|| (squares / freedom).sqrt())
}
