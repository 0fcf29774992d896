//! Tells the crate two facts of its own build: a hash of the sources that decide a number, and the compiler.

#![allow(
    clippy::disallowed_methods,
    reason = "cargo speaks to a build script by the environment"
)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// A change in any of these can change a result, so it changes the key of every cell.
const DECIDING: [&str; 11] = [
    "src/mixture",
    "src/net",
    "src/numerics",
    "src/problem",
    "src/score",
    "src/seed.rs",
    "src/study",
    "build.rs",
    "Cargo.lock",
    "Cargo.toml",
    "rust-toolchain.toml",
];

fn main() {
    let mut files = Vec::new();
    for root in DECIDING {
        println!("cargo:rerun-if-changed={root}");
        collect(Path::new(root), &mut files);
    }
    files.sort();
    let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
    for file in files {
        hash.add(file.to_string_lossy().as_bytes());
        hash.add(&fs::read(&file).unwrap_or_default());
    }
    println!("cargo:rustc-env=MDN_SOURCES={:016x}", hash.0);

    let rustc = env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let version = Command::new(rustc).arg("--version").output();
    let version = version.map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned());
    println!("cargo:rustc-env=MDN_RUSTC={}", version.unwrap_or_default());
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
