//! Does it again from nothing and compares with the accepted record.

use std::path::Path;

use serde::Serialize;

use super::StudyError;
use super::cell::{Event, Finished, Host, compute};
use super::compare::{Difference, Measure, leaves};
use super::gallery;
use super::plan::{CellPlan, cells};
use super::record::Record;
use super::run::{choose, draw, in_parallel};
use super::spec::{SPEC, Spec};
use crate::files::WriteError;

/// What a verification found.
#[derive(Debug, Clone, PartialEq)]
pub struct Verification {
    /// Cells trained again.
    pub n_cells: usize,
    /// Every field that differs, in the record's order.
    pub differences: Vec<Difference>,
}

/// Computes data, oracle and the chosen cells again, reading no stored cell, and compares them
/// and the figures' points they gave with `record`.
///
/// # Errors
/// If the spec is not [sound](Spec::check), the record is of another one, or the pattern matches nothing.
pub fn verify(
    spec: &Spec,
    folder: &Path,
    record: &Record,
    only: Option<&glob::Pattern>,
    jobs: usize,
    host: &dyn Host,
) -> Result<Verification, StudyError> {
    spec.check(&folder.join(SPEC))?;
    let json = |source: serde_json::Error| WriteError {
        path: folder.into(),
        source: source.into(),
    };
    let mut spec_differences = Vec::new();
    leaves(
        "spec",
        &record.spec,
        &serde_json::to_value(spec).map_err(json)?,
        &mut spec_differences,
    );
    if let Some(d) = spec_differences.first() {
        let difference = format!("`{}` was {} and is {}", d.place, d.recorded, d.now);
        return Err(StudyError::OtherSpec {
            path: folder.join("record.json"),
            difference,
        });
    }
    let plans = cells(spec);
    let chosen = choose(&plans, only)?;
    let places: Vec<usize> = (0..plans.len()).filter(|i| chosen[*i]).collect();
    host.event(Event::Planned {
        n_cells: places.len(),
        n_finished: 0,
    });

    let data = draw(spec, folder)?;
    let oracle = data.oracle_points(spec.n_test_crps);
    let baselines = data
        .baselines(spec.n_test_crps, &oracle)
        .map_err(|source| StudyError::Score { source })?;
    let mut differences = Vec::new();
    compare_as_json("study", &record.study, &spec.study, &mut differences).map_err(json)?;
    compare_as_json("data", &record.data, &baselines.data, &mut differences).map_err(json)?;
    compare_as_json(
        "oracle",
        &record.oracle,
        &baselines.oracle,
        &mut differences,
    )
    .map_err(json)?;

    let mut computed = in_parallel(&plans, &places, jobs, |index| {
        let result = compute(&plans[index], spec, &data, &oracle, host)?;
        if let Some((finished, _)) = &result {
            host.event(Event::Finished {
                cell: &finished.cell,
            });
        }
        Ok(result.map(|(finished, _)| finished))
    })?;
    computed.sort_by_key(|(index, _)| *index);
    let computed: Vec<Finished> = computed.into_iter().map(|(_, finished)| finished).collect();
    compare_list(&plans, record, &mut differences);
    for Finished { cell, .. } in &computed {
        if let Some(recorded) = record.cells.iter().find(|recorded| recorded.id == cell.id) {
            let place = format!("cells/{}", cell.id);
            compare_as_json(&place, recorded, cell, &mut differences).map_err(json)?;
        }
    }
    let exhibits = gallery::expected(spec, &data, &plans, record, &computed);
    compare_as_json("exhibits", &record.exhibits, &exhibits, &mut differences).map_err(json)?;
    for difference in &mut differences {
        difference.measure = Measure::of(difference, record);
    }
    Ok(Verification {
        n_cells: computed.len(),
        differences,
    })
}

/// Whether the record has the cells of the plan, each once and in its order.
fn compare_list(plans: &[CellPlan], record: &Record, differences: &mut Vec<Difference>) {
    let planned: Vec<String> = plans.iter().map(CellPlan::id).collect();
    let recorded: Vec<&String> = record.cells.iter().map(|cell| &cell.id).collect();
    let before = differences.len();
    let mut differ = |place: String, recorded: &str, now: &str| {
        differences.push(Difference {
            place,
            recorded: recorded.to_owned(),
            now: now.to_owned(),
            measure: None,
        });
    };
    for id in &planned {
        if !recorded.contains(&id) {
            differ(format!("cells/{id}"), "absent", "present");
        }
    }
    for id in &recorded {
        if !planned.contains(id) {
            differ(format!("cells/{id}"), "present", "absent");
        }
    }
    if differences.len() == before && !planned.iter().eq(recorded) {
        differences.push(Difference {
            place: "cells".to_owned(),
            recorded: "in another order, or one twice".to_owned(),
            now: "each once, in the plan's order".to_owned(),
            measure: None,
        });
    }
}

fn compare_as_json<T: Serialize>(
    place: &str,
    recorded: &T,
    now: &T,
    differences: &mut Vec<Difference>,
) -> Result<(), serde_json::Error> {
    leaves(
        place,
        &serde_json::to_value(recorded)?,
        &serde_json::to_value(now)?,
        differences,
    );
    Ok(())
}
