//! What a cell's network is worth on the rows of its split.

use super::cell_exhibit::{CellExhibit, Showing};
use super::chunks::{CHUNK, score_rows};
use super::data::Rows;
use super::finished::{COVERAGES, Finished};
use super::job::Job;
use crate::net::{MeanModel, Model};
use crate::predict::{PredictError, scores_of};
use crate::record::{Parts, Points, ValidationScores};
use crate::score::{KsDistance, RowScores, ScoreError, Summary, Wanted, central_coverage, smaller};
use crate::seed::Seed;

/// The smallest scales of a target.
#[derive(Debug, Clone, Copy)]
struct Smallest {
    any: f64,
    /// Of the components that matter in their row.
    weighty: f64,
}

impl Job<'_> {
    pub(super) fn score_mean(
        &self,
        finished: &mut Finished,
        model: &MeanModel,
    ) -> Result<(), ScoreError> {
        let (f, d) = (self.data.features.len(), self.data.targets.len());
        let squared = |rows: &Rows| -> Result<Summary, ScoreError> {
            let mut squared = Vec::with_capacity(rows.len());
            for (x, y) in rows.x.chunks(CHUNK * f).zip(rows.y.chunks(CHUNK * d)) {
                let means = model.means_at(x)?;
                for (means, y) in means.chunks_exact(d).zip(y.chunks_exact(d)) {
                    let residuals = means.iter().zip(y).map(|(mean, y)| mean - y);
                    squared.push(residuals.map(|r| r * r).sum::<f64>() / d as f64);
                }
            }
            Summary::of(&squared)
        };
        let test = squared(&self.data.test)?;
        finished.cell.mse = Parts {
            train: Some(squared(&self.data.train)?.mean),
            validation: Some(squared(&self.data.validation)?.mean),
            test: Some(test.mean),
        };
        finished.cell.mse_standard_error_test = test.standard_error;
        if let (0, 0, Some(drawn)) = (self.plan.replicate, self.plan.split, self.drawn()) {
            let x = super::grid::over(&self.data.train.x, drawn.exhibits.n_grid);
            let wide: Vec<f64> = x.iter().map(|x| f64::from(*x)).collect();
            let y = model.means_at(&wide)?.iter().map(|y| *y as f32).collect();
            finished.exhibit.points = Some(Points { x, y });
        }
        Ok(())
    }

    /// With `nll_out_of_fold` the validation NLL is that of rows held out from an ensemble's members.
    pub(super) fn score_mixture(
        &self,
        finished: &mut Finished,
        model: &Model,
        nll_out_of_fold: Option<&[f64]>,
    ) -> Result<(), PredictError> {
        let data = self.data;
        let is_table = data.truth.is_none();
        let n_crps = if is_table { data.validation.len() } else { 0 };
        let wanted = Wanted {
            n_crps,
            ..Wanted::default()
        };
        let (train_nll, train_squared, train_scales) = self.score_train(model)?;
        let validation = score_rows(model, &data.validation, &wanted, |_| {})?;
        // Of a few rows no member is trained, and none has been held out.
        let out_of_fold = nll_out_of_fold.filter(|nll| !nll.is_empty());
        let nll_validation = out_of_fold.unwrap_or(&validation.nll);
        let nll = [train_nll, Summary::of(nll_validation)?];
        let cell = &mut finished.cell;
        cell.nll_nats_mean = Parts {
            train: Some(nll[0].mean),
            validation: Some(nll[1].mean),
            test: None,
        };
        cell.mse.train = Some(train_squared.mean);
        cell.mse.validation = Some(mean_squared(&validation)?.mean);
        let scales = data.targets.iter().enumerate().map(|(at, name)| {
            let (train, validation) = (train_scales[at], &validation.targets[at]);
            let weighty = smaller(train.weighty, validation.smallest_weighty_scale);
            let width = data.spread_widths.get(name).copied();
            let repeats = data.repeats.get(at);
            (
                smaller(train.any, validation.smallest_scale),
                repeats.is_some_and(|repeats| repeats.are_resolved_despite(width, weighty)),
            )
        });
        let (smallest_scale, collapsed): (Vec<f64>, Vec<bool>) = scales.unzip();
        cell.degenerate_likelihood = Some(collapsed.contains(&true));
        if is_table {
            cell.nll_nats_standard_error = Parts {
                train: nll[0].standard_error,
                validation: nll[1].standard_error,
                test: None,
            };
            let crps = validation.targets.iter().map(|t| Summary::of(&t.crps));
            let crps: Vec<Summary> = crps.collect::<Result<_, _>>()?;
            cell.validation = Some(ValidationScores {
                crps_mean: crps.iter().map(|crps| crps.mean).collect(),
                smallest_scale,
                collapsed: collapsed.clone(),
                effective_components: libm::exp(Summary::of(&validation.entropy)?.mean),
            });
        }
        if self.spec.keep_model {
            // The test rows are looked at once, by the model that is chosen.
            finished.nll_validation = nll_validation.to_vec();
            return Ok(());
        }
        self.score_test(finished, model, &collapsed)
    }

    /// NLL, squared error, and the smallest scales of each target, of the training rows: there are many, and nothing
    /// else is kept of them.
    fn score_train(
        &self,
        model: &Model,
    ) -> Result<(Summary, Summary, Vec<Smallest>), PredictError> {
        let scores = score_rows(model, &self.data.train, &Wanted::default(), |scores| {
            scores.entropy = Vec::new();
            for target in &mut scores.targets {
                target.nll = Vec::new();
            }
        })?;
        let smallest = scores.targets.iter().map(|target| Smallest {
            any: target.smallest_scale,
            weighty: target.smallest_weighty_scale,
        });
        let smallest = smallest.collect();
        Ok((Summary::of(&scores.nll)?, mean_squared(&scores)?, smallest))
    }

    fn score_test(
        &self,
        finished: &mut Finished,
        model: &Model,
        collapsed: &[bool],
    ) -> Result<(), PredictError> {
        let data = self.data;
        let wanted = Wanted {
            n_crps: data.data.n_test_crps,
            calibration: true,
            energy: Some(Seed::new(self.spec.seed)),
        };
        let test = score_rows(model, &data.test, &wanted, |_| {})?;
        let nll = Summary::of(&test.nll)?;
        let squared = mean_squared(&test)?;
        let cell = &mut finished.cell;
        cell.nll_nats_mean.test = Some(nll.mean);
        cell.mse.test = Some(squared.mean);
        cell.mse_standard_error_test = squared.standard_error;
        cell.smallest_scale_test = Some(test.smallest_scale());
        cell.effective_components_test = Some(libm::exp(Summary::of(&test.entropy)?.mean));
        cell.used_components_test = Some(test.used_components());
        if let [only] = &test.targets[..] {
            cell.crps_mean_test = Some(Summary::of(&only.crps)?.mean);
            cell.pit_ks_test = Some(KsDistance::of(&only.pit)?.distance);
            let levels = COVERAGES.map(|percentage| f64::from(percentage) / 100.0);
            for (percentage, coverage) in
                COVERAGES.iter().zip(central_coverage(&only.pit, &levels)?)
            {
                let covered = Some(coverage.covered);
                cell.coverage_test.insert(percentage.to_string(), covered);
            }
        }
        if !self.oracle.is_empty() {
            let oracle: Vec<f64> = self.oracle.iter().map(|p| p.nll_nats).collect();
            let excess = Summary::of_difference(&test.nll, &oracle)?;
            cell.excess_nats_test = Some(excess.mean);
            cell.excess_nats_standard_error_test = excess.standard_error;
            finished.exhibit = self.exhibit(model, &test)?;
        } else {
            cell.nll_nats_standard_error.test = nll.standard_error;
            let mut scores = scores_of(&test, &data.test.y, &data.targets)?;
            for (target, collapsed) in scores.targets.iter_mut().zip(collapsed) {
                target.degenerate_likelihood = *collapsed;
            }
            cell.scores_test = Some(scores);
            cell.baselines = super::baselines::compare(data, &test.nll)?;
        }
        Ok(())
    }

    /// What the network shows in the figures, if it is in any.
    fn exhibit(&self, model: &Model, test: &RowScores) -> Result<CellExhibit, ScoreError> {
        let shown = (self.plan.replicate, self.plan.split) == (0, 0);
        let (true, Some(n_components), Some(drawn), [only]) = (
            shown,
            self.plan.n_components,
            self.drawn(),
            &test.targets[..],
        ) else {
            return Ok(CellExhibit::default());
        };
        Showing {
            id: &self.id,
            n_components,
            spec: &drawn.exhibits,
            x: &self.data.train.x,
            predict: &|x| Ok(model.mixtures(x)?),
            stream: &|kind| self.stream(kind),
        }
        .exhibit(&only.pit)
    }
}

/// Of each row the mean over its targets.
fn mean_squared(scores: &RowScores) -> Result<Summary, ScoreError> {
    match &scores.targets[..] {
        [only] => Summary::of(&only.squared_error),
        several => {
            let n = several.len() as f64;
            let row = |at: usize| several.iter().map(|t| t.squared_error[at]).sum::<f64>() / n;
            Summary::of(&(0..scores.nll.len()).map(row).collect::<Vec<f64>>())
        }
    }
}
