//! The pictures, one file each: numbers of the record become an inline SVG.
//!
//! Nothing here reads anything but the record and the article's logs. A picture whose
//! numbers are missing is left out, never drawn empty.

mod axis;
pub(super) mod calibration;
mod chart;
mod components;
mod curves;
mod heat;
mod ink;
mod plane;
mod png;
pub(super) mod speed;
mod svg;
mod sweep;
mod temperature;

use std::borrow::Cow;

use serde::Serialize;

use self::ink::Ink;
use super::RenderError;
use super::article::ArticleLog;
use super::field::{Field, Predicted};
use super::groups::Group;
use crate::study::record::{Cell, Record, Timing};

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
    /// Anchor and prefix of all ids within.
    id: &'static str,
    /// `square`, `wide`, `panels`, `pair` or `heat`: how the page lays it out.
    shape: &'static str,
    /// SVG elements with a heading each; the heading of a single picture is empty.
    panels: Vec<Panel>,
    /// What the inks mean.
    legend: Vec<Key>,
}

/// One picture of a figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Panel {
    /// Shown above it.
    heading: Cow<'static, str>,
    /// `<svg>…</svg>`.
    svg: String,
}

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
    pub(super) fn of(
        record: &Record,
        groups: &[Group<'_>],
        baseline: Option<&Cell>,
        showcase: Option<&Cell>,
        field: Option<&Field<'_>>,
        timing: Option<&Timing>,
    ) -> Result<Self, RenderError> {
        let exhibits = plane::Exhibited::of(record)?;
        let predicted = showcase.and_then(|cell| Some((field?, field?.of_cell(&cell.id)?)));
        let calibrated = calibration::shown(record, showcase.map(|cell| cell.id.as_str()))?;
        let over = |draw: fn(&Field<'_>, &Predicted<'_>) -> Result<Option<Figure>, RenderError>| {
            predicted.map_or(Ok(None), |(field, predicted)| draw(field, predicted))
        };
        Ok(Self {
            data: exhibits.data()?,
            baseline: exhibits.baseline()?,
            baseline_curves: curves::baseline(record, baseline, &ArticleLog::mse()?)?,
            mdn_curves: curves::mdn(record, showcase, &ArticleLog::mdn()?)?,
            samples: exhibits.samples()?,
            panels: exhibits.panels()?,
            nll: sweep::nll(record, groups)?,
            excess: sweep::excess(groups)?,
            crps: sweep::crps(record, groups)?,
            effective: sweep::effective(groups)?,
            density: over(heat::figure)?,
            components: over(components::figure)?,
            pit: calibration::pit(record, &calibrated)?,
            reliability: calibration::reliability(record, &calibrated)?,
            temperature: temperature::figure(record, &exhibits)?,
            speed: speed::figure(groups, timing)?,
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
    Ok(Figure {
        id: chart.id,
        shape,
        panels: vec![Panel {
            heading: "".into(),
            svg: chart.svg()?,
        }],
        legend,
    })
}
