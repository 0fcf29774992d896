//! Temperature, in both senses it has for a mixture.

use super::batch::MixtureBatch;
use super::error::MixtureError;
use super::gaussian_mixture::{GaussianMixture, Spread};
use super::kernel;
use crate::seed::{Rng, Stream};

/// How sharp or loose a draw from a mixture is.
///
/// | | does | → 0 | 1 | ∞ |
/// | --- | --- | --- | --- | --- |
/// | `weights` | wₖ ∝ wₖ^(1/T), that is logits/T | the heaviest component; equals share | nothing | equal weights on all components that had any |
/// | `covariance` | Σₖ·T, so scales·√T | the component's mean, a point | nothing | no limit: refused |
///
/// The covariance, not the scale, is multiplied, as keras-mdn-layer and the article do;
/// sketch-rnn's temperature multiplies the scale by T itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Temperature {
    weights: f64,
    covariance: f64,
}

impl Temperature {
    /// Leaves everything as it is.
    pub const ONE: Self = Self {
        weights: 1.0,
        covariance: 1.0,
    };

    /// # Errors
    /// [`MixtureError::Temperature`] for `weights` outside \[0, ∞\] or `covariance` outside \[0, ∞).
    pub fn new(weights: f64, covariance: f64) -> Result<Self, MixtureError> {
        if weights.is_nan() || weights < 0.0 {
            let what = "weight temperature";
            return Err(MixtureError::Temperature {
                what,
                value: weights,
                allowed: "[0, inf]",
            });
        }
        if !covariance.is_finite() || covariance < 0.0 {
            let what = "covariance temperature";
            return Err(MixtureError::Temperature {
                what,
                value: covariance,
                allowed: "[0, inf)",
            });
        }
        Ok(Self {
            weights,
            covariance,
        })
    }

    /// Whether weights are not left as they are.
    pub(super) fn moves_weights(self) -> bool {
        self.weights.total_cmp(&1.0).is_ne()
    }

    /// Factor of every scale.
    pub(super) fn spread(self) -> f64 {
        self.covariance.sqrt()
    }

    /// Tempered log weights and weights, in place.
    pub(super) fn temper(self, log_weights: &mut [f64], weights: &mut [f64]) {
        // Not below: dividing by 1 is exact, but normalising again would move a last digit.
        if !self.moves_weights() {
            return;
        }
        let greatest = log_weights
            .iter()
            .fold(f64::NEG_INFINITY, |g, x| if *x > g { *x } else { g });
        let mut total = 0.0;
        for (w, log) in weights.iter_mut().zip(log_weights.iter_mut()) {
            // The heaviest are exactly 0 here, which 0/0 and −∞/∞ must not reach.
            let below = *log - greatest;
            *log = if below == 0.0 || (below.is_finite() && self.weights.is_infinite()) {
                0.0
            } else if below == f64::NEG_INFINITY || self.weights == 0.0 {
                f64::NEG_INFINITY
            } else {
                below / self.weights
            };
            *w = kernel::exp(*log);
            total += *w;
        }
        let log_total = kernel::ln(total);
        for (w, log) in weights.iter_mut().zip(log_weights.iter_mut()) {
            *w /= total;
            *log -= log_total;
        }
    }

    /// `covariance` must not be 0 where a density is asked for.
    fn stretch(self) -> Result<f64, MixtureError> {
        if self.covariance > 0.0 {
            Ok(self.covariance.sqrt())
        } else {
            let what = "covariance temperature of a density";
            Err(MixtureError::Temperature {
                what,
                value: self.covariance,
                allowed: "(0, inf)",
            })
        }
    }
}

impl GaussianMixture {
    /// The tempered mixture.
    ///
    /// # Errors
    /// [`MixtureError::Temperature`] where the covariance's is 0: a point has no density, but can be
    /// [drawn](Self::sample_tempered). [`MixtureError::ScaleNotPositive`] or
    /// [`MixtureError::ScaleNotFinite`] where a scale leaves f64.
    pub fn tempered(&self, temperature: Temperature) -> Result<Self, MixtureError> {
        let stretch = temperature.stretch()?;
        let mut out = self.clone();
        temperature.temper(&mut out.log_weights, &mut out.weights);
        let d = self.n_targets;
        match &mut out.spread {
            Spread::Diagonal(scales) => {
                scales.iter_mut().for_each(|s| *s *= stretch);
                super::check::check_means_and_scales(&out.means, scales, d)?;
            }
            Spread::Full(factors) => {
                factors.iter_mut().for_each(|l| *l *= stretch);
                for (component, l) in factors.chunks_exact(d * d).enumerate() {
                    super::cholesky::check_factor(l, d, component)?;
                }
            }
        }
        Ok(out)
    }

    /// One draw \[d\] from the tempered mixture; covariance temperature 0 gives a component's mean.
    pub fn sample_tempered<R: Rng + ?Sized>(
        &self,
        temperature: Temperature,
        rng: &mut R,
    ) -> Vec<f64> {
        let mut stream = Stream::over(rng);
        let (mut log_weights, mut weights) = (self.log_weights.clone(), self.weights.clone());
        temperature.temper(&mut log_weights, &mut weights);
        let k = stream.categorical(&weights);
        self.sample_component(k, temperature.spread(), &mut stream)
    }
}

impl MixtureBatch {
    /// Every row tempered.
    ///
    /// # Errors
    /// As [`GaussianMixture::tempered`], the scale's fault placed in its row.
    pub fn tempered(mut self, temperature: Temperature) -> Result<Self, MixtureError> {
        let stretch = temperature.stretch()?;
        self.for_each_weights(|log_weights, weights| temperature.temper(log_weights, weights));
        let d = self.n_targets();
        // The means stay where they are.
        self.change_units(&vec![0.0; d], &vec![1.0; d], &vec![stretch; d])?;
        Ok(self)
    }
}
