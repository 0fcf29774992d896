//! A column that grows cell by cell and finds out what it holds.

use std::collections::{BTreeMap, TryReserveError};

use super::cell::{Cell, CellFormat, Gap, level_of_number};
use super::cells::{Cells, Texts};
use super::moment::Moment;

/// Different texts that are kept of a column that may be a feature; more would be of no use to one.
const MOST_TEXTS: usize = 4096;

/// Days whose texts are remembered, for a column that turns out to hold other texts.
const FIRST_MOMENTS: usize = 100;

/// Cells of a column so far.
#[derive(Debug)]
pub(super) struct ColumnBuilder {
    cells: Growing,
    /// Whether all texts are kept, however many there are.
    keeps_all: bool,
    /// Missing cells, and what is known of the others.
    pub(super) tally: Tally,
}

/// What the cells of a column are.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    pub(super) n_missing: usize,
    pub(super) n_numbers: usize,
    pub(super) n_moments: usize,
    pub(super) n_texts: usize,
    /// The first cell that is neither missing nor a number, nor a date where those are the rule, counted from 0, and
    /// its text.
    pub(super) first_other: Option<(usize, String)>,
    /// Whether there were too many different texts to keep.
    pub(super) is_cut: bool,
}

/// A finished column.
#[derive(Debug)]
pub(super) struct Built {
    pub(super) cells: Cells,
    pub(super) tally: Tally,
}

#[derive(Debug)]
enum Growing {
    /// Nothing but missing cells so far.
    Empty(Vec<Gap>),
    Numbers(Vec<f64>),
    Moments {
        days: Vec<f64>,
        is_time: bool,
        first: Vec<String>,
    },
    Texts {
        codes: Vec<u32>,
        places: BTreeMap<Box<str>, u32>,
    },
    /// Too many texts, or texts among many numbers: counted only.
    Counted(usize),
}

impl ColumnBuilder {
    pub(super) fn new() -> Self {
        Self {
            cells: Growing::Empty(Vec::new()),
            keeps_all: false,
            tally: Tally::default(),
        }
    }

    /// All cells are texts, whatever they look like.
    pub(super) fn of_texts() -> Self {
        Self {
            cells: Growing::Texts {
                codes: Vec::new(),
                places: BTreeMap::new(),
            },
            ..Self::new()
        }
    }

    /// However many different texts there are, all are kept.
    pub(super) const fn keep_all(mut self) -> Self {
        self.keeps_all = true;
        self
    }

    pub(super) fn len(&self) -> usize {
        match &self.cells {
            Growing::Empty(gaps) => gaps.len(),
            Growing::Numbers(values) | Growing::Moments { days: values, .. } => values.len(),
            Growing::Texts { codes, .. } => codes.len(),
            Growing::Counted(n) => *n,
        }
    }

    /// What the cells take.
    pub(super) fn n_bytes(&self) -> usize {
        let width = match &self.cells {
            Growing::Empty(_) => 1,
            Growing::Numbers(_) | Growing::Moments { .. } => 8,
            Growing::Texts { .. } => 4,
            Growing::Counted(_) => 0,
        };
        width * self.len()
    }

    /// Adds a text in memory; there is no fault in one.
    pub(super) fn push_text(&mut self, format: &CellFormat, text: &str) {
        // Memory that cannot be had ends the program here as anywhere else.
        let _ = self.push(format.parse_text(text.trim()));
    }

    /// Adds a cell.
    #[inline]
    pub(super) fn push(&mut self, cell: Cell<'_>) -> Result<(), TryReserveError> {
        match (cell, &mut self.cells) {
            (Cell::Number(number), Growing::Numbers(values)) => {
                self.tally.n_numbers += 1;
                push(values, number)
            }
            (
                Cell::Missing(gap),
                Growing::Numbers(values) | Growing::Moments { days: values, .. },
            ) => {
                self.tally.n_missing += 1;
                push(values, gap.to_nan())
            }
            _ => self.push_other(cell),
        }
    }

    fn push_other(&mut self, cell: Cell<'_>) -> Result<(), TryReserveError> {
        let row = self.len();
        match cell {
            Cell::Missing(gap) => {
                self.tally.n_missing += 1;
                match &mut self.cells {
                    Growing::Empty(gaps) => push(gaps, gap),
                    Growing::Texts { codes, .. } => push(codes, Texts::NONE),
                    Growing::Counted(n) => {
                        *n += 1;
                        Ok(())
                    }
                    Growing::Numbers(values) | Growing::Moments { days: values, .. } => {
                        push(values, gap.to_nan())
                    }
                }
            }
            Cell::Number(number) => {
                self.tally.n_numbers += 1;
                match &mut self.cells {
                    Growing::Empty(gaps) => {
                        let mut values = from_gaps(gaps)?;
                        push(&mut values, number)?;
                        self.cells = Growing::Numbers(values);
                        Ok(())
                    }
                    _ => self.add_text(&level_of_number(number)),
                }
            }
            Cell::Text(text) => {
                if let Some(moment) = self.moment(text) {
                    return self.add_moment(moment, text);
                }
                self.tally.n_texts += 1;
                if self.tally.first_other.is_none() {
                    self.tally.first_other = Some((row, text.to_owned()));
                }
                self.add_text(text)
            }
            // Who reads a file refuses those.
            Cell::NotUtf8(_) => self.add_text("\u{fffd}"),
        }
    }

    /// The moment that a text is, where the column may hold some.
    fn moment(&self, text: &str) -> Option<Moment> {
        match &self.cells {
            Growing::Empty(_) => Moment::parse(text),
            Growing::Moments { is_time, .. } => {
                Moment::parse(text).filter(|m| matches!(m, Moment::Time(_)) == *is_time)
            }
            // Counted as what it is.
            Growing::Counted(_) if self.tally.n_moments > 0 => Moment::parse(text),
            _ => None,
        }
    }

    fn add_moment(&mut self, moment: Moment, text: &str) -> Result<(), TryReserveError> {
        self.tally.n_moments += 1;
        match &mut self.cells {
            Growing::Empty(gaps) => {
                let mut days = from_gaps(gaps)?;
                push(&mut days, moment.days())?;
                let is_time = matches!(moment, Moment::Time(_));
                let first = vec![text.to_owned()];
                self.cells = Growing::Moments {
                    days,
                    is_time,
                    first,
                };
                Ok(())
            }
            Growing::Moments { days, first, .. } => {
                if first.len() < FIRST_MOMENTS {
                    first.push(text.to_owned());
                }
                push(days, moment.days())
            }
            Growing::Counted(n) => {
                *n += 1;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Adds a text; what was no text before becomes one.
    fn add_text(&mut self, text: &str) -> Result<(), TryReserveError> {
        self.become_texts()?;
        let (codes, places) = match &mut self.cells {
            Growing::Texts { codes, places } => (codes, places),
            other => {
                if let Growing::Counted(n) = other {
                    *n += 1;
                }
                return Ok(());
            }
        };
        let code = match places.get(text) {
            Some(code) => *code,
            None if places.len() >= MOST_TEXTS && !self.keeps_all => {
                self.tally.is_cut = true;
                self.cells = Growing::Counted(codes.len() + 1);
                return Ok(());
            }
            None => {
                let code = places.len() as u32;
                places.insert(text.into(), code);
                code
            }
        };
        push(codes, code)
    }

    /// What was no text before becomes one: numbers by their shortest decimals, dates as they were written.
    fn become_texts(&mut self) -> Result<(), TryReserveError> {
        let texts = Growing::Texts {
            codes: Vec::new(),
            places: BTreeMap::new(),
        };
        let (before, mut first) = match std::mem::replace(&mut self.cells, texts) {
            same @ (Growing::Texts { .. } | Growing::Counted(_)) => {
                self.cells = same;
                return Ok(());
            }
            Growing::Empty(gaps) => (from_gaps(&gaps)?, Vec::new()),
            Growing::Numbers(values) => (values, Vec::new()),
            Growing::Moments { days, first, .. } => {
                if first.len() == FIRST_MOMENTS {
                    // Days do not say how they were written.
                    self.cells = Growing::Counted(days.len());
                    self.tally.is_cut = true;
                    return Ok(());
                }
                (days, first)
            }
        };
        first.reverse();
        let n = before.len();
        for value in before {
            match (&mut self.cells, value.is_nan()) {
                (Growing::Texts { codes, .. }, true) => push(codes, Texts::NONE)?,
                (Growing::Texts { .. }, false) => {
                    let text = first.pop().unwrap_or_else(|| level_of_number(value));
                    self.add_text(&text)?;
                }
                _ => self.cells = Growing::Counted(n),
            }
        }
        Ok(())
    }

    /// The column as it is.
    pub(super) fn finish(self) -> Built {
        let cells = match self.cells {
            Growing::Empty(gaps) => Cells::Empty(gaps.len()),
            Growing::Numbers(mut values) => {
                values.shrink_to_fit();
                Cells::Numbers(values)
            }
            Growing::Moments {
                mut days, is_time, ..
            } => {
                days.shrink_to_fit();
                Cells::Moments { days, is_time }
            }
            Growing::Texts { codes, .. } if codes.iter().all(|code| *code == Texts::NONE) => {
                Cells::Empty(codes.len())
            }
            Growing::Texts { mut codes, places } => {
                codes.shrink_to_fit();
                let mut levels = vec![String::new(); places.len()];
                for (text, code) in places {
                    levels[code as usize] = text.into();
                }
                Cells::Texts(Texts { codes, levels })
            }
            Growing::Counted(n) => Cells::Empty(n),
        };
        Built {
            cells,
            tally: self.tally,
        }
    }
}

/// NaNs for gaps.
fn from_gaps(gaps: &[Gap]) -> Result<Vec<f64>, TryReserveError> {
    let mut values = Vec::new();
    values.try_reserve(gaps.len() + 1)?;
    values.extend(gaps.iter().map(|gap| gap.to_nan()));
    Ok(values)
}

/// Adds a value where there is memory for it.
#[inline]
fn push<T>(values: &mut Vec<T>, value: T) -> Result<(), TryReserveError> {
    if values.len() == values.capacity() {
        values.try_reserve(1)?;
    }
    values.push(value);
    Ok(())
}

impl Tally {
    /// Of cells in memory.
    pub(super) fn of(cells: &Cells) -> Self {
        let mut tally = Self::default();
        match cells {
            Cells::Numbers(values) => {
                tally.n_missing = values.iter().filter(|value| value.is_nan()).count();
                tally.n_numbers = values.len() - tally.n_missing;
            }
            Cells::Moments { days, .. } => {
                tally.n_missing = days.iter().filter(|value| value.is_nan()).count();
                tally.n_moments = days.len() - tally.n_missing;
            }
            Cells::Texts(texts) => {
                let is_missing = |row: &usize| texts.get(*row).is_none();
                let n = texts.codes.len();
                tally.n_missing = (0..n).filter(is_missing).count();
                tally.n_texts = n - tally.n_missing;
                let first = (0..n).find(|row| !is_missing(row));
                tally.first_other = first.map(|row| (row, texts.get(row).unwrap_or("").to_owned()));
            }
            Cells::Empty(n) => tally.n_missing = *n,
        }
        tally
    }

    /// Cells that are not missing.
    pub(super) const fn n_filled(&self) -> usize {
        self.n_numbers + self.n_moments + self.n_texts
    }
}
