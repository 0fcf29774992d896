//! What stands around the text and is made from it: contents, scripts and the policy that names them.

use serde::Serialize;

use super::script;

/// What every page runs: without it the page is whole, with it tables sort.
const SCRIPT: &str = include_str!("../../templates/page.js");

/// What a page with an explorer runs besides.
const EXPLORER: &str = include_str!("../../templates/explorer.js");

/// What stands around the text, and depends on it.
#[derive(Debug, Serialize)]
pub(super) struct Frame {
    contents: Vec<Section>,
    body: String,
    scripts: Vec<Script>,
}

impl Frame {
    /// The frame of this text; with an explorer it has the script of one.
    pub(super) fn around(body: String, has_explorer: bool) -> Self {
        let scripts: &[&'static str] = if has_explorer {
            &[SCRIPT, EXPLORER]
        } else {
            &[SCRIPT]
        };
        Self {
            contents: contents(&body),
            scripts: scripts.iter().map(|text| Script::of(text)).collect(),
            body,
        }
    }
}

/// A script and its name in the policy.
#[derive(Debug, Serialize)]
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

/// An entry of the table of contents.
#[derive(Debug, PartialEq, Serialize)]
struct Section {
    anchor: String,
    title: String,
}

/// The headings `<h2 id="…">…</h2>` of the text, so that the contents cannot miss one.
fn contents(body: &str) -> Vec<Section> {
    let headings = body.split("<h2 id=\"").skip(1);
    let entry = |heading: &str| {
        let (anchor, rest) = heading.split_once("\">")?;
        let (title, _) = rest.split_once("</h2>")?;
        Some(Section {
            anchor: anchor.to_owned(),
            title: title.to_owned(),
        })
    };
    headings.filter_map(entry).collect()
}
