//! The examples are short, run, and end well.

use std::path::Path;
use std::process::Command;

const EXAMPLES: [&str; 4] = ["arrays", "own_body", "own_problem", "service"];

#[test]
fn every_example_is_short_and_runs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let built = Path::new(env!("CARGO_BIN_EXE_mdn")).with_file_name("examples");
    let mut found: Vec<String> = std::fs::read_dir(root.join("examples"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    found.sort();
    assert_eq!(found, EXAMPLES);
    for name in EXAMPLES {
        let text = std::fs::read_to_string(root.join(format!("examples/{name}.rs")));
        let n_lines = text.expect("readable").lines().count();
        assert!(n_lines < 40, "{name}: {n_lines} lines");
        let program = built.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
        let run = Command::new(&program).output();
        // `cargo test` without `--test` builds it.
        let run = run.unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        assert!(
            run.status.success() && !run.stdout.is_empty(),
            "{name}: {run:?}"
        );
    }
}
