//! Draws at other temperatures, side by side.

use super::chart::Series;
use super::ink::Ink;
use super::plane::Exhibited;
use super::{Figure, Panel, key};
use crate::report::RenderError;
use crate::report::again::Again;
use crate::report::behind::Behind;
use crate::report::number::shortest;
use crate::report::view::StudyView;

/// Radius of a point, drawn units: the pictures are small.
const RADIUS: i32 = 16;

/// Anchors of the panels; more pairs are not drawn.
const IDS: [&str; 12] = [
    "tempered-1",
    "tempered-2",
    "tempered-3",
    "tempered-4",
    "tempered-5",
    "tempered-6",
    "tempered-7",
    "tempered-8",
    "tempered-9",
    "tempered-10",
    "tempered-11",
    "tempered-12",
];

/// A picture for each pair of temperatures, in the record's order.
///
/// # Errors
/// [`RenderError::Length`] where there are more draws than abscissae.
pub(super) fn figure(
    record: &StudyView<'_>,
    plane: &Exhibited,
    again: &Again,
) -> Result<Option<Figure>, RenderError> {
    let x = &record.exhibits.data.x;
    let mut panels = Vec::new();
    for (index, tempered) in record.exhibits.tempered.iter().enumerate() {
        if tempered.y.len() > x.len() {
            return Err(RenderError::Length {
                what: format!("exhibits.tempered {index}: y"),
                found: tempered.y.len(),
                expected: x.len(),
            });
        }
        let Some(id) = IDS.get(index) else { break };
        let pairs = x.iter().zip(&tempered.y);
        let points: Vec<(f64, f64)> = pairs.map(|(x, y)| (f64::from(*x), f64::from(*y))).collect();
        let (weights, variance) = (
            shortest(tempered.temperature),
            shortest(tempered.covariance_temperature),
        );
        let heading = format!("T = {weights}, σ-T = {variance}");
        let chart = plane.chart(
            id,
            &format!("Draws at temperature {weights}, σ-temperature {variance}"),
            &format!(
                "{} draws, one for each x, with the weights to the power 1/{weights} and the variances times {variance}.",
                points.len()
            ),
            vec![Series::Dots {
                ink: Ink::Mdn,
                radius: RADIUS,
                points,
                id: None,
            }],
        );
        panels.push(Panel {
            heading: heading.into(),
            svg: chart.svg()?,
        });
    }
    if panels.is_empty() {
        return Ok(None);
    }
    let legend = vec![key(Ink::Mdn, "dots", "one draw for each x")];
    let figure = Figure::new("figure-temperature", "panels", panels, legend);
    let from = record.exhibits.samples_from.as_deref();
    let line = from.map_or_else(|| again.report(), |id| again.verify_cell(id));
    Ok(Some(figure.again(line).behind(again, &behind(record))))
}

fn behind(record: &StudyView<'_>) -> Behind {
    let exhibits = &record.exhibits;
    let n_rows = exhibits.tempered.iter().map(|t| t.y.len()).max();
    let n_rows = n_rows.unwrap_or(0);
    let mut behind = Behind::indexed(n_rows).column_f32(
        ("x", "x"),
        "exhibits/data/x/*",
        4,
        &exhibits.data.x[..n_rows.min(exhibits.data.x.len())],
    );
    for (index, tempered) in exhibits.tempered.iter().enumerate().take(IDS.len()) {
        let (weights, variance) = (tempered.temperature, tempered.covariance_temperature);
        behind = behind.column_f32(
            (
                &format!("y_T{weights}_C{variance}"),
                &format!("T = {weights}, σ-T = {variance}"),
            ),
            &format!("exhibits/tempered/{index}/y/*"),
            4,
            &tempered.y,
        );
    }
    behind.says("A row is one x of the data, with one draw of y at each pair of temperatures.")
}
