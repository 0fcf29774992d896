//! Discrete targets, spread over the gaps between their values.

use super::check::{Warning, repeats};
use super::whole::Table;
use crate::seed::Seed;

/// How a target was spread.
#[derive(Debug, Clone, PartialEq)]
pub struct Dequantised {
    /// The target.
    pub name: String,
    /// Each value v became a draw from U(v − width/2, v + width/2), units of y.
    pub width: f64,
    /// Different values before.
    pub n_distinct: usize,
}

/// Adds uniform noise to every target that [`check`](super::check()) would warn of, as wide as the median gap between
/// neighbouring values.
///
/// Then the mean NLL bounds the discrete one from above (Theis, van den Oord and Bethge, 2016, "A
/// note on the evaluation of generative models", section 3.1): a density can no longer gain
/// without bound by sitting on the values. A point mass in an otherwise continuous target, such as
/// many exact zeros, stays nearly one: no width suits both.
///
/// Row i of target `y` draws from the stream `dequantise/y` in the order of the table.
pub fn dequantise(table: &mut Table, seed: Seed) -> Vec<Dequantised> {
    let d = table.target_names.len();
    let mut done = Vec::new();
    for (at, name) in table.target_names.iter().enumerate() {
        let mut sorted: Vec<f64> = table.targets.iter().skip(at).step_by(d).copied().collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let (n_distinct, repeated_share) = repeats(&sorted);
        sorted.dedup_by(|a, b| (*a + 0.0).total_cmp(&(*b + 0.0)).is_eq());
        let mut gaps: Vec<f64> = sorted.windows(2).map(|pair| pair[1] - pair[0]).collect();
        gaps.sort_unstable_by(f64::total_cmp);
        let Some(&width) = gaps.get(gaps.len() / 2) else {
            continue;
        };
        if repeated_share <= Warning::REPEATED_SHARE || !width.is_finite() {
            continue;
        }
        let mut stream = seed.stream(&format!("dequantise/{name}"));
        for y in table.targets.iter_mut().skip(at).step_by(d) {
            *y += stream.uniform(-0.5 * width, 0.5 * width);
        }
        done.push(Dequantised {
            name: name.clone(),
            width,
            n_distinct,
        });
    }
    done
}
