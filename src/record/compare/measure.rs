//! A difference in units of what is known of its spread.

use std::fmt;

/// A difference in units of a yardstick.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measure {
    /// Now minus recorded.
    pub difference: f64,
    /// The yardstick's length, in the same unit.
    pub spread: f64,
    /// What it is.
    pub yardstick: Yardstick,
}

/// What a difference is measured by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Yardstick {
    /// Standard deviation of the field over the recorded replicates of the cell.
    Replicates,
    /// Standard error of the mean over the test points.
    TestPoints,
}

impl fmt::Display for Yardstick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Replicates => "standard deviation of replicates",
            Self::TestPoints => "standard error over the test points",
        })
    }
}

impl Measure {
    /// The difference in units of the yardstick, without sign.
    #[must_use]
    pub fn spreads(&self) -> f64 {
        (self.difference / self.spread).abs()
    }
}
