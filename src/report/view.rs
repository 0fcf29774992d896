//! A record as its page sees it: with the parts that its kind has.

use std::ops::Deref;

use crate::record::{Exhibits, Oracle, Record, TableData, TableExhibits};
use crate::spec::{RecipeSpec, TableSpec};

/// A record of a problem whose truth is known.
#[derive(Debug, Clone, Copy)]
pub(super) struct StudyView<'a> {
    record: &'a Record,
    pub(super) oracle: &'a Oracle,
    pub(super) exhibits: &'a Exhibits,
}

impl<'a> StudyView<'a> {
    /// `None` where the truth is not known.
    pub(super) fn of(record: &'a Record) -> Option<Self> {
        Some(Self {
            record,
            oracle: record.oracle.as_ref()?,
            exhibits: record.exhibits.as_ref()?,
        })
    }
}

impl Deref for StudyView<'_> {
    type Target = Record;

    fn deref(&self) -> &Record {
        self.record
    }
}

/// A record of a table with a model beside it.
#[derive(Debug, Clone, Copy)]
pub(super) struct FitView<'a> {
    record: &'a Record,
    pub(super) table: &'a TableData,
    pub(super) table_spec: &'a TableSpec,
    pub(super) exhibits: &'a TableExhibits,
    /// Name of the only recipe.
    pub(super) recipe_name: &'a str,
    pub(super) recipe: &'a RecipeSpec,
}

impl<'a> FitView<'a> {
    /// `None` where no table was fitted.
    pub(super) fn of(record: &'a Record) -> Option<Self> {
        let (recipe_name, recipe) = record.spec.recipes.iter().next()?;
        Some(Self {
            record,
            table: record.data.table.as_ref()?,
            table_spec: record.spec.table()?,
            exhibits: record.table_exhibits.as_ref()?,
            recipe_name,
            recipe,
        })
    }
}

impl Deref for FitView<'_> {
    type Target = Record;

    fn deref(&self) -> &Record {
        self.record
    }
}
