//! Says of a spec which key is wrong.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use super::SpecError;

/// Says which key is wrong.
pub(super) struct Checker<'a> {
    /// Only for messages.
    pub(super) path: &'a Path,
}

impl Checker<'_> {
    pub(super) fn value(
        &self,
        key: impl Display,
        found: impl Display,
        allowed: impl Display,
    ) -> SpecError {
        let path: PathBuf = self.path.into();
        SpecError::Value {
            path,
            key: key.to_string(),
            found: found.to_string(),
            allowed: allowed.to_string(),
        }
    }

    pub(super) fn at_least(
        &self,
        key: impl Display,
        found: usize,
        least: usize,
    ) -> Result<(), SpecError> {
        if found >= least {
            Ok(())
        } else {
            Err(self.value(key, found, format!("{least} or more")))
        }
    }

    pub(super) fn between(
        &self,
        key: impl Display,
        found: usize,
        least: usize,
        most: usize,
    ) -> Result<(), SpecError> {
        if (least..=most).contains(&found) {
            Ok(())
        } else {
            Err(self.value(key, found, format!("a whole number from {least} to {most}")))
        }
    }

    pub(super) fn within(
        &self,
        key: impl Display,
        found: f64,
        low: f64,
        high: f64,
        allowed: &str,
    ) -> Result<(), SpecError> {
        if found.is_finite() && found > low && found < high {
            Ok(())
        } else {
            Err(self.value(key, found, allowed))
        }
    }
}
