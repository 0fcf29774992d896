//! A plausible record of a fit, made without training: as small as it can be with everything in it.

use mixture_density::record::{Record, SCHEMA};
use serde_json::{Value, json};

use super::fixture::recipe;

/// One feature `x`, targets `y0`, `y1`, …, networks with 1 and 2 components, of which the second is taken.
pub(crate) fn json_of(n_targets: usize) -> Value {
    let names: Vec<String> = (0..n_targets).map(|t| format!("y{t}")).collect();
    let histogram =
        |name: &str| json!({"name": name, "low": 0.0, "high": 1.0, "counts": [3, 1, 0, 4]});
    let histograms: Vec<Value> = names.iter().map(|name| histogram(name)).collect();
    let importance = json!({
        "n_rows": 8,
        "columns": [{
            "name": "x", "nats_mean": 0.75, "nats_standard_error": 0.125,
            "nats_of_repeats": [0.5, 1.0, 0.75, 0.625, 0.875],
        }],
    });
    let compared = |nll: f64, gain: f64| {
        let summary = |mean: f64| json!({"mean": mean, "standard_error": 0.125, "n": 8});
        json!({"nll_nats_test": summary(nll), "gain_nats_test": summary(gain)})
    };
    let shown = |x: f64, y: Vec<f64>| {
        json!({
            "x": [x], "y": y, "weights": [0.25, 0.75],
            "means": vec![[0.0, 1.0]; n_targets], "scales": vec![[0.5, 0.25]; n_targets],
        })
    };
    let mut recipe = recipe(&[1, 2]);
    recipe["mse"] = Value::Null;
    let summary = summary();
    json!({
        "schema": SCHEMA, "kind": "fit", "study": "t-fit", "digest": "00".repeat(32), "warnings": ["odd"],
        "model_blake3": "11".repeat(32),
        "spec": {
            "schema": SCHEMA, "study": "t-fit", "seed": 7, "keep_model": true,
            "problem": {
                "name": "table", "file": "t.csv", "targets": names,
                "split": {"by": "shares", "validation": 0.15, "test": 0.15},
            },
            "recipes": {"tuned": recipe},
        },
        "data": {
            "n_train": 40, "n_validation": 8, "n_test": 8, "n_test_crps": 8, "blake3": "22".repeat(32),
            "table": {"name": "t.csv", "features": ["x"], "targets": names, "n_rows_missing": 1},
        },
        "oracle": null,
        "cells": [cell(1, n_targets), cell(2, n_targets)],
        "choice": {
            "cell": "tuned/mdn/k=2/r=0", "n_components": 2, "best_n_components": 2, "excess_nats_mean": 0.0,
            "excess_nats_standard_error": 0.0, "reason": "the best",
        },
        "baselines": {"feature_free": compared(1.5, 1.0), "linear": compared(0.75, 0.25)},
        "scores_test": {
            "n_rows": 8, "n_rows_missing": 0, "nll_nats": summary,
            "energy": (n_targets > 1).then_some(&summary), "smallest_scale": 0.05,
            "targets": names.iter().map(|name| score(name)).collect::<Vec<_>>(),
        },
        "table_exhibits": {
            "features": [histogram("x")], "targets": histograms, "pit_test": histograms,
            "residuals_test": histograms,
            "point_errors_test": names.iter().map(|name| json!({
                "name": name, "absolute_error": {"mean": 0.25, "standard_error": 0.0625, "n": 8}, "variance": 2.0,
            })).collect::<Vec<_>>(),
            "worst_rows_test": (0..2).map(|i| {
                let mut row = shown(f64::from(i), vec![0.5; n_targets]);
                row["row"] = json!(40 + i);
                row["nll_nats"] = json!(9.5 - f64::from(i));
                row
            }).collect::<Vec<_>>(),
            "importance": importance,
            "rows_test": (0..3).map(|i| shown(f64::from(i), vec![0.5; n_targets])).collect::<Vec<_>>(),
            "grid": (0..4).map(|i| shown(f64::from(i), Vec::new())).collect::<Vec<_>>(),
            "points_test": if n_targets == 1 { json!([[0.0, 0.5], [1.0, 0.7]]) } else { json!([]) },
        },
    })
}

/// The same as a record.
pub(crate) fn record(n_targets: usize) -> Record {
    serde_json::from_value(json_of(n_targets)).expect("a record")
}

fn summary() -> Value {
    json!({"mean": 0.5, "standard_error": 0.1, "n": 8})
}

fn score(name: &str) -> Value {
    let summary = summary();
    let coverage = json!({"level": 0.9, "covered": 0.875, "low": 0.5, "high": 1.0, "n": 8});
    json!({
        "name": name, "nll_nats": summary, "crps": summary, "squared_error": summary, "sd": summary,
        "pit_ks": 0.2, "pit_ks_p_bound": 0.9, "coverage": [coverage], "repeated_share": 0.0,
        "degenerate_likelihood": false,
    })
}

fn cell(k: usize, n_targets: usize) -> Value {
    let parts = |train: f64, validation: f64| json!({"train": train, "validation": validation, "test": null});
    json!({
        "id": format!("tuned/mdn/k={k}/r=0"), "recipe": "tuned", "model": "mdn", "n_components": k, "split": 0,
        "replicate": 0, "n_parameters": 99, "n_epochs": 2, "best_epoch": 1, "stopped_by": "early_stopping",
        "failure": null, "nll_nats_mean": parts(0.1, 0.2), "nll_nats_standard_error": parts(0.005, 0.01),
        "excess_nats_test": null, "excess_nats_standard_error_test": null, "mse": parts(0.3, 0.4),
        "mse_standard_error_test": null, "crps_mean_test": null, "pit_ks_test": null,
        "coverage_test": {"90": null}, "degenerate_likelihood": false, "smallest_scale_test": null,
        "effective_components_test": null, "weights_blake3": "33".repeat(32),
        "validation": {
            "crps_mean": vec![0.3; n_targets], "smallest_scale": vec![0.05; n_targets],
            "collapsed": vec![false; n_targets], "effective_components": 1.5,
        },
        "history": {"loss": [1.0, 0.5], "val_loss": [1.1, 0.6], "learning_rate": [0.1, 0.1]},
    })
}
