//! CSV text as rows of cells, with the blank lines between them.

use std::io::{BufRead as _, BufReader, ErrorKind, Read};

use csv_core::ReadRecordResult;

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
}

/// Reads line by line; holds the cells of the last one.
pub(super) struct Lines<R> {
    text: BufReader<R>,
    parser: csv_core::Reader,
    /// The last line ended in a carriage return, whose line feed may be still to come.
    is_after_return: bool,
    /// The text has ended: a terminal would be asked again.
    is_over: bool,
    /// Bytes of the cells, one after the other.
    bytes: Vec<u8>,
    /// Where each of the first cells ends in them.
    ends: Vec<usize>,
    n_cells: usize,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(text: R, delimiter: u8) -> Self {
        let mut parser = csv_core::ReaderBuilder::new();
        Self {
            text: BufReader::with_capacity(BUFFER, text),
            parser: parser.delimiter(delimiter).build(),
            is_after_return: false,
            is_over: false,
            bytes: vec![0; 1024],
            ends: vec![0; 64],
            n_cells: 0,
        }
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
            self.text.consume(1);
            next = self.peek()?;
        }
        self.is_after_return = next == Some(b'\r');
        match next {
            None => Ok(Line::End),
            Some(b'\n' | b'\r') => {
                self.text.consume(1);
                (self.n_cells, self.ends[0]) = (1, 0);
                Ok(Line::Blank)
            }
            Some(_) => self.read_row(),
        }
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
                self.text.consume(read);
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
                ReadRecordResult::OutputFull => self.bytes.resize(2 * self.bytes.len(), 0),
                // Ends beyond the most columns are written one over the other.
                ReadRecordResult::OutputEndsFull => {
                    let n = (2 * self.ends.len()).min(MOST_COLUMNS + 64);
                    self.ends.resize(n, 0);
                }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its text in pieces of this many bytes.
    struct Pieces<'a>(&'a [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let n = self.1.min(self.0.len()).min(buffer.len());
            buffer[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    /// Lines joined by `/`, cells by `|`; a blank line is `-`.
    fn read(text: &str, piece: usize) -> String {
        let mut lines = Lines::new(Pieces(text.as_bytes(), piece), b',');
        let mut told = Vec::new();
        loop {
            let cells = match lines.advance().unwrap() {
                Line::End => return told.join("/"),
                Line::Blank => vec!["-".to_owned()],
                Line::Row => (0..lines.n_cells())
                    .map(|at| String::from_utf8(lines.cell(at).to_vec()).unwrap())
                    .collect(),
            };
            told.push(cells.join("|"));
        }
    }

    #[test]
    fn blank_lines_are_seen_with_any_line_end() {
        for (text, expected) in [
            ("a,b\n\n1,2\n", "a|b/-/1|2"),
            ("a,b\r\n\r\n1,2\r\n", "a|b/-/1|2"),
            ("a,b\r\r1,2\r", "a|b/-/1|2"),
            // The line ends of two systems in one text.
            ("a,b\r\n1,2\n\n3,4\r\n5,6", "a|b/1|2/-/3|4/5|6"),
            ("\n\r\na\n", "-/-/a"),
            ("a\n\n\n", "a/-/-"),
            ("a\r\n\r\n", "a/-"),
            ("a", "a"),
            ("", ""),
            // Line ends within quotation marks are no lines.
            ("\"a\n\nb\",c\n\"\r\n\"\n", "a\n\nb|c/\r\n"),
            ("\"\"\n \n,\n", "/ /|"),
            ("a\"\n\nb\"\n", "a\"/-/b\""),
        ] {
            for piece in [1, 2, 3, 100] {
                assert_eq!(read(text, piece), expected, "{text:?} by {piece}");
            }
        }
    }

    #[test]
    fn a_quotation_that_does_not_end_is_a_fault() {
        for (text, is_open) in [
            ("a,b\n1,\"x\n2,y\n", true),
            ("a,b\n1,\"", true),
            ("a,b\n\"1\"\"", true),
            ("a,b\n1,\"x\"", false),
            ("a,b\n1,\"x\"\"\"", false),
            ("a,b\n1,x\"", false),
            ("a,b\n1,", false),
        ] {
            for piece in [1, 100] {
                let mut lines = Lines::new(Pieces(text.as_bytes(), piece), b',');
                assert_eq!(lines.advance().unwrap(), Line::Row);
                let line = lines.advance();
                let is_fault = matches!(line, Err(LineFault::OpenQuote));
                assert_eq!(is_fault, is_open, "{text:?}: {line:?}");
                assert_eq!(matches!(line, Ok(Line::Row)), !is_open, "{text:?}");
            }
        }
    }

    #[test]
    fn long_and_wide_rows_are_whole() {
        let long = "x".repeat(100_000);
        let wide = vec!["7"; 5000].join(",");
        let text = format!("{long},{long}\n{wide}\n1\n");
        let expected = format!("{long}|{long}/{}/1", wide.replace(',', "|"));
        assert_eq!(read(&text, 1000), expected);
    }

    #[test]
    fn more_cells_than_columns_can_be_are_counted_in_bounded_memory() {
        let text = ",".repeat(3 * MOST_COLUMNS);
        let mut lines = Lines::new(text.as_bytes(), b',');
        assert_eq!(lines.advance().unwrap(), Line::Row);
        assert_eq!(lines.n_cells(), 3 * MOST_COLUMNS + 1);
        assert!(lines.ends.len() <= MOST_COLUMNS + 64);
        assert_eq!(lines.cell(2 * MOST_COLUMNS), b"");
    }
}
