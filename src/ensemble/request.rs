//! What an ensemble is fitted to.

use crate::net::{Covariance, Epoch, Metadata, Recipe};

/// What is to be fitted.
pub struct EnsembleRequest<'a> {
    /// Names, seed and notes of the model.
    pub metadata: Metadata,
    /// Features \[n, F\].
    pub x: &'a [f64],
    /// Targets \[n, D\].
    pub y: &'a [f64],
    /// How each member is trained, but for what is chosen.
    pub recipe: &'a Recipe,
    /// Diagonal or full.
    pub covariance: Covariance,
    /// A scale for each target that no component may fall below, in the data's units.
    pub least_scales: Vec<f64>,
    /// Name of the random numbers.
    pub stream: String,
    /// Members at most.
    pub n_members: Option<usize>,
    /// Told of each epoch of each training, from any thread.
    pub observer: &'a (dyn Fn(&str, &Epoch) + Sync),
}

impl std::fmt::Debug for EnsembleRequest<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("EnsembleRequest");
        shown.field("stream", &self.stream).finish_non_exhaustive()
    }
}

impl EnsembleRequest<'_> {
    /// F and D.
    pub(super) fn widths(&self) -> (usize, usize) {
        (self.metadata.features.len(), self.metadata.targets.len())
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
