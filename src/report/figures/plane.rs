//! Pictures in the plane of the data: points, means, samples. All have the same axes.

use super::axis::{Axis, extent};
use super::chart::{Chart, Series};
use super::ink::Ink;
use super::{Figure, Panel, key, single};
use crate::record::{ModelKind, Points};
use crate::report::RenderError;
use crate::report::again::Again;
use crate::report::behind::Behind;
use crate::report::view::StudyView;

/// Nominal size: the plane within the margins is a square.
const SIZE: (u32, u32) = (556, 572);

/// Radius of a point, drawn units.
const RADIUS: i32 = 12;

const DATA_ID: &str = "points-data";
const SAMPLES_ID: &str = "points-samples";

/// The record's exhibits as pairs.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Exhibited {
    data: Vec<(f64, f64)>,
    oracle_mean: Vec<(f64, f64)>,
    baseline: Vec<(f64, f64)>,
    samples: Vec<(f64, f64)>,
    x: Axis,
    y: Axis,
}

impl Exhibited {
    /// # Errors
    /// [`RenderError::Points`] where x and y differ in number.
    pub(super) fn of(record: &StudyView<'_>) -> Result<Self, RenderError> {
        let exhibits = &record.exhibits;
        let data = pairs("data", &exhibits.data)?;
        let x = extent(data.iter().map(|p| p.0)).unwrap_or((0.0, 1.0));
        let y = extent(data.iter().map(|p| p.1)).unwrap_or((0.0, 1.0));
        let both = (x.0.min(y.0), x.1.max(y.1));
        // One scale for both axes where they are of a kind, so that a circle looks like one.
        let is_common = 1.5 * (x.1 - x.0).min(y.1 - y.0) > both.1 - both.0;
        let axis = |title: &str, own: (f64, f64)| {
            let (low, high) = if is_common { both } else { own };
            // Samples of a network stray a little beyond the data.
            let margin = 0.04 * (high - low);
            Axis::linear(title, low - margin, high + margin, 6.0)
        };
        Ok(Self {
            x: axis("x", x),
            y: axis("y", y),
            oracle_mean: pairs("oracle_mean", &exhibits.oracle_mean)?,
            baseline: pairs("baseline", &exhibits.baseline)?,
            samples: pairs("samples", &exhibits.samples)?,
            data,
        })
    }

    /// The data alone.
    pub(super) fn data(
        &self,
        record: &StudyView<'_>,
        again: &Again,
    ) -> Result<Option<Figure>, RenderError> {
        if self.data.is_empty() {
            return Ok(None);
        }
        let chart = self.chart(
            "figure-data",
            "The data",
            "Scatter plot of y against x. Over many values of x the points lie in several separate branches.",
            vec![self.points_of_data()],
        );
        let legend = vec![key(Ink::Data, "dots", "data")];
        let behind = points("data", &record.exhibits.data, &[])
            .says("A row is a point of the data, in units of the page’s axes.");
        let figure = single("square", &chart, legend)?;
        Ok(Some(figure.again(again.report()).behind(again, &behind)))
    }

    /// The baseline's curve and the exact conditional mean over the data.
    pub(super) fn baseline(
        &self,
        record: &StudyView<'_>,
        again: &Again,
    ) -> Result<Option<Figure>, RenderError> {
        if self.baseline.is_empty() || self.data.is_empty() {
            return Ok(None);
        }
        let chart = self.chart(
            "figure-baseline",
            "The baseline over the data",
            "The network's single curve and the exact conditional mean, over the data. Both average the values of y at each x.",
            vec![
                AGAIN,
                line(Ink::Baseline, &self.baseline),
                line(Ink::Oracle, &self.oracle_mean),
            ],
        );
        let legend = vec![
            key(Ink::Data, "dots", "data"),
            key(Ink::Baseline, "line", "baseline network"),
            key(Ink::Oracle, "line", "exact conditional mean"),
        ];
        let exhibits = &record.exhibits;
        let mean = ("oracle_mean", &exhibits.oracle_mean);
        let behind = points("baseline", &exhibits.baseline, &[mean])
            .says("A row is a place on the grid of <i>x</i>.");
        let figure = single("square", &chart, legend)?;
        // The curve is the first baseline's; where it failed there is none.
        let cell = record.cells.iter().find(|c| c.model == ModelKind::Mse);
        let line = cell.map_or_else(|| again.report(), |cell| again.verify_cell(&cell.id));
        Ok(Some(
            figure
                .again(line)
                .behind(again, &behind)
                .see(&["figure-data"]),
        ))
    }

    /// Draws of the mixture density network over the data.
    pub(super) fn samples(
        &self,
        record: &StudyView<'_>,
        again: &Again,
    ) -> Result<Option<Figure>, RenderError> {
        if self.samples.is_empty() || self.data.is_empty() {
            return Ok(None);
        }
        let samples = Series::Dots {
            ink: Ink::Mdn,
            radius: RADIUS,
            points: self.samples.clone(),
            id: Some(SAMPLES_ID),
        };
        let chart = self.chart(
            "figure-samples",
            "Samples over data",
            "One draw from the predicted mixture for each x of the data, over the data.",
            vec![AGAIN, samples],
        );
        let legend = vec![
            key(Ink::Data, "dots", "data"),
            key(Ink::Mdn, "dots", "one draw for each x"),
        ];
        let behind = points("samples", &record.exhibits.samples, &[])
            .says("A row is one draw at the <i>x</i> of a point of the data.");
        let figure = single("square", &chart, legend)?;
        let cell = record.exhibits.samples_from.as_deref();
        let line = cell.map_or_else(|| again.report(), |id| again.verify_cell(id));
        Ok(Some(
            figure
                .again(line)
                .behind(again, &behind)
                .see(&["figure-data"]),
        ))
    }

    /// The article's closing picture: truth, baseline, mixture density network.
    pub(super) fn panels(&self, again: &Again) -> Result<Option<Figure>, RenderError> {
        if self.samples.is_empty() || self.baseline.is_empty() || self.data.is_empty() {
            return Ok(None);
        }
        let samples = Series::Again {
            ink: Ink::Mdn,
            id: SAMPLES_ID,
        };
        let panels = [
            ("panel-truth", "Ground truth", "The data.", vec![AGAIN]),
            (
                "panel-baseline",
                "Baseline (mean squared error)",
                "The baseline's prediction: one curve.",
                vec![line(Ink::Baseline, &self.baseline)],
            ),
            (
                "panel-mdn",
                "Mixture density network",
                "Draws from the predicted mixtures.",
                vec![samples],
            ),
        ];
        let panels = panels
            .into_iter()
            .map(|(id, heading, description, series)| {
                Ok(Panel {
                    heading: heading.into(),
                    svg: self.chart(id, heading, description, series).svg()?,
                })
            })
            .collect::<Result<Vec<_>, RenderError>>()?;
        let figure = Figure::new("figure-panels", "panels", panels, Vec::new());
        Ok(Some(figure.again(again.report()).see(&[
            "figure-data",
            "figure-baseline",
            "figure-samples",
        ])))
    }

    /// The plane itself with the data in it, for what is drawn on top.
    pub(super) fn background(&self, id: &'static str, title: &str, description: &str) -> Chart {
        self.chart(id, title, description, vec![AGAIN])
    }

    fn points_of_data(&self) -> Series {
        Series::Dots {
            ink: Ink::Data,
            radius: RADIUS,
            points: self.data.clone(),
            id: Some(DATA_ID),
        }
    }

    pub(super) fn chart(
        &self,
        id: &'static str,
        title: &str,
        description: &str,
        series: Vec<Series>,
    ) -> Chart {
        Chart {
            id,
            title: title.to_owned(),
            description: description.to_owned(),
            size: SIZE,
            x: self.x.clone(),
            y: self.y.clone(),
            series,
        }
    }
}

/// The data's points, drawn by the first figure.
const AGAIN: Series = Series::Again {
    ink: Ink::Data,
    id: DATA_ID,
};

fn line(ink: Ink, points: &[(f64, f64)]) -> Series {
    Series::Line {
        ink,
        points: points.to_vec(),
    }
}

/// Points of the exhibit `name`, and the ordinates of others over the same abscissae.
fn points(name: &str, points: &Points, others: &[(&str, &Points)]) -> Behind {
    let key = |name: &str, axis: &str| format!("exhibits/{name}/{axis}/*");
    let mut behind = Behind::indexed(points.x.len())
        .column_f32(("x", "x"), &key(name, "x"), 3, &points.x)
        .column_f32((name, &title(name)), &key(name, "y"), 3, &points.y);
    // Another's ordinates belong into these rows only where they stand over the same abscissae.
    let same = |other: &&(&str, &Points)| other.1.x == points.x;
    for (other, points) in others.iter().filter(same) {
        behind = behind.column_f32((other, &title(other)), &key(other, "y"), 3, &points.y);
    }
    behind
}

/// What the ordinate of an exhibit is called.
fn title(name: &str) -> String {
    match name {
        "data" => "y".to_owned(),
        "samples" => "y, drawn".to_owned(),
        "oracle_mean" => "exact mean of y".to_owned(),
        name => format!("y, {name}"),
    }
}

fn pairs(name: &'static str, points: &Points) -> Result<Vec<(f64, f64)>, RenderError> {
    if points.x.len() != points.y.len() {
        return Err(RenderError::Points {
            name,
            n_x: points.x.len(),
            n_y: points.y.len(),
        });
    }
    let pairs = points.x.iter().zip(&points.y);
    Ok(pairs.map(|(x, y)| (f64::from(*x), f64::from(*y))).collect())
}
