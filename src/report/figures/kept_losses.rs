//! The losses of a network over its epochs, and the epoch whose weights were kept.

use super::axis::{Axis, extent};
use super::chart::{Chart, Series};
use super::ink::Ink;
use crate::record::History;
use crate::report::RenderError;
use crate::report::number::fixed;

const SIZE: (u32, u32) = (760, 380);

/// `None` where the history was not kept.
pub(in crate::report) fn kept_losses(
    id: &'static str,
    history: &History,
    kept: usize,
) -> Result<Option<String>, RenderError> {
    let line = |values: &[f32]| -> Vec<(f64, f64)> {
        let epochs = (1..).map(f64::from);
        epochs.zip(values.iter().map(|v| f64::from(*v))).collect()
    };
    let (train, validation) = (line(&history.loss), line(&history.val_loss));
    let n_epochs = train.len().max(validation.len());
    let values = train.iter().chain(&validation).map(|p| p.1);
    let mut sorted: Vec<f64> = values.filter(|v| v.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    // The first epochs may be far above the rest, which would be flat below them.
    let Some(high) = sorted.get(sorted.len() * 98 / 100).copied() else {
        return Ok(None);
    };
    let (low, _) = extent(sorted.iter().copied()).unwrap_or((high, high));
    let margin = 0.05 * (high - low);
    let axis = Axis::linear("loss (nats)", low - margin, high + margin, 6.0);
    let ends = (axis.low, axis.high);
    let at_kept = kept.checked_sub(1).and_then(|at| history.val_loss.get(at));
    let chart = Chart {
        id,
        title: "Losses over the epochs".to_owned(),
        description: format!(
            "Lines over {n_epochs} epochs; the vertical line is epoch {kept}, whose weights were kept, with a validation loss of {}.",
            at_kept.map_or_else(
                || "unknown size".to_owned(),
                |loss| fixed(f64::from(*loss), 3)
            ),
        ),
        size: SIZE,
        x: Axis::linear("epoch", 0.0, n_epochs as f64, 8.0),
        y: axis,
        series: vec![
            Series::Line {
                ink: Ink::Oracle,
                points: vec![(kept as f64, ends.0), (kept as f64, ends.1)],
            },
            Series::Line {
                ink: Ink::MdnTrain,
                points: train,
            },
            Series::Line {
                ink: Ink::Mdn,
                points: validation,
            },
        ],
    };
    chart.svg().map(Some)
}
