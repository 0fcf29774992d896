//! How far scores move with the data, and how far with the weights: of a study that draws its points several times.

use serde::Serialize;

use super::article::ArticleLog;
use super::groups::{Group, Spread};
use super::number::{count, datum, escape, exact};
use super::prose::Range;
use super::tables::{Row, Table};
use super::view::StudyView;
use super::{RenderError, number, settings};
use crate::record::{Cell, ModelKind, Oracle};

/// The article's recipe and K.
const ARTICLE: (&str, usize) = ("article", 20);

/// Validation losses of the article's recipe on points other than these, as they were seen before this study; nats.
const SEEN: [f64; 2] = [-0.28, -0.12];

/// Ready strings.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Draws {
    n_draws: String,
    table: Table,
    networks: Vec<Network>,
    article: Option<OfArticle>,
}

/// What moves one network most.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Network {
    name: String,
    validation: Verdict,
    test: Verdict,
    excess: Verdict,
}

/// `data`, `weights` or `both`: what moves a score most; and how far each does, in nats.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Verdict {
    most: &'static str,
    data: String,
    weights: String,
}

/// Where the article's own run lies among these.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct OfArticle {
    n_networks: String,
    n_lower: String,
    /// Over all draws, and over the first alone.
    all: Range,
    first: Range,
    seen_low: String,
    seen_high: String,
    n_seen: String,
}

/// A score: its field in a cell's key, its name in keys of the page, and its words.
struct Score {
    field: &'static str,
    name: &'static str,
    says: &'static str,
    of: fn(&Cell) -> Option<f64>,
}

const SCORES: [Score; 3] = [
    Score {
        field: "nll_nats_mean.validation",
        name: "validation",
        says: "NLL, validation",
        of: |cell| cell.nll_nats_mean.validation,
    },
    Score {
        field: "nll_nats_mean.test",
        name: "test",
        says: "NLL, test",
        of: |cell| cell.nll_nats_mean.test,
    },
    Score {
        field: "excess_nats_test",
        name: "excess",
        says: "excess, test",
        of: |cell| cell.excess_nats_test,
    },
];

/// Standard deviations: between draws, what trainings on one draw differ by taken off; and among the trainings on one
/// draw.
#[derive(Debug, Clone, Copy)]
struct Moves {
    data: f64,
    weights: f64,
}

impl Moves {
    /// Of values \[draws\]\[trainings\]; `None` unless there are two draws and two trainings on each.
    ///
    /// The means of the draws differ by the data and, by a share of one over the number of trainings, by the weights: that
    /// share of the variance is taken off.
    fn of(draws: &[Vec<f64>]) -> Option<Self> {
        if draws.len() < 2 || draws.iter().any(|values| values.len() < 2) {
            return None;
        }
        let (mut squares, mut freedom, mut share) = (0.0, 0.0, 0.0);
        let mut means = Vec::with_capacity(draws.len());
        for values in draws {
            let n = values.len() as f64;
            let mean = mean(values);
            squares += values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>();
            freedom += n - 1.0;
            share += 1.0 / n;
            means.push(mean);
        }
        let n = means.len() as f64;
        let within = squares / freedom;
        let middle = mean(&means);
        let between = means.iter().map(|m| (m - middle) * (m - middle));
        let between = between.sum::<f64>() / (n - 1.0);
        Some(Self {
            data: (between - within * share / n).max(0.0).sqrt(),
            weights: within.sqrt(),
        })
    }

    /// What is more than twice the other.
    fn most(self) -> &'static str {
        if self.data > 2.0 * self.weights {
            "data"
        } else if self.weights > 2.0 * self.data {
            "weights"
        } else {
            "both"
        }
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

impl Draws {
    /// `None` where the points were drawn once.
    ///
    /// # Errors
    /// Those of the article's logs.
    pub(super) fn of(
        record: &StudyView<'_>,
        groups: &[Group<'_>],
    ) -> Result<Option<Self>, RenderError> {
        if record.splits.len() < 2 {
            return Ok(None);
        }
        let (mut rows, mut networks, mut article) = (Vec::new(), Vec::new(), None);
        for group in groups.iter().filter(|group| group.model == ModelKind::Mdn) {
            let Some(k) = group.n_components else {
                continue;
            };
            let moves = SCORES.each_ref().map(|score| moves(group, score));
            let [Some(validation), Some(test), Some(excess)] = moves else {
                continue;
            };
            let name = format!("{} <i>K</i> = {k}", escape(group.recipe));
            let key = |score: &Score| format!("{}/k={k}/{}", group.recipe, score.name);
            for (score, moves) in SCORES.iter().zip([validation, test, excess]) {
                rows.push(row(group, &name, score, &key(score), moves));
            }
            let [validation, test, excess] = [validation, test, excess].map(|moves| {
                move |score| Verdict {
                    most: moves.most(),
                    data: datum(&format!("derived/draws/{}/data", key(score)), moves.data, 3),
                    weights: datum(
                        &format!("derived/draws/{}/weights", key(score)),
                        moves.weights,
                        3,
                    ),
                }
            });
            networks.push(Network {
                name,
                validation: validation(&SCORES[0]),
                test: test(&SCORES[1]),
                excess: excess(&SCORES[2]),
            });
            if (group.recipe, k) == ARTICLE && settings::names_the_spiral(record) {
                article = OfArticle::of(group)?;
            }
        }
        if rows.is_empty() {
            return Ok(None);
        }
        rows.extend(exact_rows(record));
        let head = [
            "network",
            "score",
            "mean",
            "smallest … largest",
            "moves with the data",
            "with the weights",
        ];
        Ok(Some(Self {
            n_draws: count("derived/draws/n", record.splits.len()),
            table: Table::new(&head, rows),
            networks,
            article,
        }))
    }
}

/// The scores of the trained networks, draw by draw.
fn values(group: &Group<'_>, of: impl Fn(&Cell) -> Option<f64>) -> Vec<Vec<f64>> {
    let mut draws: Vec<(usize, Vec<f64>)> = Vec::new();
    for cell in &group.cells {
        let Some(value) = of(cell).filter(|value| value.is_finite()) else {
            continue;
        };
        match draws.iter_mut().find(|(split, _)| *split == cell.split) {
            Some((_, values)) => values.push(value),
            None => draws.push((cell.split, vec![value])),
        }
    }
    draws.into_iter().map(|(_, values)| values).collect()
}

fn moves(group: &Group<'_>, score: &Score) -> Option<Moves> {
    Moves::of(&values(group, score.of))
}

fn row(group: &Group<'_>, name: &str, score: &Score, key: &str, moves: Moves) -> Row {
    let all: Vec<f64> = values(group, score.of).concat();
    let of = |what: &str, value| datum(&format!("derived/draws/{key}/{what}"), value, 3);
    let Range { low, high, .. } = Range::of(group.spread(score.of), score.field, 3);
    Row::new(
        name.to_owned(),
        vec![
            score.says.to_owned(),
            of("mean", mean(&all)),
            format!("{low} … {high}"),
            of("data", moves.data),
            of("weights", moves.weights),
        ],
    )
}

/// What the data alone do to the exact density's scores.
fn exact_rows(record: &StudyView<'_>) -> Vec<Row> {
    type Of = fn(&Oracle) -> f64;
    let fields: [(&str, &str, &str, Of); 2] = [
        (
            "nll_nats_mean_validation",
            "validation",
            "NLL, validation",
            |o| o.nll_nats_mean_validation,
        ),
        ("nll_nats_mean", "test", "NLL, test", |o| o.nll_nats_mean),
    ];
    let rows = fields.into_iter().filter_map(|(field, name, says, of)| {
        let splits = record.splits.iter().enumerate();
        let mut found: Vec<(usize, f64)> = splits
            .filter_map(|(at, split)| Some((at, of(split.oracle.as_ref()?))))
            .collect();
        let values: Vec<f64> = found.iter().map(|(_, value)| *value).collect();
        found.sort_by(|a, b| a.1.total_cmp(&b.1));
        let (first, last) = (found.first()?, found.last()?);
        let at = |(split, value): &(usize, f64)| {
            datum(&format!("splits/{split}/oracle/{field}"), *value, 3)
        };
        let middle = mean(&values);
        let squares: f64 = values.iter().map(|v| (v - middle) * (v - middle)).sum();
        let sd = (squares / (values.len() as f64 - 1.0)).sqrt();
        let derived =
            |what: &str, value| datum(&format!("derived/draws/exact/{name}/{what}"), value, 3);
        Some(Row::of_truth(
            "exact density".to_owned(),
            vec![
                says.to_owned(),
                derived("mean", middle),
                format!("{} … {}", at(first), at(last)),
                derived("data", sd),
                number::MISSING.to_owned(),
            ],
        ))
    });
    rows.collect()
}

impl OfArticle {
    fn of(group: &Group<'_>) -> Result<Option<Self>, RenderError> {
        let log = ArticleLog::mdn()?;
        let score = &SCORES[0];
        let all: Vec<f64> = values(group, score.of).concat();
        let range = |spread: Option<Spread<'_>>| Range::of(spread, score.field, 3);
        let of_first = |cell: &Cell| (score.of)(cell).filter(|_| cell.split == 0);
        let is_seen = |value: &&f64| (SEEN[0]..=SEEN[1]).contains(*value);
        let is_lower = |value: &&f64| **value < log.last_val_loss();
        Ok(Some(Self {
            n_networks: count("derived/draws/article/n", all.len()),
            n_lower: count(
                "derived/draws/article/n_lower",
                all.iter().filter(is_lower).count(),
            ),
            all: range(group.spread(score.of)),
            first: range(group.spread(of_first)),
            seen_low: exact("derived/draws/article/seen/0", SEEN[0]),
            seen_high: exact("derived/draws/article/seen/1", SEEN[1]),
            n_seen: count(
                "derived/draws/article/n_seen",
                all.iter().filter(is_seen).count(),
            ),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::Moves;

    #[test]
    fn data_and_weights_are_told_apart() {
        let is = |found: f64, want: f64| (found - want).abs() < 1e-12;
        // Only the weights move; their share of the means' variance is taken off.
        let weights = Moves::of(&[vec![0.0, 1.0, 2.0], vec![2.0, 0.0, 1.0]]).expect("moves");
        assert!(is(weights.data, 0.0) && is(weights.weights, 1.0) && weights.most() == "weights");
        // The twin: only the data do.
        let data = Moves::of(&[vec![0.0, 0.0], vec![1.0, 1.0]]).expect("moves");
        assert!(is(data.data, 0.5_f64.sqrt()) && is(data.weights, 0.0) && data.most() == "data");
        let both = Moves::of(&[vec![0.0, 2.0], vec![3.0, 5.0]]).expect("moves");
        assert!(is(both.data, 3.5_f64.sqrt()) && is(both.weights, 2.0_f64.sqrt()));
        assert_eq!(both.most(), "both");
        // One training on a draw says nothing of the weights.
        assert!(Moves::of(&[vec![0.0], vec![1.0, 2.0]]).is_none());
        assert!(Moves::of(&[vec![0.0, 1.0]]).is_none());
    }
}
