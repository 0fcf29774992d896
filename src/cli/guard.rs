//! No output destroys what is read, or another file of this program.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

use mixture_density::files::{self, Kind, PAGE, RECORD, SPEC, TIMING, same_file};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// What a verb writes as one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// Rows of a table, or scores.
    Rows,
    /// A page.
    Page,
}

/// Refuses to write `written` to `out` where that is a file that is read, or a file of ours of another kind.
pub(super) fn guard(out: &Path, written: Written, inputs: &[&Path]) -> anyhow::Result<()> {
    let shown = out.display();
    let is_out = |input: &&&Path| {
        let is_stdin = **input == Path::new("-");
        same_file(out, input) || is_stdin && same_file(out, Path::new("/dev/stdin"))
    };
    if let Some(input) = inputs.iter().find(is_out) {
        let name = if **input == *Path::new("-") {
            out
        } else {
            input
        };
        anyhow::bail!("--out names {}, which is read", name.display());
    }
    // By every name: a link may lead to it.
    let place = out.canonicalize().ok();
    let names = [Some(out), place.as_deref()];
    let named = names.into_iter().flatten().find_map(Kind::of_name);
    let found = named.or_else(|| look(out));
    let is_page = |kind: &Kind| *kind == Kind::Page;
    match found.filter(|kind| !(written == Written::Page && is_page(kind))) {
        Some(kind) => anyhow::bail!(
            "--out names {shown}, {} {}; name another file",
            if named.is_some() {
                "which is the name of"
            } else {
                "which is"
            },
            noun(kind)
        ),
        None => Ok(()),
    }
}

/// Refuses to write the results of `study` into the folder of another one, or over what is no result.
pub(super) fn guard_folder(out: &Path, study: &Path) -> anyhow::Result<()> {
    let (own, theirs) = (study.join(SPEC), out.join(SPEC));
    let is_other = fs::symlink_metadata(&theirs).is_ok()
        && !same_file(&own, &theirs)
        && files::read(&own, Kind::Spec).ok() != files::read(&theirs, Kind::Spec).ok();
    if is_other {
        anyhow::bail!(
            "--out names {}, the folder of another study; name another folder",
            out.display()
        );
    }
    for (name, kind) in [
        (RECORD, Kind::Record),
        (TIMING, Kind::Timing),
        (PAGE, Kind::Page),
    ] {
        let file = out.join(name);
        if !same_file(out, study) && file.is_file() && look(&file) != Some(kind) {
            anyhow::bail!(
                "{}: not {}, and would be written over; --out names another folder",
                file.display(),
                noun(kind)
            );
        }
    }
    Ok(())
}

const fn noun(kind: Kind) -> &'static str {
    match kind {
        Kind::Spec => "a study's spec",
        Kind::Record => "a record",
        Kind::Timing => "a record's timing",
        Kind::Model => "a model",
        Kind::Cell => "a finished cell of a study",
        Kind::Page => "a page",
        _ => "a file of this program",
    }
}

/// Of a JSON file of ours, the keys that tell its kind.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Keys {
    schema: Option<IgnoredAny>,
    digest: Option<IgnoredAny>,
    record_digest: Option<IgnoredAny>,
    key: Option<IgnoredAny>,
    blake3: Option<IgnoredAny>,
    result: Option<IgnoredAny>,
}

/// The kind of a file by what it holds; `None` where it is none of ours, or is not there.
fn look(path: &Path) -> Option<Kind> {
    let there = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    let mut file = File::open(path).ok()?;
    let mut start = Vec::new();
    file.by_ref().take(64).read_to_end(&mut start).ok()?;
    if is_model(&start, there.len()) {
        return Some(Kind::Model);
    }
    let begins = |with: &str| {
        let start = start.trim_ascii_start();
        start.len() >= with.len() && start[..with.len()].eq_ignore_ascii_case(with.as_bytes())
    };
    if begins("<!doctype html") {
        return Some(Kind::Page);
    }
    if there.len() > Kind::Record.max_bytes() {
        return None;
    }
    let bytes = fs::read(path).ok()?;
    if !begins("{") {
        return spec(&bytes);
    }
    let keys: Keys = serde_json::from_slice(&bytes).ok()?;
    match keys {
        Keys {
            schema: Some(_),
            record_digest: Some(_),
            ..
        } => Some(Kind::Timing),
        Keys {
            schema: Some(_),
            digest: Some(_),
            ..
        } => Some(Kind::Record),
        Keys {
            key: Some(_),
            blake3: Some(_),
            result: Some(_),
            ..
        } => Some(Kind::Cell),
        _ => None,
    }
}

/// Whether a file that begins so is a safetensors container: the length of its header, and an object.
fn is_model(start: &[u8], n_bytes: u64) -> bool {
    let Some((length, rest)) = start.split_first_chunk::<8>() else {
        return false;
    };
    let length = u64::from_le_bytes(*length);
    rest.starts_with(b"{\"") && length >= 2 && length <= n_bytes.saturating_sub(8)
}

/// Whether this is the text of a spec.
fn spec(bytes: &[u8]) -> Option<Kind> {
    if bytes.len() as u64 > Kind::Spec.max_bytes() {
        return None;
    }
    let text = std::str::from_utf8(bytes).ok()?;
    let table: toml::Table = text.parse().ok()?;
    let has = |key: &str| table.contains_key(key);
    let of_study = ["problem", "table", "recipes"].into_iter().any(has);
    (has("schema") && of_study).then_some(Kind::Spec)
}
