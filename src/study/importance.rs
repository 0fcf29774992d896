//! What each column is worth: how much worse the predictions are without what it says of a row.

use rayon::prelude::*;

use super::data::{Rows, SplitData};
use crate::net::Model;
use crate::numerics::environment;
use crate::predict::{PredictError, densities_of};
use crate::record::{ColumnImportance, Importance};
use crate::score::{ScoreError, Summary};
use crate::seed::Seed;

/// Deals of each column's values.
const REPEATS: usize = 5;
/// Predictions over all columns and deals, about.
const BUDGET: usize = 200_000;
/// Rows, at least, where there are as many.
const LEAST: usize = 200;
/// Rows that are predicted together.
const CHUNK: usize = 500;

/// A column as the table has it, and the features that are made from it.
struct Column {
    name: String,
    features: std::ops::Range<usize>,
}

/// The test rows that are looked at.
struct Sample {
    n_features: usize,
    n_targets: usize,
    x: Vec<f64>,
    y: Vec<f64>,
    numbers: Vec<u64>,
    nll: Vec<f64>,
}

/// Of every column, on some rows evenly over the test rows, whose negative log-likelihoods are known.
///
/// The values of repeat r of a column are dealt by the stream `importance/COLUMN/r`.
pub(super) fn of(model: &Model, data: &SplitData, nll: &[f64], seed: u64) -> Importance {
    let columns = columns(data);
    let most = (BUDGET / (columns.len() * REPEATS).max(1)).max(LEAST);
    let sample = Sample::of(data, nll, most);
    let tasks: Vec<(usize, usize)> = (0..columns.len())
        .flat_map(|column| (0..REPEATS).map(move |repeat| (column, repeat)))
        .collect();
    let rises: Vec<Option<Vec<f64>>> = tasks
        .par_iter()
        .map(|(column, repeat)| {
            let _environment = environment::guard();
            let column = &columns[*column];
            let path = format!("importance/{}/{repeat}", column.name);
            let mut order: Vec<usize> = (0..sample.numbers.len()).collect();
            Seed::new(seed).stream(&path).shuffle(&mut order);
            // A row that no training row resembles may have no density: then nothing is said of the column.
            sample.rises(model, column, &order).ok()
        })
        .collect();
    let columns = columns.into_iter().zip(rises.chunks(REPEATS));
    Importance {
        n_rows: sample.numbers.len(),
        columns: columns
            .map(|(column, rises)| importance(column.name, rises))
            .collect(),
    }
}

/// The columns that become features, each with its own.
fn columns(data: &SplitData) -> Vec<Column> {
    let encoding = data
        .data
        .table
        .as_ref()
        .and_then(|table| table.encoding.as_ref());
    let widths: Vec<(String, usize)> = match encoding {
        Some(encoding) => {
            let columns = encoding.columns.iter();
            columns
                .map(|column| (column.name.clone(), column.width()))
                .collect()
        }
        None => data.features.iter().map(|name| (name.clone(), 1)).collect(),
    };
    let mut next = 0;
    let columns = widths.into_iter().map(|(name, width)| {
        let features = next..next + width;
        next += width;
        Column { name, features }
    });
    columns
        .filter(|column| !column.features.is_empty())
        .collect()
}

fn importance(name: String, repeats: &[Option<Vec<f64>>]) -> ColumnImportance {
    let finite = |value: f64| value.is_finite().then_some(value);
    let mean_of = |rises: &Option<Vec<f64>>| finite(Summary::of(rises.as_ref()?).ok()?.mean);
    let known: Vec<&Vec<f64>> = repeats.iter().flatten().collect();
    // Of a part of the deals nothing is said.
    let rows: Vec<f64> = match known.len() == repeats.len() {
        true => {
            let n_rows = known.iter().map(|rises| rises.len()).min().unwrap_or(0);
            let row = |at: usize| known.iter().map(|rises| rises[at]).sum::<f64>();
            (0..n_rows).map(|at| row(at) / known.len() as f64).collect()
        }
        false => Vec::new(),
    };
    let summary = Summary::of(&rows).ok();
    ColumnImportance {
        name,
        nats_mean: summary.and_then(|summary| finite(summary.mean)),
        nats_standard_error: summary.and_then(|summary| finite(summary.standard_error?)),
        nats_of_repeats: repeats.iter().map(mean_of).collect(),
    }
}

impl Sample {
    fn of(data: &SplitData, nll: &[f64], most: usize) -> Self {
        let test: &Rows = &data.test;
        let (f, d) = (data.features.len(), data.targets.len());
        let n = test.len().min(most);
        let places: Vec<usize> = (0..n).map(|i| i * test.len() / n).collect();
        let take = |values: &[f64], width: usize| -> Vec<f64> {
            let rows = places
                .iter()
                .flat_map(|at| &values[at * width..(at + 1) * width]);
            rows.copied().collect()
        };
        Self {
            n_features: f,
            n_targets: d,
            x: take(&test.x, f),
            y: take(&test.y, d),
            numbers: places.iter().map(|at| test.numbers.at(*at)).collect(),
            nll: take(nll, 1),
        }
    }

    /// By how much each row's negative log-likelihood rises where the values of `column` are those of other rows.
    fn rises(
        &self,
        model: &Model,
        column: &Column,
        order: &[usize],
    ) -> Result<Vec<f64>, PredictError> {
        let (f, d) = (self.n_features, self.n_targets);
        let mut x = self.x.clone();
        for (row, from) in x.chunks_exact_mut(f).zip(order) {
            let other = &self.x[from * f..(from + 1) * f];
            row[column.features.clone()].copy_from_slice(&other[column.features.clone()]);
        }
        let mut rises = Vec::with_capacity(self.numbers.len());
        let chunks = x.chunks(CHUNK * f).zip(self.y.chunks(CHUNK * d));
        for ((x, y), numbers) in chunks.zip(self.numbers.chunks(CHUNK)) {
            let mixtures = densities_of(model, x, numbers)?;
            let log_densities = mixtures.log_densities(y).map_err(ScoreError::from)?;
            let known = &self.nll[rises.len()..];
            rises.extend(log_densities.iter().zip(known).map(|(log, nll)| -log - nll));
        }
        Ok(rises)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_is_over_rows_and_repeats_and_a_broken_deal_says_nothing() {
        let deals = [Some(vec![1.0, 3.0]), Some(vec![2.0, 4.0])];
        let sound = importance("x".to_owned(), &deals);
        assert_eq!(sound.nats_of_repeats, [Some(2.0), Some(3.0)]);
        // Rows 1.5 and 3.5.
        assert_eq!(
            (sound.nats_mean, sound.nats_standard_error),
            (Some(2.5), Some(1.0))
        );
        let broken = importance("x".to_owned(), &[deals[0].clone(), None]);
        assert_eq!((broken.nats_mean, broken.nats_standard_error), (None, None));
        let infinite = importance("x".to_owned(), &[Some(vec![f64::INFINITY, 1.0])]);
        assert_eq!(infinite.nats_mean, None);
    }
}
