//! A spec from its file and back.

use std::path::Path;

use super::SpecError;
use super::checker::Checker;
use super::file::SpecFile;
use super::schema::SCHEMA;
use super::spec::{Source, Spec};
use crate::files;
use crate::numerics::environment;

pub use crate::files::SPEC;

impl Spec {
    /// Reads and checks `folder/spec.toml`.
    ///
    /// # Errors
    /// [`SpecError`]: the file, the key or line, what was found and what is allowed.
    pub fn read(folder: &Path) -> Result<Self, SpecError> {
        let path = folder.join(SPEC);
        let bytes =
            files::read(&path, files::Kind::Spec).map_err(|source| match source.kind() {
                std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => {
                    SpecError::NoStudy { path: path.clone() }
                }
                _ => SpecError::Read {
                    path: path.clone(),
                    source,
                },
            })?;
        let text = String::from_utf8(bytes).map_err(|e| SpecError::Parse {
            path: path.clone(),
            at: String::new(),
            message: format!(
                "not UTF-8 text (first bad byte at {})",
                e.utf8_error().valid_up_to()
            ),
        })?;
        Self::parse(&text, &path)
    }

    /// Checks the text of a spec; `path` is only for messages.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn parse(text: &str, path: &Path) -> Result<Self, SpecError> {
        let _environment = environment::guard();
        check_schema(text, path)?;
        let file: SpecFile = toml::from_str(text).map_err(|error| SpecError::Parse {
            path: path.into(),
            at: error.span().map_or_else(String::new, |s| {
                format!(":{}", 1 + text[..s.start].matches('\n').count())
            }),
            message: in_words(error.message()),
        })?;
        let mut spec = Self::try_from(file).map_err(|fault| SpecError::Parse {
            path: path.into(),
            at: String::new(),
            message: fault.to_string(),
        })?;
        spec.read_files(path)?;
        spec.check(path)?;
        Ok(spec)
    }

    /// Checks every field, as [`parse`](Self::parse) does: a spec can be made or changed by hand. `path` is only
    /// for messages.
    ///
    /// # Errors
    /// [`SpecError::Value`], [`SpecError::Problem`], [`SpecError::Split`].
    pub fn check(&self, path: &Path) -> Result<(), SpecError> {
        Checker { path }.spec(self)
    }

    /// Reads the files of test rows that splits name, from the folder of `path` on.
    fn read_files(&mut self, path: &Path) -> Result<(), SpecError> {
        let folder = path.parent().unwrap_or(Path::new(""));
        for problem in &mut self.problems {
            if let Source::Table(table) = &mut problem.source {
                let read = table.split.read_files(folder);
                read.map_err(|source| SpecError::Split {
                    path: path.into(),
                    key: "problem.split".to_owned(),
                    source,
                })?;
            }
        }
        Ok(())
    }

    /// The text of its `spec.toml`.
    ///
    /// # Errors
    /// Where a number is too large for the format.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(self)
    }
}

/// The schema first: a newer spec is called newer, not misspelt.
fn check_schema(text: &str, path: &Path) -> Result<(), SpecError> {
    let table = text.parse::<toml::Table>();
    let Some(schema) = table.as_ref().ok().and_then(|table| table.get("schema")) else {
        return Ok(());
    };
    let known = i64::from(SCHEMA);
    let age = match schema.as_integer() {
        Some(found) if found == known => return Ok(()),
        Some(found) if found < known => "older",
        Some(_) => "newer",
        None => "unknown",
    };
    Err(SpecError::Schema {
        path: path.into(),
        found: schema.to_string(),
        age,
        known: SCHEMA,
    })
}

/// The parser's message on one line, with what a field of that type may hold instead of the type's name.
fn in_words(message: &str) -> String {
    let line = message.trim().replace('\n', "; ");
    for (kind, words) in [
        ("u32", "a whole number, 0 or more"),
        ("u64", "a whole number, 0 or more"),
        ("usize", "a whole number, 0 or more"),
        ("f32", "a number"),
        ("f64", "a number"),
    ] {
        if let Some(start) = line.strip_suffix(kind) {
            return format!("{start}{words}");
        }
    }
    line
}
