//! What stands around the text of a study's page and is made from it: the contents.

use serde::Serialize;

/// What stands around the text, and depends on it.
#[derive(Debug, Serialize)]
pub(super) struct Frame {
    contents: Vec<Section>,
    body: String,
}

impl Frame {
    /// The frame of this text.
    pub(super) fn around(body: String) -> Self {
        Self {
            contents: contents(&body),
            body,
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
