//! Which rows train, which choose among models, which judge the chosen one.

use super::part::Part;

/// Rows of each part, counted from 0 in the order of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    pub(super) train: Vec<usize>,
    pub(super) validation: Vec<usize>,
    pub(super) test: Vec<usize>,
}

impl Split {
    /// Rows that each part needs: a standard error needs two.
    pub const LEAST: usize = 2;
    /// Rows that a table needs to be split by a seed.
    pub const LEAST_ROWS: usize = 10;
    /// Rows that are split by a seed at most: a mistyped number must not ask for the whole memory.
    pub const MOST_ROWS: usize = 1 << 30;

    /// The three lists, each sorted.
    pub(super) fn new(train: Vec<usize>, validation: Vec<usize>, test: Vec<usize>) -> Self {
        let sorted = |mut rows: Vec<usize>| {
            rows.sort_unstable();
            rows
        };
        Self {
            train: sorted(train),
            validation: sorted(validation),
            test: sorted(test),
        }
    }

    /// All of `n` rows train; none chooses, none judges.
    #[must_use]
    pub fn of_all(n: usize) -> Self {
        Self::new((0..n).collect(), Vec::new(), Vec::new())
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
