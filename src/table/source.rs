//! Bytes of a table as UTF-8 text: decompressed, decoded, without its mark.

use std::io::{Cursor, Read};

use bzip2::read::MultiBzDecoder;
use encoding_rs::{Encoding, UTF_8};
use flate2::read::MultiGzDecoder;

use super::error::TableFault;
use super::other_kind::{OtherKind, command};
use super::transcode::Transcoder;

/// Decoded text from its beginning.
pub(super) struct Source {
    /// All of the text.
    pub(super) read: Box<dyn Read + Send>,
    /// Its beginning, seen already.
    pub(super) start: Vec<u8>,
    /// Whether the beginning is all there is.
    pub(super) is_whole: bool,
    /// What it was decompressed from.
    pub(super) compression: Option<&'static str>,
}

/// Bytes that are looked at to find out what a file is; a longer line of names is judged by its beginning.
const START_BYTES: usize = 1 << 16;

impl Source {
    /// Looks at the first bytes of `raw`; `encoding` is a label where one is given.
    pub(super) fn new(
        raw: impl Read + Send + 'static,
        encoding: Option<&str>,
        table: &str,
    ) -> Result<Self, TableFault> {
        let given = encoding.map(named).transpose()?;
        let mut raw: Box<dyn Read + Send> = Box::new(raw);
        let mut start = beginning(&mut raw).map_err(TableFault::Read)?;
        let mut compression = None;
        if start.starts_with(b"\x1f\x8b") {
            compression = Some("gzip");
            raw = Box::new(MultiGzDecoder::new(Cursor::new(start).chain(raw)));
            start = decompressed(&mut raw, "gzip")?;
        } else if is_bzip2(&start) {
            compression = Some("bzip2");
            raw = Box::new(MultiBzDecoder::new(Cursor::new(start).chain(raw)));
            start = decompressed(&mut raw, "bzip2")?;
        }
        let marked = Encoding::for_bom(&start).map(|(encoding, _)| encoding);
        let encoding = match (given, marked) {
            // Only UTF-8 with a mark is also valid in an encoding that knows no mark.
            (Some(given), _) => given,
            (None, Some(marked)) => marked,
            (None, None) => {
                not_another_kind(&start, table)?;
                if let Some(label) = unmarked_utf_16(&start) {
                    return Err(TableFault::UnmarkedUtf16 { label });
                }
                UTF_8
            }
        };
        if encoding != UTF_8 {
            let bytes = Cursor::new(start).chain(raw);
            raw = Box::new(Transcoder::new(bytes, encoding));
            start = beginning(&mut raw).map_err(TableFault::Encoding)?;
        } else if start.starts_with(b"\xef\xbb\xbf") {
            start.drain(..3);
        }
        not_another_kind(&start, table)?;
        if start.is_empty() {
            return Err(TableFault::Empty);
        }
        let is_whole = start.len() < START_BYTES - 3;
        Ok(Self {
            read: Box::new(Cursor::new(start.clone()).chain(raw)),
            start,
            is_whole,
            compression,
        })
    }
}

fn not_another_kind(start: &[u8], table: &str) -> Result<(), TableFault> {
    match OtherKind::of(start) {
        Some(kind) => Err(TableFault::OtherKind {
            kind: kind.what,
            command: command(kind, table),
        }),
        None => Ok(()),
    }
}

fn decompressed(read: &mut impl Read, what: &'static str) -> Result<Vec<u8>, TableFault> {
    beginning(read).map_err(|error| TableFault::Compressed { what, error })
}

fn named(label: &str) -> Result<&'static Encoding, TableFault> {
    let found = Encoding::for_label_no_replacement(label.as_bytes());
    found.ok_or_else(|| TableFault::NoSuchEncoding {
        label: label.to_owned(),
    })
}

/// `BZh`, a digit, and the first block's mark or that of an empty stream.
fn is_bzip2(start: &[u8]) -> bool {
    let Some((head, rest)) = start.split_at_checked(4) else {
        return false;
    };
    head.starts_with(b"BZh")
        && (b'1'..=b'9').contains(&head[3])
        && (rest.starts_with(b"\x31\x41\x59\x26\x53\x59")
            || rest.starts_with(b"\x17\x72\x45\x38\x50\x90"))
}

/// The label of UTF-16 without a mark, by its zero bytes.
fn unmarked_utf_16(start: &[u8]) -> Option<&'static str> {
    let pairs = start.as_chunks::<2>().0;
    let pairs = &pairs[..pairs.len().min(500)];
    let zeros = |at: usize| pairs.iter().filter(|pair| pair[at] == 0).count();
    let (first, second) = (zeros(0), zeros(1));
    if pairs.len() < 4 {
        None
    } else if second * 10 > pairs.len() * 8 && first == 0 {
        Some("utf-16le")
    } else if first * 10 > pairs.len() * 8 && second == 0 {
        Some("utf-16be")
    } else {
        None
    }
}

/// The first bytes, fewer where there are fewer.
fn beginning(read: &mut impl Read) -> std::io::Result<Vec<u8>> {
    let mut start = Vec::new();
    read.take(START_BYTES as u64).read_to_end(&mut start)?;
    Ok(start)
}
