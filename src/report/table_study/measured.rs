//! What a contender scored, split by split.

use std::collections::BTreeMap;

use super::view::ProblemView;
use crate::record::compare::Contender;
use crate::record::{Cell, Timing};

/// Level of the central interval.
const LEVEL: f64 = 0.9;

/// Scores of one contender, each split by split.
#[derive(Debug, Clone)]
pub(super) struct Measured<'a> {
    pub(super) contender: &'a Contender<'a>,
    /// Of all targets together, nats.
    pub(super) nll: Vec<Option<f64>>,
    /// Of each target.
    pub(super) targets: Vec<OfTarget>,
    /// Gain over the density that ignores the features, nats.
    pub(super) gain_feature_free: Vec<Option<f64>>,
    /// Gain over a linear regression with normal noise, nats.
    pub(super) gain_linear: Vec<Option<f64>>,
    /// Training and scoring.
    pub(super) seconds: Vec<Option<f64>>,
    pub(super) n_failed: usize,
    /// Cells whose likelihood means nothing.
    pub(super) n_degenerate: usize,
}

/// Scores of one target, split by split, in its units.
#[derive(Debug, Clone)]
pub(super) struct OfTarget {
    pub(super) crps: Vec<Option<f64>>,
    pub(super) rmse: Vec<Option<f64>>,
    pub(super) coverage_90: Vec<Option<f64>>,
}

impl<'a> Measured<'a> {
    /// Of each contender, in their order; times are those of this record.
    pub(super) fn of(problem: &'a ProblemView<'a>, timing: Option<&Timing>) -> Vec<Self> {
        let cells = timing.iter().flat_map(|timing| &timing.cells);
        let times = cells.map(|cell| (cell.id.as_str(), cell.train_wall_s + cell.score_wall_s));
        let times: BTreeMap<&str, f64> = times.collect();
        let contenders = problem.contenders.iter();
        contenders
            .map(|contender| Self::one(contender, problem.targets.len(), &times))
            .collect()
    }

    fn one(contender: &'a Contender<'a>, n_targets: usize, times: &BTreeMap<&str, f64>) -> Self {
        let gains = |of: fn(&crate::record::Baselines) -> Option<f64>| {
            contender.per_split(|cell| cell.baselines.as_ref().and_then(of))
        };
        let targets = (0..n_targets).map(|at| OfTarget {
            crps: contender
                .per_split(|cell| Some(cell.scores_test.as_ref()?.targets.get(at)?.crps.mean)),
            rmse: contender.per_split(|cell| rmse(cell, at, n_targets)),
            coverage_90: contender.per_split(|cell| coverage(cell, at)),
        });
        let count = |is: fn(&Cell) -> bool| contender.cells().filter(|cell| is(cell)).count();
        Self {
            nll: contender.per_split(|cell| cell.nll_nats_mean.test),
            targets: targets.collect(),
            gain_feature_free: gains(|b| Some(b.feature_free.gain_nats_test.mean)),
            gain_linear: gains(|b| Some(b.linear.as_ref()?.gain_nats_test.mean)),
            seconds: contender.per_split(|cell| times.get(cell.id.as_str()).copied()),
            n_failed: count(|cell| cell.failure.is_some()),
            n_degenerate: count(|cell| cell.degenerate_likelihood == Some(true)),
            contender,
        }
    }

    /// The split with the greatest loss, and that loss.
    pub(super) fn worst(&self) -> Option<(usize, f64)> {
        let known = self.nll.iter().enumerate();
        let known = known.filter_map(|(split, nll)| Some((split, (*nll)?)));
        known.max_by(|a, b| a.1.total_cmp(&b.1))
    }
}

/// Root of the mean squared error; a network without a density has it of one target only.
fn rmse(cell: &Cell, target: usize, n_targets: usize) -> Option<f64> {
    let squared = match &cell.scores_test {
        Some(scores) => scores.targets.get(target)?.squared_error.mean,
        None if n_targets == 1 => cell.mse.test?,
        None => return None,
    };
    Some(squared.sqrt())
}

fn coverage(cell: &Cell, target: usize) -> Option<f64> {
    let target = cell.scores_test.as_ref()?.targets.get(target)?;
    let mut levels = target.coverage.iter();
    let level = levels.find(|coverage| (coverage.level - LEVEL).abs() < 1e-9)?;
    Some(level.covered)
}
