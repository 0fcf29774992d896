//! A folder with results of before, and the verbs that write new ones.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;

use mixture_density::files::{MODEL, PAGE, RECORD, SPEC, TIMING};
use mixture_density::record::{Record, Timing};
use mixture_density::seed::Seed;
use tempfile::TempDir;

use super::shim;
use crate::support::{TINY, edit, files};

/// A verb that writes, and where.
#[derive(Debug, Clone, Copy)]
pub(super) struct Writer {
    pub(super) line: &'static str,
    /// The folder or file that it writes.
    pub(super) out: &'static str,
    /// Whether it is a folder of a set.
    pub(super) is_set: bool,
}

/// Every verb that writes. Each finds other results in its place.
pub(super) const WRITERS: [Writer; 8] = [
    Writer {
        line: "fit t.csv --target y --recipe article --epochs 3 --components 1,2 --seed 2 --out fit --jobs 1",
        out: "fit",
        is_set: true,
    },
    Writer {
        line: "report tiny --jobs 1",
        out: "tiny",
        is_set: true,
    },
    Writer {
        line: "render page --out page.html",
        out: "page.html",
        is_set: false,
    },
    Writer {
        line: "index . --out index.html",
        out: "index.html",
        is_set: false,
    },
    Writer {
        line: "points page --out points.csv",
        out: "points.csv",
        is_set: false,
    },
    Writer {
        line: "predict model t.csv --quantiles .1,.9 --out rows.csv --jobs 1",
        out: "rows.csv",
        is_set: false,
    },
    Writer {
        line: "sample model t.csv --n 20 --out draws.csv --jobs 1",
        out: "draws.csv",
        is_set: false,
    },
    Writer {
        line: "score model t.csv --out scores.csv --jobs 1",
        out: "scores.csv",
        is_set: false,
    },
];

/// A fresh folder with the results of before.
pub(super) struct Desk(TempDir);

/// What a call of the command left.
#[derive(Debug)]
pub(super) struct Ran {
    pub(super) code: Option<i32>,
    pub(super) stderr: String,
}

fn table() -> String {
    let mut stream = Seed::new(6).stream("campaign");
    let mut text = String::from("x,y\n");
    for _ in 0..200 {
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

impl Desk {
    /// With everything of before, and a spec that has changed since.
    pub(super) fn new() -> Self {
        static MADE: OnceLock<TempDir> = OnceLock::new();
        let made = MADE.get_or_init(|| {
            let desk = Self(tempfile::tempdir().expect("a temporary folder"));
            desk.write("t.csv", table());
            desk.write("tiny/spec.toml", TINY);
            for line in [
                "fit t.csv --target y --recipe article --epochs 3 --components 1,2 --seed 1 --out fit",
                "fit t.csv --target y --recipe article --epochs 3 --components 2 --out model",
                "report tiny",
            ] {
                let ran = desk.mdn(line);
                assert_eq!(ran.code, Some(0), "{line}: {ran:?}");
            }
            copy(&desk.at("tiny"), &desk.at("page"));
            // One thing that a run has to do again, and not all of it.
            desk.write("tiny/spec.toml", edit(TINY, "max_epochs = 9", "max_epochs = 8"));
            for name in ["page.html", "index.html", "points.csv", "rows.csv", "draws.csv", "scores.csv"] {
                desk.write(name, "before\n");
            }
            desk.0
        });
        let desk = Self(tempfile::tempdir().expect("a temporary folder"));
        copy(made.path(), desk.0.path());
        desk
    }

    pub(super) fn at(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    pub(super) fn write(&self, name: &str, contents: impl AsRef<[u8]>) {
        let path = self.at(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
        fs::write(path, contents).expect("writable");
    }

    fn command(&self, line: &str, variables: &[(&'static str, String)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mdn"));
        command
            .args(line.split(' '))
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .current_dir(self.0.path())
            .stdin(Stdio::null());
        command
    }

    pub(super) fn mdn(&self, line: &str) -> Ran {
        ran(self
            .command(line, &[])
            .output()
            .expect("the command starts"))
    }

    /// Under the shim; only where there is one.
    pub(super) fn shimmed(&self, line: &str, settings: &[(&'static str, &str)]) -> Ran {
        let library = shim::library().expect("a library can be preloaded");
        let variables = shim::variables(library, settings);
        ran(self
            .command(line, &variables)
            .output()
            .expect("the command starts"))
    }

    pub(super) fn start(&self, line: &str) -> Child {
        let mut command = self.command(line, &[]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().expect("the command starts")
    }

    /// Calls of each kind that the verb makes.
    pub(super) fn count(&self, line: &str, calls: &str) -> usize {
        let count = self.at("count");
        let settings = [("SHIM_CALLS", calls), ("SHIM_COUNT", "count")];
        let ran = self.shimmed(line, &settings);
        assert_eq!(ran.code, Some(0), "{line}: {ran:?}");
        let text = fs::read_to_string(&count).expect("a count");
        fs::remove_file(count).expect("there");
        text.trim().parse().expect("a number")
    }

    /// The results of this verb: each file's bytes, those that may differ from run to run left out.
    pub(super) fn results(&self, writer: Writer) -> BTreeMap<String, Vec<u8>> {
        let out = self.at(writer.out);
        if !writer.is_set {
            let bytes = fs::read(out).expect("readable");
            return BTreeMap::from([(writer.out.to_owned(), bytes)]);
        }
        let names = [SPEC, MODEL, RECORD].into_iter();
        let found =
            names.filter_map(|name| Some((name.to_owned(), fs::read(out.join(name)).ok()?)));
        found.collect()
    }

    /// Files that are not complete, or belong to nobody.
    pub(super) fn unfinished(&self) -> Vec<String> {
        let names = files(self.0.path()).into_keys();
        names.filter(|name| name.contains(".mdn-")).collect()
    }

    /// Checks that the files of a set are of one set, as a reader of this program sees them.
    pub(super) fn check_set(&self, folder: &str) -> Result<(), String> {
        let at = |name: &str| self.at(folder).join(name);
        let record = Record::read(&at(RECORD)).map_err(|e| e.to_string())?;
        let timing = Timing::read(&at(TIMING)).map_err(|e| e.to_string())?;
        let timing = timing.ok_or("no timing")?;
        if timing.record_digest != record.digest {
            return Err("the timing is another record's".to_owned());
        }
        let model = mixture_density::files::read(&at(MODEL), mixture_density::files::Kind::Model);
        let model = model
            .ok()
            .map(|bytes| blake3::hash(&bytes).to_hex().to_string());
        if model != record.model_blake3 {
            return Err("the model is another record's".to_owned());
        }
        let page = mixture_density::files::read(&at(PAGE), mixture_density::files::Kind::Page);
        let page =
            String::from_utf8(page.map_err(|e| e.to_string())?).map_err(|e| e.to_string())?;
        if !page.contains(&record.digest) || !page.ends_with("</html>\n") {
            return Err("the page is another record's, or cut".to_owned());
        }
        Ok(())
    }
}

pub(super) fn ran(output: Output) -> Ran {
    Ran {
        code: output.status.code(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn copy(from: &Path, to: &Path) {
    for (name, contents) in files(from) {
        let path = to.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
        fs::write(path, contents).expect("writable");
    }
}
