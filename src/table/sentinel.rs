//! A number that stands for a missing one.

use std::fmt;

use super::wording::{excerpt, number};

/// A value outside the rest of a column's range that repeats: `-999` among temperatures.
#[derive(Debug, Clone, PartialEq)]
pub struct Sentinel {
    /// The column.
    pub name: String,
    /// Whether it is a target.
    pub is_target: bool,
    /// The value.
    pub value: f64,
    /// Its share of the training rows.
    pub share: f64,
    /// Smallest and largest of the others.
    pub others: [f64; 2],
}

/// More than this share of a column's rows hold a sentinel.
const SHARE: f64 = 0.01;
/// So many at least: fewer may be chance.
const LEAST: usize = 3;
/// Different values beside which one may be a sentinel.
const LEAST_VALUES: usize = 10;
/// A sentinel is this far from the others, in their range.
const GAP: f64 = 0.5;
/// One of the usual ones need not be so far.
const USUAL_GAP: f64 = 0.1;

impl Sentinel {
    /// Looks at the training values of a column, in any order; NaNs are none.
    pub(super) fn find(name: &str, is_target: bool, values: &[f64]) -> Option<Self> {
        if !end_repeats(values) {
            return None;
        }
        let mut sorted: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let n = sorted.len();
        let runs: Vec<(f64, usize)> = sorted
            .chunk_by(|a, b| a.total_cmp(b).is_eq())
            .map(|run| (run[0], run.len()))
            .collect();
        if runs.len() <= LEAST_VALUES {
            return None;
        }
        let last = runs.len() - 1;
        // The value at an end, its neighbour, and the other end.
        let ends = [(0, 1, last), (last, last - 1, 0)];
        ends.into_iter().find_map(|(at, next, other)| {
            let (value, count) = runs[at];
            let range = (runs[other].0 - runs[next].0).abs();
            let gap = (value - runs[next].0).abs();
            let wide = if is_usual(value) { USUAL_GAP } else { GAP };
            let is_one = count >= LEAST && count as f64 > SHARE * n as f64 && gap > wide * range;
            is_one.then(|| Self {
                name: name.to_owned(),
                is_target,
                value,
                share: count as f64 / n as f64,
                others: [
                    runs[next].0.min(runs[other].0),
                    runs[next].0.max(runs[other].0),
                ],
            })
        })
    }
}

/// Whether the least or the greatest value repeats often enough: most columns are done with before they are sorted.
fn end_repeats(values: &[f64]) -> bool {
    let (mut least, mut most) = ((f64::INFINITY, 0usize), (f64::NEG_INFINITY, 0usize));
    let mut n = 0usize;
    for value in values.iter().filter(|value| !value.is_nan()) {
        n += 1;
        if *value < least.0 {
            least = (*value, 0);
        }
        if *value > most.0 {
            most = (*value, 0);
        }
        least.1 += usize::from(*value <= least.0);
        most.1 += usize::from(*value >= most.0);
    }
    let enough = |count: usize| count >= LEAST && count as f64 > SHARE * n as f64;
    enough(least.1) || enough(most.1)
}

/// What people write for missing: nines, and what loggers write.
fn is_usual(value: f64) -> bool {
    let size = value.abs();
    let nines = [
        99.0,
        999.0,
        9999.0,
        99_999.0,
        999_999.0,
        9_999_999.0,
        99.9,
        999.9,
        9999.9,
    ];
    nines.iter().any(|nine| (size - nine).abs() < 1e-9) || (value + 9.0).abs() < 1e-9
}

impl fmt::Display for Sentinel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [least, most] = self.others.map(number);
        let value = number(self.value);
        write!(
            f,
            "column `{}` holds {value} in {} % of its rows, far outside all others ({least} to {most}): if that is a missing value, say --na {value}{}",
            excerpt(&self.name),
            percent(self.share),
            if self.is_target {
                ""
            } else {
                " and what to do with --missing"
            }
        )
    }
}

fn percent(share: f64) -> String {
    let percent = 100.0 * share;
    if percent < 9.95 {
        format!("{percent:.1}")
    } else {
        format!("{percent:.0}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    fn found(n: usize, each: usize, value: f64, of: impl Fn(f64) -> f64) -> Option<f64> {
        let mut stream = Seed::new(2).stream("sentinel");
        let values: Vec<f64> = (0..n)
            .map(|i| {
                let draw = of(stream.uniform(0.0, 1.0));
                if i % each == 0 { value } else { draw }
            })
            .collect();
        Sentinel::find("x", false, &values).map(|sentinel| sentinel.value)
    }

    #[test]
    fn a_repeated_value_outside_the_range_is_one() {
        let temperature = |u: f64| (400.0 * u).round() / 10.0 - 5.0;
        assert_eq!(found(500, 25, -200.0, temperature), Some(-200.0));
        assert_eq!(found(500, 6, -999.0, temperature), Some(-999.0));
        assert_eq!(
            found(500, 20, 99.0, |u| (17.0 + 70.0 * u).round()),
            Some(99.0)
        );
        // The twins: too seldom; inside; near; few values; a long tail; zeros beside small numbers.
        assert_eq!(found(500, 200, -200.0, temperature), None);
        assert_eq!(found(500, 25, 10.0, temperature), None);
        assert_eq!(found(500, 25, -8.0, temperature), None);
        assert_eq!(found(500, 25, -200.0, |u| (5.0 * u).round()), None);
        assert_eq!(found(500, 3, 0.0, |u| 0.1 + 50.0 * u), None);
        assert_eq!(found(500, 1000, 0.0, |u| libm::pow(u + 1e-3, -2.0)), None);
    }
}
