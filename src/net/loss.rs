//! What the last layer's outputs are scored by.

use crate::numerics::full_nll::{FullHeadShape, MAX_TARGETS, full_nll_panels};
use crate::numerics::mixture_nll::{HeadShape, NllScratch, ScaleLink, mixture_nll_panels};
use crate::numerics::panels::Panels;
use crate::numerics::{ShapeError, length};

/// Loss of the raw outputs of a batch, a mean over its rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Loss {
    /// Mean over rows and targets of the squared error (Keras `mse`).
    SquaredError {
        /// D.
        n_targets: usize,
    },
    /// Mean negative log-likelihood of a mixture of diagonal Gaussians, in nats.
    MixtureNll {
        /// K and D.
        head: HeadShape,
        /// How raw scales become scales.
        link: ScaleLink,
    },
    /// The same with full covariances.
    FullMixtureNll {
        /// K and D.
        head: FullHeadShape,
        /// How raw scales become the factors' diagonals.
        link: ScaleLink,
    },
}

/// Buffers of a loss, reused from batch to batch.
#[derive(Debug, Default)]
pub(super) struct LossScratch {
    terms: Vec<f32>,
    nll: NllScratch,
}

impl Loss {
    /// Columns of the last layer's output.
    #[must_use]
    pub const fn columns(self) -> usize {
        match self {
            Self::SquaredError { n_targets } => n_targets,
            Self::MixtureNll { head, .. } => head.columns(),
            Self::FullMixtureNll { head, .. } => head.columns(),
        }
    }

    /// D, columns of the target.
    #[must_use]
    pub const fn n_targets(self) -> usize {
        match self {
            Self::SquaredError { n_targets } => n_targets,
            Self::MixtureNll { head, .. } => head.n_targets,
            Self::FullMixtureNll { head, .. } => head.n_targets,
        }
    }

    /// K; 1 where there is no mixture.
    pub(super) const fn n_components(self) -> usize {
        match self {
            Self::SquaredError { .. } => 1,
            Self::MixtureNll { head, .. } => head.n_components,
            Self::FullMixtureNll { head, .. } => head.n_components,
        }
    }

    /// Columns `from..to` of each of the last layer's parts, which have a weight and a bias each.
    pub(super) fn parts(self) -> Vec<(usize, usize)> {
        match self {
            Self::SquaredError { n_targets } => vec![(0, n_targets)],
            Self::MixtureNll { head, .. } => head.parts().to_vec(),
            Self::FullMixtureNll { head, .. } => head.parts().to_vec(),
        }
    }

    /// Most targets it is computed for, if there is a bound of its own.
    pub(super) const fn most_targets(self) -> Option<usize> {
        match self {
            Self::FullMixtureNll { .. } => Some(MAX_TARGETS),
            _ => None,
        }
    }

    /// The loss of `raw` \[n, columns\] against `y` \[n, D\], and its gradient, if there is room for it.
    ///
    /// # Numerics
    /// The rows' terms are summed in f64 in rising order.
    pub(super) fn mean(
        self,
        raw: &Panels,
        y: &[f32],
        gradient: Option<&mut Panels>,
        scratch: &mut LossScratch,
    ) -> Result<f32, ShapeError> {
        let n = raw.shape().0;
        let LossScratch { terms, nll } = scratch;
        #[allow(clippy::cast_precision_loss, reason = "a batch is far below 2²⁴ rows")]
        let share = 1.0 / n as f32;
        match self {
            Self::SquaredError { n_targets } => {
                length("the targets", y.len(), n.saturating_mul(n_targets))?;
                terms.resize(y.len(), 0.0);
                raw.store(terms)?;
                squared_error(terms, y, gradient)
            }
            Self::MixtureNll { head, link } => {
                terms.resize(n, 0.0);
                mixture_nll_panels(head, link, raw, y, share, terms, gradient, nll)?;
                Ok(mean(terms))
            }
            Self::FullMixtureNll { head, link } => {
                terms.resize(n, 0.0);
                full_nll_panels(head, link, raw, y, share, terms, gradient, nll)?;
                Ok(mean(terms))
            }
        }
    }
}

/// Mean square of `outputs − y`; the outputs become residuals.
fn squared_error(
    outputs: &mut [f32],
    y: &[f32],
    gradient: Option<&mut Panels>,
) -> Result<f32, ShapeError> {
    let mut sum = 0.0f64;
    for (r, y) in outputs.iter_mut().zip(y) {
        *r -= y;
        sum += f64::from(*r) * f64::from(*r);
    }
    #[allow(clippy::cast_precision_loss, reason = "a batch is far below 2²⁴ rows")]
    let count = outputs.len() as f32;
    if let Some(gradient) = gradient {
        outputs.iter_mut().for_each(|r| *r = 0.0 + 2.0 / count * *r);
        gradient.load(outputs)?;
    }
    Ok((sum / f64::from(count)) as f32)
}

/// Summed in f64 in rising order.
fn mean(terms: &[f32]) -> f32 {
    let sum: f64 = terms.iter().map(|v| f64::from(*v)).sum();
    (sum / terms.len() as f64) as f32
}
