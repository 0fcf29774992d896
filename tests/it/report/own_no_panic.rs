//! Records of fits that no fit makes: a page or a sentence, never a panic.

use mixture_density::record::Record;
use mixture_density::report::render_fit;
use serde_json::{Value, json};

use super::no_panic::panics;

/// One feature, `n_targets` targets, two components: as small as a record can be that has everything.
fn sound(n_targets: usize) -> Value {
    let names: Vec<String> = (0..n_targets).map(|t| format!("y{t}")).collect();
    let histogram =
        |name: &str| json!({"name": name, "low": 0.0, "high": 1.0, "counts": [3, 1, 0, 4]});
    let histograms: Vec<Value> = names.iter().map(|name| histogram(name)).collect();
    let shown = |x: f64, y: Vec<f64>| {
        json!({
            "x": [x], "y": y, "weights": [0.25, 0.75],
            "means": vec![[0.0, 1.0]; n_targets], "scales": vec![[0.5, 0.25]; n_targets],
        })
    };
    let summary = json!({"mean": 0.5, "standard_error": 0.1, "n": 8});
    let coverage = json!({"level": 0.9, "covered": 0.875, "low": 0.5, "high": 1.0, "n": 8});
    let score = |name: &String| {
        json!({
            "name": name, "nll_nats": summary, "crps": summary, "squared_error": summary, "sd": summary,
            "pit_ks": 0.2, "pit_ks_p_bound": 0.9, "coverage": [coverage], "repeated_share": 0.0,
            "degenerate_likelihood": false,
        })
    };
    let cell = |k: usize| {
        json!({
            "id": format!("tuned/k={k}"), "n_components": k, "n_parameters": 99, "n_epochs": 2, "best_epoch": 1,
            "stopped_by": "early_stopping", "failure": null, "nll_nats_mean_train": 0.1,
            "nll_nats_mean_validation": 0.2, "nll_nats_standard_error_validation": 0.01,
            "crps_mean_validation": vec![0.3; n_targets], "smallest_scale": vec![0.05; n_targets],
            "degenerate_likelihood": false, "effective_components_validation": 1.5,
            "history": {"loss": [1.0, 0.5], "val_loss": [1.1, 0.6], "learning_rate": [0.1, 0.1]},
        })
    };
    json!({
        "schema": 1, "kind": "fit", "digest": "00", "warnings": ["odd"], "model_blake3": "11",
        "spec": {
            "components": [1, 2], "recipe": "tuned", "recipe_values": null, "covariance": "diagonal", "seed": 0,
            "split_column": null, "validation_share": 0.15, "test_share": 0.15, "dequantise": false,
        },
        "data": {
            "table": "t.csv", "features": ["x"], "targets": names, "n_rows_missing": 1, "n_train": 40,
            "n_validation": 8, "n_test": 8, "blake3": "22",
        },
        "cells": [cell(1), cell(2)],
        "choice": {
            "n_components": 2, "best_n_components": 2, "excess_nats_mean": 0.0,
            "excess_nats_standard_error": 0.0, "reason": "the best",
        },
        "scores_test": {
            "n_rows": 8, "n_rows_missing": 0, "nll_nats": summary,
            "energy": (n_targets > 1).then_some(&summary), "smallest_scale": 0.05,
            "targets": names.iter().map(score).collect::<Vec<_>>(),
        },
        "exhibits": {
            "features": [histogram("x")], "targets": histograms, "pit_test": histograms,
            "residuals_test": histograms,
            "rows_test": (0..3).map(|i| shown(f64::from(i), vec![0.5; n_targets])).collect::<Vec<_>>(),
            "grid": (0..4).map(|i| shown(f64::from(i), Vec::new())).collect::<Vec<_>>(),
            "points_test": if n_targets == 1 { json!([[0.0, 0.5], [1.0, 0.7]]) } else { json!([]) },
        },
    })
}

#[test]
fn no_changed_record_makes_the_page_panic() {
    for n_targets in [1, 2] {
        let sound = sound(n_targets);
        let record: Record = serde_json::from_value(sound.clone()).expect("a record");
        assert!(render_fit(&record, None).is_ok(), "{n_targets}");
        let (found, n_taken, n_refused) =
            panics(&sound, |record: &Record| render_fit(record, None));
        assert!(found.is_empty(), "{found:#?}");
        assert!(n_taken > 100 && n_refused > 5, "{n_taken} {n_refused}");
    }
}
