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
mod figure;
mod heat;
mod ink;
mod kept_losses;
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

use serde::Serialize;

pub(super) use self::chart::Chart;
use self::figure::{Figure, Key, Panel, key, single};
pub(super) use self::kept_losses::kept_losses;
pub(super) use self::lanes::{Lane, lanes};
pub(super) use self::portrait::{Portrait, Profile, study_plane};
use super::RenderError;
use super::again::Again;
use super::article::ArticleLog;
use super::field::{Field, Predicted};
use super::groups::Group;
use crate::record::{Cell, Timing};
use crate::report::view::StudyView;

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
