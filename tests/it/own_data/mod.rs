//! A user's own table through the command: fit, predict, sample, score, and every refusal.

mod again;
mod bad_input;
mod bad_model;
mod degenerate;
mod fit;
mod importance;
mod outside;
mod overwrite;
mod page;
mod unverifiable;
mod verbs;
mod verify;

use std::path::Path;
use std::sync::OnceLock;

use mixture_density::record::{Record, TableData, TableExhibits};
use mixture_density::seed::Seed;
use tempfile::TempDir;

use crate::support::{Ran, Study, files};

/// Two branches: y = ±(1 + x) with noise, and a column that says nothing.
fn branches(n: usize) -> String {
    let mut stream = Seed::new(11).stream("branches");
    let mut text = String::from("x,noise,y\n");
    for _ in 0..n {
        let x = stream.uniform(0.0, 2.0);
        let sign = if stream.uniform(0.0, 1.0) < 0.5 {
            -1.0
        } else {
            1.0
        };
        let y = sign * (1.0 + x) + stream.normal(0.0, 0.1);
        text += &format!("{x},{},{y}\n", stream.uniform(0.0, 1.0));
    }
    text
}

/// What the record says of its table.
fn table_of(record: &Record) -> &TableData {
    record.data.table.as_ref().expect("a table")
}

/// What the figures of the record show of its table.
fn shown(record: &Record) -> &TableExhibits {
    record.table_exhibits.as_ref().expect("exhibits")
}

/// Copies a folder with all that is in it.
fn copy(from: &Path, to: &Path) {
    for (name, bytes) in files(from) {
        let path = to.join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
        std::fs::write(path, bytes).expect("writable");
    }
}

/// A folder with tables, in which the command is called.
struct Desk(Study);

impl Desk {
    fn new() -> Self {
        Self(Study::tiny())
    }

    /// With `branches.csv` and the model fitted to it in `branches-fit`.
    fn fitted() -> Self {
        static FITTED: OnceLock<(TempDir, Ran)> = OnceLock::new();
        let (folder, ran) = FITTED.get_or_init(|| {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let desk = Self::new();
            desk.0.write("branches.csv", branches(400));
            let ran = desk.mdn(&[
                "fit",
                "branches.csv",
                "--target",
                "y",
                "--components",
                "1,2",
            ]);
            assert_eq!(ran.code, Some(0), "{ran:?}");
            copy(&desk.0.at("branches-fit"), folder.path());
            (folder, ran)
        });
        let desk = Self::new();
        desk.0.write("branches.csv", branches(400));
        copy(folder.path(), &desk.0.at("branches-fit"));
        assert_eq!(ran.code, Some(0));
        desk
    }

    fn mdn(&self, arguments: &[&str]) -> Ran {
        self.0.mdn(arguments)
    }

    fn good(&self, arguments: &[&str]) -> Ran {
        let ran = self.mdn(arguments);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        ran
    }

    /// The one sentence of a refusal: exit 2, nothing on stdout, nothing left behind.
    fn refused(&self, arguments: &[&str]) -> String {
        let before = files(&self.0.at(""));
        let ran = self.mdn(arguments);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert_eq!(ran.stdout, "", "{ran:?}");
        let line = ran.stderr.strip_suffix('\n').expect("a line").to_owned();
        assert!(!line.contains('\n'), "more than a line: {line}");
        assert_eq!(before, files(&self.0.at("")), "something was left behind");
        line
    }

    fn record(&self, folder: &str) -> Record {
        let path = self.0.at(folder).join("record.json");
        let bytes = std::fs::read(&path).expect("readable");
        Record::parse(&bytes, &path).expect("a sound record")
    }
}
