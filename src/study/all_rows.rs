//! An ensemble that learns from every row of a table, so that none is left to judge it.

use super::StudyError;
use super::data::SplitData;
use super::host::Host;
use super::job::Job;
use super::plan::cells;
use super::tables::Tables;
use crate::ensemble::Ensemble;
use crate::spec::{Source, Spec};
use crate::table::Split;
use crate::threads;

/// What came of all rows.
#[derive(Debug)]
#[non_exhaustive]
pub struct AllRows {
    /// The density, and what was tried and chosen.
    pub ensemble: Ensemble,
    /// What is odd about the table, a sentence each.
    pub warnings: Vec<String>,
}

/// The first ensemble of the first table of `spec`, learnt from all its rows, on all [threads]; `None` where there is none.
///
/// # Errors
/// If the spec is not [sound](Spec::check), or the table has a fault;
/// [`ModelError::Stopped`](crate::net::ModelError::Stopped) where the [host](Host::stop) says so.
pub fn run_on_all_rows(
    spec: &Spec,
    tables: &Tables,
    host: &dyn Host,
) -> Result<Option<AllRows>, StudyError> {
    let first = spec.problems.first().map(|problem| &problem.source);
    let (Some(Source::Table(asked)), Some(plan)) = (first, cells(spec).into_iter().next()) else {
        return Ok(None);
    };
    let Some(recipe) = spec.recipes.get(&plan.recipe) else {
        return Ok(None);
    };
    let Some(members) = recipe.members() else {
        return Ok(None);
    };
    threads::install(|| {
        let table = tables.read(asked)?;
        let all = Split::of_all(table.n_rows());
        let data = SplitData::of_parts(table, &all, asked, spec, host)?;
        let job = Job {
            id: plan.id(),
            plan: &plan,
            spec,
            data: &data,
            oracle: &[],
            host,
        };
        let ensemble = job.members(recipe, &members)?;
        Ok(Some(AllRows {
            ensemble,
            warnings: data.warnings,
        }))
    })
}
