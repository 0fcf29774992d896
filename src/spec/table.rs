//! A table as a study's data.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::table::{
    Delimiter, EncodingOptions, MissingPolicy, ReadOptions, Roles, STDIN, SplitSpec,
};

/// A table: its file, its columns, its split.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TableSpec {
    /// The file, named from the study's folder on; where it is not there, a file of its name in that folder or beside it.
    pub file: String,
    /// Where to get it, for whoever has not got it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// BLAKE3 of the file, in hexadecimal, where it must be this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blake3: Option<String>,
    /// What is predicted, together.
    pub targets: Vec<String>,
    /// What it is predicted from; all other columns where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub features: Option<Vec<String>>,
    /// What separates the columns, a character or `tab`, where the first line does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<String>,
    /// How else the file is read, where that is not found out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub read: ReadOptions,
    /// What is chosen about the encoding of the features.
    #[serde(default, skip_serializing_if = "is_default")]
    pub encoding: EncodingOptions,
    /// What is done with rows in which a number is missing.
    #[serde(default, skip_serializing_if = "is_error")]
    pub missing: MissingPolicy,
    /// Whether repeated target values are spread.
    #[serde(default, skip_serializing_if = "is_false")]
    pub dequantise: bool,
    /// Which rows train, which choose, which judge.
    #[serde(default)]
    pub split: SplitSpec,
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a reference"
)]
const fn is_false(value: &bool) -> bool {
    !*value
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a reference"
)]
fn is_error(policy: &MissingPolicy) -> bool {
    *policy == MissingPolicy::Error
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl TableSpec {
    /// These columns of this file, all else by default.
    #[must_use]
    pub fn new(file: impl Into<String>, targets: Vec<String>) -> Self {
        Self {
            file: file.into(),
            targets,
            ..Self::default()
        }
    }

    /// The table's name without its folders: where a table lies must not reach a record. A file never has the name of a
    /// pipe.
    #[must_use]
    pub fn name(&self) -> String {
        let name = Path::new(&self.file).file_name();
        match name.map(|name| name.to_string_lossy()) {
            Some(name) if name == STDIN && self.file != STDIN => format!("./{name}"),
            Some(name) => name.into_owned(),
            None => self.file.clone(),
        }
    }

    /// The columns that are read, and what each is for.
    #[must_use]
    pub fn roles(&self) -> Roles {
        let mut roles = Roles::of_targets(self.targets.iter().cloned()).with_split(&self.split);
        roles.features.clone_from(&self.features);
        roles
    }

    /// How the file is read; a `delimiter` takes the place of the spec's.
    #[must_use]
    pub fn read_options(&self, delimiter: Option<u8>) -> ReadOptions {
        let mut options = self.read.clone();
        // A spec is checked before it is run.
        let delimiter = delimiter.or(self.delimiter_byte().unwrap_or(None));
        options.delimiter = delimiter.map(Delimiter::Byte).or(options.delimiter);
        options
    }

    /// The byte that separates columns, where one is given.
    ///
    /// # Errors
    /// The text, where it is neither a character of one byte nor `tab`.
    pub fn delimiter_byte(&self) -> Result<Option<u8>, String> {
        let Some(text) = self.delimiter.as_deref() else {
            return Ok(None);
        };
        match text.as_bytes() {
            _ if text == "tab" => Ok(Some(b'\t')),
            [byte] if byte.is_ascii() => Ok(Some(*byte)),
            _ => Err(text.to_owned()),
        }
    }
}

/// A delimiter as a spec and the command have it.
#[must_use]
pub fn delimiter_name(byte: u8) -> String {
    match byte {
        b'\t' => "tab".to_owned(),
        other => char::from(other).to_string(),
    }
}
