//! A record of tables in splits as its page sees it.

use std::ops::Deref;

use super::known;
use crate::record::compare::Contender;
use crate::record::{Data, Kind, Record};
use crate::spec::{Source, TableSpec};

/// A record of tables of which no model is kept.
#[derive(Debug, Clone)]
pub(in crate::report) struct TableStudyView<'a> {
    record: &'a Record,
    pub(super) problems: Vec<ProblemView<'a>>,
}

/// One of its problems.
#[derive(Debug, Clone)]
pub(super) struct ProblemView<'a> {
    /// As cells name it; the study's name where it is the only one.
    pub(super) name: &'a str,
    /// Beginning of its anchors.
    pub(super) anchor: String,
    /// `None` where points are drawn.
    pub(super) table: Option<&'a TableSpec>,
    /// What the first split learnt from.
    pub(super) data: &'a Data,
    pub(super) targets: Vec<&'a str>,
    pub(super) n_splits: usize,
    pub(super) contenders: Vec<Contender<'a>>,
    /// The standard table that this is, if it is one.
    pub(super) known: Option<&'static str>,
}

impl<'a> TableStudyView<'a> {
    /// `None` of a fit, and where no problem is a table.
    pub(in crate::report) fn of(record: &'a Record) -> Option<Self> {
        let problems = &record.spec.problems;
        let is_table = |source: &Source| matches!(source, Source::Table(_));
        if record.kind != Kind::Study || !problems.iter().any(|p| is_table(&p.source)) {
            return None;
        }
        let problems = problems.iter().enumerate();
        let problems = problems.map(|(at, problem)| {
            let name = problem.name.as_deref();
            // Of a file of test rows only the splits tell how many there are.
            let mut splits = record
                .splits
                .iter()
                .filter(|s| s.problem.as_deref() == name);
            let n_splits = splits.clone().count().max(1);
            let data = splits.next().map_or(&record.data, |split| &split.data);
            let table = match &problem.source {
                Source::Table(table) => Some(table),
                Source::Drawn(_) => None,
            };
            let targets = match &data.table {
                Some(table) => table.targets.iter().map(String::as_str).collect(),
                None => vec!["y"],
            };
            ProblemView {
                name: name.unwrap_or(&record.study),
                anchor: format!("t{at}"),
                table,
                data,
                targets,
                n_splits,
                contenders: Contender::of(record, name, n_splits),
                known: table.and_then(known::table),
            }
        });
        Some(Self {
            problems: problems.collect(),
            record,
        })
    }

    /// Names of its problems.
    pub(in crate::report) fn names(&self) -> impl Iterator<Item = &str> {
        self.problems.iter().map(|problem| problem.name)
    }

    /// Of each problem those that are compared.
    pub(in crate::report) fn contenders(&self) -> impl Iterator<Item = &[Contender<'a>]> {
        self.problems.iter().map(|problem| &problem.contenders[..])
    }
}

impl Deref for TableStudyView<'_> {
    type Target = Record;

    fn deref(&self) -> &Record {
        self.record
    }
}
