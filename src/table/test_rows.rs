//! Lists of test rows, in the spec or in a file beside it.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::split_fault::SplitFault;
use super::wording::excerpt;

/// Test rows of each split; all other rows train and validate.
///
/// Rows count from 1 below the line of names, as in an editor or a spreadsheet. A row that was left out because a number
/// is missing is passed over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestRows {
    /// A file of them, one line a split, numbers apart by blanks or commas; named from the spec's folder on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// BLAKE3 of the file's content, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    blake3: Option<String>,
    /// The lists themselves, where no file has them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    lists: Vec<Vec<u64>>,
    /// Share of each split's other rows that choose.
    #[serde(default = "default_share")]
    pub validation: f64,
    /// Rows with one value in this column stay in one part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// What the file holds, once it is read.
    #[serde(skip)]
    read: Option<Vec<Vec<u64>>>,
}

const fn default_share() -> f64 {
    0.15
}

impl TestRows {
    /// With its file by the name alone: where files lie must not reach a record.
    #[must_use]
    pub(super) fn recorded(mut self) -> Self {
        let name = self
            .file
            .as_deref()
            .map(Path::new)
            .and_then(Path::file_name);
        self.file = name
            .map(|name| name.to_string_lossy().into_owned())
            .or(self.file);
        self
    }

    /// The most bytes of a file of test rows.
    pub const MOST_BYTES: u64 = 256 << 20;

    /// By lists.
    #[must_use]
    pub const fn of_lists(lists: Vec<Vec<u64>>) -> Self {
        Self {
            file: None,
            blake3: None,
            lists,
            validation: default_share(),
            group: None,
            read: None,
        }
    }

    /// By a file, which is still to be [read](super::SplitSpec::read_files).
    #[must_use]
    pub fn of_file(file: &str) -> Self {
        Self {
            file: Some(file.to_owned()),
            ..Self::of_lists(Vec::new())
        }
    }

    /// The file's name.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        self.file.as_deref()
    }

    /// The lists; none of a file that is not read.
    #[must_use]
    pub fn lists(&self) -> &[Vec<u64>] {
        match &self.file {
            Some(_) => self.read.as_deref().unwrap_or_default(),
            None => &self.lists,
        }
    }

    pub(super) fn read(&mut self, folder: &Path) -> Result<(), SplitFault> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        let path = folder.join(file);
        let shown = path.display().to_string();
        let unread = |error: std::io::Error| SplitFault::Read {
            file: shown.clone(),
            error,
        };
        // Asked before it is opened: a pipe would wait for somebody to write into it.
        if !fs::metadata(&path).map_err(unread)?.is_file() {
            return Err(unread(std::io::Error::other("it is not a file")));
        }
        let opened = File::open(&path).map_err(unread)?;
        let mut bytes = Vec::new();
        let most = opened.take(Self::MOST_BYTES + 1).read_to_end(&mut bytes);
        if most.map_err(unread)? as u64 > Self::MOST_BYTES {
            let most = Self::MOST_BYTES >> 20;
            return Err(unread(std::io::Error::other(format!(
                "it is larger than {most} MiB"
            ))));
        }
        let found = blake3::hash(&bytes).to_hex().to_string();
        if self.blake3.as_ref().is_some_and(|noted| *noted != found) {
            return Err(SplitFault::OtherFile { file: shown });
        }
        self.read = Some(Self::parse(&bytes, &shown)?);
        self.blake3 = Some(found);
        Ok(())
    }

    /// One line a split; blank lines and lines that begin with `#` are passed over.
    fn parse(bytes: &[u8], file: &str) -> Result<Vec<Vec<u64>>, SplitFault> {
        let mut lists = Vec::new();
        let lines = bytes.split(|byte| *byte == b'\n').enumerate();
        for (at, line) in lines {
            let line = line.trim_ascii();
            if line.is_empty() || line.starts_with(b"#") {
                continue;
            }
            let words = line.split(|byte| byte.is_ascii_whitespace() || *byte == b',');
            let words = words.filter(|word| !word.is_empty());
            let number = |word: &[u8]| {
                let text = std::str::from_utf8(word).ok();
                let number = text.and_then(|text| text.parse().ok());
                number.ok_or_else(|| SplitFault::NotARow {
                    file: file.to_owned(),
                    line: at + 1,
                    text: excerpt(&String::from_utf8_lossy(word)),
                })
            };
            lists.push(words.map(number).collect::<Result<Vec<u64>, _>>()?);
        }
        Ok(lists)
    }

    pub(super) fn check(&self) -> Result<(), SplitFault> {
        match (&self.file, &self.read) {
            (Some(_), _) if !self.lists.is_empty() => return Err(SplitFault::FileAndLists),
            (Some(file), None) => {
                return Err(SplitFault::NotRead { file: file.clone() });
            }
            _ => {}
        }
        if self.lists().is_empty() {
            return Err(SplitFault::NoTestRows);
        }
        for (at, list) in self.lists().iter().enumerate() {
            let mut sorted = list.clone();
            sorted.sort_unstable();
            if let Some(pair) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
                return Err(SplitFault::RowTwice {
                    split: at + 1,
                    row: pair[0],
                });
            }
        }
        Ok(())
    }
}
