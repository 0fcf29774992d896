//! What an ensemble is fitted to.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::net::{Covariance, Epoch, Metadata, ModelError, Recipe};
use crate::recipe::EnsembleIngredient;
use crate::table::Grid;

/// Name of the random numbers of `mdn fit`.
const STREAM: &str = "fit/ensemble";

/// What is to be fitted.
#[non_exhaustive]
pub struct EnsembleRequest<'a> {
    /// Names, seed and notes of the model.
    pub metadata: Metadata,
    /// Features \[n, F\].
    pub x: &'a [f64],
    /// Targets \[n, D\].
    pub y: &'a [f64],
    /// How each member is trained, but for what is chosen.
    pub recipe: Recipe,
    /// Diagonal or full.
    pub covariance: Covariance,
    /// A scale for each target that no component may fall below, in the data's units.
    pub least_scales: Vec<f64>,
    /// Ingredients that are left out.
    pub without: Vec<EnsembleIngredient>,
    /// Name of the random numbers.
    pub stream: String,
    /// Members at most.
    pub n_members: Option<usize>,
    /// Told of each epoch of each training, from any thread.
    pub observer: &'a (dyn Fn(&str, &Epoch) + Sync),
    /// Set from any thread, it stops the fit with [`ModelError::Stopped`] before the next
    /// step of any training.
    pub stop: Option<&'a AtomicBool>,
}

impl std::fmt::Debug for EnsembleRequest<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("EnsembleRequest");
        shown.field("stream", &self.stream).finish_non_exhaustive()
    }
}

impl<'a> EnsembleRequest<'a> {
    /// By the [recipe for tables](Recipe::for_tables), with diagonal components no narrower than the
    /// [grids](least_scales) of the targets.
    #[must_use]
    pub fn new(metadata: Metadata, x: &'a [f64], y: &'a [f64]) -> Self {
        let least_scales = least_scales(y, metadata.targets.len());
        Self {
            metadata,
            x,
            y,
            recipe: Recipe::for_tables(),
            covariance: Covariance::Diagonal,
            least_scales,
            without: Vec::new(),
            stream: STREAM.to_owned(),
            n_members: None,
            observer: &|_, _| {},
            stop: None,
        }
    }

    /// Whether the ingredient is wanted.
    pub(super) fn has(&self, ingredient: EnsembleIngredient) -> bool {
        !self.without.contains(&ingredient)
    }

    /// Whether the fit is to end.
    pub(super) fn is_stopped(&self) -> bool {
        self.stop.is_some_and(|stop| stop.load(Ordering::Relaxed))
    }

    /// F and D.
    pub(super) fn widths(&self) -> (usize, usize) {
        (self.metadata.features.len(), self.metadata.targets.len())
    }

    /// Whether there are whole rows of finite numbers, and a least scale for each target.
    pub(super) fn check(&self) -> Result<(), ModelError> {
        let ((f, d), rows) = (self.widths(), self.n_rows());
        let is_whole = f > 0 && d > 0 && rows > 0 && rows * d == self.y.len();
        if !is_whole || rows.checked_mul(f) != Some(self.x.len()) {
            return Err(ModelError::Rows {
                part: "training",
                features: self.x.len(),
                targets: self.y.len(),
            });
        }
        for (column, values) in [("features", self.x), ("targets", self.y)] {
            if !values.iter().all(|value| value.is_finite()) {
                let part = "training";
                return Err(ModelError::NotFinite { part, column });
            }
        }
        let is_scale = |scale: &f64| scale.is_finite() && *scale >= 0.0;
        if self.least_scales.len() != d || !self.least_scales.iter().all(is_scale) {
            return Err(ModelError::LeastScales {
                found: self.least_scales.len(),
                n_targets: d,
            });
        }
        Ok(())
    }

    pub(super) fn n_rows(&self) -> usize {
        self.y.len() / self.widths().1.max(1)
    }

    /// Features and targets of some rows.
    pub(super) fn take(&self, rows: &[usize], f: usize, d: usize) -> (Vec<f64>, Vec<f64>) {
        let x = rows.iter().flat_map(|row| &self.x[row * f..(row + 1) * f]);
        let y = rows.iter().flat_map(|row| &self.y[row * d..(row + 1) * d]);
        (x.copied().collect(), y.copied().collect())
    }
}

/// Of each of `d` targets the scale that a value on its grid is known to; 0 without a grid. For `y` \[n, d\].
#[must_use]
pub fn least_scales(y: &[f64], d: usize) -> Vec<f64> {
    let column = |at: usize| -> Vec<f64> { y.iter().skip(at).step_by(d).copied().collect() };
    let of = |at: usize| Grid::of_column(column(at)).map_or(0.0, |grid| grid.scale());
    (0..d).map(of).collect()
}
