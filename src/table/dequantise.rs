//! Discrete targets, spread over the gaps between their values.

use super::dequantised::Dequantised;
use super::error::{TableError, TableFault};
use super::in_memory::Table;
use super::repeats::Repeats;
use crate::seed::Seed;

/// Adds uniform noise to every target that [`check`](super::check()) would warn of, as wide as the median gap between
/// neighbouring values. How the targets [`repeat`](Table::repeats) themselves, in order, decides of both.
///
/// Then the mean NLL bounds the discrete one from above (Theis, van den Oord and Bethge, 2016, "A
/// note on the evaluation of generative models", section 3.1): a density can no longer gain
/// without bound by sitting on the values. A [`PointMass`](super::PointMass) in an otherwise continuous
/// target, such as many exact zeros, stays nearly one: no width suits both, and [`check`](super::check())
/// warns of it.
///
/// Row i of target `y` draws from the stream `dequantise/y` in the order of the table.
///
/// # Errors
/// [`TableFault::OtherRepeats`] where `repeats` are not as many as the targets; then nothing is spread.
pub fn dequantise(
    table: &mut Table,
    repeats: &[Repeats],
    seed: Seed,
) -> Result<Vec<Dequantised>, TableError> {
    let d = table.target_names.len();
    if repeats.len() != d {
        return Err(table.error(TableFault::OtherRepeats {
            found: repeats.len(),
            expected: d,
        }));
    }
    let mut done = Vec::new();
    for (at, repeats) in repeats.iter().enumerate() {
        let Some(width) = repeats.median_gap.filter(|gap| gap.is_finite()) else {
            continue;
        };
        if !repeats.is_discrete() {
            continue;
        }
        let name = table.target_names[at].clone();
        let mut stream = seed.stream(&format!("dequantise/{name}"));
        for y in table.target_mut(at).into_iter().flatten() {
            *y += stream.uniform(-0.5 * width, 0.5 * width);
        }
        done.push(Dequantised {
            name,
            width,
            n_distinct: repeats.n_distinct,
        });
    }
    Ok(done)
}
