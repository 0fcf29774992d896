//! How large a difference is beside what is known of its spread.

use super::difference::Difference;
use super::measure::{Measure, Yardstick};
use crate::record::{Cell, Record};

impl Measure {
    /// Measures `difference` by what `recorded` knows of its spread; none where that is nothing.
    #[must_use]
    pub fn of(difference: &Difference, recorded: &Record) -> Option<Self> {
        if !difference.is_score() {
            return None;
        }
        let number = |text: &str| text.parse::<f64>().ok().filter(|v| v.is_finite());
        let (old, now) = (number(&difference.recorded)?, number(&difference.now)?);
        let (spread, yardstick) = match difference.place.strip_prefix("oracle/") {
            Some(field) => (of_oracle(field, recorded)?, Yardstick::TestPoints),
            None => (
                of_replicates(&difference.place, recorded)?,
                Yardstick::Replicates,
            ),
        };
        (spread > 0.0).then_some(Self {
            difference: now - old,
            spread,
            yardstick,
        })
    }
}

fn of_oracle(field: &str, recorded: &Record) -> Option<f64> {
    let oracle = recorded.oracle.as_ref()?;
    match field {
        "nll_nats_mean" => Some(oracle.nll_nats_standard_error),
        "crps_mean" => Some(oracle.crps_standard_error),
        "mse" => Some(oracle.mse_standard_error),
        _ => None,
    }
}

fn of_replicates(place: &str, recorded: &Record) -> Option<f64> {
    let rest = place.strip_prefix("cells/")?;
    let field_of = |cell: &Cell| {
        rest.strip_prefix(&cell.id)?
            .strip_prefix('/')
            .map(str::to_owned)
    };
    let (cell, field) = recorded
        .cells
        .iter()
        .find_map(|cell| Some((cell, field_of(cell)?)))?;
    let siblings = recorded.cells.iter().filter(|other| {
        (&other.recipe, other.model, other.n_components)
            == (&cell.recipe, cell.model, cell.n_components)
    });
    let values = siblings.filter_map(|sibling| {
        let json = serde_json::to_value(sibling).ok()?;
        json.pointer(&format!("/{field}"))?.as_f64()
    });
    deviation(&values.collect::<Vec<f64>>())
}

/// Sample standard deviation; none of fewer than two values.
pub(super) fn deviation(values: &[f64]) -> Option<f64> {
    let n = f64::from(u32::try_from(values.len()).ok()?);
    if n < 2.0 {
        return None;
    }
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
    Some((squares / (n - 1.0)).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deviation_is_that_of_a_sample() {
        assert_eq!(deviation(&[1.0]), None);
        let four = deviation(&[2.0, 4.0, 4.0, 6.0]).expect("four values");
        assert!((four * four - 8.0 / 3.0).abs() < 1e-15);
    }
}
