//! What the world does to the command: closed streams, refused threads, hostile names, a host's odd settings.
#![allow(
    clippy::disallowed_methods,
    reason = "these tests wait for other processes"
)]

mod environment;
mod escape;
mod guard;
mod open;
mod printed;
mod sets;
#[path = "../../shim/mod.rs"]
mod shim;
mod stopped;
mod streams;
mod threads;

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use mixture_density::seed::Seed;
use tempfile::TempDir;

use crate::support::{Ran, Study, files};

/// `y = ±x` with noise.
fn table(rows: usize) -> String {
    let mut stream = Seed::new(5).stream("faults");
    let mut text = String::from("x,y\n");
    for _ in 0..rows {
        let x = stream.uniform(0.0, 2.0);
        let sign = if stream.uniform(0.0, 1.0) < 0.5 {
            -1.0
        } else {
            1.0
        };
        text += &format!("{x},{}\n", sign * x + stream.normal(0.0, 0.1));
    }
    text
}

/// A short fit of `t.csv` into `fit`.
const FIT: [&str; 12] = [
    "fit",
    "t.csv",
    "--target",
    "y",
    "--recipe",
    "article",
    "--epochs",
    "3",
    "--components",
    "2",
    "--out",
    "fit",
];

/// A folder with a finished study `tiny` and its page, a table `t.csv` and what was fitted to it in `fit`.
struct Desk(Study);

impl Desk {
    fn new() -> Self {
        static MADE: OnceLock<TempDir> = OnceLock::new();
        let made = MADE.get_or_init(|| {
            let study = Study::tiny();
            study.write("t.csv", table(200));
            for asked in [&["report", "tiny"][..], &FIT] {
                let ran = study.mdn(asked);
                assert_eq!(ran.code, Some(0), "{ran:?}");
            }
            let folder = tempfile::tempdir().expect("a temporary folder");
            copy(&study.at(""), folder.path());
            folder
        });
        let study = Study::tiny();
        copy(made.path(), &study.at(""));
        Self(study)
    }

    fn mdn(&self, arguments: &[&str]) -> Ran {
        self.0.mdn(arguments)
    }

    /// The command under the shim, which is told what to do; `None` where there is no shim.
    fn shimmed(&self, settings: &[(&'static str, &str)], arguments: &[&str]) -> Option<Ran> {
        let variables = shim::variables(shim::library()?, settings);
        let variables: Vec<(&str, &str)> = variables
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        Some(self.0.mdn_in(&variables, arguments))
    }

    /// The one sentence of a refusal that left everything as it was.
    fn refused(&self, arguments: &[&str]) -> String {
        let before = files(&self.0.at(""));
        let ran = self.mdn(arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
        assert_eq!(before, files(&self.0.at("")), "something was changed");
        one_line(&ran)
    }
}

/// The only line of stderr.
fn one_line(ran: &Ran) -> String {
    let line = ran.stderr.strip_suffix('\n').expect("a line");
    assert!(!line.contains('\n'), "more than a line: {line}");
    line.to_owned()
}

fn copy(from: &Path, to: &Path) {
    for (name, contents) in files(from) {
        let path = to.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
        fs::write(path, contents).expect("writable");
    }
}
