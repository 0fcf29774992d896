//! The data of every split that a run needs.

use super::StudyError;
use super::data::SplitData;
use super::host::Host;
use super::tables::Tables;
use crate::problem::PointScores;
use crate::seed::Seed;
use crate::spec::{Source, Spec, TableSpec};
use crate::table::{Part, Table, TableError};

/// A split's rows with what the exact density scores at each test point.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) data: SplitData,
    pub(super) oracle: Vec<PointScores>,
}

/// One problem's table, and what it is known by; nothing of points that are drawn.
#[derive(Debug, Default)]
pub(super) struct ReadTable {
    table: Option<Table>,
    /// Hash of its columns.
    pub(super) blake3: Option<String>,
    /// Of each split, the hash of the columns, and that of the rows in each part.
    splits: Vec<String>,
}

impl ReadTable {
    /// The tables of all problems of `spec`, in their order.
    pub(super) fn all(spec: &Spec, tables: &Tables) -> Result<Vec<Self>, StudyError> {
        let read = |source: &Source| match source {
            Source::Drawn(_) => Ok(Self::default()),
            Source::Table(asked) => {
                let table = tables.read(asked)?;
                let blake3 = table.blake3();
                let hash = |split| {
                    let rows = rows_blake3(&table, asked, split, Seed::new(spec.seed))?;
                    Ok(format!("{blake3}/{rows}"))
                };
                let splits = (0..asked.split.n_splits()).map(hash);
                let splits = splits.collect::<Result<Vec<String>, TableError>>()?;
                Ok(Self {
                    splits,
                    blake3: Some(blake3),
                    table: Some(table),
                })
            }
        };
        let sources = spec.problems.iter().map(|problem| &problem.source);
        sources.map(read).collect()
    }

    /// What determines the rows of a split.
    pub(super) fn split_hash(&self, split: usize) -> Option<&str> {
        self.splits.get(split).map(String::as_str)
    }
}

/// Hash of the numbers of the rows in each part, and of how many rows there are without: columns that no
/// network sees can change them all.
fn rows_blake3(
    table: &Table,
    asked: &TableSpec,
    split: usize,
    seed: Seed,
) -> Result<String, TableError> {
    let split = table.split(&asked.split, split, seed)?;
    let mut hasher = blake3::Hasher::new();
    hasher.update(&table.missing().n_rows.to_le_bytes());
    for part in Part::ALL {
        let rows = split.rows(part);
        hasher.update(&(rows.len() as u64).to_le_bytes());
        for number in table.numbers(rows)? {
            hasher.update(&number.to_le_bytes());
        }
    }
    Ok(hasher.finalize().to_hex().to_string())
}

/// The data of the splits at these places, as (problem, split); each table is dropped when its rows have been taken.
pub(super) fn load(
    spec: &Spec,
    tables: &mut [ReadTable],
    wanted: &[(usize, usize)],
    host: &dyn Host,
) -> Result<Vec<Loaded>, StudyError> {
    let mut loaded = Vec::with_capacity(wanted.len());
    for (at, (problem, split)) in wanted.iter().enumerate() {
        let Some(of_problem) = spec.problems.get(*problem) else {
            continue;
        };
        let data = match &of_problem.source {
            Source::Drawn(drawn) => SplitData::draw(drawn, Seed::new(spec.seed), *split)?,
            Source::Table(asked) => {
                let is_last = !wanted[at + 1..].iter().any(|(p, _)| p == problem);
                let Some(read) = tables.get_mut(*problem) else {
                    continue;
                };
                let table = match is_last {
                    true => read.table.take(),
                    false => read.table.clone(),
                };
                let Some(table) = table else {
                    continue;
                };
                SplitData::of_table(table, asked, spec, *split, host)?
            }
        };
        let oracle = data.oracle_points();
        loaded.push(Loaded { data, oracle });
    }
    Ok(loaded)
}
