//! What makes a stored cell void: code that decides numbers, not what is said about it.

#[path = "../../build/deciding.rs"]
mod build;

use build::{deciding, locked};

const SOURCE: &str = r##"//! Doc.

/// Half of `x`, as in "half // of it".
pub fn half(x: f64) -> f64 {
    let text = "// no comment"; // a comment
    let raw = r#"/* none " either */"#;
    /* one /* in another */ */
    let quote = '"';
    x * 0.5
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_halves() {}
}
"##;

#[test]
fn comments_tests_and_blanks_decide_nothing() {
    let kept = deciding(SOURCE);
    for (from, to) in [
        ("//! Doc.", "//! Other words."),
        ("// a comment", "// another"),
        ("/* one /* in another */ */", ""),
        ("    x * 0.5", "\n        x * 0.5"),
        ("fn it_halves() {}", "fn it_doubles() { assert!(true) }"),
    ] {
        assert!(SOURCE.contains(from), "{from}");
        assert_eq!(deciding(&SOURCE.replace(from, to)), kept, "{from}");
    }
    // The twins: code, and text that only looks like a comment.
    for (from, to) in [
        ("x * 0.5", "x * 0.25"),
        ("\"// no comment\"", "\"// none\""),
        ("none \" either", "none \" too"),
        ("'\"'", "'\\''"),
        ("f64) -> f64", "f32) -> f32"),
    ] {
        assert!(SOURCE.contains(from), "{from}");
        assert_ne!(deciding(&SOURCE.replace(from, to)), kept, "{from}");
    }
}

#[test]
fn only_the_crates_that_decide_numbers_count() {
    let lock = "[[package]]\nname = \"clap\"\nversion = \"4.6.7\"\n\n[[package]]\nname = \"libm\"\nversion = \"0.2.16\"\n";
    let found = locked(lock, &["libm", "rand"]);
    assert_eq!(found, "libm 0.2.16\n");
    assert_eq!(locked(&lock.replace("4.6.7", "5.0.0"), &["libm"]), found);
    assert_ne!(locked(&lock.replace("0.2.16", "0.3.0"), &["libm"]), found);
}
