//! Hostile files, given to every verb that reads them.

use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::process::Command;

use mixture_density::seed::{Seed, Stream};
use serde_json::Value;

use super::desk::Desk;
use super::{amount, mutate, report};

/// What is changed, and the verb that reads it.
const READERS: [(&str, &str); 12] = [
    ("tiny/spec.toml", "points tiny"),
    ("page/record.json", "render page --out page.html"),
    ("page/record.json", "verify page --only article/mse/r=0"),
    ("page/timing.json", "render page --out page.html"),
    ("model/record.json", "render model --out page.html"),
    ("model/record.json", "predict model t.csv --out rows.csv"),
    (
        "model/model.safetensors",
        "predict model t.csv --out rows.csv",
    ),
    ("model/model.safetensors", "score model t.csv"),
    (
        "other.safetensors",
        "sample other.safetensors t.csv --n 3 --out draws.csv",
    ),
    ("cell", "run page"),
    ("page/record.json", "index . --out page.html"),
    ("t.csv", "predict model t.csv --out rows.csv"),
];

/// Seconds and KiB that a verb may take for a small hostile file.
const MOST: (u32, u32) = (10, 1 << 20);

fn mutant(stream: &mut Stream, name: &str, original: &[u8]) -> Vec<u8> {
    let as_json = || serde_json::from_slice::<Value>(original).ok();
    match as_json().filter(|_| stream.uniform(0.0, 1.0) < 0.5) {
        None => mutate::bytes(stream, original),
        Some(value) => {
            let changed = mutate::json(stream, &value);
            let sealed = match name {
                "cell" => mutate::sealed_cell(changed),
                name if name.ends_with("record.json") => mutate::sealed(changed),
                _ => changed,
            };
            sealed.to_string().into_bytes()
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn hostile_files_end_in_a_sentence_or_in_an_answer() {
    let mut stream = Seed::new(5).stream("campaign/mutants");
    let (mut n_files, mut n_answers) = (0, 0);
    let mut faults = Vec::new();
    for (name, verb) in READERS {
        let desk = Desk::new();
        fs::copy(
            desk.at("model/model.safetensors"),
            desk.at("other.safetensors"),
        )
        .expect("copied");
        let path = match name {
            "cell" => cell_of(&desk),
            name => desk.at(name),
        };
        let original = fs::read(&path).expect("readable");
        for _ in 0..amount(2500, 60) {
            let hostile = mutant(&mut stream, name, &original);
            fs::write(&path, &hostile).expect("writable");
            let (seconds, kib) = MOST;
            let line =
                format!("ulimit -v {kib}; exec timeout {seconds} \"$MDN\" {verb} >/dev/null");
            let output = Command::new("sh")
                .args(["-c", &line])
                .env("MDN", env!("CARGO_BIN_EXE_mdn"))
                .env("RAYON_NUM_THREADS", "2")
                .current_dir(desk.at(""))
                .output()
                .expect("the shell starts");
            n_files += 1;
            n_answers += usize::from(output.status.code() == Some(0));
            let said = String::from_utf8_lossy(&output.stderr);
            let is_sound = matches!(output.status.code(), Some(0..=2))
                && output.status.signal().is_none()
                && !said.contains("panicked")
                && !said.contains(|c: char| c.is_control() && c != '\n')
                && said.len() < 20_000;
            if !is_sound {
                let kept = std::env::temp_dir().join(format!("mdn-mutant-{n_files}"));
                fs::write(&kept, &hostile).expect("writable");
                let shown: String = said.chars().take(400).collect();
                faults.push(format!(
                    "{verb}: {}: {:?}: {shown}",
                    kept.display(),
                    output.status
                ));
            }
        }
    }
    report(&format!(
        "{n_files} hostile files, {n_answers} answered, {} faults",
        faults.len()
    ));
    assert!(faults.is_empty(), "{}\n{}", faults.len(), faults.join("\n"));
    // The twin: some are refused and some are not.
    assert!(
        n_answers > n_files / 50 && n_answers < n_files,
        "{n_answers} of {n_files}"
    );
}

fn cell_of(desk: &Desk) -> std::path::PathBuf {
    let cells = fs::read_dir(desk.at("page/cells")).expect("cells");
    let mut paths: Vec<_> = cells.map(|cell| cell.expect("an entry").path()).collect();
    paths.sort();
    paths.remove(0)
}
