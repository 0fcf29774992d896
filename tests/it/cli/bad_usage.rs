//! Arguments and variables out of range.

use insta::assert_snapshot;

use super::{assert_untouched, sentence};
use crate::support::Study;

/// What is said of a refused call.
fn refused(study: &Study, arguments: &[&str]) -> String {
    let said = sentence(&study.mdn(arguments));
    assert_untouched(study);
    said
}

#[test]
fn jobs() {
    let study = Study::tiny();
    for verb in ["run", "report", "verify"] {
        let said = refused(&study, &[verb, "tiny", "--jobs", "0"]);
        assert_eq!(
            said,
            "mdn: invalid value '0' for '--jobs <N>': a number from 1 to 1024 is needed"
        );
    }
    assert_snapshot!(refused(&study, &["run", "tiny", "--jobs", "two"]), @"mdn: invalid value 'two' for '--jobs <N>': a number from 1 to 1024 is needed");
    assert_snapshot!(refused(&study, &["run", "tiny", "--jobs", "1025"]), @"mdn: invalid value '1025' for '--jobs <N>': a number from 1 to 1024 is needed");
    assert_snapshot!(refused(&study, &["run", "tiny", "--jobs=-1"]), @"mdn: invalid value '-1' for '--jobs <N>': a number from 1 to 1024 is needed");
}

#[test]
fn pattern() {
    let study = Study::finished();
    assert_snapshot!(sentence(&study.mdn(&["run", "tiny", "--only", "article/mdn/k=2/*"])), @"mdn: no cell of the study matches `article/mdn/k=2/*`; the first is `article/mse/r=0`");
    assert_snapshot!(sentence(&study.mdn(&["verify", "tiny", "--only", "zzz"])), @"mdn: no cell of the study matches `zzz`; the first is `article/mse/r=0`");
    let study = Study::tiny();
    assert_snapshot!(refused(&study, &["run", "tiny", "--only", "[[["]), @"mdn: invalid value '[[[' for '--only <GLOB>': Pattern syntax error near position 0: invalid range pattern");
}

#[test]
fn verb_or_flag() {
    let study = Study::tiny();
    assert_snapshot!(refused(&study, &["train"]), @"mdn: unrecognized subcommand 'train'");
    assert_snapshot!(refused(&study, &["run", "tiny", "--quick"]), @"mdn: unexpected argument '--quick' found");
}

#[test]
fn kernels() {
    let study = Study::tiny();
    let with = |word: &str| {
        let said = sentence(&study.mdn_in(&[("MDN_KERNELS", word)], &["run", "tiny"]));
        assert_untouched(&study);
        said
    };
    assert_snapshot!(with("sse"), @r#"mdn: MDN_KERNELS is "sse": allowed are avx512, avx2 and scalar"#);
    assert_snapshot!(with(""), @r#"mdn: MDN_KERNELS is "": allowed are avx512, avx2 and scalar"#);
}

/// What cannot be said is no failure, and no panic: the page is there.
#[test]
fn full_output() {
    let study = Study::finished();
    let ran = study.shell("\"$MDN\" render tiny >/dev/full 2>/dev/full; echo $?");
    assert_eq!(ran.stdout, "0\n", "{ran:?}");
    assert!(study.at("tiny/index.html").exists());
}
