//! The energy score: the CRPS of several targets at once.

use super::error::ScoreError;
use super::point::check_targets;
use super::summary::Summary;
use crate::mixture::{GaussianMixture, MixtureBatch, MixtureRef};
use crate::seed::{Seed, Stream};

/// The most pairs one energy score may draw: 16 million, 128 MiB of values.
pub const MAX_PAIRS: usize = 1 << 24;

/// E|Y − y| − ½E|Y − Y′| in the Euclidean norm, with its Monte-Carlo standard error.
///
/// For one target it is the CRPS, which has a closed form: use that.
///
/// # Formula
/// (Gneiting and Raftery, 2007, "Strictly proper scoring rules, prediction, and estimation",
/// eq. 22 with β = 1.) Pairs (Y, Y′) are drawn independently and each gives
/// ½(|Y − y| + |Y′ − y| − |Y − Y′|), which is unbiased; their mean and its standard error are
/// returned. All pairs among the draws would have a smaller variance, but none that is
/// estimated so simply.
///
/// # Errors
/// [`ScoreError::WrongLength`] where `y` has not D coordinates; [`ScoreError::TargetNotFinite`], with
/// row 0; [`ScoreError::NoPoints`] for no pair; [`ScoreError::OutOfRange`] for one, which has no
/// standard error, and for more than [`MAX_PAIRS`]. Nothing is drawn then.
pub fn energy_score(
    row: MixtureRef<'_>,
    y: &[f64],
    n_pairs: usize,
    stream: &mut Stream,
) -> Result<Summary, ScoreError> {
    from_pairs(row.n_targets(), y, n_pairs, |out| {
        Ok(row.sample_into(stream, out)?)
    })
}

/// [`energy_score`] of a mixture with diagonal or full covariances.
///
/// # Errors
/// As [`energy_score`].
pub fn joint_energy_score(
    mixture: &GaussianMixture,
    y: &[f64],
    n_pairs: usize,
    stream: &mut Stream,
) -> Result<Summary, ScoreError> {
    from_pairs(mixture.n_targets(), y, n_pairs, |out| {
        out.copy_from_slice(&mixture.sample(stream));
        Ok(())
    })
}

/// Mean of ½(|Y − y| + |Y′ − y| − |Y − Y′|) over pairs of draws of length `d`.
fn from_pairs(
    d: usize,
    y: &[f64],
    n_pairs: usize,
    mut draw: impl FnMut(&mut [f64]) -> Result<(), ScoreError>,
) -> Result<Summary, ScoreError> {
    if y.len() != d {
        return Err(ScoreError::WrongLength {
            expected: d,
            found: y.len(),
        });
    }
    if let Some(value) = y.iter().find(|y| !y.is_finite()) {
        return Err(ScoreError::TargetNotFinite {
            row: 0,
            value: *value,
        });
    }
    check_pairs(n_pairs)?;
    let mut draws = vec![0.0; 2 * d];
    let (a, b) = draws.split_at_mut(d);
    let mut values = Vec::with_capacity(n_pairs);
    for _ in 0..n_pairs {
        draw(a)?;
        draw(b)?;
        values.push(0.5 * (distance(a, y) + distance(b, y) - distance(a, b)));
    }
    Summary::of(&values)
}

/// As many pairs as have a standard error and fit into memory.
fn check_pairs(n_pairs: usize) -> Result<(), ScoreError> {
    match n_pairs {
        0 => Err(ScoreError::NoPoints),
        2..=MAX_PAIRS => Ok(()),
        _ => Err(ScoreError::OutOfRange {
            what: "number of pairs",
            index: 0,
            value: n_pairs as f64,
            allowed: "[2, 16777216]",
        }),
    }
}

/// [`energy_score`] of every row; `targets` is [n, d].
///
/// Row i draws from the stream `path/i`, so it does not depend on what else is scored.
///
/// # Errors
/// [`ScoreError::WrongLength`], [`ScoreError::TargetNotFinite`], and for the number of pairs as
/// [`energy_score`].
pub fn energy_scores(
    batch: &MixtureBatch,
    targets: &[f64],
    n_pairs: usize,
    seed: Seed,
    path: &str,
) -> Result<Vec<Summary>, ScoreError> {
    check_targets(batch, targets)?;
    check_pairs(n_pairs)?;
    batch
        .rows()
        .zip(targets.chunks_exact(batch.n_targets()))
        .enumerate()
        .map(|(i, (row, y))| {
            energy_score(row, y, n_pairs, &mut seed.stream(&format!("{path}/{i}")))
        })
        .collect()
}

/// |a − b|.
fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter()
        .zip(b)
        .map(|(a, b)| (a - b) * (a - b))
        .sum::<f64>()
        .sqrt()
}
