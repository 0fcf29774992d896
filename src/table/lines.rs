//! Text as rows of cells, with the blank lines and comments between them.

use std::io::{BufRead as _, BufReader, ErrorKind, Read};

use csv_core::ReadRecordResult;

use super::delimiter::Delimiter;
use super::header::MOST_COLUMNS;

/// The most bytes of one row, MiB: a file without line ends cannot fill the memory.
pub(super) const MOST_MIB: u64 = 64;

/// Bytes read at a time.
const BUFFER: usize = 1 << 16;

/// What a line was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// A row of cells; it may be several lines of text, where a quoted cell holds line ends.
    Row,
    /// Nothing but its end: a row of one empty cell.
    Blank,
    /// A comment.
    Comment,
    /// No line: the text has ended.
    End,
}

/// Why there is no line.
#[derive(Debug)]
pub(super) enum LineFault {
    /// The text cannot be read.
    Read(std::io::Error),
    /// A row is longer than [`MOST_MIB`].
    TooLong,
    /// The text ends within a quotation: all from its mark on was taken for one cell.
    OpenQuote,
    /// There is no memory for the row.
    Memory,
}

/// Reads line by line; holds the cells of the last one.
pub(super) struct Lines<R> {
    text: BufReader<R>,
    parser: csv_core::Reader,
    is_blank_delimited: bool,
    /// Lines that begin with it are comments.
    comment: Option<u8>,
    /// The last line ended in a carriage return, whose line feed may be still to come.
    is_after_return: bool,
    /// The text has ended: a terminal would be asked again.
    is_over: bool,
    /// Bytes of the cells, one after the other.
    bytes: Vec<u8>,
    /// Where each of the first cells ends in them.
    ends: Vec<usize>,
    n_cells: usize,
    /// Line ends so far, and those before the last line.
    n_line_ends: u64,
    n_line_ends_before: u64,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(text: R, delimiter: Delimiter, comment: Option<u8>) -> Self {
        let mut parser = csv_core::ReaderBuilder::new();
        if let Delimiter::Byte(byte) = delimiter {
            parser.delimiter(byte);
        }
        Self {
            text: BufReader::with_capacity(BUFFER, text),
            parser: parser.build(),
            is_blank_delimited: delimiter == Delimiter::Blank,
            comment,
            is_after_return: false,
            is_over: false,
            bytes: vec![0; 1024],
            ends: vec![0; 64],
            n_cells: 0,
            n_line_ends: 0,
            n_line_ends_before: 0,
        }
    }

    /// Where the last line begins in the text, from 1.
    pub(super) const fn line(&self) -> u64 {
        self.n_line_ends_before + 1
    }

    /// Cells whose ends there is room for.
    #[cfg(test)]
    pub(super) fn n_ends(&self) -> usize {
        self.ends.len()
    }

    /// Cells of the last line.
    pub(super) const fn n_cells(&self) -> usize {
        self.n_cells
    }

    /// A cell of the last line; of cells beyond [`MOST_COLUMNS`] only the number is known.
    pub(super) fn cell(&self, index: usize) -> &[u8] {
        if index >= self.n_cells.min(MOST_COLUMNS) {
            return &[];
        }
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start..self.ends[index]]
    }

    /// Reads the next line.
    pub(super) fn advance(&mut self) -> Result<Line, LineFault> {
        // The parser passes over blank lines without a word: they are taken from it here.
        let mut next = self.peek()?;
        if self.is_after_return && next == Some(b'\n') {
            self.take(1);
            next = self.peek()?;
        }
        self.n_line_ends_before = self.n_line_ends;
        self.is_after_return = next == Some(b'\r');
        match next {
            None => Ok(Line::End),
            Some(b'\n' | b'\r') => {
                self.take(1);
                (self.n_cells, self.ends[0]) = (1, 0);
                Ok(Line::Blank)
            }
            Some(byte) if self.comment == Some(byte) => {
                self.pass_over()?;
                Ok(Line::Comment)
            }
            Some(_) if self.is_blank_delimited => self.read_blank_delimited(),
            Some(_) => self.read_row(),
        }
    }

    /// Bytes that are done with.
    fn take(&mut self, n: usize) {
        let ends = self.text.buffer().iter().take(n).filter(|b| **b == b'\n');
        self.n_line_ends += ends.count() as u64;
        self.text.consume(n);
    }

    /// Passes over the rest of a line, with its end.
    fn pass_over(&mut self) -> Result<(), LineFault> {
        while self.peek()?.is_some() {
            let buffer = self.text.buffer();
            let end = buffer.iter().position(|b| matches!(b, b'\n' | b'\r'));
            let n = end.map_or(buffer.len(), |at| at + 1);
            self.is_after_return = buffer[n - 1] == b'\r';
            self.take(n);
            if end.is_some() {
                break;
            }
        }
        Ok(())
    }

    /// Cells apart by spaces and tabs; one in quotation marks may hold some.
    fn read_blank_delimited(&mut self) -> Result<Line, LineFault> {
        let (mut n_bytes, mut n_read) = (0, 0u64);
        let (mut is_quoted, mut is_within) = (false, false);
        self.n_cells = 0;
        while let Some(byte) = self.peek()? {
            let is_end = matches!(byte, b'\n' | b'\r') && !is_quoted;
            let ends_cell = is_end || (byte.is_ascii_whitespace() && !is_quoted);
            if ends_cell && is_within {
                self.end_cell(n_bytes)?;
                is_within = false;
            } else if !ends_cell {
                match byte {
                    b'"' if is_quoted || !is_within => is_quoted = !is_quoted,
                    _ => {
                        if n_bytes == self.bytes.len() {
                            self.grow_bytes()?;
                        }
                        self.bytes[n_bytes] = byte;
                        n_bytes += 1;
                    }
                }
                is_within = true;
            }
            self.take(1);
            n_read += 1;
            if is_end {
                self.is_after_return = byte == b'\r';
                break;
            }
            if n_read > MOST_MIB << 20 {
                return Err(LineFault::TooLong);
            }
        }
        if is_quoted {
            return Err(LineFault::OpenQuote);
        }
        if is_within {
            self.end_cell(n_bytes)?;
        }
        if self.n_cells == 0 {
            (self.n_cells, self.ends[0]) = (1, 0);
            return Ok(Line::Blank);
        }
        Ok(Line::Row)
    }

    fn end_cell(&mut self, n_bytes: usize) -> Result<(), LineFault> {
        if self.n_cells < MOST_COLUMNS {
            if self.n_cells == self.ends.len() {
                self.grow_ends()?;
            }
            self.ends[self.n_cells] = n_bytes;
        }
        self.n_cells += 1;
        Ok(())
    }

    fn grow_bytes(&mut self) -> Result<(), LineFault> {
        let more = self.bytes.len();
        self.bytes
            .try_reserve_exact(more)
            .map_err(|_| LineFault::Memory)?;
        self.bytes.resize(2 * more, 0);
        Ok(())
    }

    fn grow_ends(&mut self) -> Result<(), LineFault> {
        let n = (2 * self.ends.len()).min(MOST_COLUMNS + 64);
        let more = n.saturating_sub(self.ends.len());
        self.ends
            .try_reserve_exact(more)
            .map_err(|_| LineFault::Memory)?;
        self.ends.resize(n, 0);
        Ok(())
    }

    fn read_row(&mut self) -> Result<Line, LineFault> {
        let (mut n_read, mut n_bytes) = (0u64, 0);
        self.n_cells = 0;
        loop {
            // The end of the text ends a row, as a line end does; a quotation it does not end.
            let input = match self.peek()? {
                Some(_) => self.text.buffer(),
                None => b"\n",
            };
            let (result, read, written, ended) = self.parser.read_record(
                input,
                &mut self.bytes[n_bytes..],
                &mut self.ends[self.n_cells.min(MOST_COLUMNS)..],
            );
            self.is_after_return = read > 0 && input[read - 1] == b'\r';
            if !self.is_over {
                self.take(read);
            } else if read > 0 && result != ReadRecordResult::Record {
                return Err(LineFault::OpenQuote);
            }
            n_read += read as u64;
            n_bytes += written;
            self.n_cells += ended;
            match result {
                ReadRecordResult::Record => return Ok(Line::Row),
                ReadRecordResult::End => return Ok(Line::End),
                ReadRecordResult::InputEmpty if n_read > MOST_MIB << 20 => {
                    return Err(LineFault::TooLong);
                }
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.grow_bytes()?,
                // Ends beyond the most columns are written one over the other.
                ReadRecordResult::OutputEndsFull => self.grow_ends()?,
            }
        }
    }
    /// The next byte, if there is one.
    fn peek(&mut self) -> Result<Option<u8>, LineFault> {
        while !self.is_over {
            match self.text.fill_buf() {
                Ok([next, ..]) => return Ok(Some(*next)),
                Ok([]) => self.is_over = true,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(LineFault::Read(error)),
            }
        }
        Ok(None)
    }
}
