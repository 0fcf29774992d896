//! Rows of a stream become features, chunk by chunk.

use super::cell::Cell;
use super::chunk::{Chunk, Unanswered};
use super::encode_cell::{CellEncoder, Outcome};
use super::encoding::{ColumnEncoding, Encoding};
use super::error::{TableError, TableFault};
use super::reader::TableReader;
use crate::numerics::environment;

/// The columns of a table from which rows are encoded.
///
/// # Examples
///
/// ```
/// use mixture_density::table::{Chunk, EncodedColumns, Encoding, TableReader};
/// let encoding: Encoding = serde_json::from_str(
///     r#"{"columns": [{"name": "x", "kind": "number"},
///                     {"name": "who", "kind": "category", "levels": ["a", "b"], "rare": ["c"]}]}"#,
/// )?;
/// let text = "who,x\nb,1.5\nz,2\na,\n";
/// let mut reader = TableReader::from_read("a table", text.as_bytes(), None)?;
/// let columns = EncodedColumns::find(&encoding, &mut reader, &[])?;
/// let mut chunk = Chunk::default();
/// assert!(reader.read_encoded(&columns, 10, &mut chunk)?);
/// assert_eq!(chunk.values(), [1.5, 0.0, 1.0, 0.0, 2.0, 0.0, 0.0, 1.0]);
/// assert_eq!((chunk.unknown_levels().n_cells(), chunk.unanswered()[0].row), (1, 3));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct EncodedColumns<'a> {
    features: Vec<(usize, CellEncoder<'a>, &'a ColumnEncoding)>,
    targets: Vec<usize>,
    texts: Vec<usize>,
    n_features: usize,
    is_strict: bool,
}

impl<'a> EncodedColumns<'a> {
    /// The encoding's columns, and the targets, in the table of this reader, which learns what else counts as missing.
    ///
    /// # Errors
    /// [`TableFault::NoColumn`].
    pub fn find(
        encoding: &'a Encoding,
        reader: &mut TableReader,
        targets: &[String],
    ) -> Result<Self, TableError> {
        let names = encoding.raw_names();
        reader.settle_names(names.iter().chain(targets))?;
        reader.add_na(&encoding.na);
        let find = |names: &[String]| reader.header().find_all(names);
        let places = find(&names).and_then(|features| Ok((features, find(targets)?)));
        let (features, targets) = places.map_err(|fault| reader.error(fault))?;
        let encoder = |(place, column): (usize, &'a ColumnEncoding)| {
            (place, CellEncoder::new(column), column)
        };
        Ok(Self {
            features: features
                .into_iter()
                .zip(&encoding.columns)
                .map(encoder)
                .collect(),
            targets,
            texts: Vec::new(),
            n_features: encoding.n_features(),
            is_strict: false,
        })
    }

    /// With the texts of these columns beside the numbers.
    #[must_use]
    pub fn with_texts(mut self, places: &[usize]) -> Self {
        self.texts = places.to_vec();
        self
    }

    /// A cell that holds something else than its column does is a fault, and no row that cannot be answered.
    #[must_use]
    pub const fn strict(mut self) -> Self {
        self.is_strict = true;
        self
    }

    /// Numbers of a row: features, then targets.
    #[must_use]
    pub fn width(&self) -> usize {
        self.n_features + self.targets.len()
    }
}

impl TableReader {
    /// Reads up to `n_rows` rows, one at least, into `chunk`: encoded features, then targets. Rows whose features
    /// cannot be encoded are [told apart](Chunk::unanswered); of those, and of rows without a target, the missing cells
    /// are counted. False where there was no row left. Chunks end at the same rows whatever they hold.
    ///
    /// # Errors
    /// As [`read_chunk`](Self::read_chunk); [`TableFault::NotANumber`] of targets, and of features where the columns
    /// are [strict](EncodedColumns::strict).
    pub fn read_encoded(
        &mut self,
        columns: &EncodedColumns<'_>,
        n_rows: usize,
        chunk: &mut Chunk,
    ) -> Result<bool, TableError> {
        let _environment = environment::guard();
        chunk.clear();
        for read in 0..n_rows.max(1) {
            let more = self.next_row().map_err(|fault| self.error(fault))?;
            if !more {
                return Ok(read > 0);
            }
            let taken = self.take_encoded(columns, chunk);
            taken.map_err(|fault| self.error(fault))?;
        }
        Ok(true)
    }

    fn take_encoded(
        &self,
        columns: &EncodedColumns<'_>,
        chunk: &mut Chunk,
    ) -> Result<(), TableFault> {
        let start = chunk.values.len();
        let row = self.n_rows_read();
        let (mut first_missing, mut wrong) = (None, None);
        for (place, encoder, column) in &columns.features {
            let cell = self.cell(*place);
            let outcome = encoder.encode_cell(self.format(), cell, &mut chunk.values);
            match outcome {
                Outcome::Known => {}
                Outcome::UnknownLevel => {
                    let text = String::from_utf8_lossy(cell.trim_ascii());
                    chunk.unknown.count(&column.name, row, &text);
                }
                Outcome::Missing => {
                    if let Cell::Missing(gap) = self.parsed(*place)? {
                        chunk.missing.count(gap);
                    }
                    first_missing = first_missing.or(Some(*place));
                }
                Outcome::Wrong => {
                    // What is no text is a fault of the file, not of the row.
                    self.parsed(*place)?;
                    let text = String::from_utf8_lossy(cell.trim_ascii()).into_owned();
                    if columns.is_strict {
                        return Err(self.not_a_number(*place, &text));
                    }
                    wrong = wrong.or(Some((*place, text)));
                }
            }
        }
        let mut no_target = None;
        for place in &columns.targets {
            match self.parsed(*place)? {
                Cell::Number(number) => chunk.values.push(number),
                Cell::Missing(gap) => {
                    chunk.missing.count(gap);
                    no_target = no_target.or(Some(*place));
                }
                Cell::Text(text) => return Err(self.not_a_number(*place, text)),
                Cell::NotUtf8(at) => return Err(self.not_utf8(*place, at)),
            }
        }
        let texts = || -> Result<Vec<String>, TableFault> {
            let text = |place: &usize| {
                let cell = std::str::from_utf8(self.cell(*place));
                let cell = cell.map_err(|error| self.not_utf8(*place, error.valid_up_to()))?;
                Ok(cell.trim().to_owned())
            };
            columns.texts.iter().map(text).collect()
        };
        let name = |place: usize| self.header().name(place);
        if let Some(place) = no_target.or(first_missing) {
            chunk.missing.end_row(row, &name(place));
        }
        if no_target.is_some() || first_missing.is_some() || wrong.is_some() {
            chunk.values.truncate(start);
            if no_target.is_none() {
                let (place, text) = match (wrong, first_missing) {
                    (Some((place, text)), _) => (place, Some(text)),
                    (None, place) => (place.unwrap_or_default(), None),
                };
                chunk.unanswered.push(Unanswered {
                    row,
                    n_before: chunk.rows.len(),
                    column: name(place),
                    text,
                    texts: texts()?,
                });
            }
            return Ok(());
        }
        chunk.rows.push(row);
        chunk.texts.extend(texts()?);
        Ok(())
    }
}
