//! The pictures, one file each: numbers of the record become an inline SVG.
//!
//! Nothing here reads anything but the record and the article's logs. A picture whose
//! numbers are missing is left out, never drawn empty.

mod axis;
mod bars;
pub(super) mod calibration;
mod chart;
mod components;
mod curves;
mod effective;
mod heat;
mod ink;
mod lanes;
#[cfg(feature = "table")]
pub(super) mod own;
mod plane;
mod png;
mod portrait;
pub(super) mod speed;
mod svg;
mod sweep;
mod temperature;

use std::borrow::Cow;

use serde::Serialize;

pub(super) use self::chart::Chart;
use self::ink::Ink;
pub(super) use self::lanes::{Lane, lanes};
pub(super) use self::portrait::{Portrait, Profile, study_plane};
use super::RenderError;
use super::again::Again;
use super::article::ArticleLog;
use super::behind::{Behind, View};
use super::cells::{Mark, mark};
use super::field::{Field, Predicted};
use super::groups::Group;
use crate::record::{Cell, Timing};
use crate::report::view::StudyView;

/// One entry of a legend. It stands in HTML beside the picture, where it can wrap.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Key {
    /// The ink's class.
    class: &'static str,
    /// `line`, `dots` or `area`.
    mark: &'static str,
    /// What it stands for.
    label: Cow<'static, str>,
}

/// A picture, or several side by side, with one legend.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Figure {
    /// Anchor and numbers.
    at: Mark,
    /// `square`, `wide`, `panels`, `pair` or `heat`: how the page lays it out.
    shape: &'static str,
    /// SVG elements with a heading each; the heading of a single picture is empty.
    panels: Vec<Panel>,
    /// What the inks mean.
    legend: Vec<Key>,
    /// How to get it again, as HTML.
    again: String,
    /// Its numbers, as a table and a file.
    behind: Option<View>,
    /// Figures behind which the other numbers stand.
    see: Vec<Mark>,
}

impl Figure {
    /// A figure without numbers behind it; `id` is the anchor of its cell.
    fn new(id: &'static str, shape: &'static str, panels: Vec<Panel>, legend: Vec<Key>) -> Self {
        Self {
            at: mark(id),
            shape,
            panels,
            legend,
            again: String::new(),
            behind: None,
            see: Vec::new(),
        }
    }

    /// The same with the command that gives its numbers again, as [`Again`] writes it.
    fn again(mut self, line: String) -> Self {
        self.again = line;
        self
    }

    /// The same with the numbers it is drawn from.
    fn behind(mut self, again: &Again, behind: &Behind) -> Self {
        self.behind = Some(behind.view(again.file(self.at.anchor)));
        self
    }

    /// The same with a pointer to other figures, whose numbers it draws too.
    fn see(mut self, ids: &[&'static str]) -> Self {
        self.see = ids.iter().map(|id| mark(id)).collect();
        self
    }
}

/// One picture of a figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Panel {
    /// Shown above it.
    heading: Cow<'static, str>,
    /// `<svg>…</svg>`.
    svg: String,
}

/// What the figures are drawn from, beside the record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scene<'a> {
    pub(super) groups: &'a [Group<'a>],
    pub(super) baseline: Option<&'a Cell>,
    pub(super) showcase: Option<&'a Cell>,
    pub(super) field: Option<&'a Field<'a>>,
    /// Of this record, not of another.
    pub(super) timing: Option<&'a Timing>,
    pub(super) again: &'a Again,
}

/// A figure of what one network predicts over the plane.
type Drawing = fn(&Field<'_>, &Predicted<'_>, &Again) -> Result<Option<Figure>, RenderError>;

/// Every figure of the page; `None` where the record has nothing to draw.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(super) struct Figures {
    data: Option<Figure>,
    baseline: Option<Figure>,
    baseline_curves: Option<Figure>,
    mdn_curves: Option<Figure>,
    samples: Option<Figure>,
    panels: Option<Figure>,
    nll: Option<Figure>,
    excess: Option<Figure>,
    crps: Option<Figure>,
    effective: Option<Figure>,
    density: Option<Figure>,
    components: Option<Figure>,
    pit: Option<Figure>,
    reliability: Option<Figure>,
    temperature: Option<Figure>,
    speed: Option<Figure>,
}

impl Figures {
    /// Draws what the record allows.
    ///
    /// # Errors
    /// Those of the article's logs, of unequal coordinates, and of plotters.
    pub(super) fn of(record: &StudyView<'_>, scene: &Scene<'_>) -> Result<Self, RenderError> {
        let Scene {
            groups,
            baseline,
            showcase,
            again,
            ..
        } = *scene;
        let exhibits = plane::Exhibited::of(record)?;
        let predicted = showcase.and_then(|cell| {
            let field = scene.field?;
            Some((field, field.of_cell(&cell.id)?))
        });
        let over = |draw: Drawing| match predicted {
            Some((field, predicted)) => draw(field, predicted, again),
            None => Ok(None),
        };
        let calibrated = calibration::shown(record, showcase.map(|cell| cell.id.as_str()))?;
        Ok(Self {
            data: exhibits.data(record, again)?,
            baseline: exhibits.baseline(record, again)?,
            baseline_curves: curves::baseline(record, baseline, &ArticleLog::mse()?, again)?,
            mdn_curves: curves::mdn(record, showcase, &ArticleLog::mdn()?, again)?,
            samples: exhibits.samples(record, again)?,
            panels: exhibits.panels(again)?,
            nll: sweep::nll(record, groups, again)?,
            excess: sweep::excess(groups, again)?,
            crps: sweep::crps(record, groups, again)?,
            effective: effective::figure(groups, again)?,
            density: over(heat::figure)?,
            components: over(components::figure)?,
            pit: calibration::pit(record, &calibrated, again)?,
            reliability: calibration::reliability(record, &calibrated, again)?,
            temperature: temperature::figure(record, &exhibits, again)?,
            speed: speed::figure(groups, scene.timing, again)?,
        })
    }
}

fn key(ink: Ink, mark: &'static str, label: impl Into<Cow<'static, str>>) -> Key {
    Key {
        class: ink.class(),
        mark,
        label: label.into(),
    }
}

/// A figure of one picture.
fn single(
    shape: &'static str,
    chart: &chart::Chart,
    legend: Vec<Key>,
) -> Result<Figure, RenderError> {
    let panel = Panel {
        heading: "".into(),
        svg: chart.svg()?,
    };
    Ok(Figure::new(chart.id, shape, vec![panel], legend))
}
