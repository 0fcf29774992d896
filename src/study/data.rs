//! The rows of a split, and what the exact density scores on them.

use std::collections::BTreeMap;
use std::ops::Range;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ensemble::least_scales;
use crate::net::Rows as ModelRows;
use crate::numerics::environment;
use crate::problem::{PointScores, Points, ProblemError, Truth};
use crate::record::{Data, Exhibits, Oracle};
use crate::score::{ScoreError, Summary};
use crate::seed::Seed;
use crate::spec::Drawn;
use crate::table::Repeats;

/// Rows of a parallel chunk: fixed, so that no bit depends on the number of threads.
const CHUNK: usize = 1000;

/// Number of each row in its table, from 1: in half the room where they are small enough.
#[derive(Debug)]
pub(super) enum Numbers {
    Small(Vec<u32>),
    Large(Vec<u64>),
}

impl Numbers {
    /// That of the row at this place.
    pub(super) fn at(&self, row: usize) -> u64 {
        match self {
            Self::Small(numbers) => u64::from(numbers[row]),
            Self::Large(numbers) => numbers[row],
        }
    }

    pub(super) fn of(numbers: Vec<u64>) -> Self {
        let small = numbers.iter().map(|number| u32::try_from(*number));
        match small.collect() {
            Ok(small) => Self::Small(small),
            Err(_) => Self::Large(numbers),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Small(numbers) => numbers.len(),
            Self::Large(numbers) => numbers.len(),
        }
    }

    /// Those of the rows in this range.
    pub(super) fn range(&self, rows: Range<usize>) -> Vec<u64> {
        match self {
            Self::Small(numbers) => numbers[rows].iter().map(|n| u64::from(*n)).collect(),
            Self::Large(numbers) => numbers[rows].to_vec(),
        }
    }
}

/// Rows of features \[n, F\] and targets \[n, D\].
#[derive(Debug)]
pub(super) struct Rows {
    /// Of the table.
    pub(super) numbers: Numbers,
    pub(super) x: Vec<f64>,
    pub(super) y: Vec<f64>,
}

impl Rows {
    pub(super) fn len(&self) -> usize {
        self.numbers.len()
    }

    pub(super) fn as_rows(&self) -> ModelRows<'_> {
        ModelRows {
            x: &self.x,
            y: &self.y,
        }
    }
}

/// Training, validation and test rows, and what is known of them.
#[derive(Debug)]
pub(super) struct SplitData {
    /// For the weights.
    pub(super) train: Rows,
    /// For early stopping, the learning rate and the choice.
    pub(super) validation: Rows,
    /// For scores.
    pub(super) test: Rows,
    /// The exact conditional density, where it is known.
    pub(super) truth: Option<Box<dyn Truth>>,
    /// Sizes, hash, and the table.
    pub(super) data: Data,
    /// Names of the features.
    pub(super) features: Vec<String>,
    /// Names of the targets.
    pub(super) targets: Vec<String>,
    /// How each target repeats itself in the training rows, before any was spread.
    pub(super) repeats: Vec<Repeats>,
    /// Widths of the noise on spread targets, by name.
    pub(super) spread_widths: BTreeMap<String, f64>,
    /// What a model keeps beside its names.
    pub(super) notes: BTreeMap<String, String>,
    /// What is odd about a table, a sentence each.
    pub(super) warnings: Vec<String>,
}

impl SplitData {
    /// Draws points for the `draw`-th time.
    ///
    /// # Errors
    /// If the problem's parameters are out of range.
    pub(super) fn draw(drawn: &Drawn, seed: Seed, draw: usize) -> Result<Self, ProblemError> {
        // The first draw has the streams of a study that draws once.
        let seed = match draw {
            0 => seed,
            _ => seed.child(&format!("draw={draw}")),
        };
        let realised = drawn.problem.realise(seed, drawn.n_test)?;
        let blake3 = realised.blake3();
        let (train, validation) = split_at(&realised.train, drawn.n_train());
        let test = rows(&realised.test.x, &realised.test.y, 0);
        Ok(Self {
            data: Data {
                n_train: train.len(),
                n_validation: validation.len(),
                n_test: test.len(),
                n_test_crps: drawn.n_test_crps,
                blake3,
                table: None,
            },
            repeats: vec![Repeats::of(&train.y)],
            train,
            validation,
            test,
            truth: Some(realised.truth),
            features: vec!["x".to_owned()],
            targets: vec!["y".to_owned()],
            spread_widths: BTreeMap::new(),
            notes: BTreeMap::new(),
            warnings: Vec::new(),
        })
    }

    /// All rows but those of the test, in the order of their numbers.
    pub(super) fn rows_to_learn_from(&self) -> Rows {
        let (f, d) = (self.features.len(), self.targets.len());
        let parts = [&self.train, &self.validation];
        let rows = parts.into_iter().flat_map(|part| {
            let of_rows = part.x.chunks_exact(f).zip(part.y.chunks_exact(d));
            part.numbers.range(0..part.len()).into_iter().zip(of_rows)
        });
        let mut rows: Vec<_> = rows.collect();
        rows.sort_by_key(|(number, _)| *number);
        let (mut numbers, mut all_x, mut all_y) = (Vec::new(), Vec::new(), Vec::new());
        for (number, (x, y)) in rows {
            numbers.push(number);
            all_x.extend_from_slice(x);
            all_y.extend_from_slice(y);
        }
        Rows {
            numbers: Numbers::of(numbers),
            x: all_x,
            y: all_y,
        }
    }

    /// Of each target in `y` \[n, D\] the scale that a value on its grid is known to; 0 without a grid.
    pub(super) fn least_scales(&self, y: &[f64]) -> Vec<f64> {
        least_scales(y, self.targets.len())
    }

    /// What the truth scores at every test point; the CRPS only at the first ones. Empty where it is not known.
    #[must_use]
    pub(super) fn oracle_points(&self) -> Vec<PointScores> {
        self.truth_at(&self.test, self.data.n_test_crps)
    }

    /// The exact density's scores; `None` where it is not known.
    ///
    /// # Errors
    /// If there is no point to score.
    pub(super) fn oracle(&self, points: &[PointScores]) -> Result<Option<Oracle>, ScoreError> {
        if self.truth.is_none() {
            return Ok(None);
        }
        let summary = |points: &[PointScores], value: &dyn Fn(&PointScores) -> Option<f64>| {
            Summary::of(&points.iter().filter_map(value).collect::<Vec<_>>())
        };
        let nll = summary(points, &|p| Some(p.nll_nats))?;
        let gaussian = summary(points, &|p| Some(p.single_gaussian_nll_nats))?;
        let mse = summary(points, &|p| Some(p.squared_error))?;
        let crps = summary(points, &|p| p.crps)?;
        let validation = summary(&self.truth_at(&self.validation, 0), &|p| Some(p.nll_nats))?;
        // A spec has two test points at least.
        let error = |summary: &Summary| summary.standard_error.unwrap_or(0.0);
        Ok(Some(Oracle {
            nll_nats_mean: nll.mean,
            nll_nats_standard_error: error(&nll),
            nll_nats_mean_validation: validation.mean,
            single_gaussian_nll_nats_mean: gaussian.mean,
            mse: mse.mean,
            mse_standard_error: error(&mse),
            crps_mean: crps.mean,
            crps_standard_error: error(&crps),
        }))
    }

    /// The truth's scores, in the order of the points, on all cores.
    pub(super) fn truth_at(&self, points: &Rows, n_crps: usize) -> Vec<PointScores> {
        let Some(truth) = &self.truth else {
            return Vec::new();
        };
        let chunks: Vec<Vec<PointScores>> = points
            .x
            .par_chunks(CHUNK)
            .zip(points.y.par_chunks(CHUNK))
            .enumerate()
            .map(|(chunk, (x, y))| {
                let _environment = environment::guard();
                let pairs = x.iter().zip(y).enumerate();
                let score = |(row, (x, y)): (usize, (&f64, &f64))| {
                    let with_crps = chunk * CHUNK + row < n_crps;
                    PointScores::of(truth.as_ref(), *x, *y, with_crps)
                };
                pairs.map(score).collect()
            })
            .collect();
        chunks.into_iter().flatten().collect()
    }
}

/// The first `at` points, and those after them.
fn split_at(points: &Points, at: usize) -> (Rows, Rows) {
    let (x, y) = (points.x.split_at(at), points.y.split_at(at));
    (rows(x.0, y.0, 0), rows(x.1, y.1, at as u64))
}

/// Points in the precision of the scores, counted on from `first`.
fn rows(x: &[f32], y: &[f32], first: u64) -> Rows {
    let wide = |values: &[f32]| values.iter().map(|v| f64::from(*v)).collect();
    Rows {
        numbers: Numbers::of((first + 1..=first + x.len() as u64).collect()),
        x: wide(x),
        y: wide(y),
    }
}

/// The record's parts that no network enters, of one split.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Baselines {
    /// Sizes and hash.
    pub(super) data: Data,
    /// The truth's scores.
    pub(super) oracle: Option<Oracle>,
    /// What is odd about a table.
    pub(super) warnings: Vec<String>,
    /// What the figures show of the data alone.
    pub(super) exhibits: Option<Exhibits>,
}
