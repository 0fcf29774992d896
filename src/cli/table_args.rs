//! What the verbs on a user's own table share: which table, how it is read, which model.

use std::path::{Path, PathBuf};

use mixture_density::files::{Kind, MODEL, RECORD, read_of_set};
use mixture_density::net::{Model, ModelFileError};
use mixture_density::predict::RowPolicy;
use mixture_density::table::{Delimiter, MissingPolicy, ReadOptions, STDIN, TableReader};

#[derive(Debug, clap::Args)]
pub(super) struct TableArgs {
    /// Table as CSV, plain, gzip or bzip2; `-` is stdin.
    #[arg(value_name = "DATA.csv")]
    data: PathBuf,
    #[command(flatten)]
    read: ReadArgs,
    /// What to do with rows in which something is missing [default: error; of `predict`, impute].
    #[arg(long, value_enum)]
    missing: Option<Missing>,
    /// Worker threads [default: all processors].
    #[arg(long, value_name = "N", value_parser = super::jobs::parse_jobs)]
    pub(super) jobs: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Missing {
    /// Refuse the table.
    Error,
    /// Leave those rows out, and count them.
    Drop,
    /// Fill a feature with its median among the training rows, and learn where it is missing; to a model: answer what it
    /// cannot fill as missing.
    Impute,
}

/// How the file is written, where that is not found out.
#[derive(Debug, clap::Args)]
pub(super) struct ReadArgs {
    /// What separates the columns: a character, `tab` or `blank` [default: found out from the first line].
    #[arg(long, value_name = "CHARACTER")]
    delimiter: Option<Delimiter>,
    /// The first line is a row, and the columns are called c1, c2, … [default: found out where it is all numbers].
    #[arg(long)]
    no_header: bool,
    /// The first line holds names, even if they are numbers.
    #[arg(long, conflicts_with = "no_header")]
    header: bool,
    /// Lines that begin with this are passed over (by default # above the names).
    #[arg(long, value_name = "CHARACTER")]
    comment: Option<char>,
    /// The decimal mark, a point or a comma [default: found out].
    #[arg(long, value_name = "CHARACTER")]
    decimal: Option<char>,
    /// What stands between groups of three digits [default: found out where it is plain].
    #[arg(long, value_name = "CHARACTER")]
    thousands: Option<char>,
    /// How characters are written as bytes, such as latin1 or utf-16le [default: UTF-8, or what the file's mark says].
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// A cell that counts as missing, beside empty ones, NA and the like; more than once for several.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    na: Vec<String>,
}

impl ReadArgs {
    pub(super) fn options(&self) -> ReadOptions {
        let mut options = ReadOptions::default();
        options.delimiter = self.delimiter;
        options.header = match (self.header, self.no_header) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        };
        options.comment = self.comment;
        options.decimal = self.decimal;
        options.thousands = self.thousands;
        options.encoding.clone_from(&self.encoding);
        options.na.clone_from(&self.na);
        options
    }
}

impl TableArgs {
    pub(super) fn reader(&self) -> anyhow::Result<TableReader> {
        open(&self.data, self.read.options())
    }

    /// How it was said to be read.
    pub(super) fn read_options(&self) -> ReadOptions {
        self.read.options()
    }

    pub(super) fn is_stdin(&self) -> bool {
        is_stdin(&self.data)
    }

    /// The table's name for a spec.
    pub(super) fn name(&self) -> String {
        match self.is_stdin() {
            true => STDIN.to_owned(),
            false => not_stdin(self.data.to_string_lossy().into_owned()),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.data
    }

    pub(super) const fn policy(&self) -> MissingPolicy {
        match self.missing {
            None | Some(Missing::Error) => MissingPolicy::Error,
            Some(Missing::Drop) => MissingPolicy::Drop,
            Some(Missing::Impute) => MissingPolicy::Impute,
        }
    }

    /// What becomes of a row that cannot be answered: where nothing is said, it is answered as missing.
    pub(super) fn row_policy(&self, is_strict: bool) -> RowPolicy {
        match self.missing {
            _ if is_strict => RowPolicy::Refuse,
            None => RowPolicy::Answer,
            Some(_) => self.policy().into(),
        }
    }

    /// Sizes the pool of threads; says how many there are.
    pub(super) fn start_threads(&self) -> usize {
        super::machine::start_threads(self.jobs)
    }
}

/// A file's name, which is never that of a pipe.
pub(super) fn not_stdin(file: String) -> String {
    match file == STDIN {
        true => format!("./{file}"),
        false => file,
    }
}

fn is_stdin(table: &Path) -> bool {
    table == Path::new("-")
}

/// The table of this name; `-` is stdin.
pub(super) fn open(table: &Path, options: ReadOptions) -> anyhow::Result<TableReader> {
    Ok(if is_stdin(table) {
        TableReader::from_read(STDIN, std::io::stdin(), options)?
    } else {
        TableReader::open(table, options)?
    })
}

/// A model's file, or the folder it is in. Of a fit it has to be the one that the record names.
pub(super) fn load(path: &Path) -> anyhow::Result<Model> {
    let file = model_file(path);
    let is_of_fit = file.file_name().is_some_and(|name| name == MODEL);
    let folder = file.parent().filter(|_| is_of_fit);
    let Some(folder) = folder else {
        return Ok(Model::load(&file)?);
    };
    let [record, model] = read_fit(folder)?;
    let Some(model) = model else {
        // It says why.
        return Ok(Model::load(&file)?);
    };
    let named = record.and_then(|record| serde_json::from_slice::<Named>(&record).ok());
    if let Some(Named { kind, model_blake3 }) = named
        && kind.as_deref() == Some("fit")
        && model_blake3 != Some(blake3::hash(&model).to_hex().to_string())
    {
        anyhow::bail!(
            "{}: not the model that {RECORD} beside it names; fit again",
            file.display()
        );
    }
    Ok(Model::from_bytes(&model).map_err(|source| ModelFileError::Model { path: file, source })?)
}

/// What a record says of its model.
#[derive(Debug, serde::Deserialize)]
struct Named {
    kind: Option<String>,
    model_blake3: Option<String>,
}

/// Record and model of one fit, as they are in the folder.
pub(super) fn read_fit(folder: &Path) -> anyhow::Result<[Option<Vec<u8>>; 2]> {
    let names = [(RECORD, Kind::Record), (MODEL, Kind::Model)];
    read_of_set(folder, names).map_err(|(at, error)| {
        let path = folder.join(names[at].0);
        anyhow::anyhow!("{}: cannot be read: {error}", path.display())
    })
}

/// The model's file: `path` itself, or the one in the folder `path`.
pub(super) fn model_file(path: &Path) -> PathBuf {
    if path.is_dir() {
        path.join(MODEL)
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
