//! Training curves, with the article's own beside ours.

use super::axis::{Axis, extent};
use super::chart::{Chart, Series};
use super::ink::Ink;
use super::{Figure, key, single};
use crate::report::RenderError;
use crate::report::article::ArticleLog;
use crate::report::number::fixed;
use crate::study::record::{Cell, Record};

const SIZE: (u32, u32) = (760, 460);

/// The baseline's mean squared error over the epochs.
pub(super) fn baseline(
    record: &Record,
    cell: Option<&Cell>,
    article: &ArticleLog,
) -> Result<Option<Figure>, RenderError> {
    let Some(cell) = cell else { return Ok(None) };
    let words = Words {
        id: "figure-baseline-curves",
        title: "Training curves of the baseline",
        y: "mean squared error (y²)",
        level: "exact conditional mean, test set",
    };
    let inks = (Ink::Baseline, Ink::BaselineTrain);
    figure(&words, inks, cell, article, record.oracle.mse)
}

/// The mixture density network's negative log-likelihood over the epochs.
pub(super) fn mdn(
    record: &Record,
    cell: Option<&Cell>,
    article: &ArticleLog,
) -> Result<Option<Figure>, RenderError> {
    let Some(cell) = cell else { return Ok(None) };
    let words = Words {
        id: "figure-mdn-curves",
        title: "Training curves of the mixture density network",
        y: "negative log-likelihood (nats)",
        level: "exact density, validation set",
    };
    let level = record.oracle.nll_nats_mean_validation;
    figure(&words, (Ink::Mdn, Ink::MdnTrain), cell, article, level)
}

struct Words {
    id: &'static str,
    title: &'static str,
    y: &'static str,
    level: &'static str,
}

fn figure(
    words: &Words,
    (ink, ink_train): (Ink, Ink),
    cell: &Cell,
    article: &ArticleLog,
    level: f64,
) -> Result<Option<Figure>, RenderError> {
    let ours = |values: &[f32]| epochs(values.iter().map(|v| f64::from(*v)));
    let theirs = |values: &[f64]| epochs(values.iter().copied());
    let lines = vec![
        (Ink::ArticleTrain, theirs(&article.loss)),
        (Ink::Article, theirs(&article.val_loss)),
        (ink_train, ours(&cell.history.loss)),
        (ink, ours(&cell.history.val_loss)),
    ];
    if lines[2].1.is_empty() && lines[3].1.is_empty() {
        return Ok(None);
    }
    let values = lines.iter().flat_map(|(_, points)| points.iter());
    let Some((low, high)) = extent(values.map(|p| p.1).chain([level])) else {
        return Ok(None);
    };
    let last = lines.iter().map(|(_, points)| points.len()).max();
    let last = f64::from(u32::try_from(last.unwrap_or(1)).unwrap_or(u32::MAX));
    let margin = 0.03 * (high - low);
    let description = described(&lines[2].1, &lines[3].1, article, words, level);
    let mut series = vec![Series::Level {
        ink: Ink::Oracle,
        y: level,
    }];
    let lines = lines.into_iter();
    series.extend(lines.map(|(ink, points)| Series::Line { ink, points }));
    let chart = Chart {
        id: words.id,
        title: words.title.to_owned(),
        description,
        size: SIZE,
        x: Axis::linear("epoch", 0.0, last, 8.0),
        y: Axis::linear(words.y, low - margin, high + margin, 7.0),
        series,
    };
    let legend = vec![
        key(ink, "line", "ours, validation"),
        key(ink_train, "line", "ours, training"),
        key(Ink::Article, "line", "article, validation"),
        key(Ink::ArticleTrain, "line", "article, training"),
        key(Ink::Oracle, "line", words.level),
    ];
    single("wide", &chart, legend).map(Some)
}

/// The picture in words, with the ends of its lines.
fn described(
    train: &[(f64, f64)],
    validation: &[(f64, f64)],
    article: &ArticleLog,
    words: &Words,
    level: f64,
) -> String {
    let ends = |points: &[(f64, f64)]| match (points.first(), points.last()) {
        (Some(first), Some(last)) => format!(
            "from {} to {} in {} epochs",
            fixed(first.1, 3),
            fixed(last.1, 3),
            points.len()
        ),
        _ => "not kept".to_owned(),
    };
    format!(
        "Lines over the epochs, {}. Ours, validation: {}; training: {}. The article's validation loss ends at {} after {} epochs. Dashed line, {}: {}.",
        words.y,
        ends(validation),
        ends(train),
        fixed(article.last_val_loss(), 3),
        article.n_epochs(),
        words.level,
        fixed(level, 3),
    )
}

/// Values over epochs counted from 1.
fn epochs(values: impl Iterator<Item = f64>) -> Vec<(f64, f64)> {
    (1..)
        .map(f64::from)
        .zip(values)
        .collect::<Vec<(f64, f64)>>()
}
