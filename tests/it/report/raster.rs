//! A reader of the page's rasters, written from the formats' descriptions: PNG, zlib, deflate with fixed codes.

/// A grey picture.
pub(crate) struct Raster {
    pub(crate) width: usize,
    pub(crate) pixels: Vec<u8>,
}

/// The raster behind the mask `id` of the page.
pub(crate) fn of_page(page: &str, id: &str) -> Result<Raster, String> {
    let mask = page
        .split(&format!("<mask id=\"{id}\""))
        .nth(1)
        .ok_or("no such mask")?;
    let address = mask
        .split("href=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    let digits = address.and_then(|a| a.strip_prefix("data:image/png;base64,"));
    read(&base64(digits.ok_or("no picture")?)?)
}

fn base64(digits: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let (mut bits, mut n) = (0u32, 0);
    for digit in digits.bytes().filter(|d| *d != b'=') {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return Err(format!("digit {digit}")),
        };
        bits = bits << 6 | u32::from(value);
        n += 6;
        if n >= 8 {
            n -= 8;
            bytes.push((bits >> n & 0xff) as u8);
        }
    }
    Ok(bytes)
}

fn read(png: &[u8]) -> Result<Raster, String> {
    let mut rest = png.strip_prefix(b"\x89PNG\r\n\x1a\n").ok_or("no PNG")?;
    let (mut width, mut height, mut data) = (0, 0, Vec::new());
    let number = |bytes: &[u8]| bytes.iter().fold(0usize, |n, b| n << 8 | usize::from(*b));
    while rest.len() >= 12 {
        let length = number(&rest[..4]);
        let (name, body) = (&rest[4..8], &rest[8..8 + length]);
        if number(&rest[8 + length..12 + length]) != crc(&rest[4..8 + length]) as usize {
            return Err("a checksum is wrong".to_owned());
        }
        match name {
            b"IHDR" => {
                (width, height) = (number(&body[..4]), number(&body[4..8]));
                if body[8..] != [8, 0, 0, 0, 0] {
                    return Err("not eight bits of grey".to_owned());
                }
            }
            b"IDAT" => data.extend_from_slice(body),
            _ => {}
        }
        rest = &rest[12 + length..];
    }
    let lines = inflate(&data)?;
    if lines.len() != height * (width + 1) || lines.chunks(width + 1).any(|line| line[0] != 0) {
        return Err(format!("{} bytes for {width} by {height}", lines.len()));
    }
    let pixels = lines.chunks(width + 1).flat_map(|line| line[1..].to_vec());
    Ok(Raster {
        width,
        pixels: pixels.collect(),
    })
}

fn crc(data: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in data {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                crc >> 1 ^ 0xedb8_8320
            } else {
                crc >> 1
            };
        }
    }
    !crc
}

/// One block of fixed codes, whose matches all reach back by 1.
fn inflate(zlib: &[u8]) -> Result<Vec<u8>, String> {
    let bits = zlib[2..]
        .iter()
        .flat_map(|byte| (0..8).map(move |i| u32::from(byte >> i & 1)));
    let mut bits = bits.chain(std::iter::repeat_n(0, 16));
    let mut bit = || bits.next().ok_or("too short");
    if (bit()?, bit()?, bit()?) != (1, 1, 0) {
        return Err("not one block of fixed codes".to_owned());
    }
    let mut out: Vec<u8> = Vec::new();
    loop {
        let mut code = 0;
        for _ in 0..7 {
            code = code << 1 | bit()?;
        }
        let symbol = match code {
            0..=0b001_0111 => 256 + code,
            0b001_1000..=0b101_1111 => (code << 1 | bit()?) - 0x30,
            0b110_0000..=0b110_0011 => (code << 1 | bit()?) - 0xc0 + 280,
            _ => (code << 2 | bit()? << 1 | bit()?) - 0x190 + 144,
        };
        if symbol < 256 {
            out.push(symbol as u8);
            continue;
        }
        if symbol == 256 {
            break;
        }
        let (mut base, mut n_extra) = (3, 0);
        for step in 257..symbol {
            let size = 1 << n_extra;
            base += size;
            n_extra = if step < 264 { 0 } else { (step - 260) / 4 };
        }
        if symbol == 285 {
            (base, n_extra) = (258, 0);
        }
        let mut length = base;
        for place in 0..n_extra {
            length += bit()? << place;
        }
        for _ in 0..5 {
            if bit()? != 0 {
                return Err("a distance other than 1".to_owned());
            }
        }
        let last = *out.last().ok_or("nothing to repeat")?;
        out.extend(std::iter::repeat_n(last, length as usize));
    }
    let (mut a, mut b) = (1u32, 0u32);
    for byte in &out {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    let tail: Vec<u8> = zlib[zlib.len() - 4..].to_vec();
    if tail != (b << 16 | a).to_be_bytes() {
        return Err("the sum is wrong".to_owned());
    }
    Ok(out)
}
