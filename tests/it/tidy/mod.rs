//! The design's absences, read from the sources: who may name what, and what stands nowhere.
//!
//! Each rule is a function of a path and a text. It comes with texts it must flag and
//! texts it must spare, so that a rule that sees nothing is seen.

pub(crate) mod circles;
mod headings;
mod imports;
mod rooms;
mod rules;
mod tokens;

use std::fs;
use std::path::Path;

use rules::Rule;
use tokens::tokens;

/// Every Rust file of the repository, by its path from the root.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut next: Vec<_> = ["src", "tests", "benches", "build.rs"]
        .map(|name| root.join(name))
        .into_iter()
        .filter(|path| path.exists())
        .collect();
    while let Some(path) = next.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(path).expect("a folder");
            next.extend(entries.map(|entry| entry.expect("an entry").path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(root).expect("below the root");
            let text = fs::read_to_string(&path).expect("text");
            found.push((name.to_string_lossy().replace('\\', "/"), text));
        }
    }
    found.sort();
    found
}

fn rules() -> impl Iterator<Item = &'static Rule> {
    rules::RULES.iter().chain(rooms::RULES)
}

#[test]
fn the_sources_hold_every_rule() {
    let sources = sources();
    assert!(sources.len() > 60, "only {} files were read", sources.len());
    let mut broken = Vec::new();
    for (path, text) in &sources {
        let tokens = tokens(text);
        for rule in rules() {
            for line in (rule.finds)(path, text, &tokens) {
                broken.push(format!("{path}:{line}: {}", rule.says));
            }
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn each_rule_flags_what_breaks_it_and_spares_what_does_not() {
    for rule in rules() {
        assert!(
            !rule.flags.is_empty() && !rule.spares.is_empty(),
            "{}",
            rule.says
        );
        for (path, text) in rule.flags {
            let found = (rule.finds)(path, text, &tokens(text));
            assert_eq!(found.len(), 1, "{}: {path}: {text}", rule.says);
        }
        for (path, text) in rule.spares {
            let found = (rule.finds)(path, text, &tokens(text));
            assert!(found.is_empty(), "{}: {path}: {text}", rule.says);
        }
    }
}

#[test]
fn a_file_is_one_noun() {
    let length = |text: &str| text.lines().count();
    let too_long = |text: &str| length(text) > 400;
    assert!(too_long(&"\n".repeat(401)) && !too_long(&"\n".repeat(400)));
    let long: Vec<String> = sources()
        .iter()
        .filter(|(_, text)| too_long(text))
        .map(|(path, text)| format!("{path}: {} lines", length(text)))
        .collect();
    assert!(
        long.is_empty(),
        "past 400 lines look for the second noun: {long:?}"
    );
}

/// The twin of this stands in `circles`: files that do are found.
#[test]
fn no_two_files_import_each_other() {
    let found = circles::circles(&sources());
    assert!(found.is_empty(), "\n{}", found.join("\n\n"));
}
