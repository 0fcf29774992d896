//! Draws from every row's density.

use std::io::Write;

use super::encode::{Format, Row, keys, names_line};
use super::error::PredictError;
use super::predictor::Predictor;
use super::stream::{Streamed, chunk_rows, densities, feature_columns, stream};
use crate::mixture::{GaussianMixture, MixtureError, Temperature};
use crate::seed::Seed;
use crate::table::{Chunk, MissingPolicy, TableReader};

/// How to draw.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Draws {
    /// Draws for each row.
    pub n: usize,
    /// Of weights and covariances.
    pub temperature: Temperature,
    /// Root of the streams `sample/ROW`.
    pub seed: Seed,
}

/// The most draws for one row.
const MOST_DRAWS: usize = 1_000_000;

/// Writes `draws.n` draws for every row to `out`: as CSV a line `row,draw,…` for each draw, with the targets'
/// own names; as JSON an object for each row, with an array for each target.
///
/// Row i draws from the stream `sample/i`: its draws depend on the seed and on its density, not
/// on what else the table holds, nor on the number of threads.
///
/// # Errors
/// As [`predict`](super::predict); [`PredictError::Count`] for no draw or more than a million.
pub fn sample(
    model: &impl Predictor,
    reader: &mut TableReader,
    policy: MissingPolicy,
    draws: &Draws,
    format: Format,
    out: &mut impl Write,
) -> Result<Streamed, PredictError> {
    if !(1..=MOST_DRAWS).contains(&draws.n) {
        return Err(PredictError::Count {
            what: "draws for each row",
            found: draws.n,
            least: 1,
            most: MOST_DRAWS,
        });
    }
    let columns = feature_columns(model, reader)?;
    let d = model.target_names().len();
    let mut names = vec!["row".to_owned()];
    if format == Format::Csv {
        names.push("draw".to_owned());
    }
    names.extend_from_slice(model.target_names());
    let keys = keys(&names);
    out.write_all(&names_line(&names, format))
        .map_err(PredictError::Write)?;
    let work = |chunk: &Chunk| {
        let mut text = Vec::new();
        if chunk.rows().is_empty() {
            return Ok(text);
        }
        let predictions = densities(model, chunk, columns.len())?;
        let mut values = vec![0.0; draws.n * d];
        for (index, (mixture, number)) in
            predictions.marginals().rows().zip(chunk.rows()).enumerate()
        {
            let own;
            let mixture = match predictions.joint(index) {
                Some(joint) => joint,
                None => {
                    own = GaussianMixture::from(mixture);
                    &own
                }
            };
            draw(mixture, draws, *number, &mut values)?;
            match format {
                Format::Csv => {
                    for (at, value) in values.chunks_exact(d).enumerate() {
                        let mut row = Row::start(format, &keys, &mut text);
                        row.whole(*number);
                        row.whole(at as u64 + 1);
                        value.iter().for_each(|y| row.number(*y));
                        row.end();
                    }
                }
                Format::JsonLines => {
                    let mut row = Row::start(format, &keys, &mut text);
                    row.whole(*number);
                    for target in 0..d {
                        row.list(values.iter().skip(target).step_by(d).copied());
                    }
                    row.end();
                }
            }
        }
        Ok(text)
    };
    let n_rows = chunk_rows(model, columns.len() + draws.n * (d + 1));
    stream(reader, &columns, n_rows, policy, work, |text| {
        out.write_all(&text).map_err(PredictError::Write)
    })
}

/// Draws [n, d] of the row with this number.
fn draw(
    mixture: &GaussianMixture,
    draws: &Draws,
    number: u64,
    values: &mut [f64],
) -> Result<(), MixtureError> {
    let mut stream = draws.seed.stream(&format!("sample/{number}"));
    let d = mixture.n_targets();
    for value in values.chunks_exact_mut(d) {
        value.copy_from_slice(&mixture.sample_tempered(draws.temperature, &mut stream));
    }
    Ok(())
}
