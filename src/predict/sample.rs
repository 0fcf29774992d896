//! Draws from every row's density.

use std::io::Write;

use super::blocks::{BLOCK, Blocks};
use super::draws::Draws;
use super::encode::{Format, Row, keys, names_line};
use super::error::PredictError;
use super::predictor::{Predictor, encoding_of};
use super::stream::{Streamed, answers, chunk_rows, stream};
use super::unanswered::{RowPolicy, UnansweredRows};
use crate::mixture::GaussianMixture;
use crate::numerics::environment;
use crate::table::{Chunk, EncodedColumns, TableReader};

/// The most draws for one row.
const MOST_DRAWS: usize = 1_000_000;

/// Writes `draws.n` draws for every row to `out`: as CSV a line `row,draw,…` for each draw, with the targets'
/// own names; as JSON an object for each row, with an array for each target. Where a target is itself
/// called `row` or `draw`, our column of that name ends in `_`.
///
/// Row i draws from the stream `sample/i`: its draws depend on the seed and on its density, not
/// on what else the table holds, nor on the number of threads.
///
/// # Errors
/// As [`predict`](super::predict); [`PredictError::Count`] for no draw or more than a million.
pub fn sample(
    model: &impl Predictor,
    reader: &mut TableReader,
    policy: impl Into<RowPolicy>,
    draws: &Draws,
    format: Format,
    out: &mut impl Write,
) -> Result<Streamed, PredictError> {
    let _environment = environment::guard();
    if !(1..=MOST_DRAWS).contains(&draws.n) {
        return Err(PredictError::Count {
            what: "draws for each row",
            found: draws.n,
            least: 1,
            most: MOST_DRAWS,
        });
    }
    let policy = policy.into();
    let encoding = encoding_of(model)?;
    let columns = policy.columns(EncodedColumns::find(&encoding, reader, &[])?);
    let targets = model.target_names();
    let mut names = vec![own_name("row", targets)];
    if format != Format::JsonLines {
        names.push(own_name("draw", targets));
    }
    names.extend_from_slice(targets);
    let keys = keys(&names);
    let write = |mixture: &GaussianMixture, number: u64, out: &mut dyn Write| {
        let mut blocks = Blocks::new(mixture, draws, number);
        match format {
            Format::Csv | Format::SpreadsheetCsv => write_lines(&mut blocks, &keys, number, out),
            Format::JsonLines => write_object(&mut blocks, &keys, number, out),
        }
    };
    out.write_all(&names_line(&names, format))
        .map_err(PredictError::Write)?;
    // Many draws of a row are made when it is its turn to be written, else they would have to be kept.
    let at_once = draws.n <= BLOCK;
    let work = |chunk: &Chunk| {
        let (mut text, mut later) = (Vec::new(), Vec::new());
        let answers = answers(model, chunk, columns.width(), policy)?;
        let densities = answers.densities.as_ref();
        let mixtures = (0..).map_while(|index| densities?.get(index));
        let answered = answers.rows.iter().filter(|row| row.has_density);
        for (mixture, row) in mixtures.zip(answered) {
            if at_once {
                write(&mixture, row.number, &mut text).map_err(PredictError::Write)?;
            } else {
                later.push((row.number, mixture));
            }
        }
        Ok((text, later, answers.without_density))
    };
    // As text a number takes more room, in the result of every chunk that waits for its turn.
    let n_numbers = match at_once {
        true => 8 * draws.n * (targets.len() + 1),
        false => 0,
    };
    let n_rows = chunk_rows(model, columns.width() + n_numbers);
    let mut without = UnansweredRows::default();
    let streamed = stream(
        model,
        reader,
        &columns,
        n_rows,
        policy,
        work,
        |(text, later, rows)| {
            without.add_without_density(&rows);
            out.write_all(&text).map_err(PredictError::Write)?;
            for (number, mixture) in later {
                write(&mixture, number, out).map_err(PredictError::Write)?;
            }
            Ok(())
        },
    )?;
    Ok(streamed.take_off(without))
}

/// `word`, unless a target has that name: then `word_`.
fn own_name(word: &str, targets: &[String]) -> String {
    let mut name = word.to_owned();
    while targets.contains(&name) {
        name.push('_');
    }
    name
}

/// A line for each draw.
fn write_lines(
    blocks: &mut Blocks<'_>,
    keys: &[String],
    number: u64,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let d = blocks.mixture.n_targets();
    let (mut text, mut at) = (Vec::new(), 0);
    while blocks.take(|values| {
        text.clear();
        for value in values.chunks_exact(d) {
            at += 1;
            let mut row = Row::start(Format::Csv, keys, &mut text);
            row.whole(number);
            row.whole(at);
            value.iter().for_each(|y| row.number(*y));
            row.end();
        }
    }) {
        out.write_all(&text)?;
    }
    Ok(())
}

/// An object for all draws.
fn write_object(
    blocks: &mut Blocks<'_>,
    keys: &[String],
    number: u64,
    mut out: &mut dyn Write,
) -> std::io::Result<()> {
    let d = blocks.mixture.n_targets();
    let mut text = Vec::new();
    let mut row = Row::start(Format::JsonLines, keys, &mut text);
    row.whole(number);
    for target in 0..d {
        if target > 0 {
            blocks.rewind();
        }
        row.begin_list();
        while blocks.take(|values| row.items(values.iter().skip(target).step_by(d).copied())) {
            row.send(&mut out)?;
        }
        row.end_list();
    }
    row.end();
    out.write_all(&text)
}
