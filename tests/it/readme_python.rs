//! README's example in Python.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

/// README's Python, in the folder with the fit: what it prints is what `mdn score` says of that point.
pub(super) fn is_true(readme: &str, root: &Path, folder: &Path) {
    let block = readme.split("```python\n").nth(1).expect("a block");
    let block = block.split("```").next().expect("its end");
    let program = std::fs::read_to_string(root.join("tests/data/own/load_model.py"));
    let program = program.expect("the program");
    assert!(block.contains("from load_model import Model") && program.contains("\nclass Model:"));
    for method in ["mixtures", "log_density"] {
        assert!(block.contains(&format!("model.{method}(")), "{method}");
        assert!(program.contains(&format!("def {method}(self")), "{method}");
    }
    let python = |text: &str| {
        let mut python = Command::new("python3");
        python.args(["-c", text]).current_dir(folder);
        python.env("PYTHONPATH", root.join("tests/data/own"));
        python.env("PYTHONDONTWRITEBYTECODE", "1");
        python.output()
    };
    if !python("import numpy, safetensors").is_ok_and(|output| output.status.success()) {
        let words = "README's Python is not run: python3 has no NumPy or no safetensors\n";
        std::io::stderr().write_all(words.as_bytes()).expect("told");
        return;
    }
    let output = python(block).expect("python3 runs");
    assert!(output.status.success(), "{output:?}");
    let printed = String::from_utf8_lossy(&output.stdout);
    let found: f64 = printed.trim().parse().expect("a number");
    let scored = |y: &str| -> f64 {
        std::fs::write(
            folder.join("point.csv"),
            format!("x,noise,y\n1.0,0.5,{y}\n"),
        )
        .expect("writable");
        let output = Command::new(env!("CARGO_BIN_EXE_mdn"))
            .args(["score", "branches", "point.csv", "--json"])
            .current_dir(folder)
            .output()
            .expect("mdn runs");
        let scores: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        -scores["nll_nats"]["mean"].as_f64().expect("a number")
    };
    // The library's layers are in f32, NumPy's here in f64.
    let is_close = |expected: f64| (found - expected).abs() < 1e-5 * expected.abs().max(1.0);
    assert!(is_close(scored("2.0")), "{found}");
    // The twin: another point has another density.
    assert!(!is_close(scored("2.1")), "{found}");
}
