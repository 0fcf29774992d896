//! All rows of a table in memory, features and targets apart.

use super::deal::{RowFacts, deal, deal_validation};
use super::error::{TableError, TableFault};
use super::missing::{Missing, MissingPolicy};
use super::part::Part;
use super::reader::{Chunk, TableReader};
use super::repeats::Repeats;
use super::split::Split;
use super::split_fault::SplitFault;
use super::split_spec::SplitSpec;
use crate::seed::Seed;

/// The most features one network is fitted with.
pub const MAX_FEATURES: usize = 10_000;

/// Rows read at a time.
const CHUNK_ROWS: usize = 4096;

/// Which columns are what.
#[derive(Debug, Clone, Default)]
pub struct Roles {
    /// What is predicted; at least one.
    pub targets: Vec<String>,
    /// What it is predicted from; all others that have a name where none is given.
    pub features: Option<Vec<String>>,
    /// The column that says of each row which [`Part`] it belongs to.
    pub split: Option<String>,
    /// The column whose equal values stay in one part.
    pub group: Option<String>,
    /// The column whose last values are tested on; it may be a feature.
    pub order: Option<String>,
}

impl Roles {
    /// The roles with the columns that this way to split needs.
    #[must_use]
    pub fn with_split(self, spec: &SplitSpec) -> Self {
        Self {
            split: spec.part_column().map(str::to_owned),
            group: spec.group().map(str::to_owned),
            order: spec.order().map(str::to_owned),
            ..self
        }
    }
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
    /// Columns that a split may need, as text, a cell for each row.
    labels: Vec<(String, Vec<String>)>,
    split_column: Option<String>,
    /// The last row of the file.
    last_row: u64,
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
        roles: &Roles,
        policy: MissingPolicy,
    ) -> Result<Self, TableError> {
        let places = places(&reader, roles).map_err(|fault| reader.error(fault))?;
        let (f, d) = (places.features.len(), places.targets.len());
        let numbers: Vec<usize> = places
            .features
            .iter()
            .chain(&places.targets)
            .copied()
            .collect();
        let named = |places: &[usize]| -> Vec<String> {
            let name = |at: &usize| reader.header().names().get(*at).cloned();
            places.iter().filter_map(name).collect()
        };
        let mut table = Self {
            name: reader.table().to_owned(),
            feature_names: named(&places.features),
            target_names: named(&places.targets),
            features: Vec::new(),
            targets: Vec::new(),
            rows: Vec::new(),
            labels: named(&places.labels)
                .into_iter()
                .map(|name| (name, Vec::new()))
                .collect(),
            split_column: roles.split.clone(),
            last_row: 0,
            missing: Missing::default(),
            delimiter: reader.needed_delimiter(),
        };
        let mut chunk = Chunk::default();
        while reader.read_chunk(&numbers, &places.labels, CHUNK_ROWS, &mut chunk)? {
            for row in chunk.values().chunks_exact(f + d) {
                table.features.extend_from_slice(&row[..f]);
                table.targets.extend_from_slice(&row[f..]);
            }
            table.rows.extend_from_slice(chunk.rows());
            table.missing.merge(chunk.missing());
            for (at, (_, label)) in table.labels.iter_mut().enumerate() {
                let own = chunk.texts().iter().skip(at).step_by(places.labels.len());
                label.extend(own.cloned());
            }
        }
        table.last_row = reader.n_rows_read();
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
        self.split_column.as_deref()
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

    /// Split `index`, counted from 0, of those that `spec` says. The table must have been read with the columns that it
    /// needs: [`Roles::with_split`].
    ///
    /// # Errors
    /// [`TableFault::Split`].
    pub fn split(&self, spec: &SplitSpec, index: usize, seed: Seed) -> Result<Split, TableError> {
        let facts = self.row_facts(spec);
        let split = facts.and_then(|facts| deal(spec, &facts, index, seed));
        split.map_err(|fault| self.error(fault.into()))
    }

    /// The split with other validation rows, as many, dealt among its train and validation rows by the stream
    /// `stream` of `seed`: for several trainings that share the test rows.
    ///
    /// # Errors
    /// [`TableFault::Split`], [`TableFault::NoSuchRow`].
    pub fn other_validation(
        &self,
        spec: &SplitSpec,
        split: &Split,
        seed: Seed,
        stream: &str,
    ) -> Result<Split, TableError> {
        self.check_split(split)?;
        let facts = self.row_facts(spec);
        let split = facts.and_then(|facts| deal_validation(split, &facts, seed, stream));
        split.map_err(|fault| self.error(fault.into()))
    }

    fn row_facts(&self, spec: &SplitSpec) -> Result<RowFacts, SplitFault> {
        let label = |column: &str| {
            let label = self.labels.iter().find(|(name, _)| name == column);
            let label = label.map(|(_, texts)| texts.as_slice());
            label.ok_or_else(|| SplitFault::NotKept {
                column: column.to_owned(),
            })
        };
        let empty = |row: usize, column: &str, what| SplitFault::NoValue {
            row: self.rows[row],
            column: column.to_owned(),
            what,
        };
        let mut facts = RowFacts {
            numbers: self.rows.clone(),
            last: self.last_row,
            ..RowFacts::default()
        };
        if let Some(column) = spec.part_column() {
            let part = |(text, row): (&String, &u64)| {
                Part::of_name(text).ok_or_else(|| SplitFault::NoSuchPart {
                    row: *row,
                    column: column.to_owned(),
                    text: text.clone(),
                })
            };
            let parts = label(column)?.iter().zip(&self.rows).map(part);
            facts.parts = Some(parts.collect::<Result<_, _>>()?);
        }
        if let Some(column) = spec.group() {
            let mut places = std::collections::BTreeMap::new();
            let (mut of_row, mut names) = (Vec::new(), Vec::new());
            for (row, text) in label(column)?.iter().enumerate() {
                if text.is_empty() {
                    return Err(empty(row, column, "grouped"));
                }
                let group = *places.entry(text).or_insert_with(|| {
                    names.push(text.clone());
                    names.len() - 1
                });
                of_row.push(group);
            }
            facts.groups = Some((of_row, names));
        }
        if let Some(column) = spec.order() {
            let moment = |(row, text): (usize, &String)| match text.parse::<f64>() {
                Ok(moment) if moment.is_finite() => Ok(moment),
                _ if text.is_empty() => Err(empty(row, column, "ordered")),
                _ => Err(SplitFault::NoOrder {
                    row: self.rows[row],
                    column: column.to_owned(),
                    text: text.clone(),
                }),
            };
            let moments = label(column)?.iter().enumerate().map(moment);
            facts.order = Some(moments.collect::<Result<_, _>>()?);
        }
        Ok(facts)
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
struct Places {
    features: Vec<usize>,
    targets: Vec<usize>,
    labels: Vec<usize>,
}

fn places(reader: &TableReader, roles: &Roles) -> Result<Places, TableFault> {
    let header = reader.header();
    if roles.targets.is_empty() {
        return Err(TableFault::NoTargets);
    }
    let targets = header.find_all(&roles.targets)?;
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
    let mut labels = Vec::new();
    for (name, role) in [
        (&roles.split, "the split column"),
        (&roles.group, "the group column"),
    ] {
        if let Some(name) = name {
            let place = header.find(name)?;
            take(place, role)?;
            labels.push(place);
        }
    }
    // When a row was taken may well say something of its target.
    if let Some(name) = &roles.order {
        labels.push(header.find(name)?);
    }
    let features = match &roles.features {
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
    Ok(Places {
        features,
        targets,
        labels,
    })
}
