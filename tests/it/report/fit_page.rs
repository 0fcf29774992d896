//! The page of a fit: every number is the record's, and what once misled does not come back.

use mixture_density::record::Record;
use mixture_density::report::render;
use serde_json::{Value, json};

use super::html::Element;
use super::{checks, fit_fixture, html};

const STYLE: &str = include_str!("../../../templates/style.css");

fn page(json: &Value) -> String {
    let record: Record = serde_json::from_value(json.clone()).expect("a record");
    render(&record, None).expect("a page")
}

/// What a key of the page stands for, found in the record as JSON.
fn truth(record: &Value, key: &str) -> Option<Value> {
    let pointer = |value: &Value, path: &str| {
        let path = path.replace('.', "/");
        value.pointer(&format!("/{path}")).cloned()
    };
    let number = |path: &str| pointer(record, path)?.as_f64();
    let cells = record["cells"].as_array()?;
    let of_cell = |rest: &str| {
        let cell = cells.iter().find(|cell| {
            let id = cell["id"].as_str().unwrap_or("?");
            rest.starts_with(&format!("{id}/"))
        })?;
        let id = cell["id"].as_str()?;
        Some((cell.clone(), rest[id.len() + 1..].to_owned()))
    };
    if let Some(rest) = key.strip_prefix("cells/") {
        let (cell, field) = of_cell(rest)?;
        return pointer(&cell, &field);
    }
    if let Some(rest) = key.strip_prefix("derived/cells/") {
        let (cell, field) = of_cell(rest)?;
        return match field.as_str() {
            "ensemble/n_members" => Some(cell["ensemble"]["members"].as_array()?.len().into()),
            field => pointer(&cell, field),
        };
    }
    if let Some(rest) = key.strip_prefix("derived/targets/") {
        let (at, field) = rest.split_once('/')?;
        let squared = number(&format!("scores_test/targets/{at}/squared_error/mean"))?;
        let variance = number(&format!("table_exhibits/point_errors_test/{at}/variance"));
        return Some(match field {
            "rmse" => squared.sqrt().into(),
            "r_squared" => (1.0 - squared / variance?).into(),
            "standard_deviation" => variance?.sqrt().into(),
            _ => return None,
        });
    }
    match key.strip_prefix("derived/") {
        None => pointer(record, key),
        Some("n_features") => Some(record["data"]["table"]["features"].as_array()?.len().into()),
        Some("recipe") => Some(record["cells"][0]["recipe"].clone()),
        Some("covariance") => Some("diagonal".into()),
        Some("importance/n_repeats") => {
            let repeats = &record["table_exhibits"]["importance"]["columns"][0]["nats_of_repeats"];
            Some(repeats.as_array()?.len().into())
        }
        Some(rest) => {
            let field = rest.strip_prefix("baselines/")?.strip_suffix("/ratio")?;
            let gain = number(&format!("baselines/{field}/gain_nats_test/mean"))?;
            Some(libm::exp(gain).into())
        }
    }
}

/// Every number of the page beside its field; how many there were.
fn compare(page: &str, record: &Value) -> Result<usize, String> {
    let elements = html::read(page)?;
    checks::anchors(&elements)?;
    checks::requests(&elements)?;
    checks::emptiness(&elements)?;
    checks::pictures(&elements)?;
    let is_number = |e: &&Element| e.name == "data";
    let mut compared = 0;
    for element in elements.iter().filter(is_number) {
        let key = element
            .attribute("data-key")
            .ok_or("a number without a key")?;
        // Held to the record by a test of the explorer.
        if key.starts_with("derived/explorer/") {
            continue;
        }
        let expected = truth(record, key).ok_or_else(|| format!("no such field: {key}"))?;
        let expected = expected
            .as_f64()
            .ok_or_else(|| format!("{key} is no number"))?;
        let full = element.attribute("value").unwrap_or("");
        let full: f64 = full.parse().map_err(|e| format!("{key}: {e}"))?;
        if (full - expected).abs() > 1e-12 * expected.abs() {
            return Err(format!("{key}: page {full}, record {expected}"));
        }
        checks::rounded(key, &element.text, full)?;
        compared += 1;
    }
    Ok(compared)
}

/// A fit whose model is an average of two networks.
fn averaged() -> Value {
    let mut record = fit_fixture::json_of(1);
    record["cells"] = json!([record["cells"][1].clone()]);
    record["cells"][0]["ensemble"] = json!({
        "settings": {"n_pieces": 8, "n_components": 2, "weight_decay": 0.3, "noise": 0.01},
        "batch_size": 16, "max_epochs": 300, "least_scales": [0.0],
        "candidates": [
            {"settings": {"n_pieces": null, "n_components": 1, "weight_decay": 0.0, "noise": 0.0},
                "nll_nats_mean": 1.25, "nll_nats_standard_error": 0.25},
            {"settings": {"n_pieces": 8, "n_components": 2, "weight_decay": 0.3, "noise": 0.01},
                "nll_nats_mean": 1.0, "nll_nats_standard_error": null},
        ],
        "n_trainings": 12,
        "members": [
            {"member": 0, "n_epochs": 62, "best_epoch": 12, "nll_nats_mean_out_of_fold": 1.5, "weights_blake3": "aa"},
            {"member": 3, "n_epochs": 70, "best_epoch": 20, "nll_nats_mean_out_of_fold": 1.25, "weights_blake3": "bb"},
        ],
        "scale_factor": 1.1, "wide_weight": 0.001, "is_feature_free": false,
        "gain_nats_mean_out_of_fold": 0.5, "gain_nats_standard_error_out_of_fold": 0.1, "feature_free": null,
        "n_components_feature_free": 1, "linear": null,
    });
    record
}

#[test]
fn every_number_is_the_records() {
    for (record, least) in [
        (fit_fixture::json_of(1), 60),
        (fit_fixture::json_of(3), 80),
        (averaged(), 70),
    ] {
        let page = page(&record);
        let compared = compare(&page, &record);
        assert!(compared.as_ref().is_ok_and(|n| *n > least), "{compared:?}");
    }
    // The twins.
    let record = averaged();
    let sound = page(&record);
    for (from, to) in [
        (
            "value=\"1\" data-key=\"baselines/feature_free/gain",
            "value=\"1.5\" data-key=\"baselines/feature_free/gain",
        ),
        (
            "columns/0/nats_of_repeats/1\"",
            "columns/0/nats_of_repeats/2\"",
        ),
        ("members/1/best_epoch\">20<", "members/1/best_epoch\">12<"),
        (
            "derived/targets/0/rmse\"",
            "derived/targets/0/standard_deviation\"",
        ),
    ] {
        let planted = sound.replace(from, to);
        assert!(planted != sound, "{from}");
        assert!(compare(&planted, &record).is_err(), "{from}");
    }
}

#[test]
fn the_reader_is_told_whether_it_is_good() {
    let says = |change: &dyn Fn(&mut Value)| {
        let mut record = fit_fixture::json_of(1);
        change(&mut record);
        page(&record)
    };
    let gain = |gain: f64| {
        move |record: &mut Value| {
            record["baselines"]["feature_free"]["gain_nats_test"]["mean"] = gain.into();
        }
    };
    assert!(says(&gain(1.0)).contains("<strong>The features help.</strong>"));
    assert!(
        says(&gain(0.2))
            .contains("<strong>No gain over ignoring the features can be seen</strong>")
    );
    assert!(
        says(&gain(-1.0))
            .contains("<strong>The model is worse than one that ignores the features</strong>")
    );
    let covered = |covered: f64, low: f64, high: f64| {
        move |record: &mut Value| {
            record["scores_test"]["targets"][0]["coverage"][0] =
                json!({"level": 0.9, "covered": covered, "low": low, "high": high, "n": 8});
        }
    };
    assert!(says(&covered(0.875, 0.5, 1.0)).contains("as it should within chance"));
    assert!(says(&covered(0.5, 0.2, 0.8)).contains("too narrow, or in the wrong place"));
    assert!(says(&covered(1.0, 0.95, 1.0)).contains("the densities are too wide"));
    let worthless = |record: &mut Value| {
        record["table_exhibits"]["importance"]["columns"][0]["nats_mean"] = 0.125.into();
    };
    assert!(
        says(&|_| {}).contains("One column is worth more than three standard errors: <i>x</i>.")
    );
    assert!(says(&worthless).contains("No column is worth more than three standard errors"));
    let ignored = |record: &mut Value| {
        *record = averaged();
        record["cells"][0]["ensemble"]["is_feature_free"] = true.into();
    };
    let page = says(&ignored);
    assert!(page.contains("The features did not help") && !page.contains("The features help"));
}

/// A density in 1e−6 and a target in billions have their factors, on small pictures too.
#[test]
fn factors_of_axes_are_seen() {
    let mut record = fit_fixture::json_of(1);
    let exhibits = &mut record["table_exhibits"];
    exhibits["targets"][0] = json!({"name": "y0", "low": 1e9, "high": 4e9, "counts": [3, 1, 0, 4]});
    for row in exhibits["rows_test"].as_array_mut().expect("rows") {
        row["y"] = json!([2e9]);
        row["means"] = json!([[1.5e9, 2.5e9]]);
        row["scales"] = json!([[1e8, 2e8]]);
    }
    let page = page(&record);
    let titles: Vec<&str> = page
        .split("<text class=\"axis-title\"")
        .skip(1)
        .filter_map(|rest| rest.split_once('>')?.1.split('<').next())
        .collect();
    assert!(titles.contains(&"y0, in 1e9"), "{titles:?}");
    assert!(titles.contains(&"density, in 1e\u{2212}9"), "{titles:?}");
    let hides = |style: &str| {
        style
            .split('}')
            .any(|rule| rule.contains("axis-title") && rule.contains("display: none"))
    };
    assert!(!hides(STYLE));
    // The twin: the rule that hid them.
    assert!(hides(".figure-panels svg .axis-title { display: none; }"));
}

/// Rows that differ have headings that differ.
#[test]
fn headings_tell_rows_apart() {
    let mut record = fit_fixture::json_of(1);
    for (at, row) in record["table_exhibits"]["rows_test"]
        .as_array_mut()
        .expect("rows")
        .iter_mut()
        .enumerate()
    {
        row["x"] = json!([1.700_000_000e12 + 86_400_000.0 * at as f64]);
        row["row"] = json!(10 + at);
    }
    let page = page(&record);
    let headings: Vec<&str> = page
        .split("<p class=\"picture-heading\">Row ")
        .skip(1)
        .filter_map(|rest| rest.split('<').next())
        .collect();
    assert_eq!(headings.len(), 5, "{headings:?}");
    let said = |heading: &str| heading.split_once(": ").map(|(_, x)| x.to_owned());
    assert!(
        said(headings[0]) != said(headings[1]) && said(headings[1]) != said(headings[2]),
        "{headings:?}"
    );
    assert!(headings[1].starts_with("11: x = "), "{headings:?}");
}

/// The epoch whose weights are kept stands beside those that were run, in the table and on the curve.
#[test]
fn the_kept_epoch_is_said_and_drawn() {
    let mut record = fit_fixture::json_of(1);
    let cell = &mut record["cells"][1];
    cell["n_epochs"] = 300.into();
    cell["best_epoch"] = 12.into();
    cell["history"] = json!({
        "loss": (0..300).map(|i| 2.0 / f64::from(i + 1)).collect::<Vec<_>>(),
        "val_loss": (0..300).map(|i| 1.0 + f64::from((i - 11_i32).abs()) / 100.0).collect::<Vec<_>>(),
        "learning_rate": vec![0.1; 300],
    });
    let page = page(&record);
    assert!(page.contains("data-key=\"cells/tuned/mdn/k=2/r=0/best_epoch\">12<"));
    assert!(page.contains(
        "the vertical line is epoch 12, whose weights were kept, with a validation loss of 1.000."
    ));
    // Without a history there is no curve.
    record["cells"][1]["history"] = json!({"loss": [], "val_loss": [], "learning_rate": []});
    assert!(!self::page(&record).contains("own-losses"));
}

/// An error in the user's unit, not its square in ten digits and four decimals.
#[test]
fn errors_are_in_the_unit_of_the_target() {
    let mut record = fit_fixture::json_of(1);
    record["scores_test"]["targets"][0]["squared_error"]["mean"] = 5_173_536_190.859_4.into();
    let page = page(&record);
    assert!(page.contains("data-key=\"derived/targets/0/rmse\">71927<"));
    assert!(!page.contains("5173536190"));
}

/// Long commands wrap, and tables do not touch the text below.
#[test]
fn what_is_long_wraps_and_what_follows_keeps_away() {
    let page = page(&fit_fixture::json_of(1));
    assert!(
        page.contains(
            "<pre class=\"command\" tabindex=\"0\" role=\"region\" aria-label=\"Command\">"
        )
    );
    let wraps = |style: &str| style.contains("pre.command { white-space: pre-wrap; }");
    let keeps_away = |style: &str| style.contains(".scroller + p { margin-top: 0.9rem; }");
    assert!(wraps(STYLE) && keeps_away(STYLE));
    assert!(!wraps("pre { white-space: pre; }") && !keeps_away(".scroller { overflow-x: auto; }"));
}
