//! Which room of the house may use which.

use super::imports::{Imports, module, rooted};
use super::rules::{Rule, sequences};

/// Rooms and those they may use: all of these stand above them.
const ROOMS: &[(&str, &[&str])] = &[
    ("files", &[]),
    ("numerics", &[]),
    ("seed", &[]),
    ("threads", &["numerics"]),
    ("recipe", &["numerics"]),
    ("mixture", &["numerics", "seed"]),
    ("problem", &["seed"]),
    ("table", &["numerics", "seed"]),
    ("score", &["mixture", "seed"]),
    ("net", &["files", "mixture", "numerics", "recipe", "seed"]),
    (
        "predict",
        &[
            "mixture", "net", "numerics", "score", "seed", "table", "threads",
        ],
    ),
    ("spec", &["files", "numerics", "problem", "recipe", "table"]),
    ("record", &["files", "numerics", "score", "spec", "table"]),
    ("report", &["mixture", "record", "spec", "table"]),
    (
        "ensemble",
        &[
            "mixture", "net", "numerics", "record", "recipe", "score", "seed", "table", "threads",
        ],
    ),
    (
        "study",
        &[
            "ensemble", "files", "mixture", "net", "numerics", "predict", "problem", "recipe",
            "record", "score", "seed", "spec", "table", "threads",
        ],
    ),
    ("folder", &["files", "record", "report", "spec", "study"]),
    (
        "fit",
        &[
            "folder", "net", "record", "report", "spec", "study", "table",
        ],
    ),
];

/// What the report may name of a table: how it was split, and what was done to it.
const OF_TABLES: [&str; 6] = [
    "ColumnEncoding",
    "Dequantised",
    "FeatureKind",
    "MissingPolicy",
    "SplitSpec",
    "TestRows",
];

/// What would make a report more than a reading.
const DEEDS: [&str; 7] = ["Seed", "Stream", "rayon", "fs", "File", "Command", "thread"];

pub(super) const RULES: &[Rule] = &[
    Rule {
        says: "a room uses only the rooms above it in the list of rooms",
        finds: |path, text, _| {
            let Some(room) = room_of(path) else {
                return Vec::new();
            };
            let Some((_, may)) = ROOMS.iter().find(|(name, _)| *name == room) else {
                return vec![1];
            };
            let other = |named: &[String]| {
                let used = named.first().map_or("", String::as_str);
                used != room && !may.contains(&used)
            };
            lines(path, text, other)
        },
        flags: &[
            ("src/mixture/row.rs", "use crate::problem::Points;"),
            ("src/numerics/dense.rs", "use crate::seed::Seed;"),
            ("src/net/train.rs", "fn f(spec: &crate::spec::Spec) {}"),
            ("src/score/pit.rs", "use crate::{mixture, net};"),
            ("src/score/pit.rs", "use super::super::net;"),
            ("src/seed.rs", "use super::mixture::MixtureRow;"),
            ("src/spec/file.rs", "use crate::record::Record;"),
            ("src/cellar/wine.rs", "fn f() {}"),
        ],
        spares: &[
            (
                "src/mixture/row.rs",
                "use crate::{mixture::MixtureError, seed::Stream}; use super::kernel; /// [`crate::net`]",
            ),
            (
                "src/mixture/row.rs",
                "#[cfg(test)] mod tests { use crate::problem::Points; }",
            ),
            (
                "src/cli/run.rs",
                "use super::progress; use mixture_density::study::run;",
            ),
            ("src/lib.rs", "pub mod net; use crate::net::Model;"),
        ],
    },
    Rule {
        says: "the report reads a record: it never trains, samples, or looks at files, clock or environment",
        finds: |path, text, tokens| {
            if room_of(path) != Some("report") {
                return Vec::new();
            }
            let mut found = sequences(tokens, |at| DEEDS.contains(&at[0]));
            found.extend(lines(path, text, |named| match named {
                [room, name, ..] if room == "table" => !OF_TABLES.contains(&name.as_str()),
                [room, ..] => !["mixture", "record", "report", "spec"].contains(&room.as_str()),
                [] => true,
            }));
            found
        },
        flags: &[
            ("src/report/page.rs", "use crate::net::Trainer;"),
            ("src/report/page.rs", "use crate::{record::Record, study};"),
            (
                "src/report/page.rs",
                "use crate::table::{SplitSpec, Table};",
            ),
            ("src/report/page.rs", "use crate::table;"),
            ("src/report/tables.rs", "let text = std::fs::read(path);"),
            ("src/report/tables.rs", "let x = Stream::default();"),
        ],
        spares: &[
            ("src/report/page.rs", "use crate::record::{Cell, Record};"),
            (
                "src/report/page.rs",
                "use crate::table::{SplitSpec, TestRows}; use crate::spec::Spec;",
            ),
            // The density of recorded parameters is arithmetic; its draws need a `Stream`.
            ("src/report/field.rs", "use crate::mixture::MixtureBatch;"),
            (
                "src/study/run.rs",
                "use crate::net::Trainer; use crate::seed::Seed;",
            ),
        ],
    },
];

/// The room of a file of the library; `lib.rs` is the house itself.
fn room_of(path: &str) -> Option<&str> {
    let path = path.strip_prefix("src/")?;
    let room = path.split(['/', '.']).next()?;
    (!["lib", "main", "cli"].contains(&room)).then_some(room)
}

/// Lines that name something of the library by a path from its root on which `is_bad`.
fn lines(path: &str, text: &str, is_bad: impl Fn(&[String]) -> bool) -> Vec<usize> {
    let Some(module) = module(path) else {
        return Vec::new();
    };
    let imports = Imports::of(text);
    let uses = imports.uses.iter().map(|u| (u.line, &u.within, &u.path));
    let paths = imports.paths.iter().map(|p| (p.line, &p.within, &p.path));
    let mut found = Vec::new();
    for (line, within, named) in uses.chain(paths) {
        let rooted = rooted(&module, within, named);
        if rooted.is_some_and(|rooted| is_bad(&rooted[1..])) {
            found.push(line);
        }
    }
    found
}
