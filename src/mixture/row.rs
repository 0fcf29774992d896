//! One row of a batch, borrowed.

use super::error::MixtureError;
use super::kernel::{self, normal::LN_SQRT_2PI};
use super::univariate::{Univariate, heaviest, weight_entropy};
use crate::seed::{Rng, Stream};

/// Diagonal Gaussian mixture over D targets, borrowed from a [`MixtureBatch`](super::MixtureBatch).
///
/// For D = 1 everything one-dimensional is had from [`marginal`](Self::marginal)`(0)`.
#[derive(Debug, Clone, Copy)]
pub struct MixtureRef<'a> {
    n_targets: usize,
    log_weights: &'a [f64],
    weights: &'a [f64],
    means: &'a [f64],
    scales: &'a [f64],
}

impl<'a> MixtureRef<'a> {
    /// Checked slices: weights \[k\], means and scales [d, k].
    pub(super) fn new(
        n_targets: usize,
        log_weights: &'a [f64],
        weights: &'a [f64],
        means: &'a [f64],
        scales: &'a [f64],
    ) -> Self {
        Self {
            n_targets,
            log_weights,
            weights,
            means,
            scales,
        }
    }

    /// K.
    #[must_use]
    pub fn n_components(&self) -> usize {
        self.weights.len()
    }

    /// D.
    #[must_use]
    pub fn n_targets(&self) -> usize {
        self.n_targets
    }

    /// Weights wₖ.
    #[must_use]
    pub fn weights(&self) -> &'a [f64] {
        self.weights
    }

    /// The mixture of one target alone; `None` where there is no such target.
    #[must_use]
    pub fn marginal(&self, target: usize) -> Option<Univariate<'a>> {
        (target < self.n_targets).then(|| self.target(target))
    }

    /// The marginal of a target that exists.
    pub(super) fn target(&self, target: usize) -> Univariate<'a> {
        let k = self.weights.len();
        let span = target * k..(target + 1) * k;
        Univariate::new(
            self.log_weights,
            self.weights,
            &self.means[span.clone()],
            &self.scales[span],
        )
    }

    /// ln f(y), nats.
    ///
    /// # Errors
    /// [`MixtureError::WrongLength`] where `y` has not D coordinates.
    pub fn log_density(&self, y: &[f64]) -> Result<f64, MixtureError> {
        self.check_point(y)?;
        if let [y] = y {
            return Ok(self.target(0).log_density(*y));
        }
        if y.iter().any(|y| y.is_nan()) {
            return Ok(f64::NAN);
        }
        // Two passes over the components, so that nothing need be stored.
        let k = self.weights.len();
        let mut greatest = f64::NEG_INFINITY;
        for component in 0..k {
            let log = self.component_log(component, y);
            greatest = if log > greatest { log } else { greatest };
        }
        if greatest == f64::NEG_INFINITY {
            return Ok(greatest);
        }
        let mut scaled = 0.0;
        for component in 0..k {
            scaled += kernel::exp(self.component_log(component, y) - greatest);
        }
        Ok((greatest + kernel::ln(scaled)) - LN_SQRT_2PI * self.n_targets as f64)
    }

    /// ln wₖ − Σ (ln σ + z²/2).
    fn component_log(&self, component: usize, y: &[f64]) -> f64 {
        let k = self.weights.len();
        let mut log = self.log_weights[component];
        for (target, y) in y.iter().enumerate() {
            let scale = self.scales[target * k + component];
            let z = (y - self.means[target * k + component]) / scale;
            log -= kernel::ln(scale) + 0.5 * (z * z);
        }
        log
    }

    /// E Y, written into `out`.
    ///
    /// # Errors
    /// [`MixtureError::WrongLength`] where `out` has not D places.
    pub fn mean_into(&self, out: &mut [f64]) -> Result<(), MixtureError> {
        self.check_point(out)?;
        for (target, mean) in out.iter_mut().enumerate() {
            *mean = self.target(target).mean();
        }
        Ok(())
    }

    /// One draw, written into `out`: one component for all targets, then independent normal deviates.
    ///
    /// From a [`Stream`] or any generator of `rand`'s.
    ///
    /// # Errors
    /// [`MixtureError::WrongLength`] where `out` has not D places; nothing is drawn then.
    pub fn sample_into<R: Rng + ?Sized>(
        &self,
        rng: &mut R,
        out: &mut [f64],
    ) -> Result<(), MixtureError> {
        self.check_point(out)?;
        self.draw_into(rng, out);
        Ok(())
    }

    /// One draw into D places.
    pub(super) fn draw_into<R: Rng + ?Sized>(&self, rng: &mut R, out: &mut [f64]) {
        let mut stream = Stream::over(rng);
        let component = stream.categorical(self.weights);
        let k = self.weights.len();
        for (target, y) in out.iter_mut().enumerate() {
            let at = target * k + component;
            *y = stream.normal(self.means[at], self.scales[at]);
        }
    }

    /// Entropy of the weights, nats.
    #[must_use]
    pub fn weight_entropy(&self) -> f64 {
        weight_entropy(self.weights, self.log_weights)
    }

    /// The component with the greatest weight; the first of equals.
    #[must_use]
    pub fn heaviest(&self) -> usize {
        heaviest(self.weights)
    }

    fn check_point(&self, y: &[f64]) -> Result<(), MixtureError> {
        if y.len() == self.n_targets {
            Ok(())
        } else {
            Err(MixtureError::WrongLength {
                what: "point",
                expected: self.n_targets,
                found: y.len(),
            })
        }
    }
}
