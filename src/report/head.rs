//! The head of every page, and the scripts that its policy names.

use serde::Serialize;

use super::script;

/// What every page of a study runs: without it the page is whole, with it tables sort.
pub(super) const TABLES: &str = include_str!("../../templates/page.js");

/// What a page with an explorer runs.
pub(super) const EXPLORER: &str = include_str!("../../templates/explorer.js");

/// The templates that every page needs.
pub(super) const TEMPLATES: [(&str, &str); 2] = [
    ("head.html", include_str!("../../templates/head.html")),
    ("style.css", include_str!("../../templates/style.css")),
];

/// For `head.html`, and for the scripts at the end of the body.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Head {
    title: String,
    description: String,
    scripts: Vec<Script>,
}

impl Head {
    /// Title and description are plain text; nothing runs but these scripts.
    pub(super) fn new(title: String, description: String, scripts: &[&'static str]) -> Self {
        Self {
            title,
            description,
            scripts: scripts.iter().map(|text| Script::of(text)).collect(),
        }
    }
}

/// A script and its name in the policy.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Script {
    text: &'static str,
    sha256: String,
}

impl Script {
    fn of(text: &'static str) -> Self {
        Self {
            text,
            sha256: script::source_hash(text),
        }
    }
}
