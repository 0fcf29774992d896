//! Negative log-likelihood of a mixture of Gaussians with full covariances, and its gradient.
//!
//! # Parameterisation
//! Component k has covariance LLᵀ: the diagonal of the lower-triangular L comes through the
//! scale link, what stands below it is raw. This one factor serves the quadratic form (by
//! forward substitution), the determinant (by its diagonal) and the sampler (μ + L·noise), and
//! the `mixture` room takes it as it is: nothing is inverted anywhere. Williams (1996, "Using
//! neural networks to model conditional multivariate densities", section 3) factors the
//! precision instead, which spares the substitution; but then a floor in units of y has no
//! place to stand, and a draw or a marginal needs the inverse. Here Lᵢᵢ is the scale of target i
//! given those before it: the floor bounds it from below, and so every marginal scale; with
//! one target, or with zeros below the diagonal, the head is the diagonal one.
//!
//! Lanes run over samples, as in [`mixture_nll`](super::mixture_nll).

use super::batch_nll::{Batch, BlockNll};
use super::columns::{
    Column, LARGEST_Z, ROWS, clamp_from_below, evidence, maximum, scale_and_slope, softmax_term,
};
use super::dispatch::Unit;
#[cfg(feature = "net")]
use super::panels::Panels;
use super::scale_link::FlooredLink;
use super::shape::{ShapeError, size};
use super::vector::ln_normal;

pub use super::batch_nll::NllScratch;

/// Sizes of a head with full covariances: its raw output row is `means [k·d] |
/// raw scales [k·d] | lower [k·d(d−1)/2] | logits [k]`, component by component; the entries
/// below a diagonal stand row by row: L₁₀, L₂₀, L₂₁, …
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FullHeadShape {
    /// K, components.
    pub n_components: usize,
    /// D, targets; at most [`MAX_TARGETS`].
    pub n_targets: usize,
}

/// Most targets for which no intermediate of finite operands overflows to NaN.
pub const MAX_TARGETS: usize = 64;

impl FullHeadShape {
    /// Entries below the diagonal of one factor: D(D − 1)/2.
    #[must_use]
    pub const fn n_lower(self) -> usize {
        self.n_targets
            .saturating_mul(self.n_targets.saturating_sub(1))
            / 2
    }

    /// Columns of the raw output: K·(2·D + D(D − 1)/2 + 1).
    #[must_use]
    pub const fn columns(self) -> usize {
        let diagonal = self.n_targets.saturating_mul(2).saturating_add(1);
        let of_component = diagonal.saturating_add(self.n_lower());
        of_component.saturating_mul(self.n_components)
    }

    /// Columns `from..to` of the means, the raw scales, the entries below the diagonals and the
    /// logits.
    #[must_use]
    pub const fn parts(self) -> [(usize, usize); 4] {
        let means = self.n_components.saturating_mul(self.n_targets);
        let scales = means.saturating_mul(2);
        let lower = scales.saturating_add(self.n_components.saturating_mul(self.n_lower()));
        [
            (0, means),
            (means, scales),
            (scales, lower),
            (lower, self.columns()),
        ]
    }
}

/// Bound of a residual, in units of the target: 2¹²⁰, so that sums of [`MAX_TARGETS`] products stay finite.
const LARGEST_RESIDUAL: f32 = LARGEST_Z * LARGEST_Z;

/// NLL of each sample in nats, and its gradient with respect to the head's raw output.
///
/// # Formula
/// With L·z = y − μ and Lᵀ·u = z, component k has ln N = −½|z|² − Σᵢ ln Lᵢᵢ − D·ln √(2π). With
/// responsibilities γ the gradient of the NLL is, times `grad_scale`: logits π − γ; means −γuᵢ;
/// below the diagonal −γuᵢzⱼ; raw scales γ(1/Lᵢᵢ − uᵢzᵢ)·link′.
///
/// # Shapes
/// `raw` \[n, columns\] as in [`FullHeadShape`], `y` \[n, D\], `nll` \[n\], `grad_raw` as `raw`;
/// it is overwritten.
///
/// # Errors
/// [`ShapeError::Length`] where a slice is not of that shape, [`ShapeError::Size`] for a head that is none or too wide.
///
/// # Numerics
/// In the log domain throughout. Finite operands never give NaN: scales count as at least
/// `f32::MIN_POSITIVE`; zᵢ, uᵢ and the entries below the diagonal as at most 2⁶⁰ in size. Where no
/// component has a finite logarithm, `nll` is +∞. NaN in a row gives NaN there, and only there.
#[allow(
    clippy::too_many_arguments,
    reason = "operands and results of one fused kernel"
)]
pub fn full_nll<'a>(
    head: FullHeadShape,
    link: impl Into<FlooredLink<'a>>,
    raw: &[f32],
    y: &[f32],
    grad_scale: f32,
    nll: &mut [f32],
    grad_raw: Option<&mut [f32]>,
    scratch: &mut NllScratch,
) -> Result<(), ShapeError> {
    size("targets", head.n_targets, MAX_TARGETS)?;
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

/// As [`full_nll`], with `raw` and `grad_raw` in panels.
///
/// # Errors
/// [`ShapeError::Matrix`], [`ShapeError::Layout`]; as there.
#[cfg(feature = "net")]
#[allow(
    clippy::too_many_arguments,
    reason = "operands and results of one fused kernel"
)]
pub(crate) fn full_nll_panels<'a>(
    head: FullHeadShape,
    link: impl Into<FlooredLink<'a>>,
    raw: &Panels,
    y: &[f32],
    grad_scale: f32,
    nll: &mut [f32],
    grad_raw: Option<&mut Panels>,
    scratch: &mut NllScratch,
) -> Result<(), ShapeError> {
    size("targets", head.n_targets, MAX_TARGETS)?;
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
    head: FullHeadShape,
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
        let (d, n_lower) = (head.n_targets, head.n_lower());
        let n_scales = head.n_components * d;
        let (means, rest) = scratch.columns.split_at_mut(n_scales);
        let (scales, rest) = rest.split_at_mut(n_scales);
        let (lower, weights) = rest.split_at_mut(head.n_components * n_lower);
        let (slopes, terms) = (&mut scratch.slopes[..], &mut scratch.terms[..]);

        // f32::MIN rather than −∞: logits of −∞ only must not become ∞ − ∞.
        let mut top = [f32::MIN; ROWS];
        for weight in weights.iter() {
            maximum(unit, weight, &mut top);
        }
        let mut total = [0.0; ROWS];
        let mut best = [f32::MIN; ROWS];
        for (k, (weight, term)) in weights.iter_mut().zip(terms.iter_mut()).enumerate() {
            softmax_term(&top, weight, term, &mut total);
            let lower = &mut lower[k * n_lower..(k + 1) * n_lower];
            for entry in lower.as_flattened_mut() {
                *entry = cut(*entry, LARGEST_Z);
            }
            let of_k = k * d..(k + 1) * d;
            let (means, scales) = (&mut means[of_k.clone()], &mut scales[of_k.clone()]);
            let slopes = &mut slopes[of_k];
            for i in 0..d {
                scale_and_slope(link.of_target(i), &mut scales[i], &mut slopes[i]);
                let (z, mean) = means.split_at_mut(i);
                let row = &lower[row_start(i)..row_start(i + 1)];
                residual(&scratch.targets[i], row, z, &mut mean[0]);
                divide(&mut scales[i], &mut mean[0], &mut slopes[i], term);
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
            let of_k = k * d..(k + 1) * d;
            let lower = &mut lower[k * n_lower..(k + 1) * n_lower];
            let (means, scales) = (&mut means[of_k.clone()], &mut scales[of_k.clone()]);
            let solved = &mut scratch.solved[..];
            for i in (0..d).rev() {
                let (mine, below) = solved.split_at_mut(i + 1);
                substitute(&means[i], lower, i, below, &mut mine[i]);
                scale_gradient(
                    term,
                    &slopes[k * d + i],
                    &means[i],
                    &mut mine[i],
                    &mut scales[i],
                );
            }
            for i in 0..d {
                for j in 0..i {
                    product(term, &solved[i], &means[j], &mut lower[row_start(i) + j]);
                }
            }
            for (mean, u) in means.iter_mut().zip(solved.iter()) {
                for l in 0..ROWS {
                    mean[l] = -(term[l] * u[l]);
                }
            }
        }
        nll
    }
}

/// Where row i begins among the entries below the diagonal.
#[inline(always)]
const fn row_start(i: usize) -> usize {
    i * i.saturating_sub(1) / 2
}

/// Cut to `±bound`; NaN stays.
#[inline(always)]
fn cut(value: f32, bound: f32) -> f32 {
    let value = if value > bound { bound } else { value };
    if value < -bound { -bound } else { value }
}

/// Mean to residual: y − μ − Σⱼ Lᵢⱼ·zⱼ, in rising order of j.
#[inline(always)]
fn residual(target: &Column, row: &[Column], z: &[Column], mean: &mut Column) {
    for l in 0..ROWS {
        mean[l] = cut(target[l] - mean[l], LARGEST_RESIDUAL);
    }
    for (entry, z) in row.iter().zip(z) {
        for l in 0..ROWS {
            mean[l] = (-entry[l]).mul_add(z[l], mean[l]);
        }
    }
}

/// Residual to z; scale becomes its inverse, slope link′/scale; `term` loses ½z² + ln scale.
#[inline(always)]
fn divide(scale: &mut Column, residual: &mut Column, slope: &mut Column, term: &mut Column) {
    for l in 0..ROWS {
        let positive = if scale[l] < f32::MIN_POSITIVE {
            f32::MIN_POSITIVE
        } else {
            scale[l]
        };
        let inverse = 1.0 / positive;
        let z = cut(residual[l] * inverse, LARGEST_Z);
        term[l] = (-0.5 * z).mul_add(z, term[l] - ln_normal(positive));
        residual[l] = z;
        scale[l] = inverse;
        slope[l] *= inverse;
    }
}

/// Lᵢᵢ·uᵢ = zᵢ − Σⱼ Lⱼᵢ·uⱼ over the rows j below i, in rising order; `below` holds their u.
#[inline(always)]
fn substitute(z: &Column, lower: &[Column], i: usize, below: &[Column], out: &mut Column) {
    *out = *z;
    for (j, u) in below.iter().enumerate() {
        let entry = &lower[row_start(i + 1 + j) + i];
        for l in 0..ROWS {
            out[l] = (-entry[l]).mul_add(u[l], out[l]);
        }
    }
}

/// Lᵢᵢ·uᵢ to uᵢ, 1/Lᵢᵢ to the gradient of the raw scale: a responsibility of 0 meets finite factors only.
#[inline(always)]
fn scale_gradient(
    responsibility: &Column,
    slope: &Column,
    z: &Column,
    solved: &mut Column,
    scale: &mut Column,
) {
    for l in 0..ROWS {
        let times_scale = cut(solved[l], LARGEST_Z);
        solved[l] = cut(times_scale * scale[l], LARGEST_Z);
        scale[l] = responsibility[l] * times_scale.mul_add(-z[l], 1.0) * slope[l];
    }
}

/// `−γ·u·z`.
#[inline(always)]
fn product(responsibility: &Column, u: &Column, z: &Column, out: &mut Column) {
    for l in 0..ROWS {
        out[l] = -(responsibility[l] * u[l]) * z[l];
    }
}
