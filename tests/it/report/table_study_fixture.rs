//! A plausible record of a study of two tables, made without training.

use mixture_density::record::{CellTiming, Record, SCHEMA, Timing};
use mixture_density::seed::Seed;
use serde_json::{Value, json};

use super::fixture::recipe;

/// Of each problem its splits, and targets.
pub(super) const PROBLEMS: [(&str, usize, &[&str]); 2] =
    [("first", 4, &["y"]), ("second", 3, &["y", "z"])];

/// Two tables, two recipes of which one has two K, an ensemble, two replicates.
pub(super) fn json_record() -> Value {
    let mut stream = Seed::new(3).stream("table study");
    let mut number = |mean: f64| stream.normal(mean, 0.3);
    let (mut cells, mut splits) = (Vec::new(), Vec::new());
    for (problem, n_splits, targets) in PROBLEMS {
        for split in 0..n_splits {
            splits.push(
                json!({"problem": problem, "split": split, "oracle": null, "data": data(targets)}),
            );
        }
        for (name, k) in [
            ("small/mdn/k=1", Some(1)),
            ("small/mdn/k=3", Some(3)),
            ("table/ensemble", None),
        ] {
            for split in 0..n_splits {
                for replicate in 0..2 {
                    let id = format!("{problem}/{name}/s={split}/r={replicate}");
                    cells.push(cell(
                        &id,
                        problem,
                        k,
                        (split, replicate),
                        targets,
                        &mut number,
                    ));
                }
            }
        }
    }
    let table = |file: &str, targets: &[&str]| {
        json!({
            "name": "table", "file": file, "targets": targets, "blake3": "ab".repeat(32), "origin": "the <shelf>",
            "split": {"by": "test-rows", "file": "t.splits.txt"},
        })
    };
    let mut small = recipe(&[1, 3]);
    small["mse"] = Value::Null;
    let mut ensemble = small.clone();
    ensemble["mdn"] = Value::Null;
    ensemble["ensemble"] = json!({
        "scale_link": "softplus", "scale_floor": 1e-3, "early_stopping": small["mdn"]["early_stopping"],
    });
    json!({
        "schema": SCHEMA, "kind": "study", "study": "tables", "digest": "00".repeat(32),
        "spec": {
            "schema": SCHEMA, "study": "tables", "seed": 7, "replicates": 2,
            "problems": {"first": table("first.csv", &["y"]), "second": table("second.csv", &["y", "z"])},
            "recipes": {"small": small, "table": ensemble},
        },
        "data": data(&["y"]), "oracle": null, "splits": splits, "cells": cells, "warnings": ["odd"],
    })
}

fn data(targets: &[&str]) -> Value {
    json!({
        "n_train": 70, "n_validation": 10, "n_test": 20, "n_test_crps": 20, "blake3": "22".repeat(32),
        "table": {"name": "t.csv", "features": ["x0", "x1"], "targets": targets, "n_rows_missing": 0},
    })
}

fn cell(
    id: &str,
    problem: &str,
    k: Option<usize>,
    (split, replicate): (usize, usize),
    targets: &[&str],
    number: &mut impl FnMut(f64) -> f64,
) -> Value {
    let summary = |mean: f64| json!({"mean": mean, "standard_error": 0.1, "n": 20});
    let compared = |nll: f64, gain: f64| json!({"nll_nats_test": summary(nll), "gain_nats_test": summary(gain)});
    let none = json!({"train": null, "validation": null, "test": null});
    let nll = number(1.0);
    let chosen = (split + replicate) % 3;
    let ensemble = json!({
        "settings": {"n_pieces": (chosen > 0).then_some(8), "n_components": chosen + 1, "weight_decay": 0.3, "noise": 0.01},
        "batch_size": 16, "max_epochs": 300, "least_scales": [0.0], "candidates": [], "n_trainings": 30,
        "members": [{"member": 0, "n_epochs": 9, "best_epoch": 5, "nll_nats_mean_out_of_fold": 1.0,
            "weights_blake3": "33".repeat(32)}],
        "scale_factor": 1.0, "wide_weight": 0.001, "is_feature_free": chosen == 2,
        "gain_nats_mean_out_of_fold": 0.1, "gain_nats_standard_error_out_of_fold": 0.1, "feature_free": null,
        "n_components_feature_free": 1, "linear": null,
    });
    let score = |number: &mut dyn FnMut(f64) -> f64, name: &&str| {
        json!({
            "name": name, "nll_nats": summary(nll), "crps": summary(number(2.0)),
            "squared_error": summary(number(3.0).abs()), "sd": summary(0.5), "pit_ks": 0.2, "pit_ks_p_bound": 0.9,
            "coverage": [
                {"level": 0.5, "covered": 0.4, "low": 0.1, "high": 1.0, "n": 20},
                {"level": 0.9, "covered": number(0.9).clamp(0.5, 1.0), "low": 0.5, "high": 1.0, "n": 20},
            ],
            "repeated_share": 0.0, "degenerate_likelihood": false,
        })
    };
    let scores: Vec<Value> = targets.iter().map(|name| score(number, name)).collect();
    json!({
        "id": id, "problem": problem, "recipe": if k.is_some() { "small" } else { "table" },
        "model": if k.is_some() { "mdn" } else { "ensemble" },
        "n_components": k.unwrap_or(chosen + 1), "split": split, "replicate": replicate, "n_parameters": 99,
        "n_epochs": 2, "best_epoch": 1, "stopped_by": "early_stopping", "failure": null,
        "nll_nats_mean": {"train": 0.9, "validation": 1.1, "test": nll}, "nll_nats_standard_error": none.clone(),
        "excess_nats_test": null, "excess_nats_standard_error_test": null, "mse": none,
        "mse_standard_error_test": null, "crps_mean_test": null, "pit_ks_test": null, "coverage_test": {},
        "degenerate_likelihood": false, "smallest_scale_test": 0.1, "effective_components_test": 1.0,
        "scores_test": {
            "n_rows": 20, "n_rows_missing": 0, "nll_nats": summary(nll), "energy": null, "smallest_scale": 0.1,
            "targets": scores,
        },
        "baselines": {
            "feature_free": compared(nll + 1.0, number(0.8)), "linear": compared(nll + 0.5, number(0.4)),
        },
        "ensemble": k.is_none().then_some(ensemble),
        "weights_blake3": "33".repeat(32),
        "history": {"loss": [1.0, 0.5], "val_loss": [1.1, 0.6], "learning_rate": [0.1, 0.1]},
    })
}

pub(super) fn record() -> Record {
    serde_json::from_value(json_record()).expect("a record")
}

pub(super) fn timing(record: &Record) -> Timing {
    let cells = record.cells.iter().enumerate();
    Timing {
        schema: SCHEMA,
        record_digest: record.digest.clone(),
        finished_at: "2026-11-22T09:00:00Z".to_owned(),
        processor: "any".to_owned(),
        kernels: "avx2".to_owned(),
        version: "0.1.0".to_owned(),
        rustc: "1".to_owned(),
        cells: cells
            .map(|(at, cell)| CellTiming {
                id: cell.id.clone(),
                train_wall_s: 1.0 + at as f64 / 8.0,
                score_wall_s: 0.25,
                n_steps: 100,
            })
            .collect(),
        ..Timing::default()
    }
}
