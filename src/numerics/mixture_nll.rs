//! Negative log-likelihood of a Gaussian mixture and its gradient in one pass.
//!
//! Lanes run over samples: a block of rows is turned, so that each column of the head's
//! output is one short array, worked on column by column, and turned back. Sums over the
//! components run in rising order in every lane.

use super::batch_nll::{Batch, BlockNll};
use super::columns::{
    Column, LARGEST_Z, ROWS, clamp_from_below, evidence, maximum, scale_and_slope, softmax_term,
};
use super::dispatch::Unit;
#[cfg(feature = "net")]
use super::panels::Panels;
use super::shape::ShapeError;
use super::vector::ln_normal;

pub use super::batch_nll::NllScratch;
pub use super::scale_link::{FlooredLink, ScaleLink};

/// Sizes of a mixture head: its raw output row is `means [k·d] | raw scales [k·d] | logits [k]`,
/// component by component (`means[k * d + j]` is target `j` of component `k`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeadShape {
    /// K, components.
    pub n_components: usize,
    /// D, targets.
    pub n_targets: usize,
}

impl HeadShape {
    /// Columns of the raw output: 2·K·D + K.
    #[must_use]
    pub const fn columns(self) -> usize {
        let of_component = self.n_targets.saturating_mul(2).saturating_add(1);
        of_component.saturating_mul(self.n_components)
    }

    /// Columns `from..to` of the means, the raw scales and the logits.
    #[must_use]
    pub const fn parts(self) -> [(usize, usize); 3] {
        let means = self.n_components.saturating_mul(self.n_targets);
        let scales = means.saturating_mul(2);
        [(0, means), (means, scales), (scales, self.columns())]
    }
}

/// NLL of each sample in nats, and its gradient with respect to the head's raw output.
///
/// Component k of sample i is an independent Gaussian in each of D targets.
///
/// # Formula
/// `nll = −ln Σₖ πₖ Πⱼ N(yⱼ; μₖⱼ, σₖⱼ²)` with π the softmax of the logits and σ the link of
/// the raw scales. With responsibilities γ and z = (y − μ)/σ the gradient is, times
/// `grad_scale`: logits π − γ; means −γz/σ; raw scales γ(1 − z²)/σ · link′.
///
/// # Shapes
/// `raw` \[n, columns\] as in [`HeadShape`], `y` \[n, D\], `nll` \[n\], `grad_raw` as `raw`;
/// it is overwritten.
///
/// # Errors
/// [`ShapeError::Length`] where a slice is not of that shape, [`ShapeError::Size`] for a head that is none or too wide.
///
/// # Numerics
/// In the log domain throughout, maxima taken out of both sums. Finite operands never give
/// NaN, in value or gradient: a scale below `f32::MIN_POSITIVE` counts as that, |z| above 2⁶⁰
/// as 2⁶⁰; where no component has a finite logarithm, `nll` is +∞ and the gradient that
/// of equal responsibilities. A gradient may overflow to ±∞. NaN in a row gives NaN there,
/// and only there.
#[allow(
    clippy::too_many_arguments,
    reason = "operands and results of one fused kernel"
)]
pub fn mixture_nll<'a>(
    head: HeadShape,
    link: impl Into<FlooredLink<'a>>,
    raw: &[f32],
    y: &[f32],
    grad_scale: f32,
    nll: &mut [f32],
    grad_raw: Option<&mut [f32]>,
    scratch: &mut NllScratch,
) -> Result<(), ShapeError> {
    let batch = Batch {
        loss: Nll {
            head,
            link: link.into(),
        },
        y,
        grad_scale,
        nll,
        scratch,
    };
    batch.run_on_rows(raw, grad_raw)
}

/// As [`mixture_nll`], with `raw` and `grad_raw` in panels.
///
/// # Errors
/// [`ShapeError::Matrix`], [`ShapeError::Layout`]; as there.
#[cfg(feature = "net")]
#[allow(
    clippy::too_many_arguments,
    reason = "operands and results of one fused kernel"
)]
pub(crate) fn mixture_nll_panels<'a>(
    head: HeadShape,
    link: impl Into<FlooredLink<'a>>,
    raw: &Panels,
    y: &[f32],
    grad_scale: f32,
    nll: &mut [f32],
    grad_raw: Option<&mut Panels>,
    scratch: &mut NllScratch,
) -> Result<(), ShapeError> {
    let batch = Batch {
        loss: Nll {
            head,
            link: link.into(),
        },
        y,
        grad_scale,
        nll,
        scratch,
    };
    batch.run_on_panels(raw, grad_raw)
}

/// The loss of one head.
struct Nll<'a> {
    head: HeadShape,
    link: FlooredLink<'a>,
}

impl BlockNll for Nll<'_> {
    fn n_components(&self) -> usize {
        self.head.n_components
    }

    fn n_targets(&self) -> usize {
        self.head.n_targets
    }

    fn columns(&self) -> usize {
        self.head.columns()
    }

    fn check(&self) -> Result<(), ShapeError> {
        self.link.check(self.head.n_targets)
    }

    #[inline(always)]
    fn block<U: Unit>(&self, unit: U, scratch: &mut NllScratch, grad_scale: Option<f32>) -> Column {
        let Nll { head, link } = *self;
        let n_scales = head.n_components * head.n_targets;
        let (means, rest) = scratch.columns.split_at_mut(n_scales);
        let (scales, weights) = rest.split_at_mut(n_scales);
        let (slopes, terms) = (&mut scratch.slopes[..], &mut scratch.terms[..]);
        let d = head.n_targets;

        // f32::MIN rather than −∞: logits of −∞ only must not become ∞ − ∞.
        let mut top = [f32::MIN; ROWS];
        for weight in weights.iter() {
            maximum(unit, weight, &mut top);
        }
        let mut total = [0.0; ROWS];
        let mut best = [f32::MIN; ROWS];
        for (k, (weight, term)) in weights.iter_mut().zip(terms.iter_mut()).enumerate() {
            softmax_term(&top, weight, term, &mut total);
            for (j, target) in scratch.targets.iter().enumerate() {
                let kj = k * d + j;
                scale_and_slope(link.of_target(j), &mut scales[kj], &mut slopes[kj]);
                normal_term(
                    target,
                    &mut means[kj],
                    &mut scales[kj],
                    &mut slopes[kj],
                    term,
                );
            }
            clamp_from_below(term);
            maximum(unit, term, &mut best);
        }
        let mut nll = [0.0; ROWS];
        let evidence = evidence(d, &best, terms, &mut total, &mut nll);
        let Some(grad_scale) = grad_scale else {
            return nll;
        };
        let (mut of_weight, mut of_term) = ([0.0; ROWS], [0.0; ROWS]);
        for l in 0..ROWS {
            of_weight[l] = grad_scale / total[l];
            of_term[l] = grad_scale / evidence[l];
        }
        for (k, (weight, term)) in weights.iter_mut().zip(terms.iter_mut()).enumerate() {
            for l in 0..ROWS {
                term[l] *= of_term[l];
                weight[l] = weight[l] * of_weight[l] - term[l];
            }
            for kj in k * d..(k + 1) * d {
                gradient(term, &slopes[kj], &mut means[kj], &mut scales[kj]);
            }
        }
        nll
    }
}

/// Subtracts −ln N(y; μ, σ²) without its constant from `term`; mean becomes z, scale 1/σ,
/// slope link′/σ.
#[inline(always)]
fn normal_term(
    target: &Column,
    mean: &mut Column,
    scale: &mut Column,
    slope: &mut Column,
    term: &mut Column,
) {
    for l in 0..ROWS {
        let sigma = if scale[l] < f32::MIN_POSITIVE {
            f32::MIN_POSITIVE
        } else {
            scale[l]
        };
        let inverse = 1.0 / sigma;
        let z = (target[l] - mean[l]) * inverse;
        let z = if z > LARGEST_Z { LARGEST_Z } else { z };
        let z = if z < -LARGEST_Z { -LARGEST_Z } else { z };
        term[l] = (-0.5 * z).mul_add(z, term[l] - ln_normal(sigma));
        mean[l] = z;
        scale[l] = inverse;
        slope[l] *= inverse;
    }
}

/// z and 1/σ to the gradients of mean and raw scale. The order of the factors matters:
/// a responsibility of 0 meets a finite factor first.
#[inline(always)]
fn gradient(responsibility: &Column, slope: &Column, mean: &mut Column, scale: &mut Column) {
    for l in 0..ROWS {
        let z = mean[l];
        mean[l] = -(responsibility[l] * z) * scale[l];
        scale[l] = responsibility[l] * z.mul_add(-z, 1.0) * slope[l];
    }
}
