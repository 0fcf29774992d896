//! The numbers of one predicted density.

use serde::Serialize;

use crate::mixture::{HighestDensityRegion, MixtureError, Mode, Univariate};
use crate::report::number::{self, datum, escape, optional};
use crate::study::record::Cell;

/// Share of the highest mode below which another is not worth a word.
const LEAST_MODE: f64 = 0.01;

/// Probability of the highest-density region.
const REGION: f64 = 0.9;

/// Ready strings, in the order of the table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Readout {
    x: String,
    n_components: usize,
    recipe: String,
    modes: Vec<String>,
    intervals: Vec<Interval>,
    quantiles: Vec<String>,
    nll: String,
    crps: String,
    /// For the picture.
    #[serde(skip)]
    pub(super) region: HighestDensityRegion,
}

/// Ends of an interval.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Interval {
    low: String,
    high: String,
}

impl Readout {
    pub(super) fn of(mixture: Univariate<'_>, cell: &Cell, x: f32) -> Result<Self, MixtureError> {
        let key = |what: String| format!("derived/explorer/{what}");
        let modes = mixture.modes();
        let top = modes.iter().map(|mode| mode.log_density);
        let top = top.fold(f64::NEG_INFINITY, |a, b| if b > a { b } else { a });
        let is_worth = |mode: &&Mode| mode.log_density > top + libm::log(LEAST_MODE);
        let modes = modes.iter().filter(is_worth).enumerate();
        let region = mixture.highest_density_region(REGION)?;
        let intervals = region.intervals.iter().enumerate();
        let quantile = |p: f64| {
            let value = mixture.quantile(p)?;
            Ok(datum(&key(format!("quantile/{p}")), value, 3))
        };
        Ok(Self {
            x: datum(&key("x".to_owned()), number::recorded(x), 3),
            recipe: escape(&cell.recipe),
            n_components: mixture.n_components(),
            modes: modes
                .map(|(index, mode)| datum(&key(format!("mode/{index}")), mode.at, 3))
                .collect(),
            intervals: intervals
                .map(|(index, (low, high))| Interval {
                    low: datum(&key(format!("low/{index}")), *low, 3),
                    high: datum(&key(format!("high/{index}")), *high, 3),
                })
                .collect(),
            quantiles: [0.05, 0.5, 0.95]
                .into_iter()
                .map(quantile)
                .collect::<Result<_, MixtureError>>()?,
            nll: optional(
                &format!("cells/{}/nll_nats_mean.test", cell.id),
                cell.nll_nats_mean.test,
                3,
            ),
            crps: optional(
                &format!("cells/{}/crps_mean_test", cell.id),
                cell.crps_mean_test,
                4,
            ),
            region,
        })
    }
}
