//! Which rows train, which choose among models, which judge the chosen one.

use std::fmt;

use super::error::TableFault;
use crate::seed::Seed;

/// What a row is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Learnt from.
    Train,
    /// Decides when to stop, and which model is taken.
    Validation,
    /// Looked at once, by the model that was taken.
    Test,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Train, Self::Validation, Self::Test];

    /// `train`, `validation`, `test`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Validation => "validation",
            Self::Test => "test",
        }
    }

    /// The part of this name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.name() == name)
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Shares of the rows that are not trained on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shares {
    validation: f64,
    test: f64,
}

impl Shares {
    /// # Errors
    /// [`TableFault::Shares`] where one is not positive or both leave nothing.
    pub fn new(validation: f64, test: f64) -> Result<Self, TableFault> {
        // Written so that a NaN is refused.
        if validation > 0.0 && test > 0.0 && validation + test < 1.0 {
            Ok(Self { validation, test })
        } else {
            Err(TableFault::Shares { validation, test })
        }
    }
}

/// Rows of each part, in the order of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    train: Vec<usize>,
    validation: Vec<usize>,
    test: Vec<usize>,
}

impl Split {
    /// Rows that each of validation and test needs: a standard error needs two.
    pub const LEAST: usize = 2;
    /// Rows that a table needs to be split by a seed.
    pub const LEAST_ROWS: usize = 10;
    /// Rows that are split by a seed at most: a mistyped number must not ask for the whole memory.
    pub const MOST_ROWS: usize = 1 << 30;

    /// `n` rows dealt out at random by the stream `split` of `seed`.
    ///
    /// # Errors
    /// [`TableFault::TooFewRows`] below [`LEAST_ROWS`](Self::LEAST_ROWS), [`TableFault::TooManyRows`] above
    /// [`MOST_ROWS`](Self::MOST_ROWS), [`TableFault::Shares`] where they leave too few to train on.
    pub fn seeded(n: usize, shares: Shares, seed: Seed) -> Result<Self, TableFault> {
        if n < Self::LEAST_ROWS {
            return Err(TableFault::TooFewRows {
                found: n,
                least: Self::LEAST_ROWS,
            });
        }
        if n > Self::MOST_ROWS {
            return Err(TableFault::TooManyRows {
                found: n,
                most: Self::MOST_ROWS,
            });
        }
        let count = |share: f64| ((share * n as f64).round() as usize).max(Self::LEAST);
        let (n_validation, n_test) = (count(shares.validation), count(shares.test));
        if n < n_validation + n_test + Self::LEAST {
            return Err(TableFault::Shares {
                validation: shares.validation,
                test: shares.test,
            });
        }
        let mut order: Vec<usize> = (0..n).collect();
        seed.stream("split").shuffle(&mut order);
        let sorted = |rows: &[usize]| {
            let mut rows = rows.to_vec();
            rows.sort_unstable();
            rows
        };
        let (test, rest) = order.split_at(n_test);
        let (validation, train) = rest.split_at(n_validation);
        Ok(Self {
            train: sorted(train),
            validation: sorted(validation),
            test: sorted(test),
        })
    }

    /// The parts as the table's own column `column` names them, a row each.
    ///
    /// # Errors
    /// [`TableFault::PartTooSmall`] where a part has fewer than [`LEAST`](Self::LEAST) rows.
    pub fn of_parts(parts: &[Part], column: &str) -> Result<Self, TableFault> {
        let rows = |wanted: Part| -> Result<Vec<usize>, TableFault> {
            let rows: Vec<usize> = (0..parts.len()).filter(|i| parts[*i] == wanted).collect();
            if rows.len() < Self::LEAST {
                return Err(TableFault::PartTooSmall {
                    column: column.to_owned(),
                    part: wanted,
                    least: Self::LEAST,
                });
            }
            Ok(rows)
        };
        Ok(Self {
            train: rows(Part::Train)?,
            validation: rows(Part::Validation)?,
            test: rows(Part::Test)?,
        })
    }

    /// The rows of a part, counted from 0.
    #[must_use]
    pub fn rows(&self, part: Part) -> &[usize] {
        match part {
            Part::Train => &self.train,
            Part::Validation => &self.validation,
            Part::Test => &self.test,
        }
    }
}
