//! A disk that takes no more: a clean refusal, and nothing half-written under a final name.

use std::path::Path;

use crate::support::{Study, files};

/// Files that are cut (JSON that does not parse, a page without its end) or left from a failed write.
fn half_written(folder: &Path) -> Vec<String> {
    let is_whole = |name: &str, contents: &[u8]| match name.rsplit('.').next() {
        Some("json") => serde_json::from_slice::<serde_json::Value>(contents).is_ok(),
        Some("html") => contents.ends_with(b"</html>\n"),
        Some("toml") => true,
        _ => false,
    };
    let files = files(folder).into_iter();
    let cut = files.filter(|(name, contents)| !is_whole(name, contents));
    cut.map(|(name, _)| name).collect()
}

#[test]
fn the_check_sees_what_is_half_written() {
    let study = Study::finished();
    assert_eq!(study.mdn(&["render", "tiny"]).code, Some(0));
    assert_eq!(half_written(&study.at("tiny")), Vec::<String>::new());
    let record = study.bytes("tiny/record.json");
    study.write("tiny/record.json", &record[..record.len() - 3]);
    let page = study.bytes("tiny/index.html");
    study.write("tiny/index.html", &page[..page.len() - 1]);
    study.write("tiny/cells/.part-x.tmp", "");
    assert_eq!(
        half_written(&study.at("tiny")),
        ["cells/.part-x.tmp", "index.html", "record.json"]
    );
}

/// The largest file is limited to ever more blocks of 512 bytes: the oracle's scores, a cell, the
/// record, the page are the ones that fail.
#[test]
fn a_limit_of_file_size_is_a_clean_refusal_and_a_resume_completes() {
    let whole = Study::finished().bytes("tiny/record.json");
    let mut failed = Vec::new();
    for blocks in [1, 4, 8, 12, 20, 60] {
        let study = Study::tiny();
        let ran = study.shell(&format!("ulimit -f {blocks}; exec \"$MDN\" report tiny"));
        assert_eq!(ran.code, Some(2), "{blocks}: {ran:?}");
        assert_eq!(
            half_written(&study.at("tiny")),
            Vec::<String>::new(),
            "{blocks}"
        );
        let said = ran.stderr.lines().last().expect("a line");
        let path = said
            .strip_prefix("mdn: ")
            .and_then(|rest| rest.strip_suffix(": cannot be written: File too large (os error 27)"))
            .unwrap_or_else(|| panic!("{blocks}: {ran:?}"));
        assert!(!study.at(path).exists(), "{path} after {blocks} blocks");
        // Which recipe's cell is the first to fail is up to the threads.
        let part = path.split(['-', '_']).next().expect("a part");
        failed.push(part.replace("/tuned", "/article"));

        let resumed = study.mdn(&["report", "tiny"]);
        assert_eq!(resumed.code, Some(0), "{resumed:?}");
        assert_eq!(
            study.bytes("tiny/record.json"),
            whole,
            "after {blocks} blocks"
        );
    }
    for name in [
        "tiny/cells/data",
        "tiny/cells/article",
        "tiny/record.json",
        "tiny/index.html",
    ] {
        assert!(
            failed.iter().any(|path| path == name),
            "no failure of {name} in {failed:?}"
        );
    }
}
