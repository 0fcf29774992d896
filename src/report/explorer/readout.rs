//! The numbers of one predicted density.

use serde::Serialize;

use super::subject::{First, Subject};
use crate::mixture::{HighestDensityRegion, MixtureError, Mode};
use crate::report::number::escape;

/// Share of the highest mode below which another is not worth a word.
const LEAST_MODE: f64 = 0.01;

/// Probability of the highest-density region.
const REGION: f64 = 0.9;

/// Ready strings, in the order of the table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Readout {
    x_name: String,
    y_name: String,
    /// What the test set consists of.
    test: String,
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
    pub(super) fn of(subject: &Subject<'_>, first: First<'_>) -> Result<Self, MixtureError> {
        let (names, digits, mixture) = (subject.names, subject.digits, first.mixture);
        let network = &subject.networks[first.network];
        let key = |what: String| format!("derived/explorer/{what}");
        let y = |what: String, value: f64| digits.y.datum(&key(what), value);
        let modes = mixture.modes();
        let top = modes.iter().map(|mode| mode.log_density);
        let top = top.fold(f64::NEG_INFINITY, |a, b| if b > a { b } else { a });
        let is_worth = |mode: &&Mode| mode.log_density > top + libm::log(LEAST_MODE);
        let modes = modes.iter().filter(is_worth).enumerate();
        let region = mixture.highest_density_region(REGION)?;
        let intervals = region.intervals.iter().enumerate();
        let quantile = |p: f64| Ok(y(format!("quantile/{p}"), mixture.quantile(p)?));
        Ok(Self {
            x_name: escape(names.x),
            y_name: escape(names.y),
            test: escape(names.test),
            x: digits.x.datum(&key("x".to_owned()), subject.x[first.x]),
            recipe: escape(network.recipe),
            n_components: mixture.n_components(),
            modes: modes
                .map(|(index, mode)| y(format!("mode/{index}"), mode.at))
                .collect(),
            intervals: intervals
                .map(|(index, (low, high))| Interval {
                    low: y(format!("low/{index}"), *low),
                    high: y(format!("high/{index}"), *high),
                })
                .collect(),
            quantiles: [0.05, 0.5, 0.95]
                .into_iter()
                .map(quantile)
                .collect::<Result<_, MixtureError>>()?,
            nll: digits.nll.optional(&network.nll.key, network.nll.value),
            crps: digits.crps.optional(&network.crps.key, network.crps.value),
            region,
        })
    }
}
