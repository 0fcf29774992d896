//! All rows of a table in memory, features and targets apart.

use super::error::{TableError, TableFault};
use super::missing::{Missing, MissingPolicy};
use super::reader::{Chunk, TableReader};
use super::repeats::Repeats;
use super::split::{Part, Shares, Split};
use crate::seed::Seed;

/// The most features one network is fitted with.
pub const MAX_FEATURES: usize = 10_000;

/// Rows read at a time.
const CHUNK_ROWS: usize = 4096;

/// Which columns are what.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    /// What is predicted; at least one.
    pub targets: Vec<String>,
    /// What it is predicted from; all others that have a name where none is given.
    pub features: Option<Vec<String>>,
    /// The column that says of each row which [`Part`] it belongs to.
    pub split: Option<String>,
}

/// Rows of features [n, f] and targets [n, d].
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    pub(super) name: String,
    pub(super) feature_names: Vec<String>,
    pub(super) target_names: Vec<String>,
    pub(super) features: Vec<f64>,
    pub(super) targets: Vec<f64>,
    /// Number of each row in the file, from 1.
    pub(super) rows: Vec<u64>,
    parts: Option<(String, Vec<Part>)>,
    missing: Missing,
    delimiter: Option<u8>,
}

impl Table {
    /// Reads all rows.
    ///
    /// # Errors
    /// [`TableError`]: no target, a column that is not there or has two roles, a cell that is no number, and
    /// with [`MissingPolicy::Error`] a cell that holds none.
    pub fn read(
        mut reader: TableReader,
        columns: &Columns,
        policy: MissingPolicy,
    ) -> Result<Self, TableError> {
        let roles = roles(&reader, columns).map_err(|fault| reader.error(fault))?;
        let (f, d) = (roles.features.len(), roles.targets.len());
        let numbers: Vec<usize> = roles
            .features
            .iter()
            .chain(&roles.targets)
            .copied()
            .collect();
        let named = |places: &[usize]| -> Vec<String> {
            let name = |at: &usize| reader.header().names().get(*at).cloned();
            places.iter().filter_map(name).collect()
        };
        let mut table = Self {
            name: reader.table().to_owned(),
            feature_names: named(&roles.features),
            target_names: named(&roles.targets),
            features: Vec::new(),
            targets: Vec::new(),
            rows: Vec::new(),
            parts: None,
            missing: Missing::default(),
            delimiter: reader.needed_delimiter(),
        };
        let mut parts = Vec::new();
        let mut chunk = Chunk::default();
        while reader.read_chunk(&numbers, roles.split, CHUNK_ROWS, &mut chunk)? {
            for row in chunk.values().chunks_exact(f + d) {
                table.features.extend_from_slice(&row[..f]);
                table.targets.extend_from_slice(&row[f..]);
            }
            table.rows.extend_from_slice(chunk.rows());
            table.missing.merge(chunk.missing());
            for (text, row) in chunk.texts().iter().zip(chunk.rows()) {
                parts.push(Part::of_name(text).ok_or_else(|| {
                    reader.error(TableFault::NoSuchPart {
                        row: *row,
                        column: columns.split.clone().unwrap_or_default(),
                        text: text.clone(),
                    })
                })?);
            }
        }
        let refused = match (table.missing.n_rows, policy) {
            (0, _) if table.targets.is_empty() => Some(TableFault::NoRows),
            (0, _) => None,
            (_, MissingPolicy::Error) => Some(TableFault::Missing(table.missing.clone())),
            _ if table.targets.is_empty() => Some(TableFault::AllMissing(table.missing.clone())),
            _ => None,
        };
        if let Some(fault) = refused {
            return Err(reader.error(fault));
        }
        table.parts = columns.split.clone().map(|column| (column, parts));
        Ok(table)
    }

    /// What messages call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Rows that have all numbers.
    #[must_use]
    pub fn n_rows(&self) -> usize {
        self.targets.len() / self.target_names.len().max(1)
    }

    /// Names of the features, in the order of their columns.
    #[must_use]
    pub fn feature_names(&self) -> &[String] {
        &self.feature_names
    }

    /// Names of the targets, as they were given.
    #[must_use]
    pub fn target_names(&self) -> &[String] {
        &self.target_names
    }

    /// Features [n, f].
    #[must_use]
    pub fn features(&self) -> &[f64] {
        &self.features
    }

    /// Targets [n, d].
    #[must_use]
    pub fn targets(&self) -> &[f64] {
        &self.targets
    }

    /// Rows that were left out.
    #[must_use]
    pub fn missing(&self) -> &Missing {
        &self.missing
    }

    /// What separates its columns, where it was given and the first line alone would not have told.
    #[must_use]
    pub const fn needed_delimiter(&self) -> Option<u8> {
        self.delimiter
    }

    /// The column that says of each row which part it belongs to.
    #[must_use]
    pub fn split_column(&self) -> Option<&str> {
        self.parts.as_ref().map(|(column, _)| column.as_str())
    }

    /// How each target repeats itself in some rows, counted from 0.
    ///
    /// # Errors
    /// [`TableFault::NoSuchRow`].
    pub fn repeats(&self, rows: &[usize]) -> Result<Vec<Repeats>, TableError> {
        self.check_rows(rows)?;
        let d = self.target_names.len();
        let column =
            |at: usize| -> Vec<f64> { rows.iter().map(|row| self.targets[row * d + at]).collect() };
        Ok((0..d).map(|at| Repeats::of(&column(at))).collect())
    }

    /// Features [rows, f] and targets [rows, d] of some rows, counted from 0.
    ///
    /// # Errors
    /// [`TableFault::NoSuchRow`].
    pub fn rows(&self, rows: &[usize]) -> Result<(Vec<f64>, Vec<f64>), TableError> {
        self.check_rows(rows)?;
        let (f, d) = (self.feature_names.len(), self.target_names.len());
        let (mut x, mut y) = (Vec::new(), Vec::new());
        for row in rows {
            x.extend_from_slice(&self.features[row * f..(row + 1) * f]);
            y.extend_from_slice(&self.targets[row * d..(row + 1) * d]);
        }
        Ok((x, y))
    }

    /// Whether these rows are in the table: a split may be another's.
    pub(super) fn check_rows(&self, rows: &[usize]) -> Result<(), TableError> {
        let n_rows = self.n_rows();
        match rows.iter().find(|row| **row >= n_rows) {
            Some(&row) => Err(self.error(TableFault::NoSuchRow { row, n_rows })),
            None => Ok(()),
        }
    }

    /// [`check_rows`](Self::check_rows) of every part.
    pub(super) fn check_split(&self, split: &Split) -> Result<(), TableError> {
        let mut parts = Part::ALL.into_iter();
        parts.try_for_each(|part| self.check_rows(split.rows(part)))
    }

    /// Numbers of some rows in the file, from 1, blank lines counted; the rows themselves are counted from 0.
    ///
    /// # Errors
    /// [`TableFault::NoSuchRow`].
    pub fn numbers(&self, rows: &[usize]) -> Result<Vec<u64>, TableError> {
        self.check_rows(rows)?;
        Ok(rows.iter().map(|row| self.rows[*row]).collect())
    }

    /// The parts: by the split column where one was named, else dealt out by `seed`.
    ///
    /// # Errors
    /// As [`Split::seeded`] and [`Split::of_parts`].
    pub fn split(&self, shares: Shares, seed: Seed) -> Result<Split, TableError> {
        let split = match &self.parts {
            Some((column, parts)) => Split::of_parts(parts, column),
            None => Split::seeded(self.n_rows(), shares, seed),
        };
        split.map_err(|fault| self.error(fault))
    }

    /// The table without the features at these places.
    ///
    /// # Errors
    /// [`TableFault::NoFeatures`] where none is left.
    pub(super) fn without_features(mut self, places: &[usize]) -> Result<Self, TableError> {
        let f = self.feature_names.len();
        let keeps: Vec<bool> = (0..f).map(|at| !places.contains(&at)).collect();
        if !keeps.contains(&true) {
            let reason = "every one is constant in the training rows";
            return Err(self.error(TableFault::NoFeatures { reason }));
        }
        let mut at = 0;
        self.features.retain(|_| {
            at += 1;
            keeps[(at - 1) % f]
        });
        at = 0;
        self.feature_names.retain(|_| {
            at += 1;
            keeps[at - 1]
        });
        Ok(self)
    }

    /// BLAKE3 of the names and of all numbers as little-endian `f64`, row by row, in hexadecimal.
    #[must_use]
    pub fn blake3(&self) -> String {
        let (f, d) = (self.feature_names.len(), self.target_names.len());
        let mut hasher = blake3::Hasher::new();
        for names in [&self.feature_names, &self.target_names] {
            hasher.update(&(names.len() as u64).to_le_bytes());
            for name in names {
                hasher.update(&(name.len() as u64).to_le_bytes());
                hasher.update(name.as_bytes());
            }
        }
        let rows = self.features.chunks_exact(f.max(1));
        for (x, y) in rows.zip(self.targets.chunks_exact(d.max(1))) {
            for value in x.iter().chain(y) {
                // −0 and 0 are one number.
                hasher.update(&(value + 0.0).to_le_bytes());
            }
        }
        hasher.finalize().to_hex().to_string()
    }

    /// The fault with this table's name.
    pub(super) fn error(&self, fault: TableFault) -> TableError {
        TableError {
            table: self.name.clone(),
            fault,
        }
    }
}

/// Places of the columns by what they are for.
struct Roles {
    features: Vec<usize>,
    targets: Vec<usize>,
    split: Option<usize>,
}

fn roles(reader: &TableReader, columns: &Columns) -> Result<Roles, TableFault> {
    let header = reader.header();
    if columns.targets.is_empty() {
        return Err(TableFault::NoTargets);
    }
    let targets = header.find_all(&columns.targets)?;
    let split = columns
        .split
        .as_deref()
        .map(|name| header.find(name))
        .transpose()?;
    let mut taken: Vec<Option<&'static str>> = vec![None; header.names().len()];
    let mut take = |place: usize, role: &'static str| match taken[place].replace(role) {
        Some(first) => Err(TableFault::TwoRoles {
            name: header.names()[place].clone(),
            first,
            second: role,
        }),
        None => Ok(()),
    };
    for place in &targets {
        take(*place, "a target")?;
    }
    if let Some(place) = split {
        take(place, "the split column")?;
    }
    let features = match &columns.features {
        Some(names) => {
            let places = header.find_all(names)?;
            for place in &places {
                take(*place, "a feature")?;
            }
            places
        }
        None => (0..taken.len())
            .filter(|place| taken[*place].is_none() && !header.names()[*place].is_empty())
            .collect(),
    };
    if features.len() > MAX_FEATURES {
        return Err(TableFault::TooManyFeatures {
            found: features.len(),
            most: MAX_FEATURES,
        });
    }
    if features.is_empty() {
        let reason = "the table has no other column";
        return Err(TableFault::NoFeatures { reason });
    }
    Ok(Roles {
        features,
        targets,
        split,
    })
}
