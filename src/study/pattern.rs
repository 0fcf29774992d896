//! Which cells are meant.

use std::fmt;
use std::str::FromStr;

use super::StudyError;
use super::plan::CellPlan;

/// A pattern of cells' identities, such as `article/mdn/k=20/*`.
#[derive(Debug, Clone)]
pub struct CellPattern(glob::Pattern);

/// Why a text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a pattern of cells: {message} at character {at}")]
pub struct PatternError {
    message: &'static str,
    /// From 1.
    at: usize,
}

impl FromStr for CellPattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        let pattern = glob::Pattern::new(text);
        pattern.map(Self).map_err(|error| PatternError {
            message: error.msg,
            at: error.pos + 1,
        })
    }
}

impl fmt::Display for CellPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

impl CellPattern {
    /// Whether the cell of this identity is meant.
    #[must_use]
    pub fn matches(&self, id: &str) -> bool {
        self.0.matches(id)
    }
}

/// Of each plan, whether it is meant; all are where there is no pattern.
///
/// # Errors
/// [`StudyError::NoCell`].
pub(super) fn chosen(
    plans: &[CellPlan],
    only: Option<&CellPattern>,
) -> Result<Vec<bool>, StudyError> {
    let is_meant = |plan: &CellPlan| only.is_none_or(|pattern| pattern.matches(&plan.id()));
    let chosen: Vec<bool> = plans.iter().map(is_meant).collect();
    match only {
        Some(pattern) if !chosen.contains(&true) => Err(StudyError::NoCell {
            pattern: pattern.to_string(),
            first: plans.first().map(CellPlan::id).unwrap_or_default(),
        }),
        _ => Ok(chosen),
    }
}
