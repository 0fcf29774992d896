//! Where f32 becomes f64: raw outputs of a head become mixtures.

use dfdx::prelude::Dim;

use super::network::{Mdn, Trainable};
use crate::mixture::{
    ConditionalDensity, ConditionalError, MixtureBatch, MixtureError, check_features,
};
use crate::numerics::mixture_nll::{HeadShape, ScaleLink};

impl<F: Dim, H: Dim, K: Dim, D: Dim> Mdn<F, H, K, D> {
    /// The predicted mixture of each row of `x` \[n, F\], in f64.
    ///
    /// # Errors
    /// If an output is not finite.
    ///
    /// # Panics
    /// If `x` does not hold whole rows; [`ConditionalDensity::mixtures_at`] says so instead.
    pub fn mixtures(&self, x: &[f32]) -> Result<MixtureBatch, MixtureError> {
        mixtures(self.head().shape(), self.head().link(), &self.raw(x))
    }
}

impl<F: Dim, H: Dim, K: Dim, D: Dim> ConditionalDensity for Mdn<F, H, K, D> {
    fn n_features(&self) -> usize {
        Trainable::n_features(self)
    }

    fn n_targets(&self) -> usize {
        Trainable::n_targets(self)
    }

    fn mixtures_at(&self, xs: &[f64]) -> Result<MixtureBatch, ConditionalError> {
        check_features(xs, Trainable::n_features(self))?;
        let xs: Vec<f32> = xs.iter().map(|x| *x as f32).collect();
        Ok(self.mixtures(&xs)?)
    }
}

/// The mixtures of raw rows `means | raw scales | logits`; link and softmax in f64.
///
/// # Errors
/// If a number is not finite.
pub fn mixtures(
    head: HeadShape,
    link: ScaleLink,
    raw: &[f32],
) -> Result<MixtureBatch, MixtureError> {
    let n = raw.len() / head.columns();
    let [means_at, scales_at, logits_at] = head.parts();
    let mut means = Vec::with_capacity(n * (means_at.1 - means_at.0));
    let mut scales = Vec::with_capacity(means.capacity());
    let mut logits = Vec::with_capacity(n * head.n_components);
    for row in raw.chunks_exact(head.columns()) {
        means.extend(row[means_at.0..means_at.1].iter().map(|v| f64::from(*v)));
        scales.extend(
            row[scales_at.0..scales_at.1]
                .iter()
                .map(|v| scale(link, f64::from(*v))),
        );
        logits.extend(row[logits_at.0..logits_at.1].iter().map(|v| f64::from(*v)));
    }
    MixtureBatch::from_logits(head.n_components, head.n_targets, logits, means, scales)
}

/// σ of a raw output, in f64.
fn scale(link: ScaleLink, raw: f64) -> f64 {
    match link {
        ScaleLink::EluPlusOne { floor } => {
            raw.max(0.0) + libm::exp(raw.min(0.0)) + f64::from(floor)
        }
        ScaleLink::Softplus { floor } => {
            raw.max(0.0) + libm::log1p(libm::exp(-raw.abs())) + f64::from(floor)
        }
    }
}
