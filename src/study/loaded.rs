//! The data of every split that a run needs.

use super::StudyError;
use super::data::SplitData;
use super::host::Host;
use super::tables::Tables;
use crate::problem::PointScores;
use crate::seed::Seed;
use crate::spec::{Source, Spec};
use crate::table::Table;

/// A split's rows with what the exact density scores at each test point.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) data: SplitData,
    pub(super) oracle: Vec<PointScores>,
}

/// One problem's table, and the hash of its columns; neither of points that are drawn.
#[derive(Debug, Default)]
pub(super) struct ReadTable {
    table: Option<Table>,
    pub(super) blake3: Option<String>,
}

impl ReadTable {
    /// The tables of all problems of `spec`, in their order.
    pub(super) fn all(spec: &Spec, tables: &Tables) -> Result<Vec<Self>, StudyError> {
        let read = |source: &Source| match source {
            Source::Drawn(_) => Ok(Self::default()),
            Source::Table(spec) => {
                let table = tables.read(spec)?;
                Ok(Self {
                    blake3: Some(table.blake3()),
                    table: Some(table),
                })
            }
        };
        let sources = spec.problems.iter().map(|problem| &problem.source);
        sources.map(read).collect()
    }
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
