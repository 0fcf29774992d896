//! Does it again from nothing and compares with the accepted record.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Serialize;

use super::StudyError;
use super::finished::{Computed, Finished};
use super::host::{Event, Host};
use super::judge::Judged;
use super::loaded::ReadTable;
use super::pattern::CellPattern;
use super::study_exhibits::expected;
use super::tables::Tables;
use super::work::{Splits, Work};
use super::workers::in_parallel;
use crate::net::Model;
use crate::record::compare::{Difference, Measure, leaves, of_cells};
use crate::record::{RECORD, Record, canonical};
use crate::spec::{SPEC, Source, Spec};
use crate::threads;

/// What a verification found.
#[derive(Debug, Clone, PartialEq)]
pub struct Verification {
    /// Cells trained again.
    pub n_cells: usize,
    /// Every field that differs, in the record's order.
    pub differences: Vec<Difference>,
}

/// Computes data, oracle and the chosen cells again, reading no stored cell, and compares them
/// and the figures' points they gave with `record`. Where all cells are chosen, the whole record is compared.
///
/// # Errors
/// If the spec is not [sound](Spec::check), the record is of another one, the pattern matches nothing, or a table is
/// not there or another one.
pub fn verify(
    spec: &Spec,
    folder: &Path,
    record: &Record,
    tables: &Tables,
    only: Option<&CellPattern>,
    host: &dyn Host,
) -> Result<Verification, StudyError> {
    threads::install(|| verify_here(spec, folder, record, tables, only, host))
}

fn verify_here(
    spec: &Spec,
    folder: &Path,
    record: &Record,
    tables: &Tables,
    only: Option<&CellPattern>,
    host: &dyn Host,
) -> Result<Verification, StudyError> {
    spec.check(&folder.join(SPEC))?;
    let pinned = pinned(spec, record);
    check_spec(&pinned, folder, record)?;
    let tables = ReadTable::all(&pinned, tables)?;
    let work = Work::new(spec, &tables, only)?;
    let places = work.chosen();
    host.event(work.planned(&places));
    let is_whole = places.len() == work.cells.len();
    let is_needed = |at: &usize| is_whole || places.iter().any(|cell| work.split_of[*cell] == *at);
    let needed: Vec<usize> = (0..work.splits.len()).filter(is_needed).collect();
    let splits = work.load(tables, &needed, host)?;
    let mut computed = in_parallel(&work.cells, &places, |index| {
        let result = work.compute(index, &splits, host)?;
        if let Some(Computed { finished, .. }) = &result {
            let cell = &finished.cell;
            host.event(Event::Finished { cell });
        }
        Ok(result)
    })?;
    computed.sort_by_key(|(index, _)| *index);
    let computed: Vec<Computed> = computed.into_iter().map(|(_, computed)| computed).collect();
    let n_cells = computed.len();
    let recorded = as_read(record)?;
    let again = match is_whole {
        true => as_read(&whole(&work, &splits, computed)?)?,
        false => part(&work, &splits, record, &recorded, computed)?,
    };
    let mut differences = compare(&recorded, &again);
    for difference in &mut differences {
        difference.measure = Measure::of(difference, record);
    }
    Ok(Verification {
        n_cells,
        differences,
    })
}

/// The spec with the tables of the record: which they are, the spec need not say.
fn pinned(spec: &Spec, record: &Record) -> Spec {
    let mut spec = spec.clone();
    for (problem, recorded) in spec.problems.iter_mut().zip(&record.spec.problems) {
        if let (Source::Table(table), Source::Table(recorded)) =
            (&mut problem.source, &recorded.source)
            && table.blake3.is_none()
        {
            table.blake3.clone_from(&recorded.blake3);
        }
    }
    spec
}

fn check_spec(spec: &Spec, folder: &Path, record: &Record) -> Result<(), StudyError> {
    let mut differences = Vec::new();
    let (recorded, now) = (
        as_read(&record.spec.recorded())?,
        as_read(&spec.recorded())?,
    );
    leaves("spec", &recorded, &now, &mut differences);
    match differences.first() {
        Some(d) => Err(StudyError::OtherSpec {
            path: folder.join(RECORD),
            difference: format!("`{}` was {} and is {}", d.place, d.recorded, d.now),
        }),
        None => Ok(()),
    }
}

/// The record of all cells, made again.
fn whole(work: &Work<'_>, splits: &Splits, computed: Vec<Computed>) -> Result<Record, StudyError> {
    let baselines = (0..work.splits.len()).filter_map(|at| {
        let loaded = splits.get(at)?;
        Some(work.baselines(at, loaded))
    });
    let baselines = baselines.collect::<Result<Vec<_>, _>>()?;
    let (finished, models): (Vec<Finished>, Vec<_>) =
        computed.into_iter().map(|c| (c.finished, c.model)).unzip();
    let (mut choice, mut judged) = (None, None);
    if let (true, Some(loaded)) = (work.spec.keep_model, splits.get(0)) {
        choice = work.choose(&finished)?;
        let chosen = choice.as_ref().map(|choice| choice.cell.as_str());
        let at = finished
            .iter()
            .position(|f| Some(f.cell.id.as_str()) == chosen);
        let bytes = at.and_then(|at| models[at].as_deref());
        let model = bytes.map(Model::from_bytes).transpose()?;
        let cell = at.map(|at| &finished[at].cell);
        judged = Some(Judged::of(
            model.as_ref(),
            cell,
            &loaded.data,
            work.spec.seed,
        )?);
    }
    work.record(baselines, finished, choice, judged)
}

/// The record with those parts replaced that were made again.
fn part(
    work: &Work<'_>,
    splits: &Splits,
    record: &Record,
    recorded: &serde_json::Value,
    computed: Vec<Computed>,
) -> Result<serde_json::Value, StudyError> {
    let mut again = record.clone();
    again.study.clone_from(&work.spec.study);
    let finished: Vec<Finished> = computed.into_iter().map(|c| c.finished).collect();
    for at in 0..work.splits.len() {
        let Some(loaded) = splits.get(at) else {
            continue;
        };
        let made = work.baselines(at, loaded)?;
        if let Some(split) = again.splits.get_mut(at) {
            split.data.clone_from(&made.data);
            split.oracle.clone_from(&made.oracle);
        }
        if at == 0 {
            again.data = made.data;
            again.oracle = made.oracle;
            if let (Some(made), Some(of_record)) = (made.exhibits, &record.exhibits) {
                again.exhibits = Some(expected(made, &work.cells, of_record, &finished));
            }
        }
    }
    let planned = work.cells.iter().map(|plan| {
        let id = plan.id();
        let made = finished.iter().find(|finished| finished.cell.id == id);
        let made = made.map(|finished| finished.cell.clone());
        made.or_else(|| record.cells.iter().find(|cell| cell.id == id).cloned())
    });
    again.cells = planned.flatten().collect();
    let ids = again.cells.iter().map(|cell| cell.id.clone());
    let ids: BTreeSet<String> = ids.collect();
    let mut again = as_read(&again)?;
    // A cell that is neither recorded nor made again is missing all the same.
    if let Some(cells) = again["cells"].as_array_mut() {
        let planned = work.cells.iter().map(|plan| plan.id());
        let missing = planned.filter(|id| !ids.contains(id));
        cells.extend(missing.map(|id| serde_json::json!({ "id": id })));
    }
    if let Some(digest) = again.get_mut("digest") {
        digest.clone_from(&recorded["digest"]);
    }
    Ok(again)
}

/// Every field that differs.
fn compare(recorded: &serde_json::Value, again: &serde_json::Value) -> Vec<Difference> {
    let mut differences = Vec::new();
    let parts = recorded.as_object().into_iter().flatten();
    let mut names: Vec<&str> = parts.map(|(name, _)| name.as_str()).collect();
    let others = again.as_object().into_iter().flatten();
    names.extend(others.map(|(name, _)| name.as_str()));
    names.sort_unstable();
    names.dedup();
    // The record's order: what was learnt from before what came of it.
    names.sort_by_key(|name| match *name {
        "study" => 0,
        "data" => 1,
        "oracle" => 2,
        "splits" => 3,
        "cells" => 4,
        "digest" => 6,
        _ => 5,
    });
    for name in names {
        match name {
            "cells" => {
                of_cells(recorded, again, &mut differences);
                order(recorded, again, &mut differences);
            }
            // What no field tells: the sign of a zero.
            "digest" if !differences.is_empty() => {}
            _ => leaves(name, &recorded[name], &again[name], &mut differences),
        }
    }
    differences
}

/// Whether the record has the cells in the plan's order.
fn order(
    recorded: &serde_json::Value,
    again: &serde_json::Value,
    differences: &mut Vec<Difference>,
) {
    let ids = |record: &serde_json::Value| -> Vec<serde_json::Value> {
        let cells = record["cells"].as_array().into_iter().flatten();
        cells.map(|cell| cell["id"].clone()).collect()
    };
    let is_listed = differences.iter().any(|d| d.place.starts_with("cells/"));
    if !is_listed && ids(recorded) != ids(again) {
        differences.push(Difference {
            place: "cells".to_owned(),
            recorded: "in another order, or one twice".to_owned(),
            now: "each once, in the plan's order".to_owned(),
            measure: None,
        });
    }
}

/// The value as a record's reader finds it.
fn as_read(value: &impl Serialize) -> Result<serde_json::Value, serde_json::Error> {
    serde_json::from_str(&canonical::to_string(value)?)
}
