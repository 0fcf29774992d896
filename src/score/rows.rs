//! The one scorer: what the densities of some rows are worth, a number for each row.

use super::error::ScoreError;
use super::{energy_score, joint_energy_score};
use crate::mixture::{Mixtures, Univariate};
use crate::seed::Seed;

/// What to compute beside log densities and squared errors.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    /// The CRPS, which costs K² a row, of so many of the first rows.
    pub n_crps: usize,
    /// Where the targets lie in the predicted distributions, and how wide these are.
    pub calibration: bool,
    /// The energy score over several targets, its draws from the streams `score/energy/NUMBER` of this seed.
    pub energy: Option<Seed>,
}

/// Scores of rows, in their order.
#[derive(Debug, Clone, Default)]
pub struct RowScores {
    /// Negative log-likelihood of all targets together, nats.
    pub nll: Vec<f64>,
    /// Energy score, where it was asked for and there are several targets.
    pub energy: Vec<f64>,
    /// Entropy of the weights, nats.
    pub entropy: Vec<f64>,
    /// Sum over the rows of each component's weight.
    pub weight_sums: Vec<f64>,
    /// Each target alone.
    pub targets: Vec<TargetRows>,
}

/// Scores of one target.
#[derive(Debug, Clone)]
pub struct TargetRows {
    /// Negative log-likelihood, nats.
    pub nll: Vec<f64>,
    /// Squared error of the mean, units of y².
    pub squared_error: Vec<f64>,
    /// CRPS of the first rows, units of y.
    pub crps: Vec<f64>,
    /// Predicted standard deviation, units of y.
    pub sd: Vec<f64>,
    /// Probability integral transform.
    pub pit: Vec<f64>,
    /// Over all rows and components, units of y.
    pub smallest_scale: f64,
    /// Over the components with a hundredth of the weight or more.
    pub smallest_weighty_scale: f64,
}

impl Default for TargetRows {
    /// Of no row.
    fn default() -> Self {
        Self {
            nll: Vec::new(),
            squared_error: Vec::new(),
            crps: Vec::new(),
            sd: Vec::new(),
            pit: Vec::new(),
            smallest_scale: f64::INFINITY,
            smallest_weighty_scale: f64::INFINITY,
        }
    }
}

/// Energy scores are taken over so many pairs of draws.
const ENERGY_PAIRS: usize = 50;

impl RowScores {
    /// Scores the densities of rows with targets `y` \[n, d\]; `numbers` name the rows' streams, and are not read without
    /// an energy score.
    ///
    /// # Errors
    /// [`ScoreError`]: as many rows of finite targets as densities are needed.
    pub fn of(
        mixtures: &Mixtures,
        y: &[f64],
        numbers: &[u64],
        wanted: &Wanted,
    ) -> Result<Self, ScoreError> {
        let batch = mixtures.marginals();
        let d = batch.n_targets();
        super::point::check_targets(batch, y)?;
        let log_densities = mixtures.log_densities(y)?.into_iter();
        let mut scores = Self {
            nll: log_densities.map(|log_density| -log_density).collect(),
            ..Self::default()
        };
        for (index, (row, y)) in batch.rows().zip(y.chunks_exact(d)).enumerate() {
            scores.entropy.push(row.weight_entropy());
            add(&mut scores.weight_sums, row.weights());
            if let (Some(seed), Some(number), true) = (wanted.energy, numbers.get(index), d > 1) {
                let mut stream = seed.stream(&format!("score/energy/{number}"));
                let joint = mixtures.get(index);
                let score = match joint.filter(|_| mixtures.has_full_covariances()) {
                    Some(joint) => joint_energy_score(&joint, y, ENERGY_PAIRS, &mut stream)?,
                    None => energy_score(row, y, ENERGY_PAIRS, &mut stream)?,
                };
                scores.energy.push(score.mean);
            }
        }
        for target in 0..d {
            let own = y.iter().skip(target).step_by(d);
            let mut column = TargetRows::default();
            for (index, (row, y)) in batch.marginals(target)?.zip(own).enumerate() {
                column.add(row, *y, index < wanted.n_crps, wanted.calibration);
            }
            scores.targets.push(column);
        }
        Ok(scores)
    }

    /// Puts the scores of later rows after these.
    pub fn append(&mut self, mut later: Self) {
        self.nll.append(&mut later.nll);
        self.energy.append(&mut later.energy);
        self.entropy.append(&mut later.entropy);
        add(&mut self.weight_sums, &later.weight_sums);
        if self.targets.is_empty() {
            self.targets = later.targets;
        } else {
            let pairs = self.targets.iter_mut().zip(later.targets);
            pairs.for_each(|(own, later)| own.append(later));
        }
    }

    /// Room for `n` rows, in the columns that there are: they need not move as they grow.
    #[cfg(feature = "net")]
    pub(crate) fn reserve(&mut self, n: usize) {
        let reserve = |column: &mut Vec<f64>| {
            if !column.is_empty() {
                column.reserve_exact(n.saturating_sub(column.len()));
            }
        };
        for column in [&mut self.nll, &mut self.energy, &mut self.entropy] {
            reserve(column);
        }
        for target in &mut self.targets {
            let columns = [&mut target.nll, &mut target.squared_error];
            let others = [&mut target.crps, &mut target.sd, &mut target.pit];
            columns.into_iter().chain(others).for_each(reserve);
        }
    }

    /// exp of the entropy of the mean weights: how many components are used at all.
    #[must_use]
    pub fn used_components(&self) -> f64 {
        let total: f64 = self.weight_sums.iter().sum();
        let shares = self.weight_sums.iter().map(|sum| sum / total);
        // 0·ln 0 = 0.
        let terms = shares.filter(|p| *p > 0.0).map(|p| -p * libm::log(p));
        libm::exp(terms.sum::<f64>())
    }

    /// The smallest scale of any target.
    #[must_use]
    pub fn smallest_scale(&self) -> f64 {
        let scales = self.targets.iter().map(|target| target.smallest_scale);
        scales.fold(f64::INFINITY, smaller)
    }
}

impl TargetRows {
    fn add(&mut self, row: Univariate<'_>, y: f64, with_crps: bool, with_calibration: bool) {
        let error = y - row.mean();
        self.nll.push(-row.log_density(y));
        self.squared_error.push(error * error);
        if with_crps {
            self.crps.push(row.crps(y));
        }
        if with_calibration {
            self.sd.push(row.variance().sqrt());
            self.pit.push(row.cdf(y));
        }
        for (weight, scale) in row.weights().iter().zip(row.scales()) {
            self.smallest_scale = smaller(self.smallest_scale, *scale);
            if *weight >= 0.01 {
                self.smallest_weighty_scale = smaller(self.smallest_weighty_scale, *scale);
            }
        }
    }

    fn append(&mut self, mut later: Self) {
        self.nll.append(&mut later.nll);
        self.squared_error.append(&mut later.squared_error);
        self.crps.append(&mut later.crps);
        self.sd.append(&mut later.sd);
        self.pit.append(&mut later.pit);
        self.smallest_scale = smaller(self.smallest_scale, later.smallest_scale);
        self.smallest_weighty_scale =
            smaller(self.smallest_weighty_scale, later.smallest_weighty_scale);
    }
}

/// `sums` += `terms`; empty sums are zeros. Called in the order of the rows, so that the bits are fixed.
fn add(sums: &mut Vec<f64>, terms: &[f64]) {
    sums.resize(terms.len().max(sums.len()), 0.0);
    let pairs = sums.iter_mut().zip(terms);
    pairs.for_each(|(sum, term)| *sum += term);
}

/// The smaller; the first where the second is NaN.
pub(crate) fn smaller(a: f64, b: f64) -> f64 {
    if b < a { b } else { a }
}
