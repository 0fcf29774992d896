//! Draws at other temperatures, side by side.

use super::chart::Series;
use super::ink::Ink;
use super::plane::Exhibited;
use super::{Figure, Panel, key};
use crate::report::RenderError;
use crate::report::number::shortest;
use crate::study::record::Record;

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
pub(super) fn figure(record: &Record, plane: &Exhibited) -> Result<Option<Figure>, RenderError> {
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
    Ok(Some(Figure {
        id: "figure-temperature",
        shape: "panels",
        panels,
        legend: vec![key(Ink::Mdn, "dots", "one draw for each x")],
    }))
}
