//! Pages that compare, the index, and benchmarks that were kept: as the command makes them.

use insta::assert_snapshot;

use super::sentence;
use crate::support::{Study, TINY, edit};

const HEADING: &str = "<h2 id=\"changed\">What changed</h2>";

#[test]
fn a_page_says_what_changed_only_where_something_did() {
    let study = Study::finished();
    let unchanged = study.mdn(&["report", "tiny"]);
    assert_eq!(unchanged.code, Some(0), "{unchanged:?}");
    assert!(!study.text("tiny/index.html").contains(HEADING));
    let plain = study.bytes("tiny/index.html");
    // Another seed: the record that stood there is compared without being asked for.
    study.write("before.json", study.bytes("tiny/record.json"));
    study.write("tiny/spec.toml", edit(TINY, "seed = 7", "seed = 8"));
    let changed = study.mdn(&["report", "tiny"]);
    assert_eq!(changed.code, Some(0), "{changed:?}");
    let page = study.text("tiny/index.html");
    assert!(page.contains(HEADING) && page.contains("stands on other ground"));
    assert!(page.contains("<code>spec/seed</code>: <code>7</code>, now <code>8</code>"));
    // Once more: nothing changed since, unless one asks.
    study.mdn(&["report", "tiny"]);
    assert!(!study.text("tiny/index.html").contains(HEADING));
    let asked = study.mdn(&["report", "tiny", "--against", "before.json"]);
    assert_eq!(asked.code, Some(0), "{asked:?}");
    assert_eq!(study.text("tiny/index.html"), page);
    // And back: the page is a function of record and timing.
    study.write("tiny/spec.toml", TINY);
    study.write("tiny/record.json", study.bytes("before.json"));
    study.mdn(&["render", "tiny", "--out", "again.html"]);
    assert!(plain.len() > 100_000 && !study.text("again.html").contains(HEADING));
}

/// Time zone, locale and folder do not show.
#[test]
fn a_page_is_the_same_everywhere() {
    let study = Study::finished();
    study.mdn(&["render", "tiny"]);
    let page = study.bytes("tiny/index.html");
    let moved = "mkdir -p 'else where' && cp tiny/record.json tiny/timing.json 'else where'";
    assert_eq!(study.shell(moved).code, Some(0));
    let there = [
        ("TZ", "Pacific/Kiritimati"),
        ("LC_ALL", "tr_TR.UTF-8"),
        ("LANG", "ar_EG"),
    ];
    let ran = study.mdn_in(&there, &["render", "else where"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(page == study.bytes("else where/index.html"));
    // The twin: another timing is another page.
    let timing = study.text("tiny/timing.json");
    study.write(
        "else where/timing.json",
        edit(&timing, "\"jobs\": ", "\"jobs\": 1"),
    );
    study.mdn(&["render", "else where"]);
    assert!(page != study.bytes("else where/index.html"));
}

#[test]
fn a_timing_that_is_missing_or_cut() {
    let study = Study::finished();
    let timing = study.text("tiny/timing.json");
    study.write("tiny/timing.json", &timing[..timing.len() / 2]);
    let said = sentence(&study.mdn(&["render", "tiny"]));
    assert!(said.starts_with("mdn: tiny/timing.json:"), "{said}");
    assert!(!study.at("tiny/index.html").exists());
    std::fs::remove_file(study.at("tiny/timing.json")).expect("a file");
    let ran = study.mdn(&["render", "tiny"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let page = study.text("tiny/index.html");
    assert!(page.contains("No timing was kept") && page.ends_with("</html>\n"));
}

#[test]
fn the_same_record_asked_for_has_not_changed() {
    let study = Study::finished();
    let asked = study.mdn(&["render", "tiny", "--against", "tiny/record.json"]);
    assert_eq!(asked.code, Some(0), "{asked:?}");
    assert!(
        study
            .text("tiny/index.html")
            .contains("no difference, to the last bit")
    );
}

#[test]
fn a_record_that_cannot_be_compared_is_refused_before_anything_is_trained() {
    let study = Study::tiny();
    study.write("cut.json", "{\"schema\": 1,");
    study.write("other.json", "{\"schema\": 9}");
    let against = |file: &str| sentence(&study.mdn(&["report", "tiny", "--against", file]));
    assert_snapshot!(against("nowhere.json"), @"mdn: nowhere.json: cannot be read: No such file or directory (os error 2)");
    assert_snapshot!(against("cut.json"), @"mdn: cut.json:1: EOF while parsing a value");
    assert_snapshot!(against("other.json"), @"mdn: other.json: schema 9 is newer than schema 2, which this program reads; take a newer program");
    super::assert_untouched(&study);
}

#[test]
fn a_difference_is_measured_in_words_too() {
    let study = Study::finished();
    let mut record = study.record();
    let crps = record.cells[2].crps_mean_test.expect("a score");
    record.cells[2].crps_mean_test = Some(crps + 0.01);
    study.write_record(&mut record);
    let ran = study.mdn(&["verify", "tiny", "--only", "article/mdn/k=1/*"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let line = ran.stdout.lines().next().expect("a line");
    assert!(
        line.ends_with(" × the standard deviation of replicates)"),
        "{line}"
    );
}

#[test]
fn an_index_over_all_studies() {
    let study = Study::finished();
    assert_eq!(
        study
            .shell("mkdir -p reports/empty && cp -r tiny reports/")
            .code,
        Some(0)
    );
    let ran = study.mdn(&["index"]);
    assert_eq!(
        (ran.code, ran.stdout.as_str()),
        (Some(0), "reports/index.html: 1 study\n"),
        "{ran:?}"
    );
    let page = study.text("reports/index.html");
    assert!(page.contains("href=\"tiny/index.html\"") && !page.contains("empty"));
    let elsewhere = study.mdn_in(
        &[("TZ", "Pacific/Kiritimati"), ("LC_ALL", "C")],
        &["index", "reports", "--out", "other.html"],
    );
    assert_eq!(elsewhere.code, Some(0), "{elsewhere:?}");
    assert_eq!(study.text("other.html"), page);
}

#[test]
fn an_index_of_nothing_or_of_what_is_broken() {
    let study = Study::tiny();
    assert_snapshot!(sentence(&study.mdn(&["index"])), @"mdn: reports: No such file or directory (os error 2)");
    assert_snapshot!(sentence(&study.mdn(&["index", "."])), @"mdn: .: no study with a record.json");
    study.write("tiny/record.json", "{\"schema\": 1,");
    assert_snapshot!(sentence(&study.mdn(&["index", "."])), @"mdn: ./tiny/record.json:1: EOF while parsing a value");
    assert!(!study.at("index.html").exists());
}

#[test]
fn criterions_estimates_are_kept_with_the_timing_and_in_no_digest() {
    let study = Study::finished();
    let before = study.bytes("tiny/record.json");
    let folder = "target/criterion/step/k=3/new";
    assert_eq!(study.shell(&format!("mkdir -p '{folder}'")).code, Some(0));
    study.write(
        &format!("{folder}/benchmark.json"),
        r#"{"group_id": "step", "full_id": "step/k=3", "throughput": {"Elements": 128}}"#,
    );
    study.write(
        &format!("{folder}/estimates.json"),
        r#"{"median": {"point_estimate": 1250.5, "confidence_interval": {"confidence_level": 0.95, "lower_bound": 1200.0, "upper_bound": 1300.25}}}"#,
    );
    std::fs::remove_file(study.at("tiny/timing.json")).expect("a timing");
    let ran = study.mdn(&["report", "tiny"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(before, study.bytes("tiny/record.json"));
    assert!(
        study
            .text("tiny/timing.json")
            .contains("\"median_ns\": 1250.5")
    );
    let page = study.text("tiny/index.html");
    let (_, block) = page.split_once("data-nondigest").expect("the block");
    assert!(block.contains("data-key=\"timing/benchmarks/0/median_low_ns\">1200<"));
}
