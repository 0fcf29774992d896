//! Which settings suit a table, one after the other, by out-of-fold densities.

use super::members::{Member, Workshop};
use crate::net::ModelError;
use crate::record::{Candidate, Settings};
use crate::score::Summary;

/// The weight of the wide normal in the densities that settings are compared by: one far row must not decide.
const WIDE: f64 = 1e-3;

/// The values that are tried of each setting, for tables of so many rows.
#[derive(Debug, Clone)]
pub(super) struct Trials {
    pub(super) first: Settings,
    pub(super) n_pieces: Vec<Option<usize>>,
    pub(super) n_components: Vec<usize>,
    pub(super) weight_decay: Vec<f64>,
    pub(super) noise: Vec<f64>,
    /// Whether K is chosen once more when the others are.
    pub(super) is_twice: bool,
}

/// A row's log density with a little of the wide normal in it.
pub(super) fn guarded(log_density: f64, wide: f64, weight: f64) -> f64 {
    let (a, b) = (log_density + libm::log1p(-weight), wide + libm::log(weight));
    let (high, low) = if a > b { (a, b) } else { (b, a) };
    high + libm::log1p(libm::exp(low - high))
}

/// The settings that come out best, one setting after the other: K, weight decay, pieces, noise, and perhaps K again.
/// `wide` are the log densities of the wide normal at all rows. Every setting that was tried is in the list.
///
/// # Errors
/// What stops every training.
pub(super) fn choose(
    workshop: &Workshop<'_>,
    trials: &Trials,
    folds: &[usize],
    wide: &[f64],
) -> Result<(Settings, Vec<Candidate>), ModelError> {
    let mut best = trials.first;
    let mut tried: Vec<Candidate> = Vec::new();
    type Change = fn(&Trials, Settings) -> Vec<Settings>;
    let changes: [Change; 4] = [
        |t, s| {
            t.n_components
                .iter()
                .map(|k| Settings {
                    n_components: *k,
                    ..s
                })
                .collect()
        },
        |t, s| {
            t.weight_decay
                .iter()
                .map(|w| Settings {
                    weight_decay: *w,
                    ..s
                })
                .collect()
        },
        |t, s| {
            t.n_pieces
                .iter()
                .map(|p| Settings { n_pieces: *p, ..s })
                .collect()
        },
        |t, s| {
            t.noise
                .iter()
                .map(|n| Settings { noise: *n, ..s })
                .collect()
        },
    ];
    let again = trials.is_twice.then_some(changes[0]);
    for change in changes.into_iter().chain(again) {
        let mut candidates = change(trials, best);
        if !candidates.contains(&best) {
            candidates.insert(0, best);
        }
        let members = workshop.candidates(&candidates, folds)?;
        for (settings, members) in candidates.into_iter().zip(members) {
            if !tried.iter().any(|candidate| candidate.settings == settings) {
                tried.push(candidate(settings, workshop, folds, &members, wide));
            }
        }
        // The first of equals, in the order in which they were tried.
        let mut least = f64::INFINITY;
        for candidate in &tried {
            if let Some(nll) = candidate.nll_nats_mean.filter(|nll| *nll < least) {
                (least, best) = (nll, candidate.settings);
            }
        }
    }
    Ok((best, tried))
}

/// What the members of these settings are worth on their folds; nothing where one has diverged.
fn candidate(
    settings: Settings,
    workshop: &Workshop<'_>,
    folds: &[usize],
    members: &[Option<Member>],
    wide: &[f64],
) -> Candidate {
    let mut nll = Vec::new();
    for (member, fold) in members.iter().zip(folds) {
        let rows = &workshop.folds[*fold].held_out;
        let Some(member) = member else {
            nll.clear();
            break;
        };
        let pairs = member.log_densities.iter().zip(rows);
        nll.extend(pairs.map(|(log, row)| -guarded(*log, wide[*row], WIDE)));
    }
    let summary = Summary::of(&nll).ok().filter(|s| s.mean.is_finite());
    Candidate {
        settings,
        nll_nats_mean: summary.map(|s| s.mean),
        nll_nats_standard_error: summary.and_then(|s| s.standard_error),
    }
}
