//! Bytes of a table: gzip where the content is, UTF-8 without its mark, and what separates the columns.

use std::io::{Cursor, Read};

use flate2::read::MultiGzDecoder;

use super::error::TableFault;

/// Decoded bytes from their beginning.
pub(super) struct Source {
    /// All of the text.
    pub(super) read: Box<dyn Read + Send>,
    /// Its beginning, seen already.
    pub(super) start: Vec<u8>,
}

/// Bytes that are looked at to find out what a file is; a longer line of names is judged by its beginning.
const START_BYTES: usize = 1 << 16;

/// Kinds of file that are often given for CSV, by their first bytes.
const OTHER_KINDS: [(&[u8], &str); 8] = [
    (b"PK\x03\x04", "a zip archive or a spreadsheet"),
    (b"\xd0\xcf\x11\xe0", "a spreadsheet of the old kind"),
    (b"PAR1", "a Parquet file"),
    (b"ARROW1", "an Arrow file"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"\xff\xfe", "UTF-16 text"),
    (b"\xfe\xff", "UTF-16 text"),
];

impl Source {
    /// Looks at the first bytes of `raw`.
    pub(super) fn new(raw: impl Read + Send + 'static) -> Result<Self, TableFault> {
        let mut raw: Box<dyn Read + Send> = Box::new(raw);
        let mut start = beginning(&mut raw).map_err(TableFault::Read)?;
        if start.starts_with(b"\x1f\x8b") {
            raw = Box::new(MultiGzDecoder::new(Cursor::new(start).chain(raw)));
            start = beginning(&mut raw).map_err(TableFault::Gzip)?;
        }
        for (first, kind) in OTHER_KINDS {
            if start.starts_with(first) {
                return Err(TableFault::OtherKind { kind });
            }
        }
        if start.starts_with(b"\xef\xbb\xbf") {
            start.drain(..3);
        }
        if start.is_empty() {
            return Err(TableFault::Empty);
        }
        Ok(Self {
            read: Box::new(Cursor::new(start.clone()).chain(raw)),
            start,
        })
    }

    /// The most frequent of comma, semicolon and tab in the line of names, quotations left out; comma
    /// where there is none.
    pub(super) fn delimiter(&self) -> u8 {
        let mut counts = [(b',', 0usize), (b'\t', 0), (b';', 0)];
        let mut is_quoted = false;
        let is_end = |byte: &&u8| matches!(byte, b'\n' | b'\r');
        for byte in self.start.iter().skip_while(is_end) {
            match byte {
                b'"' => is_quoted = !is_quoted,
                b'\n' | b'\r' if !is_quoted => break,
                _ if is_quoted => {}
                _ => counts
                    .iter_mut()
                    .filter(|(mark, _)| mark == byte)
                    .for_each(|(_, n)| *n += 1),
            }
        }
        let mut best = counts[0];
        for count in counts {
            best = if count.1 > best.1 { count } else { best };
        }
        best.0
    }
}

/// The first bytes, fewer where there are fewer.
fn beginning(read: &mut impl Read) -> std::io::Result<Vec<u8>> {
    let mut start = Vec::new();
    read.take(START_BYTES as u64).read_to_end(&mut start)?;
    Ok(start)
}
