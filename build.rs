//! Tells the crate two facts of its own build: a hash of the sources that decide a number, and the compiler.

#![allow(
    clippy::disallowed_methods,
    reason = "cargo speaks to a build script by the environment"
)]

#[path = "build/deciding.rs"]
mod deciding;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The rooms that decide a number: what changes in them, but for comments, tests and sentences of errors, changes the
/// key of every cell.
const ROOMS: [&str; 11] = [
    "src/ensemble",
    "src/mixture",
    "src/net",
    "src/numerics",
    "src/predict",
    "src/problem",
    "src/recipe",
    "src/score",
    "src/seed.rs",
    "src/study",
    "src/table",
];

/// The crates that decide a number.
const CRATES: [&str; 6] = ["dfdx", "libm", "pulp", "rand", "rand_chacha", "rand_distr"];

fn main() {
    let mut files = Vec::new();
    for root in ROOMS {
        println!("cargo:rerun-if-changed={root}");
        collect(Path::new(root), &mut files);
    }
    for file in ["build.rs", "build", "Cargo.lock"] {
        println!("cargo:rerun-if-changed={file}");
    }
    files.sort();
    let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
    for file in files.iter().filter(|file| decides(file)) {
        hash.add(file.to_string_lossy().as_bytes());
        let text = fs::read_to_string(file).unwrap_or_default();
        let is_source = file.extension().is_some_and(|extension| extension == "rs");
        match is_source {
            true => hash.add(deciding::deciding(&text).as_bytes()),
            false => hash.add(text.as_bytes()),
        }
    }
    let lock = fs::read_to_string("Cargo.lock").unwrap_or_default();
    hash.add(deciding::locked(&lock, &CRATES).as_bytes());
    println!("cargo:rustc-env=MDN_SOURCES={:016x}", hash.0);

    let rustc = env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let version = Command::new(rustc).arg("--version").output();
    let version = version.map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned());
    println!("cargo:rustc-env=MDN_RUSTC={}", version.unwrap_or_default());
}

/// Whether a file of the rooms can decide a number: one of errors cannot.
fn decides(file: &Path) -> bool {
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    !name.ends_with("error") && !name.ends_with("fault")
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    match fs::read_dir(path) {
        Ok(entries) => entries
            .flatten()
            .for_each(|entry| collect(&entry.path(), files)),
        Err(_) => files.push(path.to_owned()),
    }
}

/// FNV-1a, 64 bits: enough to tell two states of the sources apart, and no dependency of the build.
struct Fnv(u64);

impl Fnv {
    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes.iter().chain(&[0xff]) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}
