//! Numbers that stand in sentences.

use serde::Serialize;

use super::RenderError;
use super::article::ArticleLog;
use super::groups::{Group, Spread};
use super::number::{count, datum, escape, optional, word};
use super::settings;
use super::view::StudyView;
use crate::record::{Cell, ModelKind};

/// Marked-up numbers for the text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Prose {
    study: String,
    digest: String,
    n_train: String,
    n_validation: String,
    n_test: String,
    n_test_crps: String,
    jitter: Option<String>,
    revolutions: Option<String>,
    oracle: OracleProse,
    article: ArticleProse,
    baseline: Option<BaselineProse>,
    showcase: Option<ShowcaseProse>,
    best: Option<BestProse>,
    recipes: RecipesProse,
    n_cells: String,
    n_failed: String,
    any_failed: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct OracleProse {
    is_negative: bool,
    nll: String,
    nll_standard_error: String,
    nll_validation: String,
    gaussian_nll: String,
    mse: String,
    mse_standard_error: String,
    crps: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct ArticleProse {
    mdn_val_loss: String,
    mdn_n_epochs: String,
    mse_val_loss: String,
    mse_n_epochs: String,
}

/// The baseline's replicates.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct BaselineProse {
    several: bool,
    n_replicates: String,
    validation: Range,
    test: Range,
    test_standard_error: String,
    n_epochs: String,
}

/// The network the page looks at, and its siblings of the same K.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct ShowcaseProse {
    id: String,
    n_components: String,
    n_parameters: String,
    n_epochs: String,
    best_epoch: String,
    stopped_by: &'static str,
    nll_validation: String,
    nll_test: String,
    several: bool,
    n_replicates: String,
    validation: Range,
    test: Range,
    excess: String,
    excess_standard_error: String,
    is_sampled: bool,
}

/// The K whose median test score is the smallest.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct BestProse {
    recipe: String,
    n_components: String,
    nll: String,
    excess: String,
    excess_standard_error: String,
}

/// What the networks of the study differ in.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct RecipesProse {
    /// The one whose networks are drawn against K.
    first: String,
    several: bool,
    several_components: bool,
}

impl RecipesProse {
    fn of(groups: &[Group<'_>]) -> Self {
        let mut networks = groups.iter().filter(|group| group.model == ModelKind::Mdn);
        let first = networks.clone().next();
        let differs = |group: &Group<'_>| first.is_some_and(|first| first.recipe != group.recipe);
        let first_k = first.and_then(|first| first.n_components);
        Self {
            first: first.map_or_else(String::new, |first| escape(first.recipe)),
            several: networks.clone().any(differs),
            several_components: networks.any(|group| group.n_components != first_k),
        }
    }
}

/// Median, smallest and largest over the replicates.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Range {
    /// Median.
    pub(super) median: String,
    /// Smallest.
    pub(super) low: String,
    /// Largest.
    pub(super) high: String,
}

impl Range {
    /// A spread of the field `field`, with that many decimals; dashes where there is none.
    pub(super) fn of(spread: Option<Spread<'_>>, field: &str, decimals: usize) -> Self {
        let text = |of: fn(&Spread<'_>) -> (String, f64)| {
            let of = spread.as_ref().map(of);
            let key = of
                .as_ref()
                .map_or_else(String::new, |(id, _)| format!("cells/{id}/{field}"));
            optional(&key, of.map(|(_, value)| value), decimals)
        };
        Self {
            median: text(|s| (s.median.0.id.clone(), s.median.1)),
            low: text(|s| (s.low.0.id.clone(), s.low.1)),
            high: text(|s| (s.high.0.id.clone(), s.high.1)),
        }
    }
}

impl Prose {
    pub(super) fn of(
        record: &StudyView<'_>,
        groups: &[Group<'_>],
        baseline: Option<&Cell>,
        showcase: Option<&Cell>,
    ) -> Result<Self, RenderError> {
        let failed = record.cells.iter().filter(|c| c.failure.is_some()).count();
        let oracle = &record.oracle;
        Ok(Self {
            study: word("study", &record.study),
            digest: word("digest", &record.digest),
            n_train: count("data/n_train", record.data.n_train),
            n_validation: count("data/n_validation", record.data.n_validation),
            n_test: count("data/n_test", record.data.n_test),
            n_test_crps: count("data/n_test_crps", record.data.n_test_crps),
            jitter: settings::named_number(
                &settings::spec(record),
                &["jitter", "jitter_scale", "jitter_std"],
            ),
            revolutions: settings::named_number(
                &settings::spec(record),
                &["revolutions", "n_revolutions"],
            ),
            oracle: OracleProse {
                is_negative: oracle.nll_nats_mean < 0.0,
                nll: datum("oracle/nll_nats_mean", oracle.nll_nats_mean, 3),
                nll_standard_error: datum(
                    "oracle/nll_nats_standard_error",
                    oracle.nll_nats_standard_error,
                    4,
                ),
                nll_validation: datum(
                    "oracle/nll_nats_mean_validation",
                    oracle.nll_nats_mean_validation,
                    3,
                ),
                gaussian_nll: datum(
                    "oracle/single_gaussian_nll_nats_mean",
                    oracle.single_gaussian_nll_nats_mean,
                    3,
                ),
                mse: datum("oracle/mse", oracle.mse, 3),
                mse_standard_error: datum(
                    "oracle/mse_standard_error",
                    oracle.mse_standard_error,
                    4,
                ),
                crps: datum("oracle/crps_mean", oracle.crps_mean, 4),
            },
            article: ArticleProse::new()?,
            baseline: baseline.and_then(|cell| BaselineProse::of(groups, cell)),
            showcase: showcase.and_then(|cell| ShowcaseProse::of(record, groups, cell)),
            best: BestProse::of(groups),
            recipes: RecipesProse::of(groups),
            n_cells: count("derived/n_cells", record.cells.len()),
            n_failed: count("derived/n_failed", failed),
            any_failed: failed > 0,
        })
    }
}

impl ArticleProse {
    fn new() -> Result<Self, RenderError> {
        let (mdn, mse) = (ArticleLog::mdn()?, ArticleLog::mse()?);
        let last = |name: &str, log: &ArticleLog| {
            let key = format!("article/{name}/val_loss/{}", log.n_epochs());
            datum(&key, log.last_val_loss(), 4)
        };
        Ok(Self {
            mdn_val_loss: last("mdn", &mdn),
            mdn_n_epochs: count("article/mdn/n_epochs", mdn.n_epochs()),
            mse_val_loss: last("mse", &mse),
            mse_n_epochs: count("article/mse/n_epochs", mse.n_epochs()),
        })
    }
}

/// The group a cell belongs to.
fn siblings<'a, 'b>(groups: &'b [Group<'a>], cell: &Cell) -> Option<&'b Group<'a>> {
    groups
        .iter()
        .find(|group| group.cells.iter().any(|other| other.id == cell.id))
}

impl BaselineProse {
    fn of(groups: &[Group<'_>], cell: &Cell) -> Option<Self> {
        let group = siblings(groups, cell)?;
        let test = group.spread(|cell| cell.mse.test);
        Some(Self {
            several: group.n_scored() > 1,
            n_replicates: count("derived/baseline/n_scored", group.n_scored()),
            validation: Range::of(
                group.spread(|cell| cell.mse.validation),
                "mse.validation",
                3,
            ),
            test: Range::of(test, "mse.test", 3),
            test_standard_error: standard_error(test, "mse_standard_error_test", |cell| {
                cell.mse_standard_error_test
            }),
            n_epochs: count(&format!("cells/{}/n_epochs", cell.id), cell.n_epochs),
        })
    }
}

/// The standard error that belongs to the median replicate.
pub(super) fn standard_error(
    spread: Option<Spread<'_>>,
    field: &str,
    of: impl Fn(&Cell) -> Option<f64>,
) -> String {
    let Some(spread) = spread else {
        return optional("", None, 0);
    };
    let cell = spread.median.0;
    optional(&format!("cells/{}/{field}", cell.id), of(cell), 4)
}

impl ShowcaseProse {
    fn of(record: &StudyView<'_>, groups: &[Group<'_>], cell: &Cell) -> Option<Self> {
        let group = siblings(groups, cell)?;
        let key = |field: &str| format!("cells/{}/{field}", cell.id);
        let of = |field: &str, value, decimals| optional(&key(field), value, decimals);
        let excess_error = cell.excess_nats_standard_error_test;
        Some(Self {
            id: escape(&cell.id),
            n_components: count(&key("n_components"), cell.n_components?),
            n_parameters: count(&key("n_parameters"), cell.n_parameters),
            n_epochs: count(&key("n_epochs"), cell.n_epochs),
            best_epoch: count(&key("best_epoch"), cell.best_epoch),
            stopped_by: super::tables::stopped(cell.stopped_by),
            nll_validation: of("nll_nats_mean.validation", cell.nll_nats_mean.validation, 3),
            nll_test: of("nll_nats_mean.test", cell.nll_nats_mean.test, 3),
            several: group.n_scored() > 1,
            n_replicates: count("derived/showcase/n_scored", group.n_scored()),
            validation: Range::of(
                group.spread(|cell| cell.nll_nats_mean.validation),
                "nll_nats_mean.validation",
                3,
            ),
            test: Range::of(
                group.spread(|cell| cell.nll_nats_mean.test),
                "nll_nats_mean.test",
                3,
            ),
            excess: of("excess_nats_test", cell.excess_nats_test, 3),
            excess_standard_error: of("excess_nats_standard_error_test", excess_error, 4),
            is_sampled: record.exhibits.samples_from.as_deref() == Some(cell.id.as_str()),
        })
    }
}

impl BestProse {
    fn of(groups: &[Group<'_>]) -> Option<Self> {
        let networks = groups.iter().filter(|group| group.model == ModelKind::Mdn);
        let spreads = networks.filter_map(|group| group.spread(|cell| cell.nll_nats_mean.test));
        let best = spreads.min_by(|a, b| a.median.1.total_cmp(&b.median.1))?;
        let (cell, nll) = best.median;
        let key = |field: &str| format!("cells/{}/{field}", cell.id);
        Some(Self {
            recipe: escape(&cell.recipe),
            n_components: count(&key("n_components"), cell.n_components?),
            nll: datum(&key("nll_nats_mean.test"), nll, 3),
            excess: optional(&key("excess_nats_test"), cell.excess_nats_test, 3),
            excess_standard_error: optional(
                &key("excess_nats_standard_error_test"),
                cell.excess_nats_standard_error_test,
                4,
            ),
        })
    }
}
