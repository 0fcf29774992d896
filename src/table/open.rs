//! A file is opened: what it is, how it is written, what its columns are called.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::cell::CellFormat;
use super::delimiter::Delimiter;
use super::dialect::{Dialect, FirstLine};
use super::error::{STDIN, TableError, TableFault};
use super::header::{Header, MOST_COLUMNS};
use super::lines::Lines;
use super::read_options::ReadOptions;
use super::reader::TableReader;
use super::source::Source;
use crate::numerics::environment;

impl TableReader {
    /// Opens a file. What `options` do not say is found out from its beginning.
    ///
    /// # Errors
    /// [`TableError`]: it cannot be read, is empty, of another kind, or its line of names is faulty.
    pub fn open(path: &Path, options: impl Into<ReadOptions>) -> Result<Self, TableError> {
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
            Ok(file) => Self::from_read(&table, file, options),
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
        options: impl Into<ReadOptions>,
    ) -> Result<Self, TableError> {
        let _environment = environment::guard();
        let name = table.to_owned();
        let start = Self::start(table, read, options.into());
        start.map_err(|fault| TableError { table: name, fault })
    }

    fn start(
        table: &str,
        read: impl Read + Send + 'static,
        options: ReadOptions,
    ) -> Result<Self, TableFault> {
        check(&options)?;
        let mut source = Source::new(read, options.encoding.as_deref(), table)?;
        let dialect = Dialect::find(&source, &options);
        let mut skipped = vec![0; dialect.n_skipped];
        source
            .read
            .read_exact(&mut skipped)
            .map_err(TableFault::Read)?;
        let unsaid = ReadOptions {
            delimiter: None,
            ..options.clone()
        };
        let found = options
            .delimiter
            .map(|_| Dialect::find(&source, &unsaid).delimiter);
        let needed_delimiter = match (options.delimiter, found) {
            (Some(Delimiter::Byte(given)), Some(found)) if found != Delimiter::Byte(given) => {
                Some(given)
            }
            _ => None,
        };
        let format = CellFormat::new(dialect.numbers, &options.na);
        let mut reader = Self {
            table: table.to_owned(),
            lines: Lines::new(source.read, dialect.delimiter, dialect.comment),
            header: Header::new(std::iter::empty())?,
            row: 0,
            options,
            format,
            notes: dialect.notes,
            needed_delimiter,
            first_line: dialect.header,
            is_row_read: false,
            held: None,
            n_row_names: usize::from(dialect.has_row_names),
            compression: source.compression,
        };
        match dialect.names {
            Some(names) => reader.header = Header::new(names.iter().map(Vec::as_slice))?,
            None => reader.read_names()?,
        }
        reader.row = 0;
        Ok(reader)
    }

    fn read_names(&mut self) -> Result<(), TableFault> {
        if !self.advance()? {
            return Err(TableFault::Empty);
        }
        let n_cells = self.lines.n_cells();
        if self.first_line == FirstLine::Row {
            self.is_row_read = true;
            self.header = Header::numbered(n_cells.min(MOST_COLUMNS))?;
            return Ok(());
        }
        // A column of R's names of rows has none.
        let row_names = (0..self.n_row_names).map(|_| &[][..]);
        let cells = (0..n_cells).map(|at| self.lines.cell(at));
        let header = Header::new(row_names.chain(cells));
        self.header = match (self.first_line, header) {
            // Numbers that are there twice are no names.
            (FirstLine::Unknown, Err(_)) => {
                self.be_nameless(n_cells)?;
                return Ok(());
            }
            (_, header) => header?,
        };
        Ok(())
    }
}

/// Whether the options are of those that there are.
fn check(options: &ReadOptions) -> Result<(), TableFault> {
    let wrong = |what: &'static str, given: char, allowed: &'static str| TableFault::Option {
        what,
        given: given.to_string(),
        allowed,
    };
    if let Some(mark) = options.decimal.filter(|mark| !matches!(mark, '.' | ',')) {
        return Err(wrong("decimal mark", mark, "a point or a comma"));
    }
    let marks = [
        ',', '.', '\'', '’', '_', ' ', '\u{a0}', '\u{202f}', '\u{2009}',
    ];
    if let Some(mark) = options.thousands {
        if !marks.contains(&mark) {
            return Err(wrong(
                "mark of thousands",
                mark,
                "one of , . ' _ or a space",
            ));
        }
        if options.decimal == Some(mark) {
            return Err(wrong(
                "mark of thousands",
                mark,
                "another than the decimal mark",
            ));
        }
    }
    if let Some(mark) = options.comment {
        let is_allowed = mark.is_ascii_punctuation() && !matches!(mark, '"' | '-' | '+' | '.');
        if !is_allowed {
            return Err(wrong(
                "mark of comments",
                mark,
                "one ASCII mark such as # or %",
            ));
        }
    }
    Ok(())
}
