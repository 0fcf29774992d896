//! A batch through a mixture's loss: block after block of rows is turned, worked on, and turned back.

use super::columns::{Column, ROWS};
use super::dispatch::{Kernel, Unit, dispatch};
#[cfg(feature = "net")]
use super::panels::Panels;
use super::shape::{MOST_HEAD_COLUMNS, ShapeError, length, size};
use super::transpose::transpose;

/// Buffers of a mixture's loss, reused from call to call.
#[derive(Debug, Clone, Default)]
pub struct NllScratch {
    /// The head's output, in whose place its gradient comes.
    pub(super) columns: Vec<Column>,
    pub(super) targets: Vec<Column>,
    pub(super) slopes: Vec<Column>,
    pub(super) terms: Vec<Column>,
    /// As many as the targets, for what a loss solves for.
    pub(super) solved: Vec<Column>,
}

/// A mixture's loss over one block of rows.
pub(super) trait BlockNll {
    /// K.
    fn n_components(&self) -> usize;

    /// D.
    fn n_targets(&self) -> usize;

    /// Columns of the head's raw output.
    fn columns(&self) -> usize;

    /// Whether its own operands fit.
    fn check(&self) -> Result<(), ShapeError>;

    /// Values of one block; its columns are replaced by the gradient, if a factor for it is given.
    ///
    /// To be `#[inline(always)]`, as all that a [`Kernel`] calls.
    fn block<U: Unit>(&self, unit: U, scratch: &mut NllScratch, grad_scale: Option<f32>) -> Column;
}

/// The operands and results of a call.
pub(super) struct Batch<'a, L> {
    pub(super) loss: L,
    /// \[n, D\]
    pub(super) y: &'a [f32],
    pub(super) grad_scale: f32,
    pub(super) nll: &'a mut [f32],
    pub(super) scratch: &'a mut NllScratch,
}

impl<L: BlockNll> Batch<'_, L> {
    /// With rows of raw output, and of its gradient.
    pub(super) fn run_on_rows(
        self,
        raw: &[f32],
        grad_raw: Option<&mut [f32]>,
    ) -> Result<(), ShapeError> {
        let width = self.loss.columns();
        let expected = self.nll.len().saturating_mul(width);
        length("the head's raw output", raw.len(), expected)?;
        if let Some(grad) = &grad_raw {
            length("the raw output's gradient", grad.len(), expected)?;
        }
        self.run(raw, grad_raw, width)
    }

    /// With both in panels.
    #[cfg(feature = "net")]
    pub(super) fn run_on_panels(
        self,
        raw: &Panels,
        grad_raw: Option<&mut Panels>,
    ) -> Result<(), ShapeError> {
        let expected = (self.nll.len(), self.loss.columns());
        raw.check("the head's raw output", expected, raw.path())?;
        if let Some(grad) = &grad_raw {
            grad.check("the raw output's gradient", expected, raw.path())?;
        }
        self.run(raw.values(), grad_raw.map(Panels::values_mut), raw.width())
    }

    fn run(
        self,
        raw: &[f32],
        grad_raw: Option<&mut [f32]>,
        width: usize,
    ) -> Result<(), ShapeError> {
        let (n_components, n_targets) = (self.loss.n_components(), self.loss.n_targets());
        size("components", n_components, MOST_HEAD_COLUMNS)?;
        size("targets", n_targets, MOST_HEAD_COLUMNS)?;
        size(
            "columns of the head",
            self.loss.columns(),
            MOST_HEAD_COLUMNS,
        )?;
        self.loss.check()?;
        let expected = self.nll.len().saturating_mul(n_targets);
        length("the targets", self.y.len(), expected)?;
        let zero = [0.0; ROWS];
        let scratch = &mut *self.scratch;
        scratch.columns.resize(self.loss.columns(), zero);
        scratch.targets.resize(n_targets, zero);
        scratch.slopes.resize(n_components * n_targets, zero);
        scratch.terms.resize(n_components, zero);
        scratch.solved.resize(n_targets, zero);
        dispatch(Turned {
            batch: self,
            raw,
            grad_raw,
            width,
        });
        Ok(())
    }
}

/// A checked batch whose raw output stands in panels of `width` columns; row-major is one panel.
struct Turned<'a, 'b, L> {
    batch: Batch<'a, L>,
    raw: &'b [f32],
    grad_raw: Option<&'b mut [f32]>,
    width: usize,
}

impl<L: BlockNll> Kernel for Turned<'_, '_, L> {
    #[inline(always)]
    fn run<U: Unit>(mut self, unit: U) {
        let Batch {
            loss,
            y,
            grad_scale,
            nll,
            scratch,
        } = self.batch;
        let (columns, d, width) = (loss.columns(), loss.n_targets(), self.width);
        let n = nll.len();
        let mut first = 0;
        while first < n {
            let rows = ROWS.min(n - first);
            let turned = scratch.columns.as_flattened_mut();
            for (panel, from) in (0..columns).step_by(width).enumerate() {
                let size = (rows, width.min(columns - from));
                let raw = &self.raw[(panel * n + first) * width..];
                transpose(unit, size, raw, width, &mut turned[from * ROWS..], ROWS);
            }
            let targets = &y[first * d..(first + rows) * d];
            let turned = scratch.targets.as_flattened_mut();
            transpose(unit, (rows, d), targets, d, turned, ROWS);
            let factor = self.grad_raw.as_ref().map(|_| grad_scale);
            let value = loss.block(unit, scratch, factor);
            nll[first..first + rows].copy_from_slice(&value[..rows]);
            if let Some(grad) = self.grad_raw.as_deref_mut() {
                let turned = scratch.columns.as_flattened();
                for (panel, from) in (0..columns).step_by(width).enumerate() {
                    let size = (width.min(columns - from), rows);
                    let grad = &mut grad[(panel * n + first) * width..];
                    transpose(unit, size, &turned[from * ROWS..], ROWS, grad, width);
                }
            }
            first += rows;
        }
    }
}
