//! Which number of components is taken.

use crate::record::{Choice, EnsembleRecord};
use crate::score::{ScoreError, Summary};

/// A trained network as the choice sees it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate<'a> {
    /// Identity of its cell.
    pub(super) cell: &'a str,
    /// K.
    pub(super) n_components: usize,
    /// Negative log-likelihood of each validation row, nats.
    pub(super) nll_nats: &'a [f64],
    /// Whether its likelihood is not to be believed.
    pub(super) is_degenerate: bool,
    /// Where it is the average of several networks.
    pub(super) ensemble: Option<&'a EnsembleRecord>,
}

/// The fewest components whose mean validation NLL exceeds the best by no more than one standard
/// error of that excess; networks with a degenerate likelihood are passed over as long as there is
/// another.
///
/// The rule of one standard error of Breiman, Friedman, Olshen and Stone (1984, "Classification and
/// Regression Trees", section 3.4.3), with the standard error of the difference on the same rows in
/// place of the score's own: what the rows have in common cancels, so that the rule is not blinded by
/// how much they differ among themselves.
///
/// `None` where there is no candidate.
///
/// # Errors
/// [`ScoreError`] where the columns are empty or of unequal length.
pub(super) fn choose(candidates: &[Candidate<'_>]) -> Result<Option<Choice>, ScoreError> {
    let some_sound = candidates.iter().any(|c| !c.is_degenerate);
    let mut open: Vec<&Candidate<'_>> = candidates
        .iter()
        .filter(|c| !(some_sound && c.is_degenerate))
        .collect();
    open.sort_by_key(|c| c.n_components);
    let mut best: Option<(&Candidate<'_>, f64)> = None;
    for candidate in &open {
        let mean = Summary::of(candidate.nll_nats)?.mean;
        if best.is_none_or(|(_, least)| mean < least) {
            best = Some((candidate, mean));
        }
    }
    let Some((best, best_mean)) = best else {
        return Ok(None);
    };
    for candidate in open {
        let excess = Summary::of_difference(candidate.nll_nats, best.nll_nats)?;
        let error = excess.standard_error.unwrap_or(0.0);
        if excess.mean <= error || candidate.n_components == best.n_components {
            let mean = Summary::of(candidate.nll_nats)?.mean;
            return Ok(Some(Choice {
                cell: candidate.cell.to_owned(),
                n_components: candidate.n_components,
                best_n_components: best.n_components,
                excess_nats_mean: excess.mean,
                excess_nats_standard_error: error,
                reason: match candidates {
                    [
                        Candidate {
                            ensemble: Some(ensemble),
                            ..
                        },
                    ] => reason_of_ensemble(ensemble, mean),
                    [_] => format!(
                        "K = {} is the only number of components that was asked for; its validation NLL is {mean:.4} nats",
                        candidate.n_components
                    ),
                    _ => reason(
                        candidate.n_components,
                        mean,
                        best.n_components,
                        best_mean,
                        excess,
                    ),
                } + &passed_over(candidates, some_sound),
            }));
        }
    }
    Ok(None)
}

fn reason_of_ensemble(ensemble: &EnsembleRecord, mean: f64) -> String {
    if ensemble.is_feature_free {
        let k = ensemble.n_components_feature_free;
        return format!(
            "K = {k} components that ignore the features are the answer; their out-of-fold NLL is {mean:.4} nats"
        );
    }
    let (n, k) = (ensemble.members.len(), ensemble.settings.n_components);
    format!(
        "{n} networks of {k} components each are averaged; their out-of-fold NLL is {mean:.4} nats"
    )
}

/// What is said of the networks that were not looked at.
fn passed_over(candidates: &[Candidate<'_>], some_sound: bool) -> String {
    let passed = candidates.iter().filter(|c| some_sound && c.is_degenerate);
    let names: Vec<String> = passed.map(|c| format!("K = {}", c.n_components)).collect();
    if names.is_empty() {
        return String::new();
    }
    format!(
        ", {} passed over: a degenerate likelihood",
        names.join(", ")
    )
}

fn reason(k: usize, mean: f64, best: usize, best_mean: f64, excess: Summary) -> String {
    if k == best {
        return format!(
            "K = {k} has the least validation NLL, {mean:.4} nats, and no smaller K is within one standard error of it"
        );
    }
    format!(
        "K = {k} is the smallest whose validation NLL, {mean:.4} nats, exceeds the least, {best_mean:.4} nats at K = {best}, by no more than one standard error of the difference ({:.4} ± {:.4} nats)",
        excess.mean,
        excess.standard_error.unwrap_or(0.0)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    /// Rows that differ much among themselves, and columns that exceed them by `gap` ± 0.1 a row.
    fn column(gap: f64, stream: &str) -> Vec<f64> {
        let (mut common, mut own) = (Seed::new(0).stream("common"), Seed::new(0).stream(stream));
        (0..400)
            .map(|_| common.normal(1.0, 5.0) + own.normal(gap, 0.1))
            .collect()
    }

    fn chosen(columns: &[(usize, &[f64], bool)]) -> Choice {
        let candidates: Vec<Candidate<'_>> = columns
            .iter()
            .map(|(n_components, nll_nats, is_degenerate)| Candidate {
                cell: "c",
                n_components: *n_components,
                nll_nats,
                is_degenerate: *is_degenerate,
                ensemble: None,
            })
            .collect();
        choose(&candidates).unwrap().unwrap()
    }

    #[test]
    fn the_smallest_within_one_standard_error_is_taken() {
        // The standard error of a difference is about 0.1·√2/20 = 0.007.
        let (one, five, ten) = (column(0.5, "a"), column(0.004, "b"), column(0.0, "c"));
        let choice = chosen(&[(10, &ten, false), (1, &one, false), (5, &five, false)]);
        assert!(choice.n_components == 5 || choice.best_n_components == 5);
        assert!(choice.excess_nats_mean <= choice.excess_nats_standard_error);
        // The twin: an excess of many standard errors is not overlooked, although it is small
        // beside the rows' own spread of 5.
        let worse = column(0.05, "b");
        let choice = chosen(&[(10, &ten, false), (1, &one, false), (5, &worse, false)]);
        assert_eq!((choice.n_components, choice.best_n_components), (10, 10));
        assert!(choice.reason.starts_with("K = 10 has the least"));
    }

    #[test]
    fn a_degenerate_one_is_passed_over() {
        let (sound, collapsed) = (column(0.0, "a"), column(-9.0, "b"));
        assert_eq!(
            chosen(&[(2, &sound, false), (9, &collapsed, true)]).n_components,
            2
        );
        // The twin: it would have won; and where all are so, the best of them is taken.
        assert_eq!(
            chosen(&[(2, &sound, false), (9, &collapsed, false)]).n_components,
            9
        );
        assert_eq!(
            chosen(&[(2, &sound, true), (9, &collapsed, true)]).n_components,
            9
        );
        assert_eq!(choose(&[]).unwrap(), None);
    }
}
