//! What a model's densities are worth on a table whose targets are known.

use super::error::PredictError;
use super::moments::Moments;
use super::outside::{Outside, Ranges};
use super::pit_counts::PitCounts;
use super::predictor::{Predictor, check_sizes, encoding_of};
use super::stream::{Streamed, answers, chunk_rows, densities_of, stream};
use super::unanswered::{RowPolicy, UnansweredRows};
use crate::numerics::environment;
use crate::score::{
    COVERAGE_LEVELS, Coverage, RowScores, ScoreError, Scores, TargetRows, TargetScores, Wanted,
    central_coverage, smaller,
};
use crate::seed::Seed;
use crate::table::{Chunk, EncodedColumns, Repeats, TableReader};

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

/// Everything that is asked of a row whose targets are known.
const fn all(seed: Seed) -> Wanted {
    Wanted {
        n_crps: usize::MAX,
        calibration: true,
        energy: Some(seed),
    }
}

/// Scores every row of a table that holds the model's features and targets; says too what went through.
///
/// Draws of the energy score come from the streams `score/energy/ROW` of `seed`.
///
/// # Errors
/// [`PredictError`].
pub fn score(
    model: &impl Predictor,
    reader: &mut TableReader,
    policy: impl Into<RowPolicy>,
    seed: Seed,
) -> Result<(Scores, Streamed), PredictError> {
    let _environment = environment::guard();
    let policy = policy.into();
    let encoding = encoding_of(model)?;
    let f = encoding.n_features();
    let columns = EncodedColumns::find(&encoding, reader, model.target_names())?;
    let columns = policy.columns(columns);
    let work = |chunk: &Chunk| {
        let answers = answers(model, chunk, columns.width(), policy)?;
        let Some(densities) = answers.densities else {
            return Ok((None, answers.without_density));
        };
        let rows = chunk.values().chunks_exact(columns.width());
        let rows = rows.zip(chunk.rows());
        let has_density = |number: &u64| !answers.without_density.contains(number);
        let rows = rows.filter(|(_, number)| has_density(number));
        let (mut y, mut numbers) = (Vec::new(), Vec::new());
        for (row, number) in rows {
            y.extend_from_slice(&row[f..]);
            numbers.push(*number);
        }
        let rows = RowScores::of(&densities, &y, &numbers, &all(seed))?;
        Ok((Some((rows, y)), answers.without_density))
    };
    let n_rows = chunk_rows(model, columns.width());
    let mut whole = Whole::of(model)?;
    let mut without = UnansweredRows::default();
    let streamed = stream(
        model,
        reader,
        &columns,
        n_rows,
        policy,
        work,
        |(scored, rows)| {
            without.add_without_density(&rows);
            let added = scored.map_or(Ok(()), |(rows, y)| whole.add(&rows, &y));
            Ok(added?)
        },
    )?;
    let streamed = streamed.take_off(without);
    let (n_rows, n_missing) = (streamed.n_rows, streamed.missing.n_rows);
    let scores = whole.scores(model.target_names(), n_rows, n_missing);
    Ok((scores, streamed))
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
) -> Result<(Scores, Streamed), PredictError> {
    let _environment = environment::guard();
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
        whole.add(&RowScores::of(&predictions, y, &numbers, &all(seed))?, y)?;
    }
    if streamed.n_rows == 0 {
        return Err(ScoreError::NoPoints.into());
    }
    let scores = whole.scores(model.target_names(), streamed.n_rows, 0);
    Ok((scores, streamed))
}

/// All scores so far.
struct Whole {
    nll: Moments,
    energy: Moments,
    targets: Vec<Tally>,
}

impl Whole {
    fn of(model: &impl Predictor) -> Result<Self, PredictError> {
        let mut widths = Vec::new();
        for target in model.target_names() {
            let width = model.spread_width(target);
            if !width.is_none_or(|width| width > 0.0) {
                let target = target.clone();
                return Err(PredictError::SpreadWidth { target });
            }
            widths.push(width);
        }
        Ok(Self::new(widths.into_iter()))
    }

    /// Nothing yet, of targets whose values were spread by noise of these widths.
    fn new(spread_widths: impl Iterator<Item = Option<f64>>) -> Self {
        let tally = |spread_width| Tally {
            spread_width,
            smallest_scale: f64::INFINITY,
            smallest_weighty_scale: f64::INFINITY,
            ..Tally::default()
        };
        Self {
            nll: Moments::default(),
            energy: Moments::default(),
            targets: spread_widths.map(tally).collect(),
        }
    }

    fn add(&mut self, rows: &RowScores, y: &[f64]) -> Result<(), ScoreError> {
        self.nll.merge(Moments::of(&rows.nll));
        self.energy.merge(Moments::of(&rows.energy));
        let d = rows.targets.len();
        for (at, (tally, rows)) in self.targets.iter_mut().zip(&rows.targets).enumerate() {
            let own: Vec<f64> = y.iter().skip(at).step_by(d).copied().collect();
            tally.add(rows, &own)?;
        }
        Ok(())
    }

    fn scores(self, names: &[String], n_rows: u64, n_rows_missing: u64) -> Scores {
        let smallest_scale = self.targets.iter().map(|tally| tally.smallest_scale);
        let targets = names.iter().zip(&self.targets);
        Scores {
            n_rows,
            n_rows_missing,
            nll_nats: self.nll.summary(),
            energy: (names.len() > 1).then(|| self.energy.summary()),
            smallest_scale: smallest_scale.fold(f64::INFINITY, smaller),
            targets: targets.map(|(name, tally)| tally.scores(name)).collect(),
        }
    }
}

/// Scores of rows in memory as they are kept: `rows` of targets `y` \[n, d\] with these names.
///
/// # Errors
/// [`ScoreError`].
#[cfg(feature = "net")]
pub(crate) fn scores_of(
    rows: &RowScores,
    y: &[f64],
    names: &[String],
) -> Result<Scores, ScoreError> {
    let mut whole = Whole::new(names.iter().map(|_| None));
    whole.add(rows, y)?;
    Ok(whole.scores(names, rows.nll.len() as u64, 0))
}

impl Tally {
    fn add(&mut self, rows: &TargetRows, y: &[f64]) -> Result<(), ScoreError> {
        self.nll.merge(Moments::of(&rows.nll));
        self.crps.merge(Moments::of(&rows.crps));
        self.squared_error.merge(Moments::of(&rows.squared_error));
        self.sd.merge(Moments::of(&rows.sd));
        let covered = central_coverage(&rows.pit, &COVERAGE_LEVELS)?;
        for (n_covered, coverage) in self.n_covered.iter_mut().zip(covered) {
            *n_covered += (coverage.covered * coverage.n as f64).round() as usize;
        }
        self.pit.add(&rows.pit);
        let room = REPEAT_ROWS - self.first.len();
        self.first.extend_from_slice(&y[..y.len().min(room)]);
        self.smallest_weighty_scale =
            smaller(self.smallest_weighty_scale, rows.smallest_weighty_scale);
        self.smallest_scale = smaller(self.smallest_scale, rows.smallest_scale);
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
