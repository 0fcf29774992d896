//! How a file is to be read, where that is not found out.

use serde::{Deserialize, Serialize};

use super::delimiter::Delimiter;

/// How a file is to be read. What is not said is found out from the beginning of the file.
///
/// # Form
///
/// One table of TOML (or one JSON object); what is not given is left out, so that the default is empty.
///
/// ```toml
/// delimiter = ";"          # or "tab", "blank"
/// header = false           # the first line is a row; columns are called c1, c2, …
/// comment = "#"            # lines that begin with it are passed over
/// decimal = ","            # or "."
/// thousands = "."          # between groups of three digits
/// encoding = "latin1"      # a label of the WHATWG standard
/// na = ["-200", "unknown"] # more cells that count as missing
/// categorical = ["zip"]    # columns whose values are categories though they look like numbers or dates
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ReadOptions {
    /// What separates the columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<Delimiter>,
    /// Whether the first line holds names. Found out, it holds names unless all its cells are numbers and the columns
    /// asked for are not among them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<bool>,
    /// Lines that begin with this ASCII character are passed over. Found out, only lines with `#` before the names are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<char>,
    /// The decimal mark: a point or a comma.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal: Option<char>,
    /// What stands between groups of three digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thousands: Option<char>,
    /// How characters are written as bytes: a label of the WHATWG Encoding Standard, such as `latin1` or `utf-16le`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// Cells that count as missing, beside those that always do.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub na: Vec<String>,
    /// Columns that are categories, whatever their values look like.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categorical: Vec<String>,
}

impl From<&Self> for ReadOptions {
    fn from(options: &Self) -> Self {
        options.clone()
    }
}

/// A delimiter and nothing else.
impl From<Option<u8>> for ReadOptions {
    fn from(delimiter: Option<u8>) -> Self {
        Self {
            delimiter: delimiter.map(Delimiter::Byte),
            ..Self::default()
        }
    }
}
