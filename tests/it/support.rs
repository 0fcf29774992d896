//! A study in a temporary folder, and the command run on it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use mixture_density::record::Record;
use mixture_density::record::canonical;
use tempfile::TempDir;

/// The text of `tests/studies/tiny/spec.toml`.
pub(crate) const TINY: &str = include_str!("../studies/tiny/spec.toml");

/// What a call of the command left.
#[derive(Debug)]
pub(crate) struct Ran {
    /// None where a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A study in the folder `tiny` of a temporary folder, from which the command is called:
/// messages hold relative paths, the same on every machine.
#[derive(Debug)]
pub(crate) struct Study {
    root: TempDir,
}

impl Study {
    pub(crate) fn tiny() -> Self {
        Self::with_spec(TINY)
    }

    /// The tiny study with one part of its spec replaced.
    pub(crate) fn edited(from: &str, to: &str) -> Self {
        Self::with_spec(edit(TINY, from, to))
    }

    pub(crate) fn with_spec(spec: impl AsRef<[u8]>) -> Self {
        let root = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(root.path().join("tiny")).expect("writable");
        fs::write(root.path().join("tiny/spec.toml"), spec).expect("writable");
        Self { root }
    }

    /// A path below the temporary folder.
    pub(crate) fn at(&self, relative: &str) -> PathBuf {
        self.root.path().join(relative)
    }

    pub(crate) fn bytes(&self, relative: &str) -> Vec<u8> {
        fs::read(self.at(relative)).expect("readable")
    }

    pub(crate) fn text(&self, relative: &str) -> String {
        String::from_utf8(self.bytes(relative)).expect("text")
    }

    pub(crate) fn write(&self, relative: &str, contents: impl AsRef<[u8]>) {
        fs::write(self.at(relative), contents).expect("writable");
    }

    /// `mdn` called with these arguments.
    pub(crate) fn mdn(&self, arguments: &[&str]) -> Ran {
        self.mdn_in(&[], arguments)
    }

    /// `mdn` called with these variables and arguments.
    pub(crate) fn mdn_in(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mdn"));
        command.args(arguments);
        self.call(command.envs(variables.iter().copied()))
    }

    /// `mdn` called through a shell, where `$MDN` names it.
    pub(crate) fn shell(&self, script: &str) -> Ran {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        self.call(command.env("MDN", env!("CARGO_BIN_EXE_mdn")))
    }

    fn call(&self, command: &mut Command) -> Ran {
        // A path forced for the tests must not decide what a test of the command sees.
        if !command.get_envs().any(|(name, _)| name == "MDN_KERNELS") {
            command.env_remove("MDN_KERNELS");
        }
        let output = command.current_dir(self.root.path()).output();
        let output = output.expect("the command starts");
        Ran {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The tiny study, run to its end.
    pub(crate) fn finished() -> Self {
        let study = Self::tiny();
        let ran = study.mdn(&["run", "tiny"]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        study
    }

    pub(crate) fn record(&self) -> Record {
        Record::read(&self.at("tiny/record.json")).expect("a sound record")
    }

    /// Writes `record` with a digest that fits it.
    pub(crate) fn write_record(&self, record: &mut Record) {
        record.digest = record.compute_digest().expect("JSON");
        let text = canonical::to_string(record).expect("JSON");
        self.write("tiny/record.json", text);
    }

    /// The stored file of a cell: `article_mse_r=0-….json`.
    pub(crate) fn cell_file(&self, id: &str) -> PathBuf {
        let start = format!("{}-", id.replace('/', "_"));
        let names = files(&self.at("tiny/cells")).into_keys();
        let name = names.into_iter().find(|name| name.starts_with(&start));
        self.at("tiny/cells").join(name.expect("a finished cell"))
    }
}

/// `text` with `from`, which must stand in it, replaced.
pub(crate) fn edit(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "no {from:?} to replace");
    text.replacen(from, to, 1)
}

/// Every file below `folder`, by its relative path.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below");
                let contents = fs::read(&path).expect("readable");
                found.insert(name.to_string_lossy().into_owned(), contents);
            }
        }
    }
    found
}
