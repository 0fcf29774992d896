//! What an explorer is made of, whatever the record: predicted mixtures over a grid of one x.

use serde::Serialize;

use crate::mixture::Univariate;
use crate::report::cells::Mark;
use crate::report::digits::Digits;

/// Everything the reader can choose from.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Subject<'a> {
    /// Of its cell, on a page whose cells are numbered.
    pub(super) at: Option<Mark>,
    pub(super) names: Names<'a>,
    pub(super) digits: Columns,
    /// Abscissae, rising in equal steps.
    pub(super) x: Vec<f64>,
    /// Where it is known.
    pub(super) exact: Option<Exact>,
    /// In rising K.
    pub(super) networks: Vec<Network<'a>>,
}

/// What things are called, as plain text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Names<'a> {
    pub(super) x: &'a str,
    pub(super) y: &'a str,
    /// `points` of a problem, `rows` of a table.
    pub(super) test: &'a str,
}

/// How the numbers of each kind are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Columns {
    pub(super) x: Digits,
    pub(super) y: Digits,
    pub(super) density: Digits,
    pub(super) nll: Digits,
    pub(super) crps: Digits,
}

impl Columns {
    /// Where x and y are written so, and y lies between these.
    pub(super) fn new(x: Digits, y: Digits, (low, high): (f64, f64)) -> Self {
        Self {
            x,
            y,
            density: Digits::of_density(low, high),
            nll: Digits::fixed(3),
            crps: y.finer(),
        }
    }
}

/// The exact density over a grid of y.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Exact {
    /// Ordinates, rising in equal steps.
    pub(super) y: Vec<f64>,
    /// \[x, y\], y fastest.
    pub(super) density: Vec<f64>,
}

/// What one network predicts at each x, and how good it is.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Network<'a> {
    /// Identity of its cell.
    pub(super) cell: &'a str,
    pub(super) recipe: &'a str,
    pub(super) n_components: usize,
    /// \[x, k\], k fastest, as the other two.
    pub(super) weights: Vec<f64>,
    pub(super) means: Vec<f64>,
    pub(super) scales: Vec<f64>,
    /// Mean negative log-likelihood on the test set, nats.
    pub(super) nll: Score,
    /// Mean CRPS there, units of y.
    pub(super) crps: Score,
}

/// A number of the record, under its key.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Score {
    pub(super) key: String,
    pub(super) value: Option<f64>,
}

impl Score {
    pub(super) fn new(key: String, value: Option<f64>) -> Self {
        let value = value.filter(|v| v.is_finite());
        Self { key, value }
    }
}

/// What the page shows before anything is chosen.
#[derive(Debug, Clone, Copy)]
pub(super) struct First<'a> {
    /// Places among the networks and the abscissae.
    pub(super) network: usize,
    pub(super) x: usize,
    /// What that network predicts there.
    pub(super) mixture: Univariate<'a>,
}
