//! `mdn fit`: what it leaves, the same for any number of threads.

use std::io::Write as _;

use mixture_density::net::{Covariance, Model};
use mixture_density::predict::Predictor as _;
use mixture_density::record::{Kind, Timing};

use super::{Desk, branches, table_of};
use crate::support::files;

#[test]
fn a_fit_leaves_model_record_and_timing_that_belong_together() {
    let desk = Desk::fitted();
    let names: Vec<String> = files(&desk.0.at("branches-fit")).into_keys().collect();
    for name in [
        "index.html",
        "model.safetensors",
        "record.json",
        "spec.toml",
        "timing.json",
    ] {
        assert!(names.iter().any(|n| n == name), "{names:?}");
    }
    // Each network and its cell, the data, and what the chosen model is worth.
    let stored = names.iter().filter(|name| name.starts_with("cells/"));
    let stored: Vec<&str> = stored.filter_map(|name| name.split('-').next()).collect();
    let [one, two] = ["cells/tuned_mdn_k=1_r=0", "cells/tuned_mdn_k=2_r=0"];
    assert_eq!(stored, ["cells/data", "cells/model", one, one, two, two]);
    let record = desk.record("branches-fit");
    assert_eq!((record.schema, record.kind), (2, Kind::Fit));
    assert_eq!(
        (record.study.as_str(), record.oracle.is_none()),
        ("branches-fit", true)
    );
    assert_eq!(table_of(&record).features, ["x", "noise"]);
    assert_eq!((record.data.n_train, record.data.n_validation), (280, 60));
    let bytes = desk.0.bytes("branches-fit/model.safetensors");
    let hash = blake3::hash(&bytes).to_hex().to_string();
    assert_eq!(record.model_blake3, Some(hash));
    let model = Model::load(&desk.0.at("branches-fit/model.safetensors")).expect("a model");
    assert_eq!(model.feature_names(), ["x", "noise"]);
    assert_eq!(model.metadata().data_blake3, record.data.blake3);
    let timing = Timing::read(&desk.0.at("branches-fit/timing.json")).expect("readable");
    let timing = timing.expect("a timing");
    assert_eq!(timing.record_digest, record.digest);
    let timed: Vec<&str> = timing.cells.iter().map(|cell| cell.id.as_str()).collect();
    assert_eq!(timed, ["tuned/mdn/k=1/r=0", "tuned/mdn/k=2/r=0"]);
    // Two branches need two components: one Gaussian is far worse, and the choice says so.
    let choice = record.choice.as_ref().expect("a choice");
    assert_eq!(choice.n_components, 2);
    assert_eq!(choice.cell, "tuned/mdn/k=2/r=0");
    let nll = |at: usize| record.cells[at].nll_nats_mean.validation.expect("a score");
    assert!(nll(0) > nll(1) + 0.5, "{} {}", nll(0), nll(1));
    for cell in &record.cells {
        assert!(
            cell.nll_nats_mean.train.is_some()
                && cell.nll_nats_standard_error.validation > Some(0.0)
        );
        // The test rows are looked at once, by the model that is taken.
        assert_eq!(
            (cell.nll_nats_mean.test, cell.mse.test, &cell.scores_test),
            (None, None, &None)
        );
        let validation = cell
            .validation
            .as_ref()
            .expect("scores of the validation rows");
        assert_eq!(
            (validation.crps_mean.len(), validation.smallest_scale.len()),
            (1, 1)
        );
        assert_eq!(validation.collapsed, [false]);
        let k = cell.n_components.expect("a mixture") as f64;
        assert!((1.0..=k).contains(&validation.effective_components));
    }
    let scores = record.scores_test.as_ref().expect("scores");
    assert_eq!(scores.n_rows, 60);
    assert!(!record.is_degenerate());
    assert!(
        record
            .warnings
            .iter()
            .any(|w| w.contains("expect overfitting"))
    );
}

#[test]
fn the_same_seed_gives_the_same_bytes_with_any_number_of_threads() {
    let desk = Desk::fitted();
    let model = desk.0.bytes("branches-fit/model.safetensors");
    let record = desk.0.bytes("branches-fit/record.json");
    let base = [
        "fit",
        "branches.csv",
        "--target",
        "y",
        "--components",
        "1,2",
    ];
    for jobs in ["1", "2", "7"] {
        // A study is called as its folder is.
        let out = format!("{jobs}/branches-fit");
        desk.good(&[&base[..], &["--jobs", jobs, "--out", &out]].concat());
        for (name, expected) in [("model.safetensors", &model), ("record.json", &record)] {
            assert!(
                desk.0.bytes(&format!("{out}/{name}")) == *expected,
                "{jobs}: {name}"
            );
        }
    }
    // The twin: another seed is another model.
    desk.good(&[&base[..], &["--seed", "1", "--out", "again"]].concat());
    assert!(desk.0.bytes("again/model.safetensors") != model);
}

/// Comma, semicolon, gzip and stdin are the same table.
#[test]
fn the_spelling_of_a_table_does_not_matter() {
    let desk = Desk::new();
    let text = branches(60);
    desk.0.write("t.csv", &text);
    desk.0.write("t.txt", text.replace(',', ";"));
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).expect("written");
    desk.0
        .write("t.csv.gz", encoder.finish().expect("finished"));
    let fit = |data: &str, out: &str| {
        let ran = desk.good(&[
            "fit",
            data,
            "--target",
            "y",
            "--components",
            "1",
            "--out",
            out,
        ]);
        assert!(ran.stdout.contains("K = 1"), "{ran:?}");
        desk.record(out)
    };
    let comma = fit("t.csv", "comma");
    for (data, out) in [("t.txt", "semicolon"), ("t.csv.gz", "gzip")] {
        let other = fit(data, out);
        assert_eq!(other.data.blake3, comma.data.blake3);
        assert_eq!(other.cells, comma.cells, "{data}");
    }
    let piped = desk
        .0
        .shell("\"$MDN\" fit - --target y --components 1 --out piped < t.csv");
    assert_eq!(piped.code, Some(0), "{piped:?}");
    assert_eq!(desk.record("piped").cells, comma.cells);
}

#[test]
fn a_column_of_the_table_names_the_parts() {
    let desk = Desk::new();
    let mut text = String::new();
    for (at, line) in branches(60).lines().enumerate() {
        let part = match at {
            0 => "part",
            1..=40 => "train",
            41..=50 => "validation",
            _ => "test",
        };
        text += &format!("{line},{part}\n");
    }
    desk.0.write("t.csv", text);
    desk.good(&[
        "fit",
        "t.csv",
        "--target",
        "y",
        "--components",
        "1",
        "--split-column",
        "part",
    ]);
    let record = desk.record("t-fit");
    let data = &record.data;
    assert_eq!((data.n_train, data.n_validation, data.n_test), (40, 10, 10));
    assert_eq!(table_of(&record).features, ["x", "noise"]);
}

/// A full covariance of one target is its variance: what is said, recorded and shown is what was fitted.
#[test]
fn one_target_with_a_full_covariance_is_diagonal() {
    let desk = Desk::new();
    desk.0.write("t.csv", branches(60));
    let fit = |covariance: &str| {
        let asked = ["fit", "t.csv", "--target", "y", "--components", "1"];
        desk.good(
            &[
                &asked[..],
                &[
                    "--covariance",
                    covariance,
                    "--out",
                    &format!("{covariance}/fit"),
                ],
            ]
            .concat(),
        )
    };
    let told = "`y` is the only target: its covariance is diagonal";
    let (full, diagonal) = (fit("full"), fit("diagonal"));
    assert!(
        full.stderr.contains(told) && !diagonal.stderr.contains(told),
        "{full:?}"
    );
    let mdn = desk.record("full/fit").spec.recipes["tuned"].mdn.clone();
    assert_eq!(mdn.expect("mixtures").covariance, Covariance::Diagonal);
    let shown = "--covariance=diagonal";
    assert!(desk.0.text("full/fit/index.html").contains(shown));
    // What was asked differs, what was done does not.
    for name in ["spec.toml", "model.safetensors", "record.json"] {
        let [full, diagonal] =
            ["full", "diagonal"].map(|f| desk.0.bytes(&format!("{f}/fit/{name}")));
        assert!(full == diagonal, "{name}");
    }
}

#[test]
fn several_targets_with_full_covariances() {
    let desk = Desk::new();
    let mut text = String::from("x,u,v\n");
    for line in branches(200).lines().skip(1) {
        let cells: Vec<f64> = line
            .split(',')
            .map(|c| c.parse().expect("a number"))
            .collect();
        // v follows u closely.
        text += &format!("{},{},{}\n", cells[0], cells[2], cells[2] + 0.05 * cells[1]);
    }
    desk.0.write("t.csv", text);
    let fit = |covariance: &str| {
        desk.good(&[
            "fit",
            "t.csv",
            "--target",
            "u",
            "--target",
            "v",
            "--components",
            "2",
            "--covariance",
            covariance,
            "--out",
            covariance,
        ]);
        let scores = desk.record(covariance).scores_test.expect("scores");
        assert!(scores.energy.is_some());
        scores.nll_nats.mean
    };
    let (full, diagonal) = (fit("full"), fit("diagonal"));
    assert!(full < diagonal - 0.5, "{full} {diagonal}");
    let csv = desk
        .good(&["predict", "full", "t.csv", "--parameters"])
        .stdout;
    let names = csv.lines().next().expect("names");
    assert!(
        names.starts_with("row,u_mean,u_sd,v_mean,v_sd,weight_1"),
        "{names}"
    );
    assert!(names.ends_with("u_v_cov_1,u_v_cov_2"), "{names}");
    assert_eq!(
        desk.good(&["sample", "full", "t.csv"])
            .stdout
            .lines()
            .count(),
        201
    );
    desk.good(&["score", "full", "t.csv"]);
}
