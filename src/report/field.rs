//! The plane of x and y with its densities: the exact one, and what networks predict.
//!
//! The record holds the exact density on a grid and each network's mixture at every x; the density of
//! those is evaluated here, from the recorded, rounded parameters.

use super::view::StudyView;
use super::{RenderError, number};
use crate::mixture::MixtureBatch;
use crate::record::{Grid, ShownMixtures};

/// The grid and the exact density on it, checked.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Field<'a> {
    /// Abscissae, rising.
    pub(super) x: Vec<f64>,
    /// Ordinates, rising.
    pub(super) y: Vec<f64>,
    /// The exact density, \[x, y\].
    pub(super) exact: Vec<f64>,
    predicted: Vec<Predicted<'a>>,
}

/// What one network predicts at each x.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Predicted<'a> {
    /// Its place in the record's list.
    pub(super) index: usize,
    /// As recorded.
    pub(super) recorded: &'a ShownMixtures,
    /// Row for row of x.
    pub(super) mixtures: MixtureBatch,
}

impl<'a> Field<'a> {
    /// None where the record has no grid.
    ///
    /// # Errors
    /// [`RenderError::Grid`], [`RenderError::Length`] and [`RenderError::Mixture`] where the record's
    /// parts do not fit together.
    pub(super) fn of(record: &'a StudyView<'a>) -> Result<Option<Self>, RenderError> {
        let exhibits = &record.exhibits;
        let Some(grid) = &exhibits.grid else {
            return match exhibits.mixtures.first() {
                Some(mixtures) => Err(RenderError::Grid {
                    what: "is missing",
                    n_x: mixtures.weights.len() / mixtures.n_components.max(1),
                    n_y: 0,
                }),
                None => Ok(None),
            };
        };
        check(grid)?;
        let wide = |values: &[f32]| values.iter().map(|v| f64::from(*v)).collect::<Vec<_>>();
        let predicted = exhibits.mixtures.iter().enumerate();
        Ok(Some(Self {
            // Shown as recorded, digit for digit.
            x: grid.x.iter().map(|x| number::recorded(*x)).collect(),
            y: wide(&grid.y),
            exact: wide(&grid.density),
            predicted: predicted
                .map(|(index, recorded)| Predicted::of(index, recorded, grid.x.len()))
                .collect::<Result<_, _>>()?,
        }))
    }

    /// What every network predicts, in the record's order.
    pub(super) fn networks(&self) -> &[Predicted<'a>] {
        &self.predicted
    }

    /// What the network of this cell predicts.
    pub(super) fn of_cell(&self, id: &str) -> Option<&Predicted<'a>> {
        self.predicted.iter().find(|p| p.recorded.cell == id)
    }

    /// The network's density on the grid, \[x, y\].
    pub(super) fn density(&self, predicted: &Predicted<'_>) -> Result<Vec<f64>, RenderError> {
        let rows = predicted.mixtures.univariate_rows();
        let rows = rows.map_err(|source| predicted.fault(source))?;
        Ok(rows
            .flat_map(|row| self.y.iter().map(move |y| row.density(*y)))
            .collect())
    }

    /// Half of ∫ |f(y) − exact(y)| dy over the grid at each x: the total variation distance.
    pub(super) fn misplaced(&self, of: &[f64]) -> Vec<f64> {
        let distances = of
            .iter()
            .zip(&self.exact)
            .map(|(f, exact)| (f - exact).abs());
        let distances: Vec<f64> = distances.collect();
        self.integrals(&distances).iter().map(|d| 0.5 * d).collect()
    }

    /// ∫ f(y) dy over the grid at each x, by the trapezoidal rule.
    pub(super) fn integrals(&self, of: &[f64]) -> Vec<f64> {
        let width = |i: usize| self.y[i + 1] - self.y[i];
        of.chunks_exact(self.y.len())
            .map(|f| {
                (0..self.y.len() - 1)
                    .map(|i| 0.5 * width(i) * (f[i] + f[i + 1]))
                    .sum()
            })
            .collect()
    }
}

impl<'a> Predicted<'a> {
    fn of(index: usize, recorded: &'a ShownMixtures, n_x: usize) -> Result<Self, RenderError> {
        let k = recorded.n_components;
        for (field, values) in [
            ("weights", &recorded.weights),
            ("means", &recorded.means),
            ("scales", &recorded.scales),
        ] {
            if Some(values.len()) != n_x.checked_mul(k) || k == 0 {
                return Err(RenderError::Length {
                    what: format!("exhibits.mixtures of {}: {field}", recorded.cell),
                    found: values.len(),
                    expected: n_x.saturating_mul(k),
                });
            }
        }
        let wide = |values: &[f32]| values.iter().map(|v| f64::from(*v)).collect::<Vec<_>>();
        let log_weights = recorded.weights.iter().map(|w| libm::log(f64::from(*w)));
        // Rounded weights do not quite sum to 1: as logits they are normalised.
        let mixtures = MixtureBatch::from_logits(
            k,
            1,
            log_weights.collect(),
            wide(&recorded.means),
            wide(&recorded.scales),
        );
        let mixtures = mixtures.map_err(|source| RenderError::Mixture {
            cell: recorded.cell.clone(),
            source,
        })?;
        Ok(Self {
            index,
            recorded,
            mixtures,
        })
    }

    fn fault(&self, source: crate::mixture::MixtureError) -> RenderError {
        RenderError::Mixture {
            cell: self.recorded.cell.clone(),
            source,
        }
    }
}

fn check(grid: &Grid) -> Result<(), RenderError> {
    let (n_x, n_y) = (grid.x.len(), grid.y.len());
    let fault = |what| Err(RenderError::Grid { what, n_x, n_y });
    if n_x < 2 || n_y < 2 {
        return fault("is too small");
    }
    let rises =
        |values: &[f32]| values.iter().all(|v| v.is_finite()) && values.is_sorted_by(|a, b| a < b);
    if !(rises(&grid.x) && rises(&grid.y)) {
        return fault("does not rise");
    }
    if Some(grid.density.len()) != n_x.checked_mul(n_y) {
        return Err(RenderError::Length {
            what: "exhibits.grid: density".to_owned(),
            found: grid.density.len(),
            expected: n_x.saturating_mul(n_y),
        });
    }
    if grid.density.iter().any(|p| !(p.is_finite() && *p >= 0.0)) {
        return fault("has a density that is none");
    }
    Ok(())
}
