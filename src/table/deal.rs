//! Rows put into parts, as a [`SplitSpec`] says.

use super::deal_groups::{folds_of_groups, n_groups, take_some};
use super::part::Part;
use super::row_facts::{Groups, RowFacts};
use super::row_numbers::RowNumbers;
use super::split::Split;
use super::split_fault::SplitFault;
use super::split_spec::SplitSpec;
use super::test_rows::TestRows;
use crate::seed::Seed;

/// Split `index` of `n` rows, counted from 0, for a `spec` that needs no column of a table.
///
/// # Errors
/// [`SplitFault`].
pub fn split_rows(
    spec: &SplitSpec,
    n: usize,
    index: usize,
    seed: Seed,
) -> Result<Split, SplitFault> {
    let columns = [spec.part_column(), spec.group(), spec.order()];
    if let Some(column) = columns.into_iter().flatten().next() {
        return Err(SplitFault::NotKept {
            column: column.to_owned(),
        });
    }
    few_enough_rows(n)?;
    let facts = RowFacts {
        n_rows: n,
        numbers: RowNumbers::counting(n),
        last: n as u64,
        ..RowFacts::default()
    };
    deal(spec, &facts, index, seed)
}

/// Split `index` of `spec`.
pub(super) fn deal(
    spec: &SplitSpec,
    facts: &RowFacts,
    index: usize,
    seed: Seed,
) -> Result<Split, SplitFault> {
    spec.check()?;
    let n = facts.n_rows;
    let n_splits = spec.n_splits();
    if index >= n_splits {
        return Err(SplitFault::NoSuchSplit { index, n_splits });
    }
    few_enough_rows(n)?;
    let dealer = Dealer {
        groups: facts.groups.as_ref().map(Groups::of_row),
        group_column: spec.group().unwrap_or_default(),
        index,
        seed,
    };
    let split = match spec {
        SplitSpec::Shares {
            validation, test, ..
        } => dealer.shares(n, *validation, *test),
        SplitSpec::Column {
            column, validation, ..
        } => {
            let parts = facts.parts.as_deref().unwrap_or_default();
            dealer.by_column(parts, column, *validation)
        }
        SplitSpec::Folds {
            folds, validation, ..
        } => dealer.fold(n, *folds, *validation),
        SplitSpec::Order {
            column,
            validation,
            test,
        } => {
            let order = facts.order.as_deref().unwrap_or_default();
            by_order(order, column, *validation, *test)
        }
        SplitSpec::TestRows(rows) => dealer.listed(rows, facts),
    }?;
    whole_groups(&split, facts, spec)?;
    Ok(split)
}

struct Dealer<'a> {
    groups: Option<&'a [usize]>,
    group_column: &'a str,
    index: usize,
    seed: Seed,
}

impl Dealer<'_> {
    fn shares(&self, n: usize, validation: f64, test: f64) -> Result<Split, SplitFault> {
        enough_rows(n)?;
        let (n_validation, n_test) = counts(n, validation, test)?;
        let all: Vec<usize> = (0..n).collect();
        self.enough_groups(3)?;
        if self.groups.is_some() {
            let (test, rest) = take_some(all, n_test, self.groups, self.seed, "split");
            let stream = "split/validation/0";
            let (validation, train) = take_some(rest, n_validation, self.groups, self.seed, stream);
            return self.enough_left(Split::new(train, validation, test));
        }
        let mut order = all;
        self.seed.stream("split").shuffle(&mut order);
        let (test, rest) = order.split_at(n_test);
        let (validation, train) = rest.split_at(n_validation);
        Ok(Split::new(
            train.to_vec(),
            validation.to_vec(),
            test.to_vec(),
        ))
    }

    fn by_column(
        &self,
        parts: &[Part],
        column: &str,
        validation: f64,
    ) -> Result<Split, SplitFault> {
        let rows = |wanted: Part| -> Vec<usize> {
            (0..parts.len()).filter(|i| parts[*i] == wanted).collect()
        };
        let [train, own, test] = Part::ALL.map(rows);
        let enough = |part: Part, rows: &[usize]| match rows.len() < Split::LEAST {
            true => Err(SplitFault::PartTooSmall {
                column: column.to_owned(),
                part,
                least: Split::LEAST,
            }),
            false => Ok(()),
        };
        enough(Part::Train, &train)?;
        enough(Part::Test, &test)?;
        if own.is_empty() {
            let (train, own) = self.choosers(train, validation)?;
            return Ok(Split::new(train, own, test));
        }
        enough(Part::Validation, &own)?;
        Ok(Split::new(train, own, test))
    }

    fn fold(&self, n: usize, folds: usize, validation: f64) -> Result<Split, SplitFault> {
        enough_rows(n)?;
        let mut stream = self.seed.stream("split/folds");
        let (fold_of_row, found, what, most) = match self.groups {
            None => {
                let mut order: Vec<usize> = (0..n).collect();
                stream.shuffle(&mut order);
                let mut fold_of_row = vec![0; n];
                for (at, row) in order.iter().enumerate() {
                    fold_of_row[*row] = at * folds / n;
                }
                (fold_of_row, n, "rows", n / Split::LEAST)
            }
            Some(groups) => {
                let (fold_of_group, n_groups) = folds_of_groups(groups, folds, &mut stream);
                let of_row = groups.iter().map(|group| fold_of_group[*group]);
                (of_row.collect(), n_groups, "groups", n_groups)
            }
        };
        if folds > most {
            return Err(SplitFault::TooManyFolds {
                folds,
                found,
                what,
                most,
            });
        }
        let (test, rest) = (0..n).partition(|row| fold_of_row[*row] == self.index);
        let (train, validation) = self.choosers(rest, validation)?;
        self.enough_left(Split::new(train, validation, test))
    }

    fn listed(&self, rows: &TestRows, facts: &RowFacts) -> Result<Split, SplitFault> {
        let list = &rows.lists()[self.index];
        let mut is_test = vec![false; facts.n_rows];
        for row in list {
            if *row == 0 || *row > facts.last {
                return Err(SplitFault::NoSuchTestRow {
                    split: self.index + 1,
                    row: *row,
                    last: facts.last,
                });
            }
            // A row that is not found was left out.
            if let Some(at) = facts.numbers.find(*row) {
                is_test[at] = true;
            }
        }
        let (test, rest) = (0..is_test.len()).partition(|row| is_test[*row]);
        let (train, validation) = self.choosers(rest, rows.validation)?;
        self.enough_left(Split::new(train, validation, test))
    }

    /// Some of the rows that are not tested on choose: training rows, then those.
    fn choosers(
        &self,
        rest: Vec<usize>,
        share: f64,
    ) -> Result<(Vec<usize>, Vec<usize>), SplitFault> {
        let n = ((share * rest.len() as f64).round() as usize).max(Split::LEAST);
        if rest.len() < n + Split::LEAST {
            return Err(SplitFault::TooFewLeft {
                split: self.index + 1,
                what: "train and choose",
                found: rest.len(),
                least: n + Split::LEAST,
            });
        }
        let stream = format!("split/validation/{}", self.index);
        let (validation, train) = take_some(rest, n, self.groups, self.seed, &stream);
        Ok((train, validation))
    }

    fn enough_groups(&self, least: usize) -> Result<(), SplitFault> {
        let found = self.groups.map_or(least, n_groups);
        match found < least {
            true => Err(SplitFault::TooFewGroups {
                column: self.group_column.to_owned(),
                found,
                least,
            }),
            false => Ok(()),
        }
    }

    fn enough_left(&self, split: Split) -> Result<Split, SplitFault> {
        for (what, rows) in [
            ("train", &split.train),
            ("choose", &split.validation),
            ("judge", &split.test),
        ] {
            if rows.len() < Split::LEAST {
                return Err(SplitFault::TooFewLeft {
                    split: self.index + 1,
                    what,
                    found: rows.len(),
                    least: Split::LEAST,
                });
            }
        }
        Ok(split)
    }
}

fn few_enough_rows(n: usize) -> Result<(), SplitFault> {
    let most = Split::MOST_ROWS;
    match n > most {
        true => Err(SplitFault::TooManyRows { found: n, most }),
        false => Ok(()),
    }
}

fn enough_rows(n: usize) -> Result<(), SplitFault> {
    let least = Split::LEAST_ROWS;
    match n < least {
        true => Err(SplitFault::TooFewRows { found: n, least }),
        false => Ok(()),
    }
}

/// Validation and test rows of `n` rows.
fn counts(n: usize, validation: f64, test: f64) -> Result<(usize, usize), SplitFault> {
    let count = |share: f64| ((share * n as f64).round() as usize).max(Split::LEAST);
    let (n_validation, n_test) = (count(validation), count(test));
    match n < n_validation + n_test + Split::LEAST {
        true => Err(SplitFault::Shares { validation, test }),
        false => Ok((n_validation, n_test)),
    }
}

/// The last rows judge, those before them choose; rows of one value stay together.
fn by_order(order: &[f64], column: &str, validation: f64, test: f64) -> Result<Split, SplitFault> {
    let n = order.len();
    enough_rows(n)?;
    let (n_validation, n_test) = counts(n, validation, test)?;
    let mut rows: Vec<usize> = (0..n).collect();
    rows.sort_by(|a, b| order[*a].total_cmp(&order[*b]));
    let cuts: Vec<usize> = (1..n)
        .filter(|at| order[rows[*at]] > order[rows[at - 1]])
        .collect();
    let nearest = |wanted: usize, most: usize| {
        let cuts = cuts.iter().copied().filter(|cut| *cut <= most);
        cuts.min_by_key(|cut| cut.abs_diff(wanted))
    };
    let least = Split::LEAST;
    let ends = nearest(n - n_test, n - least).and_then(|first_test| {
        let before = first_test.checked_sub(least)?;
        let wanted = first_test.saturating_sub(n_validation);
        let first_validation = nearest(wanted, before).filter(|first| *first >= least)?;
        Some((first_validation, first_test))
    });
    let (first_validation, first_test) = ends.ok_or_else(|| SplitFault::FewMoments {
        column: column.to_owned(),
    })?;
    let test = rows.split_off(first_test);
    let validation = rows.split_off(first_validation);
    Ok(Split::new(rows, validation, test))
}

/// Whether every group is in one part.
fn whole_groups(split: &Split, facts: &RowFacts, spec: &SplitSpec) -> Result<(), SplitFault> {
    let Some(Groups { of_row, names }) = &facts.groups else {
        return Ok(());
    };
    let mut part_of: Vec<Option<Part>> = vec![None; names.len()];
    for part in Part::ALL {
        for row in split.rows(part) {
            let group = of_row[*row];
            match part_of[group].replace(part) {
                Some(first) if first != part => {
                    return Err(SplitFault::TornGroup {
                        column: spec.group().unwrap_or_default().to_owned(),
                        value: names[group].clone(),
                        first,
                        second: part,
                    });
                }
                _ => {}
            }
        }
    }
    Ok(())
}
