//! What is known exactly about a problem, and what it scores.

use std::fmt::Debug;

/// The exact conditional density p(y | x), in the units of the points.
///
/// Only [`at`](Self::at) must be written: it does once what all questions about one x
/// share. Outside the support of x the conditional density does not exist; there every
/// answer is NaN.
pub trait Truth: Debug + Send + Sync {
    /// The density of y at this `x`, ready for many questions.
    fn at<'a>(&'a self, x: f64) -> Box<dyn ConditionalAt + 'a>;

    /// ln p(y | x), nats.
    fn log_density(&self, x: f64, y: f64) -> f64 {
        self.at(x).log_density(y)
    }

    /// P(Y ≤ y | x).
    fn cdf(&self, x: f64, y: f64) -> f64 {
        self.at(x).cdf(y)
    }

    /// E(Y | x).
    fn mean(&self, x: f64) -> f64 {
        self.at(x).mean()
    }

    /// Var(Y | x).
    fn variance(&self, x: f64) -> f64 {
        self.at(x).variance()
    }

    /// Continuous ranked probability score of the truth at y, in units of y.
    fn crps(&self, x: f64, y: f64) -> f64 {
        self.at(x).crps(y)
    }
}

/// The exact density of y at one x.
pub trait ConditionalAt: Debug {
    /// ln p(y | x), nats.
    fn log_density(&self, y: f64) -> f64;

    /// P(Y ≤ y | x).
    fn cdf(&self, y: f64) -> f64;

    /// E(Y | x).
    fn mean(&self) -> f64;

    /// Var(Y | x).
    fn variance(&self) -> f64;

    /// E|Y − y| − ½ E|Y − Y′|, in units of y.
    fn crps(&self, y: f64) -> f64;
}

/// What the truth scores at one point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PointScores {
    /// −ln p(y | x), nats.
    pub nll_nats: f64,
    /// −ln N(y; mean, variance) with the exact conditional moments, nats.
    pub single_gaussian_nll_nats: f64,
    /// (y − E(Y | x))².
    pub squared_error: f64,
    /// Continuous ranked probability score, where it was asked for.
    pub crps: Option<f64>,
}

impl PointScores {
    /// Scores `truth` at (x, y); the CRPS, which costs most, only `with_crps`.
    #[must_use]
    pub fn of(truth: &dyn Truth, x: f64, y: f64, with_crps: bool) -> Self {
        let at = truth.at(x);
        let variance = at.variance();
        let error = y - at.mean();
        let squared_error = error * error;
        Self {
            nll_nats: -at.log_density(y),
            single_gaussian_nll_nats: 0.5
                * (libm::log(std::f64::consts::TAU * variance) + squared_error / variance),
            squared_error,
            crps: with_crps.then(|| at.crps(y)),
        }
    }
}
