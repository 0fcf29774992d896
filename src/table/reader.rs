//! Rows as a stream: memory does not grow with the table.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::cell::{Cell, hint};
use super::error::{STDIN, TableError, TableFault};
use super::header::Header;
use super::lines::{Line, LineFault, Lines, MOST_MIB};
use super::missing::{Kind, Missing};
use super::source::Source;
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
    table: String,
    lines: Lines<Box<dyn Read + Send>>,
    header: Header,
    /// Rows read so far, blank lines among them.
    row: u64,
    /// What separates the columns, where it was given and the first line does not tell.
    delimiter: Option<u8>,
    /// Of one column: blank lines still to be given before the row that was read behind them.
    held: Option<u64>,
}

/// Some rows of the columns asked for; those in which a number is missing are left out and counted.
#[derive(Debug, Clone, Default)]
pub struct Chunk {
    values: Vec<f64>,
    rows: Vec<u64>,
    texts: Vec<String>,
    missing: Missing,
}

impl Chunk {
    /// Numbers [n, columns] of the rows that have them all.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The number of each of those rows in the table, from 1, blank lines counted.
    #[must_use]
    pub fn rows(&self) -> &[u64] {
        &self.rows
    }

    /// Texts [n, columns] of those rows, where columns of text were asked for.
    #[must_use]
    pub fn texts(&self) -> &[String] {
        &self.texts
    }

    /// Rows that were left out.
    #[must_use]
    pub fn missing(&self) -> &Missing {
        &self.missing
    }
}

impl TableReader {
    /// Opens a file. `delimiter` is found out from the first line where none is given.
    ///
    /// # Errors
    /// [`TableError`]: it cannot be read, is empty, of another kind, or its line of names is faulty.
    pub fn open(path: &Path, delimiter: Option<u8>) -> Result<Self, TableError> {
        let table = match path.display().to_string() {
            name if name == STDIN => format!("./{name}"),
            name => name,
        };
        let opened = File::open(path).and_then(|file| {
            if file.metadata()?.is_dir() {
                return Err(std::io::Error::other("it is a folder"));
            }
            Ok(file)
        });
        match opened {
            Ok(file) => Self::from_read(&table, file, delimiter),
            Err(error) => Err(TableError {
                table,
                fault: TableFault::Read(error),
            }),
        }
    }

    /// Reads from anything; `table` is what messages call it.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn from_read(
        table: &str,
        read: impl Read + Send + 'static,
        delimiter: Option<u8>,
    ) -> Result<Self, TableError> {
        let name = table.to_owned();
        Self::start(table, read, delimiter).map_err(|fault| TableError { table: name, fault })
    }

    fn start(
        table: &str,
        read: impl Read + Send + 'static,
        delimiter: Option<u8>,
    ) -> Result<Self, TableFault> {
        let source = Source::new(read)?;
        let found = source.delimiter();
        let given = delimiter.filter(|given| *given != found);
        let delimiter = given.unwrap_or(found);
        let mut reader = Self {
            table: table.to_owned(),
            lines: Lines::new(source.read, delimiter),
            header: Header::new(std::iter::empty(), delimiter)?,
            row: 0,
            delimiter: given,
            held: None,
        };
        if !reader.advance()? {
            return Err(TableFault::Empty);
        }
        let cells = (0..reader.lines.n_cells()).map(|at| reader.lines.cell(at));
        reader.header = Header::new(cells, delimiter)?;
        reader.row = 0;
        Ok(reader)
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

    /// What separates the columns, where it was given and the first line alone would not have told.
    #[must_use]
    pub const fn needed_delimiter(&self) -> Option<u8> {
        self.delimiter
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
    /// False where there was no row left. Chunks end at the same rows whatever is missing in them.
    ///
    /// # Errors
    /// [`TableFault::NoSuchPlace`], [`TableFault::Ragged`], [`TableFault::NotANumber`],
    /// [`TableFault::CellNotUtf8`], [`TableFault::RowTooLong`], [`TableFault::OpenQuote`], [`TableFault::Read`],
    /// [`TableFault::Gzip`].
    pub fn read_chunk(
        &mut self,
        columns: &[usize],
        texts: &[usize],
        n_rows: usize,
        chunk: &mut Chunk,
    ) -> Result<bool, TableError> {
        let _environment = environment::guard();
        chunk.values.clear();
        chunk.rows.clear();
        chunk.texts.clear();
        chunk.missing = Missing::default();
        let n_columns = self.header.names().len();
        let mut places = columns.iter().chain(texts).copied();
        if let Some(place) = places.find(|place| *place >= n_columns) {
            return Err(self.error(TableFault::NoSuchPlace { place, n_columns }));
        }
        for read in 0..n_rows.max(1) {
            let more = self.advance().map_err(|fault| self.error(fault))?;
            if !more {
                return Ok(read > 0);
            }
            self.take_row(columns, texts, chunk)
                .map_err(|fault| self.error(fault))?;
        }
        Ok(true)
    }

    /// The next row, if there is one.
    fn advance(&mut self) -> Result<bool, TableFault> {
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
                Line::Blank => self.row += 1,
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
            LineFault::Read(error)
                if matches!(error.kind(), UnexpectedEof | InvalidInput | InvalidData) =>
            {
                TableFault::Gzip(error)
            }
            LineFault::Read(error) => TableFault::Read(error),
        }
    }

    fn take_row(
        &self,
        columns: &[usize],
        texts: &[usize],
        chunk: &mut Chunk,
    ) -> Result<(), TableFault> {
        let expected = self.header.names().len();
        let is_blank = self.held.is_some();
        let n_cells = if is_blank { 1 } else { self.lines.n_cells() };
        if n_cells != expected {
            return Err(TableFault::Ragged {
                row: self.row,
                found: n_cells as u64,
                expected: expected as u64,
            });
        }
        let name = |column: usize| self.header.names()[column].clone();
        let cell = |column: usize| match is_blank {
            true => &[],
            false => self.lines.cell(column),
        };
        let start = chunk.values.len();
        let mut first_missing = None;
        for &column in columns {
            let kind = match Cell::parse(cell(column)) {
                Cell::Number(number) => {
                    chunk.values.push(number);
                    continue;
                }
                Cell::Empty => Kind::Empty,
                Cell::Nan => Kind::Nan,
                Cell::Infinite => Kind::Infinite,
                Cell::Text(text) => {
                    return Err(TableFault::NotANumber {
                        row: self.row,
                        column: name(column),
                        text: text.to_owned(),
                        hint: hint(text),
                    });
                }
                Cell::NotUtf8 => {
                    return Err(TableFault::CellNotUtf8 {
                        row: self.row,
                        column: name(column),
                    });
                }
            };
            chunk.missing.count(kind);
            first_missing = first_missing.or(Some(column));
        }
        if let Some(column) = first_missing {
            chunk.values.truncate(start);
            chunk.missing.end_row(self.row, &name(column));
            return Ok(());
        }
        chunk.rows.push(self.row);
        for &column in texts {
            let text = std::str::from_utf8(cell(column)).map_err(|_| TableFault::CellNotUtf8 {
                row: self.row,
                column: name(column),
            })?;
            chunk.texts.push(text.trim().to_owned());
        }
        Ok(())
    }
}

impl std::fmt::Debug for TableReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TableReader")
            .field("table", &self.table)
            .field("row", &self.row)
            .finish_non_exhaustive()
    }
}
