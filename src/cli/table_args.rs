//! What the verbs on a user's own table share: which table, how it is read, which model.

use std::path::{Path, PathBuf};

use mixture_density::net::Model;
use mixture_density::table::{MissingPolicy, STDIN, TableReader};

#[derive(Debug, clap::Args)]
pub(super) struct TableArgs {
    /// Table as CSV with a line of names, plain or gzip; `-` is stdin.
    #[arg(value_name = "DATA.csv")]
    data: PathBuf,
    /// What separates the columns: a character, or `tab` [default: found out from the first line].
    #[arg(long, value_name = "CHARACTER", value_parser = parse_delimiter)]
    delimiter: Option<u8>,
    /// What to do with rows in which a number is missing.
    #[arg(long, value_enum, default_value_t = Missing::Error)]
    missing: Missing,
    /// Worker threads [default: all processors].
    #[arg(long, value_name = "N", value_parser = super::parse_jobs)]
    pub(super) jobs: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Missing {
    /// Refuse the table.
    Error,
    /// Leave those rows out, and count them.
    Drop,
}

impl TableArgs {
    pub(super) fn reader(&self) -> anyhow::Result<TableReader> {
        open(&self.data, self.delimiter)
    }

    pub(super) fn is_stdin(&self) -> bool {
        is_stdin(&self.data)
    }

    pub(super) fn path(&self) -> &Path {
        &self.data
    }

    pub(super) const fn policy(&self) -> MissingPolicy {
        match self.missing {
            Missing::Error => MissingPolicy::Error,
            Missing::Drop => MissingPolicy::Drop,
        }
    }

    /// Sizes the pool of threads; says how many there are.
    pub(super) fn start_threads(&self) -> usize {
        super::machine::start_threads(self.jobs)
    }
}

fn is_stdin(table: &Path) -> bool {
    table == Path::new("-")
}

/// The table of this name; `-` is stdin.
pub(super) fn open(table: &Path, delimiter: Option<u8>) -> anyhow::Result<TableReader> {
    Ok(if is_stdin(table) {
        TableReader::from_read(STDIN, std::io::stdin(), delimiter)?
    } else {
        TableReader::open(table, delimiter)?
    })
}

/// A model's file, or the folder it stands in.
pub(super) fn load(path: &Path) -> anyhow::Result<Model> {
    Ok(Model::load(&model_file(path))?)
}

/// The model's file: `path` itself, or the one in the folder `path`.
pub(super) fn model_file(path: &Path) -> PathBuf {
    if path.is_dir() {
        path.join("model.safetensors")
    } else {
        path.to_owned()
    }
}

pub(super) fn parse_delimiter(text: &str) -> Result<u8, String> {
    let byte = match text.as_bytes() {
        _ if text == "tab" || text == "\\t" => b'\t',
        [byte] => *byte,
        _ => 0,
    };
    let allowed = byte == b'\t' || byte == b' ' || byte.is_ascii_punctuation();
    if allowed && !matches!(byte, b'"' | b'.' | b'-' | b'+') {
        Ok(byte)
    } else {
        Err("one character such as , ; | or the word tab is needed".to_owned())
    }
}
