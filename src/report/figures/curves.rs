//! Training curves, with the article's own beside ours.

use super::axis::{Axis, extent};
use super::chart::{Chart, Series};
use super::ink::Ink;
use super::{Figure, key, single};
use crate::record::Cell;
use crate::report::RenderError;
use crate::report::again::Again;
use crate::report::article::ArticleLog;
use crate::report::behind::Behind;
use crate::report::number::fixed;
use crate::report::view::StudyView;

const SIZE: (u32, u32) = (760, 460);

/// The baseline's mean squared error over the epochs.
pub(super) fn baseline(
    record: &StudyView<'_>,
    cell: Option<&Cell>,
    article: &ArticleLog,
    again: &Again,
) -> Result<Option<Figure>, RenderError> {
    let Some(cell) = cell else { return Ok(None) };
    let words = Words {
        id: "figure-baseline-curves",
        title: "Training curves of the baseline",
        y: "mean squared error (y²)",
        level: "exact conditional mean, test set",
        model: "mse",
        unit: "y²",
    };
    let inks = (Ink::Baseline, Ink::BaselineTrain);
    figure(&words, inks, cell, article, record.oracle.mse, again)
}

/// The mixture density network's negative log-likelihood over the epochs.
pub(super) fn mdn(
    record: &StudyView<'_>,
    cell: Option<&Cell>,
    article: &ArticleLog,
    again: &Again,
) -> Result<Option<Figure>, RenderError> {
    let Some(cell) = cell else { return Ok(None) };
    let words = Words {
        id: "figure-mdn-curves",
        title: "Training curves of the mixture density network",
        y: "negative log-likelihood (nats)",
        level: "exact density, validation set",
        model: "mdn",
        unit: "nats",
    };
    let level = record.oracle.nll_nats_mean_validation;
    let inks = (Ink::Mdn, Ink::MdnTrain);
    figure(&words, inks, cell, article, level, again)
}

struct Words {
    id: &'static str,
    title: &'static str,
    y: &'static str,
    level: &'static str,
    /// In the article's keys.
    model: &'static str,
    /// Of the loss.
    unit: &'static str,
}

fn figure(
    words: &Words,
    (ink, ink_train): (Ink, Ink),
    cell: &Cell,
    article: &ArticleLog,
    level: f64,
    again: &Again,
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
    let figure = single("wide", &chart, legend)?;
    Ok(Some(
        figure
            .again(again.verify_cell(&cell.id))
            .behind(again, &behind(words, cell, article)),
    ))
}

fn behind(words: &Words, cell: &Cell, article: &ArticleLog) -> Behind {
    let history = &cell.history;
    let n_rows = [
        history.loss.len(),
        history.val_loss.len(),
        article.n_epochs(),
    ];
    let n_rows = n_rows.into_iter().max().unwrap_or(0);
    let ours = |field: &str| format!("cells/{}/history.{field}/*", cell.id);
    let theirs = |field: &str| format!("article/{}/{field}/*", words.model);
    let unit = words.unit;
    let heading = |what: &str| format!("{what} ({unit})");
    let article_values = |values: &[f64]| values.iter().copied().map(Some).collect::<Vec<_>>();
    Behind::new(
        "epoch",
        (1..=n_rows).map(|epoch| epoch.to_string()).collect(),
    )
    .column_f32(
        ("loss", &heading("ours, training")),
        &ours("loss"),
        4,
        &history.loss,
    )
    .column_f32(
        ("val_loss", &heading("ours, validation")),
        &ours("val_loss"),
        4,
        &history.val_loss,
    )
    .column_f32(
        ("learning_rate", "learning rate"),
        &ours("learning_rate"),
        4,
        &history.learning_rate,
    )
    .column(
        ("article_loss", &heading("article, training")),
        &theirs("loss"),
        4,
        article_values(&article.loss),
    )
    .column(
        ("article_val_loss", &heading("article, validation")),
        &theirs("val_loss"),
        4,
        article_values(&article.val_loss),
    )
    .says("A row is an epoch, from 1.")
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
