//! Rows far from all that a model has learnt from: it answers, and says so once.

use mixture_density::net::Model;
use mixture_density::predict::{Outside, Predictor as _, score_rows};
use mixture_density::seed::Seed;

use super::{Desk, branches, shown};

/// The range of `x` in the training rows, by the record's histogram of them.
fn learnt(desk: &Desk) -> [f64; 2] {
    let record = desk.record("branches-fit");
    let x = &shown(&record).features[0];
    assert_eq!(x.name, "x");
    [x.low, x.high]
}

/// The model's file with one text in the place of the first that is so.
fn changed(desk: &Desk, from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut bytes = desk.0.bytes("branches-fit/model.safetensors");
    let at = bytes.windows(from.len()).position(|w| w == from);
    let at = at.expect("what is to be changed");
    bytes[at..at + from.len()].copy_from_slice(to);
    bytes
}

#[test]
fn a_model_knows_the_ranges_of_its_training_rows() {
    let desk = Desk::fitted();
    let model = Model::load(&desk.0.at("branches-fit/model.safetensors")).expect("a model");
    let ranges = model.feature_ranges().expect("known");
    let record = desk.record("branches-fit");
    let features = shown(&record).features.iter();
    let expected: Vec<[f64; 2]> = features.map(|f| [f.low, f.high]).collect();
    assert_eq!(ranges, expected);
    // All that are wanted, of all rows: narrower than the table's own.
    assert!(ranges[0][0] > 0.0 && ranges[0][1] < 2.0 && ranges[1][1] < 1.0);
}

#[test]
fn rows_outside_are_told_once() {
    let desk = Desk::fitted();
    let far = "x,noise,y\n1,0.5,2\n,0.5,2\n1,0.5,-2\n1e20,0.5,2\n1,-3,2\n-1e9,7,2\n";
    desk.0.write("far.csv", far);
    for asked in [
        &["predict", "--json"][..],
        &["predict", "--jobs", "1"],
        &["sample", "--n", "2"],
        &["sample", "--n", "5000", "--json"],
        &["score"],
        &["score", "--json"],
    ] {
        let table = ["branches-fit", "far.csv", "--missing", "drop"];
        let ran = desk.good(&[&asked[..1], &table, &asked[1..]].concat());
        let said: Vec<&str> = ran.stderr.lines().collect();
        assert_eq!(said.len(), 2, "{ran:?}");
        let (before, learnt) = said[1].split_once(" (learnt: ").expect("what was learnt");
        assert_eq!(
            before,
            "mdn: 3 rows lie well outside what the model has learnt from; the first is row 4, where `x` is 1e20"
        );
        let ends = learnt.trim_end_matches(')').split(" … ");
        let ends: Vec<f64> = ends.map(|end| end.parse().expect("a number")).collect();
        assert_eq!(ends, self::learnt(&desk));
    }
    // One row, by its second feature.
    desk.0.write("one.csv", "x,noise\n1,0.5\n1,3.5\n");
    let ran = desk.good(&["predict", "branches-fit", "one.csv"]);
    let said = "mdn: 1 row lies well outside what the model has learnt from; the first is row 2, where `noise` is 3.5 (learnt: ";
    assert!(ran.stderr.starts_with(said), "{ran:?}");
}

/// The twins: rows within, or beyond by less than the margin, are no news; nor is anything to a model that does
/// not know.
#[test]
fn rows_within_are_not_told() {
    let desk = Desk::fitted();
    let [low, high] = learnt(&desk);
    let margin = Outside::MARGIN * (high - low);
    let said = |x: f64| {
        desk.0.write("t.csv", format!("x,noise\n1,0.5\n{x},0.5\n"));
        desk.good(&["predict", "branches-fit", "t.csv"]).stderr
    };
    for (end, outwards) in [(low, -1.0), (high, 1.0)] {
        for (share, is_told) in [(0.0, false), (0.99, false), (1.01, true)] {
            let told = said(end + outwards * share * margin);
            assert_eq!(
                told.contains("lies well outside"),
                is_told,
                "{share}: {told}"
            );
        }
    }
    // Its own table, and ten thousand more of its kind.
    desk.0.write("more.csv", branches(10_000));
    for table in ["branches.csv", "more.csv"] {
        assert_eq!(desk.good(&["score", "branches-fit", table]).stderr, "");
    }
    desk.0.write(
        "older.safetensors",
        changed(&desk, b"note.feature_ranges", b"note.feature_rangez"),
    );
    desk.0.write("t.csv", "x,noise\n1e9,0.5\n");
    let [knows, older] =
        ["branches-fit", "older.safetensors"].map(|model| desk.good(&["predict", model, "t.csv"]));
    assert_eq!(knows.stdout, older.stdout);
    assert!(knows.stderr.contains("lies well outside") && older.stderr.is_empty());
}

/// One wild training row does not make all between it and the others ordinary.
#[test]
fn a_wild_training_row_is_no_end_of_a_range() {
    let desk = Desk::new();
    let mut ends = Vec::new();
    for (name, wild) in [("wild", "1e6"), ("tame", "1")] {
        let mut text = String::from("part,x,noise,y\n");
        for (at, line) in branches(60).lines().skip(1).enumerate() {
            let part = ["train", "train", "validation", "test"][at % 4];
            let (x, rest) = line.split_once(',').expect("columns");
            let x = if at == 4 { wild } else { x };
            text += &format!("{part},{x},{rest}\n");
        }
        desk.0.write(&format!("{name}.csv"), text);
        let table = format!("{name}.csv");
        let fit = [
            "fit",
            &table,
            "--target=y",
            "--split-column=part",
            "--components=1",
        ];
        let said = desk.good(&fit).stderr;
        // The twin: a tame row in its place is not told of, and moves the ends by nothing or little.
        assert_eq!(
            said.contains("1 training row lies far"),
            name == "wild",
            "{said}"
        );
        desk.0.write("between.csv", "x,noise\n1,0.5\n500000,0.5\n");
        let ran = desk.good(&["predict", &format!("{name}-fit"), "between.csv"]);
        let (said, learnt) = ran
            .stderr
            .split_once(" (learnt: ")
            .expect("what was learnt");
        assert!(
            said.ends_with("the first is row 2, where `x` is 500000"),
            "{said}"
        );
        ends.push(learnt.to_owned());
    }
    assert_eq!(ends[0], ends[1]);
}

/// Who keeps scores learns whether anything was looked at.
#[test]
fn rows_in_memory_are_looked_at_too() {
    let desk = Desk::fitted();
    desk.0.write(
        "older.safetensors",
        changed(&desk, b"note.feature_ranges", b"note.feature_rangez"),
    );
    let scored = |file: &str| {
        let model = Model::load(&desk.0.at(file)).expect("a model");
        let x = [1.0, 0.5, 1.0, 0.5, 1e9, 0.5, 1.0, -7.0];
        score_rows(&model, &x, &[2.0; 4], Seed::new(0)).expect("scores")
    };
    let [(scores, knows), (same, older)] =
        ["branches-fit/model.safetensors", "older.safetensors"].map(scored);
    let outside = knows.outside.expect("it was looked at");
    let first = outside.first.as_ref().expect("the first");
    assert_eq!((outside.n_rows, first.row, first.value), (2, 3, 1e9));
    // The twin: nobody looked, which is not "none".
    assert_eq!(older.outside, None);
    assert_eq!(scores, same);
}

#[test]
fn a_damaged_note_is_refused() {
    let desk = Desk::fitted();
    desk.0.write("t.csv", "x,noise,y\n1,0.5,2\n1,0.5,-2\n");
    let note = |ranges: &str| [b"note.feature_ranges\":\"", ranges.as_bytes()].concat();
    // No JSON, and a least value above the greatest.
    for damage in ["{[0.", "[[9."] {
        let bytes = changed(&desk, &note("[[0."), &note(damage));
        desk.0.write("damaged.safetensors", bytes);
        for verb in ["predict", "sample", "score"] {
            let told = desk.refused(&[verb, "damaged.safetensors", "t.csv"]);
            assert_eq!(
                told,
                "mdn: the model's note of what its features were in the training rows is damaged: it is no range from a least to a greatest value for each of 2 features"
            );
        }
    }
    // The twin: what is no damage.
    let bytes = changed(&desk, &note("[[0."), &note("[[0."));
    desk.0.write("whole.safetensors", bytes);
    assert_eq!(
        desk.good(&["score", "whole.safetensors", "t.csv"]).stderr,
        ""
    );
}
