//! `mdn predict`, `sample`, `score` with a fitted model.

use insta::assert_snapshot;

use super::{Desk, branches};

fn lines(text: &str) -> Vec<Vec<String>> {
    let cells = |line: &str| line.split(',').map(str::to_owned).collect();
    text.lines().map(cells).collect()
}

#[test]
fn predictions_have_a_row_for_each_row() {
    let desk = Desk::fitted();
    let ran = desk.good(&[
        "predict",
        "branches-fit",
        "branches.csv",
        "--quantiles",
        ".05,.5,.95",
        "--hdr",
        ".9",
        "--modes",
    ]);
    let rows = lines(&ran.stdout);
    assert_eq!(rows.len(), 401);
    assert_snapshot!(rows[0].join(","), @"row,y_mean,y_sd,y_q0.05,y_q0.5,y_q0.95,y_mode,y_modes,y_hdr0.9");
    let two_modes = rows
        .iter()
        .skip(1)
        .filter(|row| row[7].split(' ').count() == 2);
    assert!(two_modes.count() > 300, "two branches are two modes");
    // The folder's model and the file itself are one.
    let file = desk.good(&["predict", "branches-fit/model.safetensors", "branches.csv"]);
    let folder = desk.good(&["predict", "branches-fit", "branches.csv", "--jobs", "1"]);
    assert_eq!(file.stdout, folder.stdout);
    let ran = desk.good(&["predict", "branches-fit", "branches.csv", "--out", "p.csv"]);
    assert_eq!(ran.stdout, "");
    assert_eq!(desk.0.text("p.csv"), folder.stdout);
}

#[test]
fn features_are_found_by_name() {
    let desk = Desk::fitted();
    desk.0
        .write("turned.csv", "id;noise;x\na;0.5;1\nb;0.25;2\n");
    desk.0.write("plain.csv", "x,noise\n1,0.5\n2,0.25\n");
    let turned = desk.good(&["predict", "branches-fit", "turned.csv"]).stdout;
    assert_eq!(
        turned,
        desk.good(&["predict", "branches-fit", "plain.csv"]).stdout
    );
    // The twin: the same numbers under each other's names are another question.
    desk.0.write("wrong.csv", "noise,x\n1,0.5\n2,0.25\n");
    assert_ne!(
        turned,
        desk.good(&["predict", "branches-fit", "wrong.csv"]).stdout
    );
}

#[test]
fn draws_and_their_seed() {
    let desk = Desk::fitted();
    let sample = |more: &[&str]| {
        let arguments = [
            &["sample", "branches-fit", "branches.csv", "--n", "3"],
            more,
        ]
        .concat();
        desk.good(&arguments).stdout
    };
    let one = sample(&["--jobs", "1"]);
    assert_eq!(one, sample(&["--jobs", "3"]));
    assert_eq!(one.lines().count(), 1201);
    assert!(one.starts_with("row,draw,y\n1,1,"));
    assert_ne!(one, sample(&["--seed", "1"]));
    assert_ne!(one, sample(&["--sigma-temperature", "0.5"]));
    let json = sample(&["--json"]);
    let first: serde_json::Value =
        serde_json::from_str(json.lines().next().expect("a line")).expect("JSON");
    assert_eq!(first["y"].as_array().expect("draws").len(), 3);
}

#[test]
fn scores_of_the_command_are_those_of_the_record_on_the_same_rows() {
    let desk = Desk::new();
    let mut text = String::new();
    let mut test = String::from("x,noise,y\n");
    for (at, line) in branches(300).lines().enumerate() {
        let part = match at {
            0 => "part",
            1..=200 => "train",
            201..=250 => "validation",
            _ => "test",
        };
        text += &format!("{line},{part}\n");
        if part == "test" {
            test += &format!("{line}\n");
        }
    }
    desk.0.write("t.csv", text);
    desk.0.write("test.csv", test);
    desk.good(&[
        "fit",
        "t.csv",
        "--target",
        "y",
        "--components",
        "2",
        "--split-column",
        "part",
    ]);
    let json = desk.good(&["score", "t-fit", "test.csv", "--json"]).stdout;
    let found: mixture_density::score::Scores = serde_json::from_str(&json).expect("scores");
    assert_eq!(Some(found), desk.record("t-fit").scores_test);
    let csv = desk.good(&["score", "t-fit", "test.csv"]).stdout;
    let names: Vec<String> = lines(&csv)
        .into_iter()
        .map(|row| row[..2].join("|"))
        .collect();
    assert_snapshot!(names.join(" "), @"target|score |n_rows |nll_nats |smallest_scale y|nll_nats y|crps y|squared_error y|sd y|pit_ks y|pit_ks_p_bound y|coverage_0.5 y|coverage_0.8 y|coverage_0.9 y|coverage_0.95 y|repeated_share");
}

#[test]
fn rows_without_a_number_are_told() {
    let desk = Desk::fitted();
    desk.0.write("t.csv", "x,noise\n1,0.5\n,1\n2,0.25\n");
    let ran = desk.good(&["predict", "branches-fit", "t.csv", "--missing", "drop"]);
    assert_eq!(ran.stdout.lines().count(), 3);
    assert_snapshot!(ran.stderr.trim_end(), @"mdn: 1 cell in 1 row holds no number (1 empty), first in row 2 (`x`); those rows are left out");
    // Where nothing is said no row is lost.
    let ran = desk.good(&["predict", "branches-fit", "t.csv"]);
    assert_eq!(ran.stdout.lines().count(), 4);
    assert_eq!(ran.stdout.lines().nth(2), Some("2,,"));
    assert_snapshot!(ran.stderr.trim_end(), @"mdn: 1 row cannot be answered: row 2 has nothing in column `x`");
}

#[test]
fn one_row_is_scored_without_a_standard_error_and_told() {
    let desk = Desk::fitted();
    desk.0.write("one.csv", "x,noise,y\n1,0.5,2\n");
    desk.0.write("two.csv", "x,noise,y\n1,0.5,2\n1,0.5,-2\n");
    let score = |table: &str| {
        let ran = desk.good(&["score", "branches-fit", table]);
        let nll = lines(&ran.stdout)
            .into_iter()
            .find(|row| row[1] == "nll_nats");
        (nll.expect("a score")[3].clone(), ran.stderr)
    };
    let (error, said) = score("one.csv");
    assert_eq!(error, "");
    assert_snapshot!(said.trim_end(), @"mdn: of one row there is no standard error, and none is given");
    let (error, said) = score("two.csv");
    assert!(error.parse::<f64>().expect("a number") > 0.0);
    assert_eq!(said, "");
}

/// A reader that goes away is no failure.
#[test]
fn a_closed_pipe_is_no_error() {
    let desk = Desk::fitted();
    desk.0.write("long.csv", branches(60_000));
    let ran = desk
        .0
        .shell("\"$MDN\" predict branches-fit long.csv | head -n 1; echo $?");
    assert_eq!(ran.stdout, "row,y_mean,y_sd\n0\n");
    assert_eq!(ran.stderr, "");
}

/// Killed while it writes, it leaves what was there before under the name; let be, it replaces it.
#[test]
fn a_killed_prediction_leaves_no_file_under_the_name() {
    let desk = Desk::fitted();
    desk.0.write("start.csv", branches(20_000));
    desk.0.write("p.csv", "before");
    // The rest of the table never comes: the command is still reading when it is killed, its output a file without a
    // name, or one that nobody takes for an answer.
    let ran = desk.0.shell(
        "mkfifo pipe; \"$MDN\" predict branches-fit - --out p.csv < pipe & mdn=$!; \
         exec 3> pipe; cat start.csv >&3; \
         begun() { ls -l /proc/$mdn/fd | grep -c '(deleted)'; ls -a | grep -c '^\\.mdn-'; }; \
         for i in $(seq 100); do begun | grep -q 1 && break; sleep 0.1; done; \
         begun | sort; kill -9 $mdn; wait $mdn; cat p.csv",
    );
    assert_eq!(ran.stdout, "0\n1\nbefore", "{ran:?}");
    desk.good(&["predict", "branches-fit", "start.csv", "--out", "p.csv"]);
    assert_eq!(desk.0.text("p.csv").lines().count(), 20_001);
}
