//! Rows far from all that a model has learnt from: it answers there too, and nothing it says was ever checked.

use std::fmt;

use super::error::PredictError;
use super::predictor::Predictor;
use crate::table::{excerpt, number};

/// Rows with a feature well outside the range that it had in the training rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outside {
    /// How many.
    pub n_rows: u64,
    /// The first of them.
    pub first: Option<FirstOutside>,
}

/// A row, and its first feature that lies outside.
#[derive(Debug, Clone, PartialEq)]
pub struct FirstOutside {
    /// Row, from 1.
    pub row: u64,
    /// The feature's name.
    pub feature: String,
    /// What stands there.
    pub value: f64,
    /// Least and greatest value of the training rows but for wild ones.
    pub learnt: [f64; 2],
}

impl Outside {
    /// Part of its range that a feature must lie beyond it. The next row of the same kind lies beyond n training
    /// rows with a probability of 2/(n + 1) in every feature: so near to them it is no news.
    pub const MARGIN: f64 = 0.1;

    pub(super) fn merge(&mut self, later: Self) {
        self.n_rows += later.n_rows;
        self.first = self.first.take().or(later.first);
    }
}

impl fmt::Display for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = match self.n_rows {
            1 => "row lies",
            _ => "rows lie",
        };
        write!(
            f,
            "{} {rows} well outside what the model has learnt from",
            self.n_rows
        )?;
        let Some(first) = &self.first else {
            return Ok(());
        };
        let [least, most] = first.learnt.map(number);
        write!(
            f,
            "; the first is row {}, where `{}` is {} (learnt: {least} … {most})",
            first.row,
            excerpt(&first.feature),
            number(first.value)
        )
    }
}

/// What a model's features were in the training rows.
pub(super) struct Ranges<'a> {
    names: &'a [String],
    learnt: Vec<[f64; 2]>,
    fences: Vec<[f64; 2]>,
}

impl<'a> Ranges<'a> {
    /// `None` where the model does not know them.
    ///
    /// # Errors
    /// [`PredictError::Ranges`].
    pub(super) fn of(model: &'a impl Predictor) -> Result<Option<Self>, PredictError> {
        let names = model.feature_names();
        let Some(learnt) = model.feature_ranges() else {
            return Ok(None);
        };
        if learnt.len() != names.len() || !learnt.iter().all(|[a, b]| a <= b) {
            return Err(PredictError::Ranges {
                n_features: names.len(),
            });
        }
        Ok(Some(Self {
            names,
            fences: learnt
                .iter()
                .map(|[least, most]| {
                    let margin = Outside::MARGIN * (most - least);
                    [least - margin, most + margin]
                })
                .collect(),
            learnt,
        }))
    }

    /// Which of the rows of these numbers lie outside; the features are the first of `width` values of each.
    pub(super) fn outside(&self, values: &[f64], width: usize, numbers: &[u64]) -> Outside {
        let mut outside = Outside::default();
        let rows = values.chunks_exact(width.max(1));
        for (x, row) in rows.zip(numbers) {
            let mut features = x.iter().zip(&self.fences);
            let Some(at) = features.position(|(x, [low, high])| x < low || x > high) else {
                continue;
            };
            outside.n_rows += 1;
            outside.first.get_or_insert_with(|| FirstOutside {
                row: *row,
                feature: self.names[at].clone(),
                value: x[at],
                learnt: self.learnt[at],
            });
        }
        outside
    }
}
