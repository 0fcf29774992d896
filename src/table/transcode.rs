//! Text in any encoding as UTF-8.

use std::io::Read;

use encoding_rs::{Decoder, DecoderResult, Encoding};

/// Bytes that are read at a time.
const BUFFER: usize = 1 << 14;

/// A malformed byte, which ends the text: the line, from 1, and the byte of the file, from 1.
#[derive(Debug, thiserror::Error)]
#[error("line {line} is not {encoding}: the byte {byte} of the file is no character")]
pub(super) struct Malformed {
    encoding: &'static str,
    line: u64,
    byte: u64,
}

/// Decodes what it reads.
pub(super) struct Transcoder<R> {
    read: R,
    decoder: Decoder,
    /// Bytes read and not yet decoded.
    raw: Vec<u8>,
    raw_from: usize,
    is_over: bool,
    is_flushed: bool,
    /// Text that is decoded and not yet given.
    text: Vec<u8>,
    text_from: usize,
    n_decoded: u64,
    line: u64,
    fault: Option<Malformed>,
}

impl<R: Read> Transcoder<R> {
    /// Without a look at a byte order mark, which is decoded to nothing by whoever reads.
    pub(super) fn new(read: R, encoding: &'static Encoding) -> Self {
        Self {
            read,
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: Vec::new(),
            raw_from: 0,
            is_over: false,
            is_flushed: false,
            text: vec![0; 3 * BUFFER + 16],
            text_from: usize::MAX,
            n_decoded: 0,
            line: 1,
            fault: None,
        }
    }

    /// Decodes what is there; false at the end.
    fn fill(&mut self) -> std::io::Result<bool> {
        if let Some(fault) = self.fault.take() {
            return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, fault));
        }
        if self.is_flushed {
            return Ok(false);
        }
        if self.raw_from == self.raw.len() && !self.is_over {
            self.raw.resize(BUFFER, 0);
            self.raw_from = 0;
            let n = loop {
                match self.read.read(&mut self.raw) {
                    Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                    other => break other?,
                }
            };
            self.raw.truncate(n);
            self.is_over = n == 0;
        }
        self.text.resize(3 * BUFFER + 16, 0);
        let (result, n_read, n_written) = self.decoder.decode_to_utf8_without_replacement(
            &self.raw[self.raw_from..],
            &mut self.text,
            self.is_over,
        );
        self.raw_from += n_read;
        self.n_decoded += n_read as u64;
        self.text.truncate(n_written);
        self.text_from = 0;
        self.line += self.text.iter().filter(|byte| **byte == b'\n').count() as u64;
        match result {
            DecoderResult::Malformed(length, after) => {
                // What was decoded before is given first.
                self.fault = Some(Malformed {
                    encoding: self.decoder.encoding().name(),
                    line: self.line,
                    byte: self.n_decoded - u64::from(length) - u64::from(after) + 1,
                });
            }
            DecoderResult::InputEmpty => self.is_flushed = self.is_over,
            DecoderResult::OutputFull => {}
        }
        Ok(true)
    }
}

impl<R: Read> Read for Transcoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while self.text_from >= self.text.len() || self.text_from == usize::MAX {
            if !self.fill()? {
                return Ok(0);
            }
        }
        let ready = &self.text[self.text_from..];
        let n = ready.len().min(buffer.len());
        buffer[..n].copy_from_slice(&ready[..n]);
        self.text_from += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8], encoding: &'static Encoding) -> Result<String, String> {
        let mut text = String::new();
        let mut transcoder = Transcoder::new(bytes, encoding);
        match transcoder.read_to_string(&mut text) {
            Ok(_) => Ok(text),
            Err(error) => Err(format!("{text}|{error}")),
        }
    }

    #[test]
    fn utf_16_and_latin_1_become_utf_8() {
        let long = "x,grüße\n1,2\n".repeat(10_000);
        let little: Vec<u8> = long.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decoded(&little, encoding_rs::UTF_16LE), Ok(long));
        assert_eq!(
            decoded(b"gr\xfc\xdfe", encoding_rs::WINDOWS_1252),
            Ok("grüße".to_owned())
        );
        assert_eq!(decoded(b"", encoding_rs::UTF_16LE), Ok(String::new()));
    }

    #[test]
    fn a_malformed_byte_has_a_line_and_a_place() {
        let mut bytes: Vec<u8> = "a\nb\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        // A surrogate without its other half.
        bytes.extend([0x00, 0xd8, b'c', 0]);
        insta::assert_snapshot!(decoded(&bytes, encoding_rs::UTF_16LE).unwrap_err(), @r"
        a
        b
        |line 3 is not UTF-16LE: the byte 9 of the file is no character
        ");
        // The twin: whole, it is a character.
        let whole: Vec<u8> = "a\n😀".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(decoded(&whole, encoding_rs::UTF_16LE).is_ok());
    }
}
