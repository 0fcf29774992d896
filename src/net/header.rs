//! The text in a model's header.

use std::collections::BTreeMap;

use super::model_error::ModelError;

/// Before the names of notes.
pub(super) const NOTE: &str = "note.";

/// What is wrong with a model's file.
pub(super) fn fault(fault: impl Into<String>) -> ModelError {
    ModelError::NotAModel {
        fault: fault.into(),
    }
}

/// The text of a header, taken key by key.
pub(super) struct Text(pub(super) BTreeMap<String, String>);

impl Text {
    pub(super) fn take(&mut self, key: &str) -> Result<String, ModelError> {
        let value = self.0.remove(key);
        value.ok_or_else(|| fault(format!("its header has no `{key}`")))
    }

    pub(super) fn parsed<T: std::str::FromStr>(&mut self, key: &str) -> Result<T, ModelError> {
        let value = self.take(key)?;
        let parsed = value.parse();
        parsed.map_err(|_| fault(format!("its `{key}` is {value:?}")))
    }

    pub(super) fn list(&mut self, key: &str) -> Result<Vec<String>, ModelError> {
        let value = self.take(key)?;
        let list = serde_json::from_str(&value);
        list.map_err(|_| fault(format!("its `{key}` are no list of names")))
    }

    pub(super) fn one_of<T: Copy, const N: usize>(
        &mut self,
        key: &str,
        all: [T; N],
        name: fn(T) -> &'static str,
    ) -> Result<T, ModelError> {
        let value = self.take(key)?;
        let found = all.into_iter().find(|one| name(*one) == value);
        found.ok_or_else(|| fault(format!("its `{key}` is {value:?}")))
    }

    /// What is left; all of it must be notes.
    pub(super) fn notes(&mut self) -> Result<BTreeMap<String, String>, ModelError> {
        let rest = std::mem::take(&mut self.0);
        rest.into_iter()
            .map(|(key, value)| match key.strip_prefix(NOTE) {
                Some(name) => Ok((name.to_owned(), value)),
                None => Err(fault(format!("its header has a `{key}` too many"))),
            })
            .collect()
    }
}
