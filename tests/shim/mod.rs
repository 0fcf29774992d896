//! A library that stands between the command and the C library; see `shim.c`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

/// The library, built once; `None` where it cannot be preloaded.
pub(crate) fn library() -> Option<&'static Path> {
    static BUILT: OnceLock<Option<(TempDir, PathBuf)>> = OnceLock::new();
    let built = BUILT.get_or_init(|| {
        if cfg!(not(all(target_os = "linux", target_env = "gnu"))) {
            return None;
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        let library = folder.path().join("shim.so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shim/shim.c");
        let built = Command::new("cc")
            .args([
                "-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o",
            ])
            .args([&library, &source])
            .arg("-ldl")
            .status();
        assert!(built.expect("Rust links with cc").success());
        Some((folder, library))
    });
    built.as_ref().map(|(_, library)| library.as_path())
}

/// The variables that put it before a program, with what it is to do.
pub(crate) fn variables(
    library: &Path,
    settings: &[(&'static str, &str)],
) -> Vec<(&'static str, String)> {
    let preload = ("LD_PRELOAD", library.display().to_string());
    let settings = settings
        .iter()
        .map(|(name, value)| (*name, (*value).to_owned()));
    [preload].into_iter().chain(settings).collect()
}
