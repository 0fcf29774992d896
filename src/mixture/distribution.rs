//! Mixtures as distributions of `rand_distr`: for generators and iterators of that family.

use super::gaussian_mixture::GaussianMixture;
use super::row::MixtureRef;
use super::univariate::Univariate;
use crate::seed::{Distribution, Rng};

/// As [`Univariate::sample`].
///
/// # Examples
/// ```
/// use mixture_density::mixture::GaussianMixture;
/// use mixture_density::seed::{Distribution, Seed};
/// let mixture = GaussianMixture::new(vec![0.3, 0.7], vec![-1.0, 2.0], vec![0.5, 1.0])?;
/// let mixture = mixture.as_univariate()?;
/// let draws = mixture.sample_iter(Seed::new(7).stream("draws")).take(1000);
/// assert!((draws.sum::<f64>() / 1000.0 - mixture.mean()).abs() < 0.2);
/// # Ok::<(), mixture_density::mixture::MixtureError>(())
/// ```
impl Distribution<f64> for Univariate<'_> {
    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        Univariate::sample(self, rng)
    }
}

/// As [`MixtureRef::sample_into`].
impl Distribution<Vec<f64>> for MixtureRef<'_> {
    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> Vec<f64> {
        let mut out = vec![0.0; self.n_targets()];
        self.draw_into(rng, &mut out);
        out
    }
}

/// As [`GaussianMixture::sample`].
impl Distribution<Vec<f64>> for GaussianMixture {
    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> Vec<f64> {
        GaussianMixture::sample(self, rng)
    }
}
