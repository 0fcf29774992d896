//! Densities that need no network, fitted to the rows of a table, on its test rows.

use super::data::{Rows, SplitData};
use crate::ensemble::{FeatureFree, LinearGaussian};
use crate::record::{Baselines, Compared};
use crate::score::{ScoreError, Summary};

/// Numbers of components of the density that ignores the features.
const COMPONENTS: [usize; 4] = [1, 2, 3, 5];

/// Compares a model's negative log-likelihoods on the test rows; `None` where a target is constant.
pub(super) fn compare(data: &SplitData, nll: &[f64]) -> Result<Option<Baselines>, ScoreError> {
    let parts = [&data.train, &data.validation];
    let y: Vec<f64> = parts.iter().flat_map(|part| &part.y).copied().collect();
    let least_scales = data.least_scales(&y);
    let Some(feature_free) = feature_free(data, &least_scales, &y) else {
        return Ok(None);
    };
    let compared = |log_densities: Vec<f64>| -> Result<Compared, ScoreError> {
        let own: Vec<f64> = log_densities.iter().map(|log| -log).collect();
        Ok(Compared {
            nll_nats_test: Summary::of(&own)?,
            gain_nats_test: Summary::of_difference(&own, nll)?,
        })
    };
    let parts = parts.map(Rows::as_rows);
    let linear = LinearGaussian::fit(&parts, data.features.len(), &least_scales);
    let linear = linear.map(|linear| linear.log_densities(&data.test.x, &data.test.y));
    Ok(Some(Baselines {
        feature_free: compared(feature_free.log_densities(&data.test.y))?,
        linear: linear.map(compared).transpose()?,
    }))
}

/// Its number of components chosen by the validation rows, fitted to all but the test rows.
fn feature_free(data: &SplitData, least_scales: &[f64], y: &[f64]) -> Option<FeatureFree> {
    let mut best: Option<(f64, usize)> = None;
    for k in COMPONENTS {
        let fitted = FeatureFree::fit(&data.train.y, k, least_scales)?;
        let log: f64 = fitted.log_densities(&data.validation.y).iter().sum();
        if best.is_none_or(|(most, _)| log > most) {
            best = Some((log, k));
        }
    }
    FeatureFree::fit(y, best?.1, least_scales)
}
