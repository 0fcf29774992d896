//! Stored cells: trusted only where they are whole and under their own key.

use std::fs;
use std::path::Path;

use mixture_density::record::canonical;

use crate::support::{Ran, Study, edit};

const BASELINE: &str = "article/mse/r=0";

/// Runs again; the file must be named as not trusted, computed again, and the record be as before.
fn distrusted(study: &Study, path: &Path, record: &[u8]) -> String {
    fs::remove_file(study.at("tiny/record.json")).expect("a record");
    let ran = study.mdn(&["run", "tiny"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.contains(" 8 cells, 1 trained now"), "{ran:?}");
    assert_eq!(study.bytes("tiny/record.json"), record);
    let said = said_of(&ran, path).expect("said on stderr");
    assert_eq!(said_of(&study.mdn(&["run", "tiny"]), path), None, "mended");
    said
}

/// The reason why the file was not trusted, if it was not.
fn said_of(ran: &Ran, path: &Path) -> Option<String> {
    let name = path.file_name().expect("a name").to_string_lossy();
    let start = format!("mdn: tiny/cells/{name}: not trusted (");
    let line = ran
        .stderr
        .lines()
        .find_map(|line| line.strip_prefix(&start))?;
    Some(
        line.strip_suffix("); computed again")
            .expect("the end")
            .to_owned(),
    )
}

#[test]
fn whole_files_are_trusted() {
    let study = Study::finished();
    let ran = study.mdn(&["run", "tiny"]);
    assert!(ran.stdout.contains("0 trained now"), "{ran:?}");
    assert!(!ran.stderr.contains("not trusted"), "{ran:?}");
}

#[test]
fn truncated_foreign_or_unreadable_files_are_computed_again() {
    let study = Study::finished();
    let record = study.bytes("tiny/record.json");
    let path = study.cell_file(BASELINE);
    let whole = fs::read(&path).expect("readable");

    fs::write(&path, &whole[..whole.len() / 2]).expect("writable");
    let said = distrusted(&study, &path, &record);
    assert!(said.starts_with("EOF while parsing"), "{said}");

    fs::write(&path, b"").expect("writable");
    let said = distrusted(&study, &path, &record);
    assert!(said.starts_with("EOF while parsing"), "{said}");

    fs::write(&path, b"{\"hello\": 1}").expect("writable");
    let said = distrusted(&study, &path, &record);
    assert!(said.starts_with("unknown field `hello`"), "{said}");

    fs::write(&path, b"\xff\xfe").expect("writable");
    let said = distrusted(&study, &path, &record);
    assert!(said.starts_with("expected value"), "{said}");
}

#[test]
fn a_changed_number_under_an_intact_hash_is_caught() {
    let study = Study::finished();
    let record = study.bytes("tiny/record.json");
    let path = study.cell_file(BASELINE);
    let text = fs::read_to_string(&path).expect("text");
    fs::write(&path, edit(&text, "\"validation\": ", "\"validation\": 1")).expect("writable");
    assert_eq!(
        distrusted(&study, &path, &record),
        "its contents do not match its hash"
    );
}

#[test]
fn a_file_of_another_cell_or_another_seed_is_caught() {
    let study = Study::finished();
    let record = study.bytes("tiny/record.json");
    let path = study.cell_file(BASELINE);
    fs::copy(study.cell_file("article/mse/r=1"), &path).expect("copied");
    assert_eq!(
        distrusted(&study, &path, &record),
        "it belongs to another key"
    );

    let other = Study::edited("seed = 7", "seed = 8");
    assert_eq!(other.mdn(&["run", "tiny"]).code, Some(0));
    fs::copy(other.cell_file(BASELINE), &path).expect("copied");
    assert_eq!(
        distrusted(&study, &path, &record),
        "it belongs to another key"
    );
}

/// Whatever determines a cell is in its key: nothing of a changed study is taken from the store, but the two
/// cells of the other recipe where only this one's is changed.
#[test]
fn a_changed_spec_trains_again_and_a_longer_list_does_not() {
    let study = Study::finished();
    let spec = study.text("tiny/spec.toml");
    for (from, to, n_finished) in [
        ("seed = 7", "seed = 8", 1),
        ("n_test = 200", "n_test = 201", 1),
        ("n = 170", "n = 171", 1),
        ("jitter = 0.2", "jitter = 0.21", 1),
        ("batch_size = 128", "batch_size = 127", 3),
        ("beta_2 = 0.999", "beta_2 = 0.998", 3),
    ] {
        study.write("tiny/spec.toml", edit(&spec, from, to));
        let ran = study.mdn(&["run", "tiny", "--only", BASELINE]);
        let said = format!("{n_finished} of 8 cells");
        assert!(ran.stdout.starts_with(&said), "{to}: {ran:?}");
    }
    study.write("tiny/spec.toml", edit(&spec, "[1, 3]", "[1, 3, 2]"));
    let ran = study.mdn(&["run", "tiny"]);
    assert!(ran.stdout.contains(" 10 cells, 2 trained now"), "{ran:?}");
}

/// The data's scores are stored like a cell and no more trusted.
#[test]
fn the_stored_scores_of_the_data_are_checked_too() {
    let study = Study::finished();
    let record = study.bytes("tiny/record.json");
    let path = study.cell_file("data");
    let text = fs::read_to_string(&path).expect("text");
    fs::write(&path, edit(&text, "\"crps_mean\": ", "\"crps_mean\": 1")).expect("writable");
    fs::remove_file(study.at("tiny/record.json")).expect("a record");
    let ran = study.mdn(&["run", "tiny"]);
    assert_eq!(
        said_of(&ran, &path).as_deref(),
        Some("its contents do not match its hash")
    );
    assert_eq!(study.bytes("tiny/record.json"), record);
}

/// Another result under a hash that fits it is another program's answer: `--fresh` finds it, keeps it, and says no.
#[test]
fn a_cell_that_does_not_come_out_again_is_a_no() {
    let study = Study::finished();
    let path = study.cell_file(BASELINE);
    let bytes = fs::read(&path).expect("readable");
    let mut entry: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
    entry["result"]["cell"]["mse"]["test"] = 0.5.into();
    entry["blake3"] = canonical::digest(&entry["result"]).expect("JSON").into();
    let changed = canonical::to_string(&entry).expect("JSON");
    fs::write(&path, &changed).expect("writable");
    let ran = study.mdn(&["run", "tiny", "--fresh", "--only", BASELINE]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let name = path.file_name().expect("a name").to_string_lossy();
    let said = format!(
        "mdn: tiny/cells/{name}: the cell was computed again and differs; the first result is kept\n"
    );
    assert!(ran.stderr.ends_with(&said), "{ran:?}");
    assert_eq!(fs::read_to_string(&path).expect("text"), changed);
    let other = study.mdn(&["run", "tiny", "--fresh", "--only", "article/mdn/*"]);
    assert_eq!(other.code, Some(0), "the others do: {other:?}");
}
