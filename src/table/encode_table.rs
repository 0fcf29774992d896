//! Rows of a table in memory become features.

use super::cells::Cells;
use super::column::Column;
use super::encode_cell::{CellEncoder, Outcome, Value};
use super::encoding::{ColumnEncoding, Encoding};
use super::error::{TableError, TableFault};
use super::in_memory::Table;
use super::wording::excerpt;
use crate::numerics::environment;

impl Encoding {
    /// Encoded features [rows, F] of some rows of a table, counted from 0.
    ///
    /// # Errors
    /// [`TableFault::NoSuchRow`]; [`TableFault::BadEncoding`] where the table lacks a column or holds in it what cannot
    /// be encoded.
    pub fn features_of(&self, table: &Table, rows: &[usize]) -> Result<Vec<f64>, TableError> {
        let _environment = environment::guard();
        let encoder = TableEncoder::new(self, table)?;
        let mut features = Vec::with_capacity(rows.len() * self.n_features());
        for row in rows {
            encoder.encode(*row, &mut features)?;
        }
        Ok(features)
    }

    /// Encoded features [rows, F] of columns in memory, which are found by their names; others are passed over.
    ///
    /// A level that the training rows did not have is encoded as such.
    ///
    /// # Errors
    /// [`TableFault::Length`] of columns that are not equally long; [`TableFault::NotEncoded`] where a column is not
    /// there or holds what cannot be encoded.
    ///
    /// # Examples
    ///
    /// ```
    /// use mixture_density::table::{Column, ColumnEncoding, Encoding, FeatureKind};
    /// let mut encoding = Encoding::default();
    /// encoding.columns.push(ColumnEncoding::new("smoker", FeatureKind::Truth));
    /// let columns = [("smoker".to_owned(), Column::texts([Some("yes"), Some("no")]))];
    /// assert_eq!(encoding.features_of_columns(&columns)?, [1.0, 0.0]);
    /// # Ok::<(), mixture_density::table::TableFault>(())
    /// ```
    pub fn features_of_columns(
        &self,
        columns: &[(String, Column)],
    ) -> Result<Vec<f64>, TableFault> {
        let _environment = environment::guard();
        let n_rows = columns.first().map_or(0, |(_, column)| column.len());
        if let Some((name, other)) = columns.iter().find(|(_, column)| column.len() != n_rows) {
            return Err(TableFault::Length {
                column: name.clone(),
                found: other.len(),
                expected: n_rows,
            });
        }
        let bad = |reason: String| TableFault::NotEncoded { reason };
        let mut encoders = Vec::with_capacity(self.columns.len());
        for own in &self.columns {
            let column = columns.iter().find(|(name, _)| *name == own.name);
            let (_, column) = column
                .ok_or_else(|| bad(format!("there is no column `{}`", excerpt(&own.name))))?;
            encoders.push(OneColumn::new(own, &column.0));
        }
        let mut features = Vec::with_capacity(n_rows * self.n_features());
        for row in 0..n_rows {
            if let Some(wrong) = encoders.iter().find(|one| !one.encode(row, &mut features)) {
                let name = excerpt(wrong.name);
                let what = match wrong.cells.gap(row) {
                    Some(_) => "nothing, and the model has nothing to count that as",
                    None => "what the model does not know",
                };
                let reason = format!("row {} of column `{name}` holds {what}", row + 1);
                return Err(bad(reason));
            }
        }
        Ok(features)
    }
}

impl Table {
    /// Encoded features [rows, F] and targets [rows, d] of some rows, counted from 0.
    ///
    /// # Errors
    /// As [`Encoding::features_of`].
    pub fn rows(
        &self,
        encoding: &Encoding,
        rows: &[usize],
    ) -> Result<(Vec<f64>, Vec<f64>), TableError> {
        Ok((encoding.features_of(self, rows)?, self.targets_of(rows)?))
    }
}

/// Encodes a table row by row, so that no second copy of it is needed.
#[derive(Debug)]
pub struct TableEncoder<'a> {
    table: &'a Table,
    columns: Vec<OneColumn<'a>>,
}

#[derive(Debug)]
struct OneColumn<'a> {
    name: &'a str,
    cells: &'a Cells,
    encoder: CellEncoder<'a>,
    /// Of texts: what each level is encoded as, and last what a missing one is.
    levels: Vec<Option<Vec<f64>>>,
}

impl<'a> OneColumn<'a> {
    fn new(own: &'a ColumnEncoding, cells: &'a Cells) -> Self {
        let encoder = CellEncoder::new(own);
        let encoded = |value: Value<'_>| {
            let mut out = Vec::with_capacity(own.width());
            let outcome = encoder.encode(value, &mut out);
            matches!(outcome, Outcome::Known | Outcome::UnknownLevel).then_some(out)
        };
        let levels = match cells {
            Cells::Texts(texts) => {
                let levels = texts.levels.iter().map(|level| Value::Text(level));
                levels.chain([Value::Missing]).map(encoded).collect()
            }
            _ => Vec::new(),
        };
        Self {
            name: &own.name,
            cells,
            encoder,
            levels,
        }
    }

    /// Whether the row's cell could be encoded.
    #[inline]
    fn encode(&self, row: usize, out: &mut Vec<f64>) -> bool {
        let value = match self.cells {
            Cells::Texts(texts) => {
                let code = (texts.codes[row] as usize).min(self.levels.len() - 1);
                let encoded = self.levels[code].as_ref();
                out.extend_from_slice(encoded.map_or(&[], Vec::as_slice));
                return encoded.is_some();
            }
            Cells::Numbers(values) if !values[row].is_nan() => Value::Number(values[row]),
            Cells::Moments { days, .. } if !days[row].is_nan() => Value::Days(days[row]),
            _ => Value::Missing,
        };
        let outcome = self.encoder.encode(value, out);
        matches!(outcome, Outcome::Known | Outcome::UnknownLevel)
    }
}

impl<'a> TableEncoder<'a> {
    /// # Errors
    /// [`TableFault::BadEncoding`] where the table lacks a column.
    pub fn new(encoding: &'a Encoding, table: &'a Table) -> Result<Self, TableError> {
        let column = |own: &'a ColumnEncoding| {
            let place = table
                .feature_names
                .iter()
                .position(|name| *name == own.name);
            let column = place.and_then(|place| table.columns.get(place));
            let column = column.ok_or_else(|| {
                table.error(TableFault::BadEncoding {
                    reason: format!("the table has no feature `{}`", excerpt(&own.name)),
                })
            })?;
            Ok(OneColumn::new(own, &column.0))
        };
        let columns: Result<_, TableError> = encoding.columns.iter().map(column).collect();
        Ok(Self {
            table,
            columns: columns?,
        })
    }

    /// Puts the encoded features [rows, F] of some rows, counted from 0, into `out`, which has room for no others.
    pub(super) fn encode_into(&self, rows: &[usize], out: &mut [f64]) -> Result<(), TableError> {
        let mut features = Vec::new();
        let width = out.len().checked_div(rows.len()).unwrap_or(0);
        for (row, out) in rows.iter().zip(out.chunks_exact_mut(width.max(1))) {
            features.clear();
            self.encode(*row, &mut features)?;
            out.copy_from_slice(&features);
        }
        Ok(())
    }

    /// Adds the encoded features \[F\] of a row, counted from 0, behind `out`.
    ///
    /// # Errors
    /// [`TableFault::NoSuchRow`], [`TableFault::BadEncoding`]; then `out` is as it was.
    pub fn encode(&self, row: usize, out: &mut Vec<f64>) -> Result<(), TableError> {
        self.table.check_rows(&[row])?;
        let start = out.len();
        let wrong = self.columns.iter().find(|column| !column.encode(row, out));
        let Some(wrong) = wrong else {
            return Ok(());
        };
        out.truncate(start);
        Err(self.table.error(TableFault::BadEncoding {
            reason: format!(
                "row {}, column `{}` holds what it does not know",
                self.table.rows.get(row),
                excerpt(wrong.name)
            ),
        }))
    }
}
