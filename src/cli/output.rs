//! Where a result goes: stdout, or a file that gets its name when it is complete.

use std::io::{BufWriter, ErrorKind, Stdout, Write};
use std::path::{Path, PathBuf};

use clap::builder::{PathBufValueParser, TypedValueParser};
use mixture_density::files::{AtomicFile, remove_leftovers};
use mixture_density::predict::PredictError;

use super::guard::{Written, guard};
use super::terminal;

/// Bytes gathered before they are written.
const BUFFER: usize = 1 << 16;

/// What is stdout wherever one stream is written.
const STDOUT: &str = "-";

/// Parses the name of a folder or a page: not that of stdout, which is taken for it elsewhere.
pub(super) fn not_stdout() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path| {
        if path == Path::new(STDOUT) {
            Err("this is no stream for stdout; ./- is the file or folder of that name")
        } else {
            Ok(path)
        }
    })
}

pub(super) enum Output {
    Terminal(BufWriter<Stdout>),
    File(BufWriter<AtomicFile>),
}

impl Output {
    /// Opens `path` for rows, or stdout where there is none or it is `-`; refuses to write over what is read or
    /// is another file of ours.
    pub(super) fn open(path: Option<&Path>, inputs: &[&Path]) -> anyhow::Result<Self> {
        Ok(match path.filter(|path| *path != Path::new(STDOUT)) {
            Some(path) => {
                guard(path, Written::Rows, inputs)?;
                remove_leftovers(path.parent().unwrap_or(Path::new(".")));
                Self::File(BufWriter::with_capacity(BUFFER, AtomicFile::create(path)?))
            }
            None => {
                terminal::check().map_err(PredictError::Write)?;
                Self::Terminal(BufWriter::with_capacity(BUFFER, std::io::stdout()))
            }
        })
    }

    /// All is written: the file gets its name.
    fn finish(self) -> anyhow::Result<()> {
        match self {
            Self::Terminal(mut stdout) => match stdout.flush() {
                Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                    Err(PredictError::Write(error).into())
                }
                _ => Ok(()),
            },
            Self::File(buffer) => {
                let file = buffer.into_inner().map_err(|e| {
                    let source = std::io::Error::from(e.error().kind());
                    e.into_inner().get_ref().error(source)
                })?;
                Ok(file.finish()?)
            }
        }
    }

    /// Completes the output of a result; what was not sent of a failed one is dropped, and its error has the
    /// file's name where there is one. A reader of stdout that went away is no error: then it is `None`.
    pub(super) fn settle<T>(self, result: Result<T, PredictError>) -> anyhow::Result<Option<T>> {
        match (result, self) {
            (Ok(done), out) => {
                out.finish()?;
                Ok(Some(done))
            }
            (Err(PredictError::Write(source)), Self::File(file)) => {
                Err(file.get_ref().error(source).into())
            }
            (Err(PredictError::Write(source)), Self::Terminal(_))
                if source.kind() == ErrorKind::BrokenPipe =>
            {
                Ok(None)
            }
            (Err(error), Self::Terminal(stdout)) => {
                // Else its buffer would be written out on the way.
                drop(stdout.into_parts());
                Err(error.into())
            }
            (Err(error), Self::File(_)) => Err(error.into()),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Self::Terminal(stdout) => stdout.write(bytes),
            Self::File(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Self::Terminal(stdout) => stdout.flush(),
            Self::File(file) => file.flush(),
        }
    }
}
