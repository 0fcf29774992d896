//! Where f32 becomes f64: raw outputs of a head become mixtures.

use dfdx::prelude::Dim;

use super::forward::Forward;
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
    /// If `x` does not hold whole rows, or a feature or an output is not finite.
    pub fn mixtures(&self, x: &[f32]) -> Result<MixtureBatch, ConditionalError> {
        check_features(x, Trainable::n_features(self))?;
        let raw = Forward::of(self)?.raw(x)?;
        Ok(mixtures(self.head().shape(), self.head().link(), &raw)?)
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
        let xs: Vec<f32> = xs.iter().map(|x| *x as f32).collect();
        self.mixtures(&xs)
    }
}

/// The mixtures of raw rows `means | raw scales | logits`; link and softmax in f64.
///
/// # Errors
/// If a number is not finite.
fn mixtures(head: HeadShape, link: ScaleLink, raw: &[f32]) -> Result<MixtureBatch, MixtureError> {
    let mut gathered = Gathered::new(head, raw.len() / head.columns());
    gathered.extend(&Units::identity(head.n_targets), link, raw);
    gathered.mixtures()
}

/// Mixtures in the data's units, of a network that sees the targets standardised.
#[derive(Debug)]
pub(super) struct Gathered {
    head: HeadShape,
    /// Rows that there are to be.
    n: usize,
    /// Rows there are.
    filled: usize,
    /// Logits \[n, k\], room for the weights, means \[n, d, k\], scales \[n, d, k\].
    numbers: Vec<f64>,
}

impl Gathered {
    /// Room for `n` rows.
    pub(super) fn new(head: HeadShape, n: usize) -> Self {
        let width = 2 * head.n_components * (1 + head.n_targets);
        Self {
            head,
            n,
            filled: 0,
            numbers: vec![0.0; n * width],
        }
    }

    /// Takes raw rows `means | raw scales | logits`, for which there must be room.
    pub(super) fn extend(&mut self, units: &Units, link: ScaleLink, raw: &[f32]) {
        let (k, d) = (self.head.n_components, self.head.n_targets);
        let (from, to) = (self.filled, self.filled + raw.len() / self.head.columns());
        self.filled = to;
        let (all_logits, rest) = self.numbers.split_at_mut(self.n * k);
        let (all_means, all_scales) = rest[self.n * k..].split_at_mut(self.n * k * d);
        let logits = all_logits[from * k..to * k].chunks_exact_mut(k);
        let means = all_means[from * k * d..to * k * d].chunks_exact_mut(k * d);
        let scales = &mut all_scales[from * k * d..to * k * d];
        let rows = logits.zip(means).zip(scales.chunks_exact_mut(k * d));
        for (raw, ((logits, means), scales)) in raw.chunks_exact(self.head.columns()).zip(rows) {
            let [raw_means, raw_scales, raw_logits] =
                self.head.parts().map(|(from, to)| &raw[from..to]);
            copy(logits, raw_logits.iter());
            let of_targets = means.chunks_exact_mut(k).zip(scales.chunks_exact_mut(k));
            for (target, (means, scales)) in of_targets.enumerate() {
                copy(means, raw_means.iter().skip(target).step_by(d));
                copy(scales, raw_scales.iter().skip(target).step_by(d));
                let (shift, factor) = (units.mean()[target], units.scale()[target]);
                means.iter_mut().for_each(|m| *m = shift + factor * *m);
            }
        }
        match link {
            ScaleLink::Softplus { floor } => {
                // All at once, in vector code: one by one they took more than the network.
                kernel::run(kernel::SoftplusInPlace(scales));
                scales.iter_mut().for_each(|s| *s += f64::from(floor));
            }
            ScaleLink::EluPlusOne { .. } => scales.iter_mut().for_each(|s| *s = scale(link, *s)),
        }
        let factors = units.scale().iter().cycle();
        for (scales, factor) in scales.chunks_exact_mut(k).zip(factors) {
            scales.iter_mut().for_each(|s| *s *= factor);
        }
    }

    /// # Errors
    /// If a number is not finite, or rows are missing.
    pub(super) fn mixtures(self) -> Result<MixtureBatch, MixtureError> {
        MixtureBatch::from_numbers(self.head.n_components, self.head.n_targets, self.numbers)
    }
}

/// Each into the next place.
fn copy<'a>(into: &mut [f64], values: impl Iterator<Item = &'a f32>) {
    for (into, value) in into.iter_mut().zip(values) {
        *into = f64::from(*value);
    }
}

/// The mixtures of raw rows `means | raw scales | lower | logits`; link and softmax in f64.
///
/// # Errors
/// If a number is not finite.
pub(super) fn full_mixtures(
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
