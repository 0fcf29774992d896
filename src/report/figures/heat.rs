//! Heat maps: the predicted density over the plane, the exact one, and their difference.

use super::axis::Axis;
use super::chart::{Chart, Series};
use super::ink::Ink;
use super::{Figure, Panel};
use crate::report::RenderError;
use crate::report::again::Again;
use crate::report::behind::Behind;
use crate::report::field::{Field, Predicted};
use crate::report::number::fixed;

/// Nominal size of a map, as of the other pictures in the plane.
const SIZE: (u32, u32) = (556, 572);
/// Nominal size of a scale.
const SCALE_SIZE: (u32, u32) = (556, 122);

/// The three maps and their two scales.
pub(super) fn figure(
    field: &Field<'_>,
    predicted: &Predicted<'_>,
    again: &Again,
) -> Result<Option<Figure>, RenderError> {
    let values = field.density(predicted)?;
    let cap = cap(field);
    if cap <= 0.0 {
        return Ok(None);
    }
    let difference: Vec<f64> = values
        .iter()
        .zip(&field.exact)
        .map(|(p, q)| p - q)
        .collect();
    let reversed: Vec<f64> = difference.iter().map(|d| -d).collect();
    let k = predicted.recorded.n_components;
    let map = Map { field, cap };
    let shades = format!(
        "The darker, the denser, from 0 to {}; what is denser still is as dark.",
        fixed(cap, 1)
    );
    let panels = [
        (
            format!("Predicted, K = {k}"),
            map.chart(
                "heat-predicted",
                format!("Predicted density, K = {k}"),
                format!("Heat map of the predicted density over x and y. {shades}"),
                vec![map.raster("heat-predicted-raster", Ink::Density, &values)],
            ),
        ),
        (
            "Exact".to_owned(),
            map.chart(
                "heat-exact",
                "Exact density".to_owned(),
                format!("Heat map of the exact density over x and y. {shades}"),
                vec![map.raster("heat-exact-raster", Ink::Density, &field.exact)],
            ),
        ),
        (String::new(), map.scale(
            "heat-scale",
            "Scale of the densities",
            "density (per unit of y)",
            &[Ink::Density],
        )),
        (
            "Predicted − exact".to_owned(),
            map.chart(
                "heat-difference",
                "Predicted minus exact density".to_owned(),
                "Heat map of the difference, in one colour where the network predicts too much and in another where it predicts too little.".to_owned(),
                vec![
                    map.raster("heat-more-raster", Ink::More, &difference),
                    map.raster("heat-less-raster", Ink::Less, &reversed),
                ],
            ),
        ),
        (String::new(), map.scale(
            "heat-difference-scale",
            "Scale of the difference",
            "too little | too much",
            &[Ink::Less, Ink::More],
        )),
    ];
    let panels = panels.into_iter().map(|(heading, chart)| {
        Ok(Panel {
            heading: heading.into(),
            svg: chart.svg()?,
        })
    });
    let panels = panels.collect::<Result<_, RenderError>>()?;
    let figure = Figure::new("figure-density", "heat", panels, Vec::new());
    let behind = behind(field, &values);
    Ok(Some(
        figure
            .again(again.verify_cell(&predicted.recorded.cell))
            .behind(again, &behind),
    ))
}

fn behind(field: &Field<'_>, values: &[f64]) -> Behind {
    let columns = [
        (
            "integral_exact",
            "∫ exact dy",
            field.integrals(&field.exact),
        ),
        (
            "integral_predicted",
            "∫ predicted dy",
            field.integrals(values),
        ),
        ("misplaced", "misplaced", field.misplaced(values)),
    ];
    let x = field.x.iter().map(|x| Some(*x));
    let mut behind = Behind::indexed(field.x.len()).column(("x", "x"), "exhibits/grid/x/*", 4, x);
    for (name, heading, values) in columns {
        let key = format!("derived/density/{name}/*");
        behind = behind.column((name, heading), &key, 4, values.into_iter().map(Some));
    }
    behind.says("A row is one x. The integrals run over the ordinates of the grid, by the trapezoidal rule, and are 1 up to its step and what lies beyond its ends. Misplaced: half the integral of the absolute difference, the share of the probability that would have to move.")
}

/// The density at which a shade is full: twice the median over x of the greatest exact density, or
/// the greatest of all if that is less. At the ends of the support a density may be so narrow and high
/// that beside it nothing else would be seen.
fn cap(field: &Field<'_>) -> f64 {
    let greatest = |values: &[f64]| values.iter().copied().fold(0.0, f64::max);
    let columns = field.exact.chunks_exact(field.y.len());
    let mut heights: Vec<f64> = columns.map(greatest).collect();
    heights.sort_by(f64::total_cmp);
    let median = heights.get(heights.len() / 2).copied().unwrap_or(0.0);
    greatest(&heights).min(2.0 * median)
}

/// The grid as pixels.
struct Map<'a> {
    field: &'a Field<'a>,
    /// The density at which an ink is opaque.
    cap: f64,
}

impl Map<'_> {
    fn chart(
        &self,
        id: &'static str,
        title: String,
        description: String,
        series: Vec<Series>,
    ) -> Chart {
        let axis = |title: &str, values: &[f64]| {
            let (low, high) = edges(values);
            Axis::linear(title, low, high, 6.0)
        };
        Chart {
            id,
            title,
            description,
            size: SIZE,
            x: axis("x", &self.field.x),
            y: axis("y", &self.field.y),
            series,
        }
    }

    /// One pixel a grid point, its middle at the point; `values` are \[x, y\].
    fn raster(&self, id: &str, ink: Ink, values: &[f64]) -> Series {
        let n_y = self.field.y.len();
        let rows = (0..n_y).rev();
        let row = |j: usize| values.iter().skip(j).step_by(n_y);
        Series::Raster {
            ink,
            id: id.to_owned(),
            n_columns: self.field.x.len(),
            opacities: rows.flat_map(row).map(|p| opacity(*p, self.cap)).collect(),
            x: edges(&self.field.x),
            y: edges(&self.field.y),
        }
    }

    /// A strip of all shades; two inks stand on either side of 0.
    fn scale(&self, id: &'static str, title: &str, axis_title: &str, inks: &[Ink]) -> Chart {
        let sides: &[f64] = if inks.len() > 1 { &[-1.0, 1.0] } else { &[1.0] };
        let shades: Vec<u8> = (0..=255).collect();
        let low = if inks.len() > 1 { -1.0 } else { 0.0 };
        let rasters = inks
            .iter()
            .zip(sides)
            .enumerate()
            .map(|(index, (ink, side))| Series::Raster {
                ink: *ink,
                id: format!("{id}-raster-{index}"),
                n_columns: 256,
                opacities: if *side < 0.0 {
                    shades.iter().rev().copied().collect()
                } else {
                    shades.clone()
                },
                x: if *side < 0.0 { (-1.0, 0.0) } else { (0.0, 1.0) },
                y: (0.0, 1.0),
            });
        let mut ticks = vec![(0.0, "0".to_owned())];
        for value in round_values(self.cap, if inks.len() > 1 { 0.4 } else { 0.16 }) {
            let decimals = if value < 1.0 { 1 } else { 0 };
            for side in sides {
                ticks.push((side * shade(value, self.cap), fixed(side * value, decimals)));
            }
        }
        Chart {
            id,
            title: title.to_owned(),
            description: format!(
                "The shade grows with the square root of the value and is full at {}.",
                fixed(self.cap, 1)
            ),
            size: SCALE_SIZE,
            x: Axis::labelled(axis_title, (low, 1.0), ticks),
            y: Axis::labelled("", (0.0, 1.0), Vec::new()),
            series: rasters.collect(),
        }
    }
}

/// Opacity between 0 and 1: the square root, which shows thin densities beside thick ones.
fn shade(value: f64, cap: f64) -> f64 {
    (value / cap).clamp(0.0, 1.0).sqrt()
}

fn opacity(value: f64, cap: f64) -> u8 {
    // Between 0 and 255, and 0 where there is no number.
    (255.0 * shade(value, cap)).round() as u8
}

/// Half a step beyond both ends.
fn edges(values: &[f64]) -> (f64, f64) {
    let (Some(first), Some(last)) = (values.first(), values.last()) else {
        return (0.0, 1.0);
    };
    let half = 0.5 * (last - first) / (values.len().max(2) - 1) as f64;
    (first - half, last + half)
}

/// 1, 2 or 5 times powers of ten up to `cap`, from the greatest down, their shades at least `apart`.
fn round_values(cap: f64, apart: f64) -> Vec<f64> {
    let mut kept: Vec<f64> = Vec::new();
    for decade in (-6..7).rev() {
        for digit in [5.0, 2.0, 1.0] {
            let value = digit * libm::exp10(f64::from(decade));
            let far = kept
                .last()
                .is_none_or(|last| shade(*last, cap) - shade(value, cap) >= apart);
            if value <= cap && far && shade(value, cap) >= apart {
                kept.push(value);
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shade_is_the_square_root() {
        assert_eq!(opacity(0.25, 1.0), 128);
        assert_eq!(
            (opacity(0.0, 1.0), opacity(-3.0, 1.0), opacity(7.0, 1.0)),
            (0, 0, 255)
        );
        assert_eq!(opacity(f64::NAN, 1.0), 0);
        assert_eq!(edges(&[0.0, 1.0, 2.0]), (-0.5, 2.5));
        // The shade of 1 is nearer than that to the shade of 2.
        assert_eq!(round_values(8.0, 0.16), [5.0, 2.0, 0.5]);
    }
}
