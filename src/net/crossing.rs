//! Where f32 becomes f64: raw outputs of a head become mixtures.

use dfdx::prelude::Dim;

use super::network::{Mdn, Trainable};
use super::units::Units;
use crate::mixture::kernel;
use crate::mixture::{
    ConditionalDensity, ConditionalError, GaussianMixture, MixtureBatch, MixtureError,
    check_features,
};
use crate::numerics::full_nll::FullHeadShape;
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
    mixtures_in(&Units::identity(head.n_targets), head, link, raw)
}

/// As [`mixtures`], of a network that sees the targets standardised: means and scales in the data's units.
pub(super) fn mixtures_in(
    units: &Units,
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
        for component in row[means_at.0..means_at.1].chunks_exact(head.n_targets) {
            let targets = component.iter().zip(units.mean()).zip(units.scale());
            means.extend(targets.map(|((v, shift), factor)| shift + factor * f64::from(*v)));
        }
        scales.extend(row[scales_at.0..scales_at.1].iter().map(|v| f64::from(*v)));
        logits.extend(row[logits_at.0..logits_at.1].iter().map(|v| f64::from(*v)));
    }
    match link {
        ScaleLink::Softplus { floor } => {
            // All at once, in vector code: one by one they took more than the network.
            kernel::run(kernel::SoftplusInPlace(&mut scales));
            scales.iter_mut().for_each(|s| *s += f64::from(floor));
        }
        ScaleLink::EluPlusOne { .. } => scales.iter_mut().for_each(|s| *s = scale(link, *s)),
    }
    for component in scales.chunks_exact_mut(head.n_targets) {
        for (scale, factor) in component.iter_mut().zip(units.scale()) {
            *scale *= factor;
        }
    }
    MixtureBatch::from_logits(head.n_components, head.n_targets, logits, means, scales)
}

/// The mixtures of raw rows `means | raw scales | lower | logits`; link and softmax in f64.
///
/// # Errors
/// If a number is not finite.
pub fn full_mixtures(
    head: FullHeadShape,
    link: ScaleLink,
    raw: &[f32],
) -> Result<Vec<GaussianMixture>, MixtureError> {
    let (k, d) = (head.n_components, head.n_targets);
    let mut rows = Vec::with_capacity(raw.len() / head.columns());
    for row in raw.chunks_exact(head.columns()) {
        let [means, scales, lower, logits] = head.parts().map(|(from, to)| &row[from..to]);
        let top = logits
            .iter()
            .fold(f32::NEG_INFINITY, |t, l| if *l > t { *l } else { t });
        let mut weights: Vec<f64> = logits
            .iter()
            .map(|logit| libm::exp(f64::from(*logit) - f64::from(top)))
            .collect();
        let total: f64 = weights.iter().sum();
        weights.iter_mut().for_each(|w| *w /= total);
        let mut factors = vec![0.0; k * d * d];
        let mut below = lower.iter();
        for (factor, scales) in factors.chunks_exact_mut(d * d).zip(scales.chunks_exact(d)) {
            for (i, raw_scale) in scales.iter().enumerate() {
                let row = &mut factor[i * d..=i * d + i];
                for (entry, raw) in row[..i].iter_mut().zip(&mut below) {
                    *entry = f64::from(*raw);
                }
                row[i] = scale(link, f64::from(*raw_scale));
            }
        }
        let means = means.iter().map(|v| f64::from(*v)).collect();
        rows.push(GaussianMixture::from_cholesky(d, weights, means, factors)?);
    }
    Ok(rows)
}

/// σ of a raw output, in f64.
fn scale(link: ScaleLink, raw: f64) -> f64 {
    match link {
        ScaleLink::EluPlusOne { floor } => {
            raw.max(0.0) + libm::exp(raw.min(0.0)) + f64::from(floor)
        }
        ScaleLink::Softplus { floor } => kernel::softplus(raw) + f64::from(floor),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn softplus_is_that_of_libm_down_to_its_tail() {
        for step in 0..=8000 {
            let a = -f64::from(step) * 0.01;
            let (found, want) = (kernel::softplus(a), libm::log1p(libm::exp(a)));
            // Three ulp of ours, and one each of libm's two functions.
            assert!(
                (found - want).abs() <= 5.0 * f64::EPSILON * want,
                "{a}: {found} {want}"
            );
        }
        // The twin: without the mending the tail is lost.
        let t = kernel::exp(-30.0);
        assert!((kernel::ln(1.0 + t) - t).abs() > 1e-4 * t);
        assert!(kernel::softplus(-800.0) >= 0.0 && kernel::softplus(f64::NAN).is_nan());
        assert!((kernel::softplus(800.0) - 800.0).abs() < 1e-12);
        // All at once they are the same bits.
        let values: Vec<f64> = (0..1000).map(|i| f64::from(i) * 0.1 - 60.0).collect();
        let mut together = values.clone();
        kernel::run(kernel::SoftplusInPlace(&mut together));
        let one_by_one = values.iter().map(|v| kernel::softplus(*v).to_bits());
        assert!(one_by_one.eq(together.iter().map(|v| v.to_bits())));
    }
}
