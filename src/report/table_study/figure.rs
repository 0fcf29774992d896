//! The loss of every contender on every split, with published means as lines.

use super::known;
use super::measured::Measured;
use super::view::ProblemView;
use crate::record::compare::over_splits;
use crate::report::RenderError;
use crate::report::figures::{Lane, lanes};
use crate::report::number::fixed;

/// Problems that have a picture: the first ones.
const IDS: [&str; 12] = [
    "splits-1",
    "splits-2",
    "splits-3",
    "splits-4",
    "splits-5",
    "splits-6",
    "splits-7",
    "splits-8",
    "splits-9",
    "splits-10",
    "splits-11",
    "splits-12",
];

/// `None` where no contender has a density, or there is no room left.
pub(super) fn svg(
    at: usize,
    problem: &ProblemView<'_>,
    measured: &[Measured<'_>],
) -> Result<Option<String>, RenderError> {
    let Some(id) = IDS.get(at) else {
        return Ok(None);
    };
    let known: Vec<&Measured<'_>> = measured
        .iter()
        .filter(|m| m.nll.iter().any(Option::is_some))
        .collect();
    if known.is_empty() {
        return Ok(None);
    }
    let of_lane = |m: &&Measured<'_>| {
        let contender = m.contender;
        let summary = over_splits(&m.nll);
        let error = summary.and_then(|s| s.standard_error).unwrap_or(0.0);
        Lane {
            name: match contender.n_components {
                Some(k) => format!("{}, K = {k}", contender.recipe),
                None => contender.recipe.to_owned(),
            },
            dots: m.nll.iter().flatten().copied().collect(),
            middle: summary.map(|s| (s.mean, 2.0 * error)),
        }
    };
    let drawn: Vec<Lane> = known.iter().map(of_lane).collect();
    let means = drawn.iter().filter_map(|lane| {
        let (mean, _) = lane.middle?;
        Some(format!("{}: {}", lane.name, fixed(mean, 3)))
    });
    let means: Vec<String> = means.collect();
    let levels: Vec<f64> = problem
        .known
        .map(|table| known::published(table).map(|(_, nll)| nll).collect())
        .unwrap_or_default();
    let title = format!("Losses on the splits of {}", problem.name);
    let description = format!(
        "For each recipe a row of dots, one a split, with the mean and two standard errors. Means: {}.",
        means.join("; ")
    );
    lanes(
        id,
        &title,
        description,
        "negative log-likelihood (nats)",
        &drawn,
        &levels,
    )
    .map(Some)
}
