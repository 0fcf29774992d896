//! What a model's densities are worth on a table whose targets are known.

use serde::{Deserialize, Serialize};

use super::error::PredictError;
use super::moments::Moments;
use super::outside::{Outside, Ranges};
use super::pit_counts::PitCounts;
use super::predictor::{Predictor, check_sizes};
use super::stream::{Streamed, chunk_rows, densities, densities_of, feature_columns, stream};
use crate::mixture::{Mixtures, Univariate};
use crate::score::{
    COVERAGE_LEVELS, Coverage, ScoreError, Summary, central_coverage, energy_score,
    joint_energy_score,
};
use crate::seed::Seed;
use crate::table::{Chunk, Missing, MissingPolicy, Repeats, TableReader};

/// Scores of a whole table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scores {
    /// Rows scored.
    pub n_rows: u64,
    /// Rows left out, because a number is missing.
    pub n_rows_missing: u64,
    /// Negative log-likelihood of all targets together, nats in the table's units.
    pub nll_nats: Summary,
    /// Energy score over all targets, in their units; of several targets only.
    pub energy: Option<Summary>,
    /// The smallest scale predicted.
    pub smallest_scale: f64,
    /// Each target alone, in the model's order.
    pub targets: Vec<TargetScores>,
    #[serde(skip, default)]
    missing: Missing,
    #[serde(skip, default)]
    outside: Option<Outside>,
}

/// Scores of one target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetScores {
    /// Its name.
    pub name: String,
    /// Negative log-likelihood of this target, nats.
    pub nll_nats: Summary,
    /// Continuous ranked probability score, units of y.
    pub crps: Summary,
    /// Squared error of the mean, units of y².
    pub squared_error: Summary,
    /// Predicted standard deviation, units of y.
    pub sd: Summary,
    /// Kolmogorov–Smirnov distance of the PIT values from uniform, from counts on a grid of 2⁻¹⁶.
    pub pit_ks: f64,
    /// Upper bound of the probability that calibrated predictions come out that far or farther.
    pub pit_ks_p_bound: f64,
    /// Share of targets in the central intervals.
    pub coverage: Vec<Coverage>,
    /// Share of the first rows' targets whose value occurs more than once.
    pub repeated_share: f64,
    /// Whether repeated targets and a collapsed scale make the likelihood meaningless.
    pub degenerate_likelihood: bool,
}

impl Scores {
    /// Rows that were left out.
    #[must_use]
    pub const fn missing(&self) -> &Missing {
        &self.missing
    }

    /// Rows that lie outside what the model has learnt from; `None` where it does not know what that is, or where
    /// the scores come from a record, which does not hold it.
    #[must_use]
    pub const fn outside(&self) -> Option<&Outside> {
        self.outside.as_ref()
    }
}

/// Pairs of draws for each row's energy score.
const ENERGY_PAIRS: usize = 50;
/// Targets that are looked at for repeated values.
const REPEAT_ROWS: usize = 1 << 16;

/// One target's scores so far.
#[derive(Debug, Default)]
struct Tally {
    /// Of the noise on the values the model learnt from.
    spread_width: Option<f64>,
    nll: Moments,
    crps: Moments,
    squared_error: Moments,
    sd: Moments,
    pit: PitCounts,
    n_covered: [usize; COVERAGE_LEVELS.len()],
    first: Vec<f64>,
    smallest_scale: f64,
    /// Of components that matter in their row.
    smallest_weighty_scale: f64,
}

/// One chunk's scores, a number for each row.
struct Part {
    nll: Moments,
    energy: Moments,
    targets: Vec<TargetPart>,
}

struct TargetPart {
    nll: Moments,
    crps: Moments,
    squared_error: Moments,
    sd: Moments,
    pit: Vec<f64>,
    y: Vec<f64>,
    smallest_scale: f64,
    smallest_weighty_scale: f64,
}

/// Scores every row of a table that holds the model's features and targets.
///
/// Draws of the energy score come from the streams `score/energy/ROW` of `seed`.
///
/// # Errors
/// [`PredictError`].
pub fn score(
    model: &impl Predictor,
    reader: &mut TableReader,
    policy: MissingPolicy,
    seed: Seed,
) -> Result<Scores, PredictError> {
    let mut columns = feature_columns(model, reader)?;
    let f = columns.len();
    let targets = reader.header().find_all(model.target_names());
    columns.extend(targets.map_err(|fault| reader.error(fault))?);
    let work = |chunk: &Chunk| -> Result<Option<Part>, PredictError> {
        if chunk.rows().is_empty() {
            return Ok(None);
        }
        let predictions = densities(model, chunk, columns.len())?;
        let rows = chunk.values().chunks_exact(columns.len());
        let y: Vec<f64> = rows.flat_map(|row| &row[f..]).copied().collect();
        part(&predictions, &y, chunk.rows(), seed).map(Some)
    };
    let n_rows = chunk_rows(model, columns.len());
    let mut whole = Whole::of(model)?;
    let streamed = stream(model, reader, &columns, n_rows, policy, work, |part| {
        part.map_or(Ok(()), |part| whole.add(part))
    })?;
    Ok(whole.scores(model, streamed))
}

/// Scores rows in memory: features [n, f] and targets [n, d]. Row i draws as row i + 1 of a table does.
///
/// # Errors
/// [`PredictError`].
pub fn score_rows(
    model: &impl Predictor,
    x: &[f64],
    y: &[f64],
    seed: Seed,
) -> Result<Scores, PredictError> {
    check_sizes(model)?;
    let (f, d) = (model.feature_names().len(), model.target_names().len());
    let n = y.len() / d;
    if y.len() != n * d || n.checked_mul(f) != Some(x.len()) {
        return Err(PredictError::Rows {
            features: x.len(),
            targets: y.len(),
            n_features: f,
            n_targets: d,
        });
    }
    let n_rows = chunk_rows(model, f + d);
    let mut whole = Whole::of(model)?;
    let ranges = Ranges::of(model)?;
    let mut streamed = Streamed {
        outside: ranges.as_ref().map(|_| Outside::default()),
        ..Streamed::default()
    };
    for (x, y) in x.chunks(n_rows * f).zip(y.chunks(n_rows * d)) {
        let first = streamed.n_rows + 1;
        streamed.n_rows += (y.len() / d) as u64;
        let numbers: Vec<u64> = (first..=streamed.n_rows).collect();
        if let (Some(ranges), Some(outside)) = (&ranges, &mut streamed.outside) {
            outside.merge(ranges.outside(x, f, &numbers));
        }
        let predictions = densities_of(model, x, &numbers)?;
        whole.add(part(&predictions, y, &numbers, seed)?)?;
    }
    if streamed.n_rows == 0 {
        return Err(ScoreError::NoPoints.into());
    }
    Ok(whole.scores(model, streamed))
}

/// All scores so far.
struct Whole {
    nll: Moments,
    energy: Moments,
    targets: Vec<Tally>,
}

impl Whole {
    fn of(model: &impl Predictor) -> Result<Self, PredictError> {
        let tally = |target: &String| {
            let spread_width = model.spread_width(target);
            match spread_width.is_none_or(|width| width > 0.0) {
                true => Ok(Tally {
                    spread_width,
                    smallest_scale: f64::INFINITY,
                    smallest_weighty_scale: f64::INFINITY,
                    ..Tally::default()
                }),
                false => Err(PredictError::SpreadWidth {
                    target: target.clone(),
                }),
            }
        };
        let targets: Result<_, _> = model.target_names().iter().map(tally).collect();
        Ok(Self {
            nll: Moments::default(),
            energy: Moments::default(),
            targets: targets?,
        })
    }

    fn add(&mut self, part: Part) -> Result<(), PredictError> {
        self.nll.merge(part.nll);
        self.energy.merge(part.energy);
        for (tally, part) in self.targets.iter_mut().zip(part.targets) {
            tally.add(part)?;
        }
        Ok(())
    }

    fn scores(self, model: &impl Predictor, streamed: Streamed) -> Scores {
        let smallest_scale = self.targets.iter().map(|tally| tally.smallest_scale);
        let names = model.target_names();
        let targets = names.iter().zip(&self.targets);
        Scores {
            n_rows: streamed.n_rows,
            n_rows_missing: streamed.missing.n_rows,
            nll_nats: self.nll.summary(),
            energy: (names.len() > 1).then(|| self.energy.summary()),
            smallest_scale: smallest_scale.fold(f64::INFINITY, least),
            targets: targets.map(|(name, tally)| tally.scores(name)).collect(),
            missing: streamed.missing,
            outside: streamed.outside,
        }
    }
}

fn part(
    predictions: &Mixtures,
    y: &[f64],
    numbers: &[u64],
    seed: Seed,
) -> Result<Part, PredictError> {
    let batch = predictions.marginals();
    let d = batch.n_targets();
    let log_densities = predictions.log_densities(y)?.into_iter();
    let nll: Vec<f64> = log_densities.map(|l| -l).collect();
    let mut energy = Vec::new();
    let rows = batch.rows().zip(y.chunks_exact(d)).zip(numbers).enumerate();
    for (index, ((row, y), number)) in rows.filter(|_| d > 1) {
        let mut stream = seed.stream(&format!("score/energy/{number}"));
        let joint = predictions.get(index);
        let score = match joint.filter(|_| predictions.has_full_covariances()) {
            Some(joint) => joint_energy_score(&joint, y, ENERGY_PAIRS, &mut stream)?,
            None => energy_score(row, y, ENERGY_PAIRS, &mut stream)?,
        };
        energy.push(score.mean);
    }
    let mut targets = Vec::with_capacity(d);
    for target in 0..d {
        let own: Vec<f64> = y.iter().skip(target).step_by(d).copied().collect();
        let column = |value: &dyn Fn(Univariate<'_>, f64) -> f64| {
            let rows = batch.marginals(target)?;
            Ok::<Vec<f64>, crate::mixture::MixtureError>(
                rows.zip(&own).map(|(row, y)| value(row, *y)).collect(),
            )
        };
        let scales = batch
            .marginals(target)?
            .flat_map(|row| row.scales().iter().copied());
        targets.push(TargetPart {
            nll: Moments::of(&column(&|row, y| -row.log_density(y))?),
            crps: Moments::of(&column(&|row, y| row.crps(y))?),
            squared_error: Moments::of(&column(&|row, y| (y - row.mean()) * (y - row.mean()))?),
            sd: Moments::of(&column(&|row, _| row.variance().sqrt())?),
            pit: column(&|row, y| row.cdf(y))?,
            smallest_scale: scales.fold(f64::INFINITY, least),
            smallest_weighty_scale: batch
                .marginals(target)?
                .map(smallest_weighty_scale)
                .fold(f64::INFINITY, least),
            y: own,
        });
    }
    Ok(Part {
        nll: Moments::of(&nll),
        energy: Moments::of(&energy),
        targets,
    })
}

impl Tally {
    fn add(&mut self, part: TargetPart) -> Result<(), PredictError> {
        self.nll.merge(part.nll);
        self.crps.merge(part.crps);
        self.squared_error.merge(part.squared_error);
        self.sd.merge(part.sd);
        let covered = central_coverage(&part.pit, &COVERAGE_LEVELS)?;
        for (n_covered, coverage) in self.n_covered.iter_mut().zip(covered) {
            *n_covered += (coverage.covered * coverage.n as f64).round() as usize;
        }
        self.pit.add(&part.pit);
        let room = REPEAT_ROWS - self.first.len();
        self.first
            .extend_from_slice(&part.y[..part.y.len().min(room)]);
        self.smallest_weighty_scale =
            least(self.smallest_weighty_scale, part.smallest_weighty_scale);
        self.smallest_scale = least(self.smallest_scale, part.smallest_scale);
        Ok(())
    }

    fn scores(&self, name: &str) -> TargetScores {
        let crps = self.crps.summary();
        let repeats = Repeats::of(&self.first);
        let scale = self.smallest_weighty_scale;
        let degenerate_likelihood = repeats.are_resolved_despite(self.spread_width, scale);
        let ks = self.pit.ks(crps.n);
        let levels = COVERAGE_LEVELS.iter().zip(self.n_covered);
        TargetScores {
            name: name.to_owned(),
            nll_nats: self.nll.summary(),
            crps,
            squared_error: self.squared_error.summary(),
            sd: self.sd.summary(),
            pit_ks: ks.distance,
            pit_ks_p_bound: ks.p_value_bound(),
            coverage: levels
                .map(|(level, n_covered)| Coverage::of_counts(*level, n_covered, crps.n))
                .collect(),
            repeated_share: repeats.share,
            degenerate_likelihood,
        }
    }
}

/// The least scale among the components with a hundredth of the weight or more.
pub(crate) fn smallest_weighty_scale(row: Univariate<'_>) -> f64 {
    let components = row.weights().iter().zip(row.scales());
    let weighty = components.filter(|(w, _)| **w >= 0.01);
    weighty.map(|(_, s)| *s).fold(f64::INFINITY, least)
}

/// The smaller; the first where the second is NaN.
fn least(a: f64, b: f64) -> f64 {
    if b < a { b } else { a }
}
