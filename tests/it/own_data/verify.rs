//! `mdn verify` of a fit: the table, fitted again from nothing, against the record and the model that stand there.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};
use insta::assert_snapshot;
use mixture_density::record::Record;
use mixture_density::record::canonical;

use super::{Desk, branches};

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

/// Everything that decides how a table is read: delimiter, columns, parts, missing numbers, noise on repeated targets.
#[test]
fn whatever_the_table_was_read_by() {
    let desk = Desk::new();
    let mut text = String::from("part|a, b|seven|y\n");
    for (row, line) in branches(90).lines().skip(1).enumerate() {
        let cells: Vec<&str> = line.split(',').collect();
        let part = ["train", "train", "validation", "test"][row % 4];
        let x = if row == 5 { "" } else { cells[0] };
        text += &format!("{part}|{x}|7|{}\n", row % 9);
    }
    desk.0.write("odd.txt", text);
    let fit = desk.mdn(&[
        "fit",
        "odd.txt",
        "--target",
        "y",
        "--components",
        "2",
        "--delimiter",
        "|",
        "--split-column",
        "part",
        "--missing",
        "drop",
        "--dequantise",
        "--seed",
        "9",
        "--recipe",
        "article",
        "--out",
        "odd",
    ]);
    assert_eq!(fit.code, Some(0), "{fit:?}");
    let ran = desk.mdn(&["verify", "odd", "odd.txt"]);
    assert_eq!(
        ran.stdout, "1 cell trained again, 0 differences\n",
        "{ran:?}"
    );
    assert_eq!(ran.code, Some(0));
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

/// Other parts of the same rows, which only a training can tell.
#[test]
fn rows_that_changed_their_parts_are_told() {
    let desk = Desk::new();
    let table = |parts: [&str; 4]| {
        let mut text = String::from("part,x,noise,y\n");
        for (row, line) in branches(40).lines().skip(1).enumerate() {
            text += &format!("{},{line}\n", parts[row % 4]);
        }
        text
    };
    desk.0
        .write("t.csv", table(["train", "train", "validation", "test"]));
    desk.good(&[
        "fit",
        "t.csv",
        "--target",
        "y",
        "--split-column",
        "part",
        "--components",
        "1",
        "--epochs",
        "3",
    ]);
    desk.good(&["verify", "t-fit"]);
    desk.0
        .write("t.csv", table(["train", "train", "test", "validation"]));
    let ran = desk.mdn(&["verify", "t-fit"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stdout.contains("1 cell trained again, "), "{ran:?}");
}

/// Through a pipe, compressed, without a model, into the folder of the table itself.
#[test]
fn any_way_to_fit() {
    let desk = Desk::new();
    let text = branches(40);
    desk.0.write("t.csv", text.clone());
    let fit = "--target y --components 1 --epochs 2 --jobs 1";
    let equal = "1 cell trained again, 0 differences\n";
    let piped = format!("\"$MDN\" fit - {fit} --out piped < t.csv");
    assert_eq!(desk.0.shell(&piped).code, Some(0));
    assert_eq!(desk.good(&["verify", "piped", "t.csv"]).stdout, equal);
    let ran = desk.0.shell("\"$MDN\" verify piped - < t.csv");
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), equal));
    // Compressed; and the same rows between other delimiters, once these are told.
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(text.as_bytes()).expect("memory");
    desk.0.write("z.csv.gz", gzip.finish().expect("memory"));
    let ran = desk.0.shell(&format!("\"$MDN\" fit z.csv.gz {fit}"));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(desk.good(&["verify", "z-fit"]).stdout, equal);
    desk.0.write("bars.txt", text.replace(',', "~"));
    let bars = ["verify", "z-fit", "bars.txt", "--delimiter", "~"];
    assert_eq!(desk.good(&bars).stdout, equal);
    assert_eq!(desk.mdn(&bars[..3]).code, Some(2));
    // In the folder of the fit, whatever lies beside it.
    let here = [
        "mkdir here && mv t.csv here && head -n 30 here/t.csv > t.csv && cd here",
        &format!("\"$MDN\" fit t.csv {fit} --out ."),
        "\"$MDN\" verify .",
    ];
    let ran = desk.0.shell(&here.join(" && "));
    assert!(ran.stdout.ends_with(equal), "{ran:?}");
    // Beside a link to the folder.
    let link = "mkdir a b && mv z-fit b && mv z.csv.gz a && ln -s ../b/z-fit a/z-fit && \"$MDN\" verify a/z-fit";
    assert_eq!(desk.0.shell(link).stdout, equal);
    // Numbers at which the training ends: no model is no difference.
    let mut wild = String::from("x,y\n");
    for row in 0..60 {
        let x = [-1.6e7, 1.6e7][row % 3 % 2];
        wild += &format!("{x},{}\n", x * (row * 7 % 60) as f64 / 60.0);
    }
    desk.0.write("wild.csv", wild);
    let ran = desk.mdn(&[
        "fit",
        "wild.csv",
        "--target",
        "y",
        "--components",
        "1",
        "--recipe",
        "article",
    ]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(desk.record("wild-fit").model_blake3.is_none());
    assert_eq!(desk.good(&["verify", "wild-fit"]).stdout, equal);
}
