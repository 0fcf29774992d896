//! `mdn verify` of a fit: the table, fitted again from nothing, against the record and the model that stand there.

use insta::assert_snapshot;
use mixture_density::record::Record;
use mixture_density::record::canonical;

use super::{Desk, branches};
use crate::support::edit;

const FOLDER: &str = "branches-fit";

/// Changes the record and gives it the digest of what it says now.
fn change(desk: &Desk, change: impl FnOnce(&mut Record)) {
    let mut record = desk.record(FOLDER);
    change(&mut record);
    record.digest = record.compute_digest().expect("a digest");
    let text = canonical::to_string(&record).expect("JSON");
    desk.0.write("branches-fit/record.json", text);
}

/// Exit code and stdout of a verification.
fn verified(desk: &Desk, arguments: &[&str]) -> (Option<i32>, String) {
    let ran = desk.mdn(&[&["verify", FOLDER], arguments].concat());
    (ran.code, ran.stdout)
}

const EQUAL: &str = "2 cells trained again, 0 differences\n";

#[test]
fn an_honest_fit() {
    let desk = Desk::fitted();
    let before = crate::support::files(&desk.0.at(""));
    assert_eq!(verified(&desk, &[]), (Some(0), EQUAL.to_owned()));
    assert_eq!(
        before,
        crate::support::files(&desk.0.at("")),
        "it writes nothing"
    );
}

/// The table may have another name and place by now, and the number of threads is nobody's matter.
#[test]
fn a_table_that_was_moved() {
    let desk = Desk::fitted();
    std::fs::create_dir(desk.0.at("elsewhere")).expect("writable");
    std::fs::rename(desk.0.at("branches.csv"), desk.0.at("elsewhere/b.csv")).expect("movable");
    let found = verified(&desk, &["elsewhere/b.csv", "--jobs", "1"]);
    assert_eq!(found, (Some(0), EQUAL.to_owned()));
    let sentence = desk.refused(&["verify", FOLDER]);
    assert_snapshot!(sentence, @r#"mdn: branches-fit: there is no table "branches.csv" in it or beside it; say where it is: `run --table FILE`, `verify STUDY FILE`"#);
}

/// A changed score, and a last bit of a curve.
#[test]
fn a_changed_record_is_told() {
    let desk = Desk::fitted();
    change(&desk, |record| {
        let loss = &mut record.cells[1].history.loss[2];
        *loss = loss.next_up();
        record.cells[0].nll_nats_mean.train = Some(0.25);
    });
    let (code, said) = verified(&desk, &[]);
    assert_eq!(code, Some(1));
    let lines: Vec<&str> = said.lines().collect();
    assert!(
        lines[0].starts_with("cells/tuned/mdn/k=1/r=0/nll_nats_mean/train: recorded 0.25, now "),
        "{said}"
    );
    assert!(
        lines[1].starts_with("cells/tuned/mdn/k=2/r=0/history/loss/2: recorded "),
        "{said}"
    );
    assert_eq!(
        lines[2..],
        ["2 cells trained again, 2 differences"],
        "{said}"
    );
}

/// Some of the cells: what a fit's networks choose among themselves is left as it is recorded.
#[test]
fn only_the_chosen_cells() {
    let desk = Desk::fitted();
    change(&desk, |record| {
        record.cells[0].nll_nats_mean.train = Some(0.25)
    });
    let only = |pattern: &str| verified(&desk, &["--only", pattern]);
    let equal = "1 cell trained again, 0 differences\n".to_owned();
    assert_eq!(only("*/k=2/*"), (Some(0), equal));
    let (code, said) = only("*/k=1/*");
    assert_eq!(code, Some(1));
    let place = "cells/tuned/mdn/k=1/r=0/nll_nats_mean/train: recorded 0.25, now ";
    assert!(said.starts_with(place), "{said}");
    assert!(
        said.ends_with("\n1 cell trained again, 1 difference\n"),
        "{said}"
    );
    let sentence = desk.refused(&["verify", FOLDER, "--only", "*/k=3/*"]);
    assert_snapshot!(sentence, @"mdn: no cell of the study matches `*/k=3/*`; the first is `tuned/mdn/k=1/r=0`");
}

/// Of the kept model each score is compared, and what its figures show.
#[test]
fn a_changed_choice_score_or_figure_is_told() {
    type Change = fn(&mut Record);
    let changes: [(Change, &str); 6] = [
        (
            |r| r.choice.as_mut().expect("a choice").n_components = 1,
            "choice/n_components: recorded 1, now 2",
        ),
        (
            |r| {
                let scores = r.scores_test.as_mut().expect("scores");
                scores.targets[0].crps.mean = scores.targets[0].crps.mean.next_up();
            },
            "scores_test/targets/0/crps/mean: recorded ",
        ),
        (|r| r.scores_test = None, "scores_test: recorded null, now "),
        (
            |r| r.table_exhibits.as_mut().expect("exhibits").pit_test[0].counts[3] += 1,
            "table_exhibits/pit_test/0/counts/3: recorded ",
        ),
        (|r| r.warnings.clear(), "warnings: recorded "),
        (|r| r.data.n_test -= 1, "data/n_test: recorded 59, now 60"),
    ];
    for (spoil, says) in changes {
        let desk = Desk::fitted();
        change(&desk, spoil);
        let (code, said) = verified(&desk, &[]);
        assert_eq!(code, Some(1), "{says}: {said}");
        assert!(said.starts_with(says), "{says}: {said}");
        assert!(
            said.ends_with("\n2 cells trained again, 1 difference\n"),
            "{says}: {said}"
        );
    }
}

/// Nothing is trained where the table or the recipe is another one.
#[test]
fn another_table_or_recipe_is_refused_at_once() {
    let desk = Desk::fitted();
    desk.0.write("other.csv", branches(401));
    let hash = desk.record(FOLDER).data.blake3;
    let said = desk.refused(&["verify", FOLDER, "other.csv"]);
    let start = "mdn: other.csv: its columns have the hash ";
    let end = format!(", but the study's table has {hash}: it was changed");
    assert!(said.starts_with(start) && said.ends_with(&end), "{said}");
    // The same where it stands under its own name.
    desk.0.write("branches.csv", branches(401));
    let moved = desk.refused(&["verify", FOLDER]);
    assert_eq!(
        moved.replace("branches-fit/../branches.csv", "other.csv"),
        said
    );
    for verb in ["run", "report"] {
        assert_eq!(desk.refused(&[verb, FOLDER]), moved);
    }
    // The twin: a column that is not used may change, and so may the way a number is written.
    let mut text = String::new();
    for (row, line) in branches(400).lines().enumerate() {
        text += &format!("{line}{}\n", if row == 0 { ",more" } else { "e0,word" });
    }
    desk.0.write("branches.csv", text);
    assert_eq!(verified(&desk, &[]), (Some(0), EQUAL.to_owned()));
    // A row without a target is none, and counted; one without a feature is refused as it was.
    let without = branches(400).replacen("\n", "\n,,\n", 1);
    desk.0.write("branches.csv", without);
    let (code, said) = verified(&desk, &[]);
    assert_eq!(code, Some(1));
    assert!(
        said.starts_with("data/table/n_rows_missing: recorded 0, now 1\n"),
        "{said}"
    );
    let missing = branches(400).replacen("\n", "\n,,1\n", 1);
    desk.0.write("branches.csv", missing);
    let said = desk.refused(&["verify", FOLDER]);
    assert!(
        said.contains("2 cells in 1 row hold no number (2 empty), first in row 1"),
        "{said}"
    );
    desk.0.write("branches.csv", branches(400));
    change(&desk, |record| {
        let recipe = record.spec.recipes.get_mut("tuned");
        recipe.expect("a recipe").batch_size = 127;
    });
    let said = desk.refused(&["verify", FOLDER]);
    let expected = "mdn: branches-fit/record.json: the record was made from another spec: `spec/recipes/tuned/batch_size` was 127 and is 128";
    assert_eq!(said, expected);
}

#[test]
fn a_model_that_is_not_the_records_is_told() {
    let desk = Desk::fitted();
    let mut bytes = desk.0.bytes("branches-fit/model.safetensors");
    *bytes.last_mut().expect("bytes") ^= 1;
    desk.0.write("branches-fit/model.safetensors", bytes);
    let (code, said) = verified(&desk, &[]);
    assert_eq!(code, Some(1));
    assert!(said.starts_with("model.safetensors: recorded "), "{said}");
    std::fs::remove_file(desk.0.at("branches-fit/model.safetensors")).expect("a file");
    let (code, said) = verified(&desk, &[]);
    assert_eq!(code, Some(1));
    assert!(
        said.contains(", now absent\n2 cells trained again, 1 difference\n"),
        "{said}"
    );
}

/// Each byte of the record counts, and the order of its cells.
#[test]
fn a_record_written_otherwise_is_told() {
    let told = |desk: &Desk| {
        let (code, said) = verified(desk, &[]);
        assert_eq!(code, Some(1), "{said}");
        let line = said.lines().next().expect("a line").to_owned();
        line.split_once(": recorded ")
            .expect("a place")
            .0
            .to_owned()
    };
    let desk = Desk::fitted();
    let text = desk.0.text("branches-fit/record.json");
    desk.0.write("branches-fit/record.json", text + "\n");
    assert_eq!(told(&desk), "record.json");
    change(&desk, |record| record.cells.reverse());
    assert_eq!(told(&desk), "cells");
}

#[test]
fn what_cannot_be_verified_is_refused() {
    let desk = Desk::fitted();
    let said = desk.refused(&["verify", FOLDER, "branches-fit"]);
    assert_snapshot!(said, @r#"mdn: branches-fit: there is no table "branches.csv" in it; say where it is: `run --table FILE`, `verify STUDY FILE`"#);
    desk.0
        .write("no-y.csv", branches(9).replace(",y\n", ",z\n"));
    assert_snapshot!(desk.refused(&["verify", FOLDER, "no-y.csv"]), @"mdn: no-y.csv: there is no column `y`; there is `x`, `noise`, `z`");
    assert_snapshot!(desk.refused(&["verify", "absent", "branches.csv"]), @"mdn: absent/spec.toml: no such study (a study is a folder with a spec.toml)");
    assert_snapshot!(desk.refused(&["verify", "absent"]), @"mdn: absent/spec.toml: no such study (a study is a folder with a spec.toml)");
    assert_eq!(desk.mdn(&["run", "tiny"]).code, Some(0));
    assert_snapshot!(desk.refused(&["verify", "tiny", "branches.csv"]), @"mdn: tiny/spec.toml: the study draws its own points, and takes no table");
    let spec = desk.0.text("branches-fit/spec.toml");
    let with = |from: &str, to: &str| {
        desk.0
            .write("branches-fit/spec.toml", edit(&spec, from, to));
        desk.refused(&["verify", FOLDER])
    };
    assert_snapshot!(with("features = [", "delimiter = \"zz\"\nfeatures = ["), @r#"mdn: branches-fit/spec.toml: `problem.delimiter` is "zz", but must be one character, or `tab`"#);
    assert_snapshot!(with("\"../branches.csv\"", "\"stdin\""), @r#"mdn: branches-fit/record.json: the record was made from another spec: `spec/problem/file` was "branches.csv" and is "stdin""#);
    assert_snapshot!(with("schema = 2", "schema = 1"), @"mdn: branches-fit/spec.toml: schema 1 is older; this program reads schema 2");
    desk.0.write("branches-fit/spec.toml", spec);
    let text = desk.0.text("branches-fit/record.json");
    desk.0.write(
        "branches-fit/record.json",
        edit(&text, "\"seed\": 0", "\"seed\": 1"),
    );
    assert_snapshot!(desk.refused(&["verify", FOLDER]), @"mdn: branches-fit/record.json: the digest does not match the contents: the file was changed or cut");
    desk.0.write(
        "branches-fit/record.json",
        &text.as_bytes()[..text.len() / 2],
    );
    let said = desk.refused(&["verify", FOLDER]);
    assert!(
        said.starts_with("mdn: branches-fit/record.json:") && said.contains(": EOF while parsing "),
        "{said}"
    );
    desk.0.write("branches-fit/record.json", text);
    std::fs::remove_file(desk.0.at("branches-fit/model.safetensors")).expect("a file");
    std::fs::create_dir(desk.0.at("branches-fit/model.safetensors")).expect("a folder");
    assert_snapshot!(desk.refused(&["verify", FOLDER]), @"mdn: branches-fit/model.safetensors: cannot be read: it is a folder, not a file");
}
