//! What is asked of each row's density, and the columns that answer it.

use super::encode::Row;
use super::error::PredictError;
use super::predictor::Predictor;
use crate::mixture::{MixtureError, MixtureRef, Mixtures, Univariate};
use crate::table::{Header, TableFault};

/// What to predict beside mean and standard deviation.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Questions {
    /// Levels of quantiles, in (0, 1).
    pub quantiles: Vec<f64>,
    /// Probabilities of highest-density regions, in (0, 1).
    pub regions: Vec<f64>,
    /// Values of a target; the probability of more is asked for.
    pub above: Vec<f64>,
    /// Values of a target; the probability of less is asked for.
    pub below: Vec<f64>,
    /// Columns of the table that are copied.
    pub keep: Keep,
    /// Whether the modes.
    pub modes: bool,
    /// Points of the density, from quantile 0.001 to quantile 0.999.
    pub density_grid: Option<usize>,
    /// Whether weights, means, scales of the components, and covariances where they are full.
    pub parameters: bool,
}

/// Columns of the table that are copied into the result, as they are written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Keep {
    /// None.
    #[default]
    None,
    /// All.
    All,
    /// Those of these names.
    Columns(Vec<String>),
}

impl Keep {
    /// Places and names of the columns.
    pub(super) fn find(&self, header: &Header) -> Result<(Vec<usize>, Vec<String>), TableFault> {
        let places = match self {
            Self::None => Vec::new(),
            Self::All => (0..header.names().len()).collect(),
            Self::Columns(names) => header.find_all(names)?,
        };
        let names = places.iter().map(|place| header.name(*place)).collect();
        Ok((places, names))
    }
}

/// The most points of a density grid.
const MOST_POINTS: usize = 10_000;
/// The most columns of a result.
const MOST_COLUMNS: usize = 1 << 24;
/// Probability left out at either end of a density grid.
const GRID_TAIL: f64 = 0.001;

impl Questions {
    /// # Errors
    /// [`MixtureError::Probability`] for a level outside (0, 1); [`PredictError::SameLevel`] for one, or a value, that
    /// is asked for twice; [`PredictError::NotFinite`] for a value that is no number; [`PredictError::Count`] for a grid of fewer than 2 or more than 10,000 points.
    pub fn check(&self) -> Result<(), PredictError> {
        for &value in self.quantiles.iter().chain(&self.regions) {
            if !(value > 0.0 && value < 1.0) {
                return Err(MixtureError::Probability { value }.into());
            }
        }
        for &value in self.above.iter().chain(&self.below) {
            if !value.is_finite() {
                return Err(PredictError::NotFinite { value });
            }
        }
        for (what, levels) in [
            ("the quantile at", &self.quantiles),
            ("the region of probability", &self.regions),
            ("the probability above", &self.above),
            ("the probability below", &self.below),
        ] {
            let is_earlier = |(at, level): &(usize, &f64)| {
                let earlier = &levels[..*at];
                earlier.iter().any(|other| other.total_cmp(level).is_eq())
            };
            if let Some((_, &value)) = levels.iter().enumerate().find(is_earlier) {
                return Err(PredictError::SameLevel { what, value });
            }
        }
        match self.density_grid {
            Some(found) if !(2..=MOST_POINTS).contains(&found) => Err(PredictError::Count {
                what: "points of the density grid",
                found,
                least: 2,
                most: MOST_POINTS,
            }),
            _ => Ok(()),
        }
    }

    /// Whether the columns, all of whose names are held, are not too many.
    pub(super) fn check_columns(&self, model: &impl Predictor) -> Result<(), PredictError> {
        let (k, d) = (model.n_components(), model.target_names().len());
        let mut of_target = 2 + self.quantiles.len() + self.regions.len();
        of_target += self.above.len() + self.below.len();
        of_target += if self.modes { 2 } else { 0 };
        of_target += self.density_grid.map_or(0, |n| 2 + n);
        if self.parameters {
            of_target = of_target.saturating_add(2 * k);
        }
        let pairs = match self.parameters && model.has_full_covariances() {
            true => k.saturating_mul(d.saturating_mul(d)) / 2,
            false => 0,
        };
        let found = of_target.saturating_mul(d).saturating_add(pairs + k);
        if found <= MOST_COLUMNS {
            return Ok(());
        }
        Err(PredictError::Count {
            what: "columns of the result",
            found,
            least: 1,
            most: MOST_COLUMNS,
        })
    }

    /// Names of the columns: `row`, those that are `kept`, the answers.
    pub(super) fn names(&self, model: &impl Predictor, kept: &[String]) -> Vec<String> {
        let mut names = vec!["row".to_owned()];
        names.extend_from_slice(kept);
        for y in model.target_names() {
            names.extend([format!("{y}_mean"), format!("{y}_sd")]);
            names.extend(self.quantiles.iter().map(|p| format!("{y}_q{p}")));
            if self.modes {
                names.extend([format!("{y}_mode"), format!("{y}_modes")]);
            }
            names.extend(self.regions.iter().map(|p| format!("{y}_hdr{p}")));
            names.extend(self.above.iter().map(|t| format!("{y}_above{t}")));
            names.extend(self.below.iter().map(|t| format!("{y}_below{t}")));
            if let Some(n) = self.density_grid {
                names.extend([format!("{y}_grid_low"), format!("{y}_grid_high")]);
                names.extend((1..=n).map(|i| format!("{y}_density_{i}")));
            }
        }
        if self.parameters {
            let k = model.n_components();
            names.extend((1..=k).map(|k| format!("weight_{k}")));
            for y in model.target_names() {
                names.extend((1..=k).map(|k| format!("{y}_mean_{k}")));
                names.extend((1..=k).map(|k| format!("{y}_scale_{k}")));
            }
            if model.has_full_covariances() {
                for (a, b) in pairs(model.target_names().len()) {
                    let (a, b) = (&model.target_names()[a], &model.target_names()[b]);
                    names.extend((1..=k).map(|k| format!("{a}_{b}_cov_{k}")));
                }
            }
        }
        names
    }

    /// Writes what row `index` is answered.
    pub(super) fn answer(
        &self,
        predictions: &Mixtures,
        index: usize,
        mixture: MixtureRef<'_>,
        row: &mut Row<'_>,
    ) -> Result<(), MixtureError> {
        let marginals = || (0..mixture.n_targets()).filter_map(|t| mixture.marginal(t));
        for y in marginals() {
            self.answer_target(y, row)?;
        }
        if self.parameters {
            for w in mixture.weights() {
                row.number(*w);
            }
            for y in marginals() {
                for value in y.means().iter().chain(y.scales()) {
                    row.number(*value);
                }
            }
            let joint = predictions.get(index);
            if let Some(joint) = joint.filter(|_| predictions.has_full_covariances()) {
                let d = joint.n_targets();
                let covariances = joint.component_covariances();
                for (a, b) in pairs(d) {
                    for covariance in covariances.chunks_exact(d * d) {
                        row.number(covariance[a * d + b]);
                    }
                }
            }
        }
        Ok(())
    }

    fn answer_target(&self, y: Univariate<'_>, row: &mut Row<'_>) -> Result<(), MixtureError> {
        row.number(y.mean());
        row.number(y.variance().sqrt());
        for p in &self.quantiles {
            row.number(y.quantile(*p)?);
        }
        if self.modes {
            let modes = y.modes();
            row.number(y.highest_mode().at);
            row.list(modes.iter().map(|mode| mode.at));
        }
        for p in &self.regions {
            row.intervals(&y.highest_density_region(*p)?.intervals);
        }
        for t in &self.above {
            row.number(y.survival(*t));
        }
        for t in &self.below {
            row.number(y.cdf(*t));
        }
        if let Some(n) = self.density_grid {
            let (low, high) = (y.quantile(GRID_TAIL)?, y.upper_quantile(GRID_TAIL)?);
            row.number(low);
            row.number(high);
            for i in 0..n {
                let share = i as f64 / (n - 1) as f64;
                row.number(y.density(low * (1.0 - share) + high * share));
            }
        }
        Ok(())
    }
}

/// Pairs of targets, each once.
fn pairs(d: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..d).flat_map(move |a| (a + 1..d).map(move |b| (a, b)))
}
