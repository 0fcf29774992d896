//! Rows as a stream: memory does not grow with the table.

use std::io::Read;

use super::cell::{Cell, CellFormat, hint};
use super::chunk::Chunk;
use super::dialect::FirstLine;
use super::error::{TableError, TableFault};
use super::header::Header;
use super::lines::{Line, LineFault, Lines, MOST_MIB};
use super::read_note::ReadNote;
use super::read_options::ReadOptions;
use super::transcode::Malformed;
use crate::numerics::environment;

/// A table whose names are read and whose rows are still to come.
///
/// # Examples
///
/// ```
/// use mixture_density::table::{Chunk, TableReader};
/// let text = "x;y\n1;2\n3;\n5;6\n";
/// let mut reader = TableReader::from_read("a table", text.as_bytes(), None)?;
/// let columns = [reader.column("y")?];
/// let mut chunk = Chunk::default();
/// assert!(reader.read_chunk(&columns, &[], 10, &mut chunk)?);
/// assert_eq!((chunk.values(), chunk.rows()), (&[2.0, 6.0][..], &[1, 3][..]));
/// assert_eq!(chunk.missing().n_empty, 1);
/// assert!(!reader.read_chunk(&columns, &[], 10, &mut chunk)?);
/// # Ok::<(), mixture_density::table::TableError>(())
/// ```
pub struct TableReader {
    pub(super) table: String,
    pub(super) lines: Lines<Box<dyn Read + Send>>,
    pub(super) header: Header,
    /// Rows read so far, blank lines among them.
    pub(super) row: u64,
    pub(super) options: ReadOptions,
    pub(super) format: CellFormat,
    pub(super) notes: Vec<ReadNote>,
    /// What separates the columns, where it was given and the first line does not tell.
    pub(super) needed_delimiter: Option<u8>,
    pub(super) first_line: FirstLine,
    /// The cells of the first line were read and are the next row.
    pub(super) is_row_read: bool,
    /// Of one column: blank lines still to be given before the row that was read behind them.
    pub(super) held: Option<u64>,
    /// Cells before the first name: R's names of rows.
    pub(super) n_row_names: usize,
    /// What is decompressed.
    pub(super) compression: Option<&'static str>,
}

impl TableReader {
    /// The first line is a row.
    pub(super) fn be_nameless(&mut self, n_columns: usize) -> Result<(), TableFault> {
        self.first_line = FirstLine::Row;
        self.is_row_read = true;
        self.header = Header::numbered(n_columns)?;
        self.notes.push(ReadNote::NoNames { n_columns });
        Ok(())
    }

    /// Decides of a first line of numbers whether it holds names: if all these are among them, and there is one.
    ///
    /// # Errors
    /// None that a table can have after its first line was read.
    pub fn settle_names<'a>(
        &mut self,
        wanted: impl IntoIterator<Item = &'a String>,
    ) -> Result<(), TableError> {
        if self.first_line != FirstLine::Unknown {
            return Ok(());
        }
        let mut wanted = wanted.into_iter().peekable();
        let is_asked = wanted.peek().is_some();
        if is_asked && wanted.all(|name| self.header.find(name).is_ok()) {
            self.first_line = FirstLine::Names;
            return Ok(());
        }
        let n_columns = self.header.names().len();
        self.be_nameless(n_columns)
            .map_err(|fault| self.error(fault))
    }

    /// What messages call the table.
    #[must_use]
    pub fn table(&self) -> &str {
        &self.table
    }

    /// The names.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// How it was said to be read.
    #[must_use]
    pub fn options(&self) -> &ReadOptions {
        &self.options
    }

    /// What was found out about the way it is written.
    #[must_use]
    pub fn notes(&self) -> &[ReadNote] {
        &self.notes
    }

    /// More cells that count as missing, beside those of the options.
    pub fn add_na(&mut self, na: &[String]) {
        self.format.add_na(na);
    }

    /// What separates the columns, where it was given and the first line alone would not have told.
    #[must_use]
    pub const fn needed_delimiter(&self) -> Option<u8> {
        self.needed_delimiter
    }

    /// The place of the column `name`.
    ///
    /// # Errors
    /// As [`Header::find`].
    pub fn column(&self, name: &str) -> Result<usize, TableError> {
        self.header.find(name).map_err(|fault| self.error(fault))
    }

    /// Rows read so far, blank lines among them.
    #[must_use]
    pub const fn n_rows_read(&self) -> u64 {
        self.row
    }

    /// The fault with this table's name.
    #[must_use]
    pub fn error(&self, fault: TableFault) -> TableError {
        TableError {
            table: self.table.clone(),
            fault,
        }
    }

    /// Reads up to `n_rows` rows, one at least, into `chunk`: the numbers of `columns`, and the texts of `texts`.
    /// Rows in which a number is missing are left out and counted. False where there was no row left. Chunks end at the
    /// same rows whatever is missing in them.
    ///
    /// # Errors
    /// [`TableFault::NoSuchPlace`], [`TableFault::Ragged`], [`TableFault::NotANumber`],
    /// [`TableFault::CellNotUtf8`], [`TableFault::RowTooLong`], [`TableFault::OpenQuote`], [`TableFault::Read`],
    /// [`TableFault::Compressed`], [`TableFault::Encoding`].
    pub fn read_chunk(
        &mut self,
        columns: &[usize],
        texts: &[usize],
        n_rows: usize,
        chunk: &mut Chunk,
    ) -> Result<bool, TableError> {
        let _environment = environment::guard();
        chunk.clear();
        let n_columns = self.header.names().len();
        let mut places = columns.iter().chain(texts).copied();
        if let Some(place) = places.find(|place| *place >= n_columns) {
            return Err(self.error(TableFault::NoSuchPlace { place, n_columns }));
        }
        for read in 0..n_rows.max(1) {
            let more = self.next_row().map_err(|fault| self.error(fault))?;
            if !more {
                return Ok(read > 0);
            }
            self.take_row(columns, texts, chunk)
                .map_err(|fault| self.error(fault))?;
        }
        Ok(true)
    }

    /// The next row, if there is one, with as many cells as there are names.
    pub(super) fn next_row(&mut self) -> Result<bool, TableFault> {
        let more = self.advance()?;
        if more {
            self.check_width()?;
        }
        Ok(more)
    }

    /// A cell of the present row; one beyond the last is empty.
    #[inline]
    pub(super) fn cell(&self, place: usize) -> &[u8] {
        match self.held.is_some() {
            true => &[],
            false => self.lines.cell(place),
        }
    }

    /// A cell of the present row as what it holds.
    #[inline]
    pub(super) fn parsed(&self, place: usize) -> Result<Cell<'_>, TableFault> {
        match self.format.parse(self.cell(place)) {
            Cell::NotUtf8(at) => Err(self.not_utf8(place, at)),
            cell => Ok(cell),
        }
    }

    pub(super) const fn format(&self) -> &CellFormat {
        &self.format
    }

    pub(super) fn not_utf8(&self, place: usize, at: usize) -> TableFault {
        let cell = self.cell(place).trim_ascii();
        TableFault::CellNotUtf8 {
            row: self.row,
            line: self.lines.line(),
            column: self.header.name(place),
            byte: cell.get(at).copied().unwrap_or_default(),
        }
    }

    pub(super) fn not_a_number(&self, place: usize, text: &str) -> TableFault {
        TableFault::NotANumber {
            row: self.row,
            column: self.header.name(place),
            text: text.to_owned(),
            hint: hint(text),
        }
    }

    /// The next row, if there is one.
    pub(super) fn advance(&mut self) -> Result<bool, TableFault> {
        if std::mem::take(&mut self.is_row_read) {
            self.row += 1;
            return Ok(true);
        }
        let held = match self.held.take() {
            Some(n_blank) => Some(n_blank),
            None => self.read_row()?,
        };
        let Some(n_blank) = held else {
            return Ok(false);
        };
        self.held = n_blank.checked_sub(1);
        self.row += 1;
        Ok(true)
    }

    /// Reads the next row that is not blank; says how many blank lines before it are rows: of one column all,
    /// else they are passed over and counted. Behind the last row they are nothing, as many as there are: a
    /// spreadsheet ends its text with one.
    fn read_row(&mut self) -> Result<Option<u64>, TableFault> {
        let mut n_blank = 0;
        loop {
            let line = self.lines.advance();
            match line.map_err(|fault| self.fault(fault, n_blank))? {
                Line::End => return Ok(None),
                Line::Row => return Ok(Some(n_blank)),
                Line::Blank if self.header.names().len() == 1 => n_blank += 1,
                Line::Blank | Line::Comment => self.row += 1,
            }
        }
    }

    fn fault(&self, fault: LineFault, n_blank: u64) -> TableFault {
        use std::io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
        let row = match self.header.names() {
            [] => 0,
            _ => self.row + n_blank + 1,
        };
        match fault {
            LineFault::TooLong => TableFault::RowTooLong {
                row,
                most_mib: MOST_MIB,
            },
            LineFault::OpenQuote => TableFault::OpenQuote { row },
            LineFault::Memory => TableFault::Memory {
                rows: self.row,
                mib: 0,
            },
            LineFault::Read(error) if is_malformed(&error) => TableFault::Encoding(error),
            LineFault::Read(error) => match (error.kind(), self.compression) {
                (UnexpectedEof | InvalidInput | InvalidData, Some(what)) => {
                    TableFault::Compressed { what, error }
                }
                _ => TableFault::Read(error),
            },
        }
    }

    /// A row may end in more delimiters than it needs.
    fn check_width(&self) -> Result<(), TableFault> {
        let expected = self.header.names().len();
        let found = if self.held.is_some() {
            1
        } else {
            self.lines.n_cells()
        };
        if found == expected {
            return Ok(());
        }
        let is_empty = |at: usize| self.lines.cell(at).trim_ascii().is_empty();
        if found > expected && expected > 1 && (expected..found).all(is_empty) {
            return Ok(());
        }
        Err(TableFault::Ragged {
            row: self.row,
            found: found as u64,
            expected: expected as u64,
            begins_with: self.lines.cell(0).first().copied(),
        })
    }

    fn take_row(
        &self,
        columns: &[usize],
        texts: &[usize],
        chunk: &mut Chunk,
    ) -> Result<(), TableFault> {
        let start = chunk.values.len();
        let mut first_missing = None;
        for &column in columns {
            match self.parsed(column)? {
                Cell::Number(number) => chunk.values.push(number),
                Cell::Missing(gap) => {
                    chunk.missing.count(gap);
                    first_missing = first_missing.or(Some(column));
                }
                Cell::Text(text) => return Err(self.not_a_number(column, text)),
                Cell::NotUtf8(at) => return Err(self.not_utf8(column, at)),
            }
        }
        if let Some(column) = first_missing {
            chunk.values.truncate(start);
            chunk.missing.end_row(self.row, &self.header.name(column));
            return Ok(());
        }
        chunk.rows.push(self.row);
        for &column in texts {
            let text = std::str::from_utf8(self.cell(column))
                .map_err(|error| self.not_utf8(column, error.valid_up_to()))?;
            chunk.texts.push(text.trim().to_owned());
        }
        Ok(())
    }
}

fn is_malformed(error: &std::io::Error) -> bool {
    error
        .get_ref()
        .is_some_and(|source| source.is::<Malformed>())
}

impl std::fmt::Debug for TableReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TableReader")
            .field("table", &self.table)
            .field("row", &self.row)
            .finish_non_exhaustive()
    }
}
