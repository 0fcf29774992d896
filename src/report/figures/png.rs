//! A minimal PNG writer: grey, eight bits, one deflate block.
//!
//! A raster on the page is the opacity of an ink, so that one picture serves light and dark; it is
//! small and mostly empty. Runs of equal bytes and the fixed codes of deflate are enough for that,
//! and the bytes depend on nothing but the pixels. Formats: W3C, 2003, "Portable Network Graphics";
//! RFC 1950 and RFC 1951, section 3.2.6.

/// `pixels` (row after row from the top) as a `data:` address.
///
/// A last row that is cut short is filled with zeros.
pub(super) fn data_address(width: usize, pixels: &[u8]) -> String {
    format!("data:image/png;base64,{}", base64(&encode(width, pixels)))
}

fn encode(width: usize, pixels: &[u8]) -> Vec<u8> {
    let width = width.max(1);
    let mut lines = Vec::with_capacity(pixels.len() + pixels.len() / width + 1);
    for row in pixels.chunks(width) {
        lines.push(0); // no filter
        lines.extend_from_slice(row);
        lines.resize(lines.len() + width - row.len(), 0);
    }
    let mut header = Vec::new();
    for side in [width, pixels.len().div_ceil(width)] {
        header.extend(u32::try_from(side).unwrap_or(u32::MAX).to_be_bytes());
    }
    header.extend([8, 0, 0, 0, 0]);
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut png, b"IHDR", &header);
    chunk(&mut png, b"IDAT", &zlib(&lines));
    chunk(&mut png, b"IEND", &[]);
    png
}

fn chunk(png: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    png.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
    let start = png.len();
    png.extend(name);
    png.extend(data);
    let crc = crc32(&png[start..]);
    png.extend(crc.to_be_bytes());
}

fn zlib(data: &[u8]) -> Vec<u8> {
    let mut bits = Bits {
        out: vec![0x78, 0x01],
        ..Bits::default()
    };
    bits.push(0b011, 3); // the last block, with fixed codes
    let mut at = 0;
    while let Some(&byte) = data.get(at) {
        bits.literal(u32::from(byte));
        at += 1;
        let again = data[at..].iter().take_while(|b| **b == byte);
        let run = again.take(258).count();
        if run >= 3 {
            bits.run(run);
            at += run;
        }
    }
    bits.literal(256);
    bits.push(0, 7); // to a whole byte
    bits.out.extend(adler32(data).to_be_bytes());
    bits.out
}

#[derive(Default)]
struct Bits {
    out: Vec<u8>,
    held: u32,
    n_held: u32,
}

impl Bits {
    /// The lowest `n` bits, least significant first.
    fn push(&mut self, value: u32, n: u32) {
        self.held |= value << self.n_held;
        self.n_held += n;
        while self.n_held >= 8 {
            self.out.push(self.held.to_le_bytes()[0]);
            self.held >>= 8;
            self.n_held -= 8;
        }
    }

    /// A code of `n` bits: most significant first.
    fn code(&mut self, code: u32, n: u32) {
        self.push(code.reverse_bits() >> (32 - n), n);
    }

    /// A literal or length symbol in the fixed code.
    fn literal(&mut self, symbol: u32) {
        match symbol {
            0..=143 => self.code(0x30 + symbol, 8),
            144..=255 => self.code(0x190 + symbol - 144, 9),
            256..=279 => self.code(symbol - 256, 7),
            _ => self.code(0xc0 + symbol - 280, 8),
        }
    }

    /// The byte before, 3 to 258 times.
    fn run(&mut self, length: usize) {
        let length = u32::try_from(length).unwrap_or(3);
        // Symbols come in fours, each four twice as wide as the one before.
        let (symbol, extra, n_extra) = match length {
            258 => (285, 0, 0),
            3..=10 => (254 + length, 0, 0),
            _ => {
                let n = 29 - (length - 3).leading_zeros();
                let beyond = length - 3 - (4 << n);
                (261 + 4 * n + (beyond >> n), beyond & ((1 << n) - 1), n)
            }
        };
        self.literal(symbol);
        self.push(extra, n_extra);
        self.code(0, 5); // distance 1
    }
}

fn crc32(data: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    };
    !data.iter().fold(!0, step)
}

fn adler32(data: &[u8]) -> u32 {
    let (a, b) = data.iter().fold((1, 0), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (a + b) % 65_521)
    });
    b << 16 | a
}

fn base64(data: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(data.len().div_ceil(3) * 4);
    for three in data.chunks(3) {
        let byte = |i: usize| u32::from(three.get(i).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let digit = (bits >> (18 - 6 * place)) & 63;
            let is_padding = place > three.len();
            text.push(if is_padding {
                '='
            } else {
                char::from(DIGITS[digit as usize])
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_and_digits_are_the_standards() {
        // The check values of the catalogues: "123456789", "Wikipedia", and RFC 4648, section 10.
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
        let expected = [
            "", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy",
        ];
        for (length, expected) in expected.into_iter().enumerate() {
            assert_eq!(base64(&b"foobar"[..length]), expected);
        }
    }

    /// Every run length becomes the length's symbol and extra bits of RFC 1951, section 3.2.5.
    #[test]
    fn runs_have_the_symbols_of_the_table() {
        const BASE: [usize; 29] = [
            3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99,
            115, 131, 163, 195, 227, 258,
        ];
        for length in 3..=258 {
            let index = BASE.iter().rposition(|base| *base <= length).unwrap();
            let n_extra = if index < 8 || index == 28 {
                0
            } else {
                (index - 4) / 4
            };
            let mut expected = Bits::default();
            expected.literal(257 + index as u32);
            expected.push((length - BASE[index]) as u32, n_extra as u32);
            expected.push(0, 5);
            let mut bits = Bits::default();
            bits.run(length);
            assert_eq!(
                (&bits.out, bits.held),
                (&expected.out, expected.held),
                "{length}"
            );
        }
    }
}
