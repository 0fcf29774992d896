//! Where a study's tables come from.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::StudyError;
use crate::spec::TableSpec;
use crate::table::{STDIN, Table, TableReader};

/// Where a study finds its tables.
#[derive(Debug)]
pub struct Tables {
    folder: PathBuf,
    /// A file or folder that is looked at first.
    named: Option<PathBuf>,
    delimiter: Option<u8>,
    given: Mutex<Option<Table>>,
}

impl Tables {
    /// In the study's folder, or beside it.
    #[must_use]
    pub fn beside(folder: &Path) -> Self {
        Self {
            folder: folder.into(),
            named: None,
            delimiter: None,
            given: Mutex::new(None),
        }
    }

    /// In memory alone: the one table of the study.
    #[must_use]
    pub fn in_memory(table: Table) -> Self {
        Self::beside(Path::new("")).given(table)
    }

    /// In this file or, by their names, in this folder; a `delimiter` takes the place of the spec's.
    #[must_use]
    pub fn named(mut self, path: &Path, delimiter: Option<u8>) -> Self {
        self.named = Some(path.into());
        self.delimiter = delimiter;
        self
    }

    /// In memory: the one table of the study.
    #[must_use]
    pub fn given(mut self, table: Table) -> Self {
        self.given = Mutex::new(Some(table));
        self
    }

    /// The table of this spec.
    ///
    /// # Errors
    /// [`StudyError::NoTable`], [`StudyError::Piped`], [`StudyError::OtherTable`], [`StudyError::Weighted`], and what can be wrong with a table.
    pub(super) fn read(&self, spec: &TableSpec) -> Result<Table, StudyError> {
        let given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        let table = match { given }.take() {
            Some(table) => table,
            None => Table::read(self.open(spec)?, &spec.roles(), spec.missing)?,
        };
        if table.weights().is_some() {
            return Err(StudyError::Weighted);
        }
        let found = table.blake3();
        match &spec.blake3 {
            Some(expected) if *expected != found => Err(StudyError::OtherTable {
                table: table.name().to_owned(),
                found,
                expected: expected.clone(),
            }),
            _ => Ok(table),
        }
    }

    fn open(&self, spec: &TableSpec) -> Result<TableReader, StudyError> {
        let options = spec.read_options(self.delimiter);
        if let Some(named) = self.named.as_deref().filter(|path| !path.is_dir()) {
            return Ok(match named {
                path if path == Path::new("-") => {
                    TableReader::from_read(STDIN, std::io::stdin(), options)?
                }
                path => TableReader::open(path, options)?,
            });
        }
        if spec.file == STDIN {
            let folder = self.folder.clone();
            return Err(StudyError::Piped { folder });
        }
        Ok(TableReader::open(&self.find(spec)?, options)?)
    }

    /// The file of this spec: in the folder that was named, and only there; else in the study's or beside it.
    fn find(&self, spec: &TableSpec) -> Result<PathBuf, StudyError> {
        let file = Path::new(&spec.file);
        let name = file.file_name().unwrap_or(file.as_os_str());
        let places = match &self.named {
            Some(named) => vec![named.join(name)],
            None => self.places(file, name),
        };
        let found = places.into_iter().find(|path| path.is_file());
        found.ok_or_else(|| StudyError::NoTable {
            folder: self.named.as_ref().unwrap_or(&self.folder).clone(),
            name: name.to_string_lossy().into_owned(),
            place: match self.named {
                Some(_) => "in it",
                None => "in it or beside it",
            },
            origin: match &spec.origin {
                Some(origin) => format!("; it is to be had from {origin}"),
                None => "; say where it is: `run --table FILE`, `verify STUDY FILE`".to_owned(),
            },
        })
    }

    /// Where a table of this name is looked for.
    fn places(&self, file: &Path, name: &OsStr) -> Vec<PathBuf> {
        let mut places = vec![self.folder.join(file), self.folder.join(name)];
        places.extend(self.folder.parent().map(|folder| folder.join(name)));
        // A link to the folder has two places that it is in.
        let real = self.folder.canonicalize().ok();
        let beside = real.as_deref().and_then(Path::parent);
        places.extend(beside.map(|folder| folder.join(name)));
        places
    }
}
