//! Rows far outside the training rows, as a sentence.

use std::fmt;

use super::wording::{excerpt, number};

/// Rows of a column that lie far outside the training rows: validation and test rows, or training rows themselves.
#[derive(Debug, Clone, PartialEq)]
pub struct FarOut {
    /// The column.
    pub name: String,
    /// Whether they are training rows, which lie far outside the others.
    pub is_training: bool,
    /// How many rows.
    pub n_rows: usize,
    /// The first of them, from 1.
    pub row: u64,
    /// What stands there.
    pub value: f64,
    /// Smallest and largest value of the training rows that lie together.
    pub train: [f64; 2],
    /// Training rows that lie far outside those.
    pub n_apart: usize,
}

impl FarOut {
    /// Ranges of the training rows that lie together that a value must lie beyond them.
    ///
    /// # Numerics
    /// Of columns of 10, 20, 100 and 1000 training rows and half as many others, this share is warned of, in any part
    /// (the most of the four, of 1000 columns each, of the longest 400): none of normal, of uniform and of t₃ columns,
    /// 0.1 % of log-normal ones with σ = 1, 1.5 % with σ = 1.5, 2.7 % of Pareto's with α = 1.5. One value of a normal
    /// column times 10⁴ is warned of in 98 % and more. Test: `table::far_rates`.
    pub const RANGES: f64 = 20.0;
}

impl fmt::Display for FarOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [least, most] = self.train.map(number);
        let (rows, they) = match self.n_rows {
            1 => ("row lies", "it"),
            _ => ("rows lie", "they"),
        };
        let [part, others, hold, what] = if self.is_training {
            ["training", "others", "the others hold", "what is learnt"]
        } else {
            let hold = match self.n_apart {
                0 => "training rows hold",
                _ => "the other training rows hold",
            };
            [
                "validation or test",
                "training rows",
                hold,
                "the choice and the scores",
            ]
        };
        write!(
            f,
            "column `{}`: {} {part} {rows} far outside the {others} (row {} holds {}, {hold} {least} to {most}): {they} alone may decide {what}",
            excerpt(&self.name),
            self.n_rows,
            self.row,
            number(self.value)
        )
    }
}
