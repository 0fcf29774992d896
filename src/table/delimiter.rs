//! What separates the columns of a row.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What separates the columns of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Delimiter {
    /// One character, such as a comma; cells may be in quotation marks.
    Byte(u8),
    /// One or more spaces and tabs; those at both ends of a line do not count.
    Blank,
}

impl FromStr for Delimiter {
    type Err = String;

    /// `tab`, `blank`, or one character that cannot be part of a number.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let byte = match text.as_bytes() {
            _ if text == "tab" || text == "\\t" => b'\t',
            _ if text == "blank" => return Ok(Self::Blank),
            [byte] => *byte,
            _ => 0,
        };
        let is_allowed = byte == b'\t' || byte == b' ' || byte.is_ascii_punctuation();
        if is_allowed && !matches!(byte, b'"' | b'.' | b'-' | b'+') {
            Ok(Self::Byte(byte))
        } else {
            Err("one character such as , ; | or the word tab or blank is needed".to_owned())
        }
    }
}

impl fmt::Display for Delimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Byte(b'\t') => f.write_str("tab"),
            Self::Byte(byte) => write!(f, "{}", char::from(*byte)),
            Self::Blank => f.write_str("blank"),
        }
    }
}

impl TryFrom<String> for Delimiter {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Delimiter> for String {
    fn from(delimiter: Delimiter) -> Self {
        delimiter.to_string()
    }
}
