//! A figure as its template takes it: pictures, one legend, and the numbers behind them.

use std::borrow::Cow;

use serde::Serialize;

use super::chart::Chart;
use super::ink::Ink;
use crate::report::RenderError;
use crate::report::again::Again;
use crate::report::behind::{Behind, View};
use crate::report::cells::{Mark, mark};

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
    pub(super) fn new(
        id: &'static str,
        shape: &'static str,
        panels: Vec<Panel>,
        legend: Vec<Key>,
    ) -> Self {
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
    pub(super) fn again(mut self, line: String) -> Self {
        self.again = line;
        self
    }

    /// The same with the numbers it is drawn from.
    pub(super) fn behind(mut self, again: &Again, behind: &Behind) -> Self {
        self.behind = Some(behind.view(again.file(self.at.anchor)));
        self
    }

    /// The same with a pointer to other figures, whose numbers it draws too.
    pub(super) fn see(mut self, ids: &[&'static str]) -> Self {
        self.see = ids.iter().map(|id| mark(id)).collect();
        self
    }
}

/// One picture of a figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Panel {
    /// Shown above it.
    pub(super) heading: Cow<'static, str>,
    /// `<svg>…</svg>`.
    pub(super) svg: String,
}

pub(super) fn key(ink: Ink, mark: &'static str, label: impl Into<Cow<'static, str>>) -> Key {
    Key {
        class: ink.class(),
        mark,
        label: label.into(),
    }
}

/// A figure of one picture.
pub(super) fn single(
    shape: &'static str,
    chart: &Chart,
    legend: Vec<Key>,
) -> Result<Figure, RenderError> {
    let panel = Panel {
        heading: "".into(),
        svg: chart.svg()?,
    };
    Ok(Figure::new(chart.id, shape, vec![panel], legend))
}
