//! Which script the page may run: the one it was made with, named by its hash.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// `sha256-…`, as a content security policy names an inline script.
pub(super) fn source_hash(script: &str) -> String {
    let mut source = String::from("sha256-");
    // Writing to a String cannot fail.
    let _ = write!(source, "{}", base64(&Sha256::digest(script.as_bytes())));
    source
}

/// `bytes` in base64 (RFC 4648), with padding.
pub(super) fn base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |at: usize| group.get(at).map_or(0, |byte| u32::from(*byte));
        let word = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4_usize {
            let digit = word >> (18 - 6 * place) & 63;
            let letter = usize::try_from(digit).map_or(b'=', |digit| ALPHABET[digit]);
            let is_padding = place > group.len();
            text.push(char::from(if is_padding { b'=' } else { letter }));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_standard() {
        // RFC 4648, section 10.
        let pairs = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (plain, coded) in pairs {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn a_script_is_named_by_its_sha256() {
        // FIPS 180-4: of "abc" the digest begins ba7816bf and ends f20015ad.
        let hash = source_hash("abc");
        assert_eq!(hash, "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
        assert_ne!(hash, source_hash("abd"));
    }
}
