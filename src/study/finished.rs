//! A cell's result.

use serde::{Deserialize, Serialize};

use super::cell_exhibit::CellExhibit;
use crate::record::{Cell, CellTiming};

/// Percentages of the recorded central intervals.
pub(super) const COVERAGES: [u32; 4] = [50, 80, 90, 95];

/// A cell's result: deterministic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Finished {
    /// For the record.
    pub(super) cell: Cell,
    /// What it adds to the figures.
    pub(super) exhibit: CellExhibit,
    /// Where a model is kept: the negative log-likelihood of each validation row, by which it is chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) nll_validation: Vec<f64>,
    /// BLAKE3 of the model's bytes, where a model is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) model_blake3: Option<String>,
}

impl Finished {
    /// A cell that shows nothing.
    pub(super) fn of(cell: Cell) -> Self {
        Self {
            cell,
            exhibit: CellExhibit::default(),
            nll_validation: Vec::new(),
            model_blake3: None,
        }
    }
}

/// A cell's result with what may differ from run to run, and the model where one is kept.
#[derive(Debug)]
pub(super) struct Computed {
    pub(super) finished: Finished,
    pub(super) timing: CellTiming,
    pub(super) model: Option<Vec<u8>>,
}
