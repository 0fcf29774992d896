//! Differences of contenders, split by split.

use super::measured::Measured;
use super::peers;
use super::scores::{Row, Rows, heading, prefix};
use super::view::ProblemView;
use crate::record::compare::{over_splits, paired};
use crate::report::number::{count, escape};
use crate::report::quantity::with_error;

/// Contenders of which every pair is listed; of more, each beside the best.
const ALL_PAIRS: usize = 5;

/// A name and its losses.
struct Line<'a> {
    heading: String,
    name: String,
    nll: &'a [Option<f64>],
}

/// Each pair on a row: who is less, by how much, and on how many splits. Empty where there is nothing to compare.
pub(super) fn rows(problem: &ProblemView<'_>, measured: &[Measured<'_>]) -> Rows {
    let with_density = measured
        .iter()
        .filter(|m| m.nll.iter().any(Option::is_some));
    let ours: Vec<Line<'_>> = with_density
        .map(|m| Line {
            heading: heading(m),
            name: m.contender.name(),
            nll: &m.nll,
        })
        .collect();
    let mut rows: Vec<Row> = pairs(&ours)
        .into_iter()
        .filter_map(|(a, b)| row(problem, &ours[a], &ours[b]))
        .collect();
    for (name, peer) in problem.known.map(peers::on).unwrap_or_default() {
        let theirs = peer.per_split(problem.n_splits);
        let theirs = Line {
            heading: format!("{} (measured here)", escape(name)),
            name: format!("peers/{name}"),
            nll: &theirs,
        };
        rows.extend(ours.iter().filter_map(|ours| row(problem, ours, &theirs)));
    }
    let head = [
        "first minus second",
        "difference of NLL, nats",
        "in standard errors",
        "first is less on",
        "of splits",
    ];
    Rows {
        head: head.map(str::to_owned).to_vec(),
        rows,
    }
}

/// Places of the first and the second of each pair.
fn pairs(lines: &[Line<'_>]) -> Vec<(usize, usize)> {
    let n = lines.len();
    if n <= ALL_PAIRS {
        return (0..n)
            .flat_map(|a| (a + 1..n).map(move |b| (a, b)))
            .collect();
    }
    let mean = |line: &Line<'_>| over_splits(line.nll).map_or(f64::INFINITY, |s| s.mean);
    let best = (0..n).min_by(|a, b| mean(&lines[*a]).total_cmp(&mean(&lines[*b])));
    let best = best.unwrap_or(0);
    (0..n).filter(|a| *a != best).map(|a| (a, best)).collect()
}

fn row(problem: &ProblemView<'_>, a: &Line<'_>, b: &Line<'_>) -> Option<Row> {
    let paired = paired(a.nll, b.nll)?;
    let difference = paired.difference;
    let key = |field: &str| format!("{}/minus/{}/{field}", prefix(problem, &a.name), b.name);
    let in_errors = difference.standard_error.filter(|error| *error > 0.0);
    let in_errors = in_errors.map(|error| difference.mean / error);
    Some(Row {
        class: "",
        heading: format!("{} minus {}", a.heading, b.heading),
        cells: vec![
            with_error(
                (&key("mean"), Some(difference.mean)),
                (&key("standard_error"), difference.standard_error),
            ),
            crate::report::number::optional(&key("in_errors"), in_errors, 1),
            count(&key("n_less"), paired.n_less),
            count(&key("n"), difference.n),
        ],
    })
}
