//! How is it used? The model from the command line, from Python and from Rust.

use serde::Serialize;

use crate::report::number::word;
use crate::report::view::FitView;

/// What is said of the files beside the page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(in crate::report) struct Using {
    /// Hash of the model's file, where there is one.
    model_blake3: Option<String>,
}

impl Using {
    pub(in crate::report) fn of(record: &FitView<'_>) -> Self {
        let hash = record.model_blake3.as_deref();
        Self {
            model_blake3: hash.map(|hash| word("model_blake3", hash)),
        }
    }
}
