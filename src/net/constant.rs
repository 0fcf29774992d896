//! A density that ignores its features, as a model.

use super::head::HeadConfig;
use super::member::Member;
use super::model::{Metadata, Model};
use super::model_error::ModelError;
use super::network::Mdn;
use super::parameters::Parameters as _;
use super::units::Units;
use crate::recipe::{Covariance, ScaleLinkName};

impl Model {
    /// The same mixture of K normals, independent over the targets within each, at every x: `weights` \[k\], `means` and
    /// `scales` \[k, d\]. It is a network whose weights are 0, so that whatever reads a model reads it.
    ///
    /// # Errors
    /// [`ModelError::NotFinite`] where a number is none of a mixture; [`ModelError::Shape`] where lengths do not fit.
    pub fn constant(
        metadata: Metadata,
        weights: &[f64],
        means: &[f64],
        scales: &[f64],
    ) -> Result<Self, ModelError> {
        let (f, k, d) = (
            metadata.features.len(),
            weights.len(),
            metadata.targets.len(),
        );
        let are_good = weights.iter().all(|w| *w >= 0.0 && w.is_finite())
            && means.iter().all(|m| m.is_finite())
            && scales.iter().all(|s| *s > 0.0 && s.is_finite());
        if !are_good || means.len() != k * d || scales.len() != k * d || k == 0 {
            let (part, column) = ("constant", "parameters");
            return Err(ModelError::NotFinite { part, column });
        }
        let units = units(weights, means, scales, d);
        let link = ScaleLinkName::Softplus;
        let head = HeadConfig {
            link: link.with_floor(0.0),
            covariance: Covariance::Diagonal,
        };
        let mut network = Mdn::zeros((f, 1, k, d), head)?;
        let mut numbers = Vec::new();
        network.copy_weights_into(&mut numbers);
        // The last parameters are, in this order, means, raw scales and logits, each with weights before biases.
        let total = numbers.len();
        let (of_logits, of_scales) = (total - k, total - 2 * k - k * d);
        let of_means = of_scales - 2 * k * d;
        for component in 0..k {
            numbers[of_logits + component] = libm::log(weights[component].max(1e-30)) as f32;
            for target in 0..d {
                let at = component * d + target;
                let (mean, unit) = (units.mean()[target], units.scale()[target]);
                numbers[of_means + at] = ((means[at] - mean) / unit) as f32;
                numbers[of_scales + at] = softplus_of(scales[at] / unit) as f32;
            }
        }
        network.restore_weights(&numbers)?;
        let member = Member {
            network,
            link,
            floors: vec![0.0; d],
            x_units: Units::identity(f),
            y_units: units,
            pieces: None,
            scale_factor: 1.0,
            wide: None,
        };
        Self::of(member, metadata)
    }
}

/// The a with ln(1 + eᵃ) = `scale`.
fn softplus_of(scale: f64) -> f64 {
    match scale > 30.0 {
        true => scale,
        false => libm::log(libm::expm1(scale)),
    }
}

/// Mean and standard deviation of each target.
fn units(weights: &[f64], means: &[f64], scales: &[f64], d: usize) -> Units {
    let total: f64 = weights.iter().sum();
    let of = |target: usize| {
        let components = weights.iter().enumerate();
        let terms =
            components.map(|(k, w)| (w / total, means[k * d + target], scales[k * d + target]));
        let mean: f64 = terms.clone().map(|(w, m, _)| w * m).sum();
        let variance: f64 = terms
            .map(|(w, m, s)| w * (s * s + (m - mean) * (m - mean)))
            .sum();
        (mean, variance.sqrt())
    };
    let (mean, scale) = (0..d).map(of).unzip();
    Units::from_parts(mean, scale).unwrap_or_else(|| Units::identity(d))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mixture::ConditionalDensity as _;

    #[test]
    fn it_is_the_mixture_at_every_x() {
        let metadata = Metadata::new(["a", "b"], ["y", "z"]);
        let (weights, means) = ([0.25, 0.75], [1e6, -3.0, 1e6 + 40.0, 2.0]);
        let scales = [5.0, 0.01, 100.0, 1.5];
        let model = Model::constant(metadata, &weights, &means, &scales).unwrap();
        let model = Model::from_bytes(&model.to_bytes().unwrap()).unwrap();
        let want = crate::mixture::GaussianMixture::diagonal(
            2,
            weights.to_vec(),
            means.to_vec(),
            scales.to_vec(),
        );
        let want = want.unwrap();
        for x in [[0.0, 0.0], [1e5, -7.0]] {
            let found = model.mixture_at(&x).unwrap();
            for y in [[1e6 + 2.0, -3.004], [1e6 + 90.0, 1.0]] {
                let both = (
                    found.log_density(&y).unwrap(),
                    want.log_density(&y).unwrap(),
                );
                assert!((both.0 - both.1).abs() < 1e-3, "{both:?}");
            }
        }
        // The twin: other weights are another density.
        let metadata = Metadata::new(["a", "b"], ["y", "z"]);
        let other = Model::constant(metadata, &[0.75, 0.25], &means, &scales).unwrap();
        let y = [1e6 + 90.0, 1.0];
        let other = other
            .mixture_at(&[0.0, 0.0])
            .unwrap()
            .log_density(&y)
            .unwrap();
        assert!((other - want.log_density(&y).unwrap()).abs() > 0.5);
    }
}
