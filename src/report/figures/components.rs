//! The components over x: where each stands, how wide it is, how much it weighs.

use super::axis::Axis;
use super::chart::{Chart, Series};
use super::ink::{Ink, N_KINDS};
use super::{Figure, key, single};
use crate::record::ShownMixtures;
use crate::report::RenderError;
use crate::report::again::Again;
use crate::report::behind::Behind;
use crate::report::cells::mark;
use crate::report::field::{Field, Predicted};

/// Nominal size of the pictures in the plane.
const SIZE: (u32, u32) = (556, 572);

/// A component with a smaller weight is not drawn.
const LEAST_WEIGHT: f64 = 0.01;

/// Means as lines and one scale on either side as bands, as opaque as their weights.
pub(super) fn figure(
    field: &Field<'_>,
    predicted: &Predicted<'_>,
    again: &Again,
) -> Result<Option<Figure>, RenderError> {
    let recorded = predicted.recorded;
    let key_of = |field: &str| format!("exhibits/mixtures/{}/{field}/*", predicted.index);
    let k = recorded.n_components;
    let mut bands = Vec::new();
    let mut lines = Vec::new();
    for component in 0..k {
        let kind = u8::try_from(component % usize::from(N_KINDS)).unwrap_or(0);
        for piece in pieces(field, recorded, component) {
            let (ink, percent) = (Ink::Kind(kind), piece.percent);
            bands.push(Series::Faint {
                ink,
                percent,
                points: piece.band(),
                is_area: true,
            });
            lines.push(Series::Faint {
                ink,
                percent,
                points: piece.means,
                is_area: false,
            });
        }
    }
    if lines.is_empty() {
        return Ok(None);
    }
    let n_drawn = (0..k)
        .filter(|c| !pieces(field, recorded, *c).is_empty())
        .count();
    bands.append(&mut lines);
    let axis = |title: &str, values: &[f64]| {
        let (low, high) = (values.first().copied(), values.last().copied());
        Axis::linear(title, low.unwrap_or(0.0), high.unwrap_or(1.0), 6.0)
    };
    let chart = Chart {
        id: "figure-components",
        title: format!("Components over x, K = {k}"),
        description: format!(
            "For each of {k} components a line at its mean and a band of one scale on either side, the more opaque the greater its weight at that x. {n_drawn} of them reach a weight of 0.01 somewhere."
        ),
        size: SIZE,
        x: axis("x", &field.x),
        y: axis("y", &field.y),
        series: bands,
    };
    let legend = vec![
        key(Ink::Kind(0), "line", "mean μ, opacity by weight π"),
        key(Ink::Kind(0), "area", "μ ± σ"),
    ];
    let figure = single("square", &chart, legend)?;
    let behind = Behind::indexed(recorded.weights.len())
        .column_f32(("weight", "weight π"), &key_of("weights"), 4, &recorded.weights)
        .column_f32(("mean", "mean μ (y)"), &key_of("means"), 4, &recorded.means)
        .column_f32(("scale", "scale σ (y)"), &key_of("scales"), 4, &recorded.scales)
        .says(&format!(
            "A row is one component at one x: the abscissae of figure {} in their order, and at each of them the {k} components in theirs, counted from 0.",
            mark("figure-density").number
        ));
    Ok(Some(
        figure
            .again(again.verify_cell(&recorded.cell))
            .behind(again, &behind),
    ))
}

/// A stretch of x over which a component's weight is of one shade.
struct Piece {
    percent: u8,
    means: Vec<(f64, f64)>,
    scales: Vec<f64>,
}

impl Piece {
    fn band(&self) -> Vec<(f64, f64)> {
        let pairs = || self.means.iter().zip(&self.scales);
        let low = pairs().map(|((x, mean), scale)| (*x, mean - scale));
        let high = pairs().rev().map(|((x, mean), scale)| (*x, mean + scale));
        low.chain(high).collect()
    }
}

/// The component's stretches; a next one begins where the one before ends.
fn pieces(field: &Field<'_>, recorded: &ShownMixtures, component: usize) -> Vec<Piece> {
    let k = recorded.n_components;
    let of = |values: &[f32]| -> Vec<f64> {
        values
            .iter()
            .skip(component)
            .step_by(k)
            .map(|v| f64::from(*v))
            .collect()
    };
    let (weights, means, scales) = (
        of(&recorded.weights),
        of(&recorded.means),
        of(&recorded.scales),
    );
    let (bottom, top) = match (field.y.first(), field.y.last()) {
        (Some(bottom), Some(top)) => (*bottom, *top),
        _ => return Vec::new(),
    };
    let mut pieces: Vec<Piece> = Vec::new();
    let mut is_open = false;
    for (index, x) in field.x.iter().enumerate() {
        let (mean, scale) = (means[index], scales[index]);
        let percent = percent(weights[index]);
        let is_inside = mean >= bottom && mean <= top;
        if is_open && let Some(piece) = pieces.last_mut() {
            if is_inside {
                piece.means.push((*x, mean));
                piece.scales.push(scale);
            }
            is_open = is_inside && piece.percent == percent;
        }
        if !is_open && is_inside && percent > 0 {
            pieces.push(Piece {
                percent,
                means: vec![(*x, mean)],
                scales: vec![scale],
            });
            is_open = true;
        }
    }
    pieces
}

/// Opacity by weight, in five steps, so that a line is not cut at every x; 0 is not drawn. The
/// square root: a component with a tenth of the probability is to be seen.
fn percent(weight: f64) -> u8 {
    match weight {
        w if w >= 0.64 => 99,
        w if w >= 0.36 => 80,
        w if w >= 0.16 => 60,
        w if w >= 0.04 => 40,
        w if w >= LEAST_WEIGHT => 20,
        _ => 0,
    }
}
