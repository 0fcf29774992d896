//! The explorer's two pictures: the plane with a line at one x, and the densities along it.
//!
//! What moves is drawn here once and has ids, under which the page's script draws it again.

use std::fmt::Write as _;

use serde::Serialize;

use super::axis::Axis;
use super::chart::{Chart, Frame};
use super::ink::Ink;
use super::plane::Exhibited;
use super::{Key, key};
use crate::mixture::{HighestDensityRegion, Univariate};
use crate::report::RenderError;
use crate::report::digits::Digits;
use crate::report::view::StudyView;

/// Id of the plane's picture.
pub(super) const PLANE: &str = "explorer-plane";
/// Its title.
pub(super) const PLANE_TITLE: &str = "Where the line stands";

/// Nominal size of the profile; as high as the plane, whose ordinates it shares.
const SIZE: (u32, u32) = (360, 572);

/// Bytes of both names that leave room for a formula.
const SHORT: usize = 8;

/// Ordinates at which the density is drawn.
const N_DRAWN: i32 = 400;

/// The two pictures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(in crate::report) struct Portrait {
    plane: String,
    profile: String,
    /// As the script reads them.
    plane_frame: String,
    profile_frame: String,
    legend: Vec<Key>,
}

/// What is drawn along one x.
#[derive(Debug, Clone)]
pub(in crate::report) struct Profile<'a> {
    pub(in crate::report) x: f64,
    /// What x and y are called.
    pub(in crate::report) names: (&'a str, &'a str),
    /// Densities and ordinates of the exact density, where it is known.
    pub(in crate::report) exact: Option<Vec<(f64, f64)>>,
    pub(in crate::report) mixture: Univariate<'a>,
    pub(in crate::report) region: &'a HighestDensityRegion,
    /// How a density is written.
    pub(in crate::report) scale: Digits,
}

/// The plane of a study, with its data.
///
/// # Errors
/// [`RenderError::Points`].
pub(in crate::report) fn study_plane(record: &StudyView<'_>) -> Result<Chart, RenderError> {
    Ok(Exhibited::of(record)?.background(PLANE, PLANE_TITLE, &described("x")))
}

/// The plane in words.
pub(super) fn described(name: &str) -> String {
    format!(
        "The data with a vertical line at the chosen {name}; thick on it, the 90 % highest-density region; points, the modes."
    )
}

impl Portrait {
    /// # Errors
    /// Those of a drawing.
    pub(in crate::report) fn of(plane: &Chart, along: &Profile<'_>) -> Result<Self, RenderError> {
        let Profile {
            x,
            names: (name, of),
            mixture,
            region,
            ..
        } = *along;
        let frame = plane.frame();
        let drawn = (0..=N_DRAWN).map(|i| {
            let share = f64::from(i) / f64::from(N_DRAWN);
            frame.y.0 + share * (frame.y.1 - frame.y.0)
        });
        let drawn: Vec<(f64, f64)> = drawn.map(|y| (mixture.density(y), y)).collect();
        let exact = along.exact.as_deref();
        let highest = drawn.iter().chain(exact.unwrap_or_default());
        let highest = highest.map(|(p, _)| *p);
        let highest = highest.fold(f64::MIN_POSITIVE, |a, b| if b > a { b } else { a });
        let scaled = |points: &[(f64, f64)]| -> Vec<(f64, f64)> {
            points.iter().map(|(p, y)| (p / highest, *y)).collect()
        };
        let beside = if exact.is_some() {
            " and the exact one"
        } else {
            ""
        };
        let density = match name.len() + of.len() <= SHORT {
            true => format!("p({of} | {name})"),
            false => "density".to_owned(),
        };
        let profile = Chart {
            id: "explorer-profile",
            title: format!("Density of {of} at the chosen {name}"),
            description: format!(
                "The density predicted by the chosen network{beside}, over {of}. Their numbers stand in the table below."
            ),
            size: SIZE,
            x: Axis::labelled(&density, (0.0, 1.04), Vec::new()),
            y: plane.y.clone(),
            series: Vec::new(),
        };
        let side = profile.frame();
        let modes = mixture.modes();
        let modes: Vec<(f64, f64)> = modes.iter().map(|mode| (x, mode.at)).collect();
        let line = |id: &str, ink: Ink, d: &str| {
            format!(
                "<path id=\"{id}\" class=\"line {}\" d=\"{d}\"/>\n",
                ink.class()
            )
        };
        let bars = region
            .intervals
            .iter()
            .map(|(low, high)| [(x, *low), (x, *high)]);
        let shade = region
            .intervals
            .iter()
            .map(|ends| outline(&side, *ends, &scaled(&drawn), &mixture, highest));
        let on_plane = line(
            "explorer-line",
            Ink::Axis,
            &path(&frame, &[(x, frame.y.0), (x, frame.y.1)]),
        ) + &line(
            "explorer-region",
            Ink::Mdn,
            &bars.map(|bar| path(&frame, &bar)).collect::<String>(),
        ) + &line("explorer-modes", Ink::Mdn, &dots(&frame, &modes));
        let exact = exact.map_or_else(String::new, |exact| {
            line("explorer-exact", Ink::Oracle, &path(&side, &scaled(exact)))
        });
        let on_profile = format!(
            "<path id=\"explorer-shade\" class=\"area {}\" d=\"{}\"/>\n",
            Ink::Mdn.class(),
            shade.collect::<String>()
        ) + &exact
            + &line("explorer-density", Ink::Mdn, &path(&side, &scaled(&drawn)))
            + &format!(
                "<text id=\"explorer-scale\" class=\"tick\" x=\"{}\" y=\"{}\" dy=\"0.75em\" text-anchor=\"end\">{}</text>\n",
                side.place(1.0, side.y.0).0,
                side.bottom + 80.0,
                along.scale.text(highest)
            );
        let mut legend = vec![key(Ink::Data, "dots", "data")];
        if along.exact.is_some() {
            legend.push(key(Ink::Oracle, "line", "exact density"));
        }
        legend.push(key(Ink::Mdn, "line", "network’s density"));
        legend.push(key(Ink::Mdn, "area", "its 90 % highest-density region"));
        Ok(Self {
            plane: plane.svg_with(&on_plane)?,
            profile: profile.svg_with(&on_profile)?,
            plane_frame: frame.words(),
            profile_frame: side.words(),
            legend,
        })
    }
}

/// `M… L…` through the points that lie on the axes.
fn path(frame: &Frame, points: &[(f64, f64)]) -> String {
    let mut d = String::new();
    for (x, y) in points {
        let (across, down) = frame.place(*x, y.clamp(frame.y.0, frame.y.1));
        let letter = if d.is_empty() { 'M' } else { 'L' };
        // Writing to a String cannot fail.
        let _ = write!(d, "{letter}{across} {down}");
    }
    d
}

/// Strokes of no length, which round caps make into points.
fn dots(frame: &Frame, points: &[(f64, f64)]) -> String {
    points
        .iter()
        .map(|point| path(frame, &[*point]) + "h0")
        .collect()
}

/// The area under the curve between two ordinates.
fn outline(
    frame: &Frame,
    (low, high): (f64, f64),
    curve: &[(f64, f64)],
    mixture: &Univariate<'_>,
    highest: f64,
) -> String {
    let end = |y: f64| (mixture.density(y) / highest, y);
    let mut points = vec![(0.0, low), end(low)];
    points.extend(curve.iter().filter(|(_, y)| *y > low && *y < high));
    points.extend([end(high), (0.0, high)]);
    path(frame, &points) + "z"
}
