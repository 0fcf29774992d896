//! A whole study.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::check::Checker;
use super::file::SpecFile;
use super::{ExhibitSpec, RecipeSpec, SpecError, TableSpec};
use crate::files;
use crate::numerics::environment;
use crate::problem::Problem;
use crate::record::SCHEMA;

pub use crate::files::SPEC;

/// A whole study.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "SpecFile", into = "SpecFile")]
pub struct Spec {
    /// The study's name.
    pub study: String,
    /// Root of every random number.
    pub seed: u64,
    /// Trainings of each network, from different initial weights and shuffles.
    pub replicates: usize,
    /// Whether the network that the validation rows choose is kept as a model.
    pub keep_model: bool,
    /// Where the data come from: one problem without a name, or several with names.
    pub problems: Vec<ProblemSpec>,
    /// Ways to train, by name.
    pub recipes: BTreeMap<String, RecipeSpec>,
}

/// One problem of a study.
#[derive(Debug, Clone, PartialEq)]
pub struct ProblemSpec {
    /// Its name, where the study has several.
    pub name: Option<String>,
    /// Where its rows come from.
    pub source: Source,
}

/// Where rows come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// Drawn from a problem whose truth is known.
    Drawn(Drawn),
    /// Read from a table.
    Table(TableSpec),
}

/// Points of a problem whose truth is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// What they are drawn from.
    pub problem: Problem,
    /// Fresh test points.
    pub n_test: usize,
    /// The first ones of them, on which the CRPS (K² a point) is computed.
    pub n_test_crps: usize,
    /// Share of the problem's points, the last ones, kept for validation.
    pub validation_split: f64,
    /// Times that all points are drawn anew: each is a split.
    pub draws: usize,
    /// What the figures show.
    pub exhibits: ExhibitSpec,
}

impl Drawn {
    /// Points that are trained on; those after them are for validation.
    ///
    /// Keras' rule: the split starts at `floor(n·(1 − validation_split))`.
    #[must_use]
    pub fn n_train(&self) -> usize {
        (self.problem.n() as f64 * (1.0 - self.validation_split)).floor() as usize
    }
}

impl Source {
    /// What is drawn; `None` for a table.
    #[must_use]
    pub const fn drawn(&self) -> Option<&Drawn> {
        match self {
            Self::Drawn(drawn) => Some(drawn),
            Self::Table(_) => None,
        }
    }

    /// The table; `None` for what is drawn.
    #[must_use]
    pub const fn table(&self) -> Option<&TableSpec> {
        match self {
            Self::Table(table) => Some(table),
            Self::Drawn(_) => None,
        }
    }

    /// The name it has in a spec.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Drawn(drawn) => drawn.problem.name(),
            Self::Table(_) => "table",
        }
    }

    /// How many splits it has.
    #[must_use]
    pub fn n_splits(&self) -> usize {
        match self {
            Self::Drawn(drawn) => drawn.draws,
            Self::Table(table) => table.split.n_splits(),
        }
    }
}

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

    /// As a record repeats it: tables by their names alone.
    #[must_use]
    pub fn recorded(&self) -> Self {
        let mut spec = self.clone();
        for problem in &mut spec.problems {
            if let Source::Table(table) = &mut problem.source {
                table.file = table.name();
                table.split = table.split.recorded();
            }
        }
        spec
    }

    /// The only problem, where there is one.
    #[must_use]
    pub fn only_source(&self) -> Option<&Source> {
        match &self.problems[..] {
            [only] => Some(&only.source),
            _ => None,
        }
    }

    /// What is drawn, where the study has one problem and its truth is known.
    #[must_use]
    pub fn drawn(&self) -> Option<&Drawn> {
        self.only_source()?.drawn()
    }

    /// The table, where the study has one problem and that is a table.
    #[must_use]
    pub fn table(&self) -> Option<&TableSpec> {
        self.only_source()?.table()
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
