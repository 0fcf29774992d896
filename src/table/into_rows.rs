//! A table gives up its rows.

use super::encode_table::TableEncoder;
use super::encoding::Encoding;
use super::error::TableError;
use super::in_memory::Table;
use super::part::Part;
use super::split::Split;
use crate::numerics::environment;

/// Rows that are taken before the columns shrink by them.
const BLOCK: usize = 1 << 16;

/// Encoded features [rows, F] and targets [rows, d].
type Encoded = (Vec<f64>, Vec<f64>);

impl Table {
    /// The [rows](Self::rows) of each part of a split, in the order of [`Part::ALL`], where the table is not needed any
    /// more: its columns shrink as the rows are taken, so that memory holds the numbers once and not twice.
    ///
    /// # Errors
    /// As [`rows`](Self::rows).
    pub fn into_rows(
        mut self,
        encoding: &Encoding,
        split: &Split,
    ) -> Result<[Encoded; 3], TableError> {
        let _environment = environment::guard();
        self.check_split(split)?;
        let (f, d) = (encoding.n_features(), self.target_names.len());
        let mut taken = Part::ALL.map(|part| {
            let n = split.rows(part).len();
            // Memory that the system gives as zeros is not touched before it is written.
            (vec![0.0; n * f], vec![0.0; n * d])
        });
        let mut ends = Part::ALL.map(|part| split.rows(part).len());
        // From the last row to the first: that is the end at which a column can shrink.
        while self.n_rows > 0 {
            let first = (self.n_rows - 1) / BLOCK * BLOCK;
            for (at, part) in Part::ALL.into_iter().enumerate() {
                let rows = &split.rows(part)[..ends[at]];
                let start = rows.partition_point(|row| *row < first);
                let (x, y) = &mut taken[at];
                TableEncoder::new(encoding, &self)?
                    .encode_into(&rows[start..], &mut x[start * f..ends[at] * f])?;
                let targets = self.targets_of(&rows[start..])?;
                y[start * d..ends[at] * d].copy_from_slice(&targets);
                ends[at] = start;
            }
            self.truncate(first);
        }
        Ok(taken)
    }

    /// Leaves the first `n` rows.
    fn truncate(&mut self, n: usize) {
        for column in &mut self.columns {
            column.truncate(n);
        }
        self.n_rows = n;
    }
}
