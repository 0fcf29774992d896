//! The cells of a column, by what they hold.

use super::cell::Gap;

/// The cells of a column, by what they hold.
#[derive(Debug, Clone)]
pub(super) enum Cells {
    /// A missing one is NaN, which [says why](Gap::of_nan).
    Numbers(Vec<f64>),
    /// Days, since 1970 or since midnight.
    Moments { days: Vec<f64>, is_time: bool },
    /// A number of the level; [`Texts::NONE`] where it is missing.
    Texts(Texts),
    /// Nothing in any row.
    Empty(usize),
}

/// Texts of a column: few of them, often.
#[derive(Debug, Clone, Default)]
pub(super) struct Texts {
    pub(super) codes: Vec<u32>,
    /// In order of appearance.
    pub(super) levels: Vec<String>,
}

impl Texts {
    /// The code of a missing cell.
    pub(super) const NONE: u32 = u32::MAX;

    /// The text of a row.
    pub(super) fn get(&self, row: usize) -> Option<&str> {
        let code = *self.codes.get(row)?;
        self.levels.get(code as usize).map(String::as_str)
    }
}

/// The truth value of a word.
pub(super) fn truth(text: &str) -> Option<bool> {
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    if is("true") || is("yes") {
        Some(true)
    } else if is("false") || is("no") {
        Some(false)
    } else {
        None
    }
}

impl Cells {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Numbers(values) => values.len(),
            Self::Moments { days, .. } => days.len(),
            Self::Texts(texts) => texts.codes.len(),
            Self::Empty(n) => *n,
        }
    }

    /// Why a cell is missing, where it is.
    pub(super) fn gap(&self, row: usize) -> Option<Gap> {
        match self {
            Self::Numbers(values) | Self::Moments { days: values, .. } => {
                let value = values.get(row)?;
                value.is_nan().then(|| Gap::of_nan(*value))
            }
            Self::Texts(texts) => texts.get(row).is_none().then_some(Gap::Empty),
            Self::Empty(_) => Some(Gap::Empty),
        }
    }
}

impl PartialEq for Cells {
    /// Two missing cells are equal, whyever they are missing.
    fn eq(&self, other: &Self) -> bool {
        let same = |a: &[f64], b: &[f64]| {
            let mut pairs = a.iter().zip(b);
            a.len() == b.len()
                && pairs.all(|(a, b)| (a.is_nan() && b.is_nan()) || a.total_cmp(b).is_eq())
        };
        match (self, other) {
            (Self::Numbers(a), Self::Numbers(b)) => same(a, b),
            (
                Self::Moments {
                    days: a,
                    is_time: s,
                },
                Self::Moments {
                    days: b,
                    is_time: t,
                },
            ) => s == t && same(a, b),
            (Self::Texts(a), Self::Texts(b)) => {
                let n = a.codes.len();
                n == b.codes.len() && (0..n).all(|row| a.get(row) == b.get(row))
            }
            (Self::Empty(a), Self::Empty(b)) => a == b,
            _ => false,
        }
    }
}
