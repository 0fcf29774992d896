//! The page of a study of tables: every number is computed again from the record, without the page's code.

use std::collections::BTreeMap;

use mixture_density::record::{Record, Timing};
use mixture_density::report::{RenderError, render};
use serde_json::{Value, json};

use super::html::Element;
use super::table_study_fixture::{PROBLEMS, json_record, record, timing};
use super::{checks, html, no_panic::panics};

/// Mean and standard error by the formula, of plain sums.
fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|v| v * v).sum::<f64>() - n * mean * mean;
    (mean, (squares / (n - 1.0) / n).sqrt())
}

/// What the page derives, by its keys, from the record as JSON.
fn truth(record: &Record, timing: &Timing) -> BTreeMap<String, f64> {
    let json = serde_json::to_value(record).expect("JSON");
    let cells: Vec<Value> = json["cells"].as_array().expect("cells").clone();
    let mut truth = BTreeMap::new();
    truth.insert("derived/n_cells".to_owned(), cells.len() as f64);
    truth.insert("derived/n_problems".to_owned(), PROBLEMS.len() as f64);
    for (problem, n_splits, targets) in PROBLEMS {
        let at = |field: &str| format!("derived/tables/{problem}/{field}");
        for (field, value) in [
            ("n_train", 70.0),
            ("n_validation", 10.0),
            ("n_test", 20.0),
            ("n_features", 2.0),
        ] {
            truth.insert(at(field), value);
        }
        truth.insert(at("n_splits"), n_splits as f64);
        let names = ["small/mdn/k=1", "small/mdn/k=3", "table/ensemble"];
        let mut nlls: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        for name in names {
            let of_split = |split: usize, value: &dyn Fn(&Value) -> f64| {
                let start = format!("{problem}/{name}/s={split}/");
                let its = cells
                    .iter()
                    .filter(|c| c["id"].as_str().is_some_and(|id| id.starts_with(&start)));
                let values: Vec<f64> = its.map(value).collect();
                assert_eq!(values.len(), 2, "{start}");
                (values[0] + values[1]) / 2.0
            };
            let all = |value: &dyn Fn(&Value) -> f64| -> Vec<f64> {
                (0..n_splits).map(|split| of_split(split, value)).collect()
            };
            let field = |pointer: String| {
                move |c: &Value| {
                    c.pointer(&pointer)
                        .and_then(Value::as_f64)
                        .expect("a number")
                }
            };
            let mut spread = |key: &str, values: &[f64]| {
                let (mean, error) = moments(values);
                truth.insert(at(&format!("{name}/{key}.mean")), mean);
                truth.insert(at(&format!("{name}/{key}.standard_error")), error);
            };
            let nll = all(&field("/nll_nats_mean/test".to_owned()));
            spread("nll", &nll);
            for target in 0..targets.len() {
                let score = |what: &str| format!("/scores_test/targets/{target}/{what}");
                spread(
                    &format!("targets/{target}/crps"),
                    &all(&field(score("crps/mean"))),
                );
                let squared = field(score("squared_error/mean"));
                spread(
                    &format!("targets/{target}/rmse"),
                    &all(&|c| squared(c).sqrt()),
                );
                spread(
                    &format!("targets/{target}/coverage_90"),
                    &all(&field(score("coverage/1/covered"))),
                );
            }
            for baseline in ["feature_free", "linear"] {
                let gain = field(format!("/baselines/{baseline}/gain_nats_test/mean"));
                spread(&format!("gain_{baseline}"), &all(&gain));
            }
            let seconds = all(&|c: &Value| {
                let its = timing
                    .cells
                    .iter()
                    .find(|t| Some(t.id.as_str()) == c["id"].as_str());
                its.map(|t| t.train_wall_s + t.score_wall_s)
                    .expect("a time")
            });
            truth.insert(at(&format!("{name}/seconds.mean")), moments(&seconds).0);
            let worst = nll.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            truth.insert(at(&format!("{name}/worst/nll")), worst);
            let place = nll
                .iter()
                .position(|v| v.to_bits() == worst.to_bits())
                .expect("it is one");
            truth.insert(at(&format!("{name}/worst/split")), place as f64);
            truth.insert(at(&format!("{name}/n_scored")), n_splits as f64);
            nlls.insert(name, nll);
        }
        for (a, b) in [(0, 1), (0, 2), (1, 2)].map(|(a, b)| (names[a], names[b])) {
            let differences: Vec<f64> = nlls[a].iter().zip(&nlls[b]).map(|(a, b)| a - b).collect();
            let (mean, error) = moments(&differences);
            let less = differences.iter().filter(|d| **d < 0.0).count();
            for (field, value) in [
                ("mean", mean),
                ("standard_error", error),
                ("in_errors", mean / error),
                ("n_less", less as f64),
                ("n", n_splits as f64),
            ] {
                truth.insert(at(&format!("{a}/minus/{b}/{field}")), value);
            }
        }
        let chosen = |split: usize, replicate: usize| (split + replicate) % 3;
        let all = (0..n_splits).flat_map(|s| (0..2).map(move |r| chosen(s, r)));
        let all: Vec<usize> = all.collect();
        let count = |which: usize| all.iter().filter(|c| **c == which).count() as f64;
        let name = "table/ensemble";
        truth.insert(at(&format!("{name}/n_ensembles")), all.len() as f64);
        truth.insert(at(&format!("{name}/n_feature_free")), count(2));
        let networks = count(0) + count(1);
        for (field, value, n) in [
            ("n_components", "1", count(0)),
            ("n_components", "2", count(1)),
            ("members", "1", networks),
            ("weight_decay", "0.3", networks),
            ("noise", "0.01", networks),
            ("n_pieces", "none", count(0)),
            ("n_pieces", "8", count(1)),
            ("scale_factor", "1", networks),
            ("wide_weight", "0.001", networks),
        ] {
            truth.insert(at(&format!("{name}/chosen/{field}/{value}")), n);
        }
    }
    truth
}

/// Compares every number of the page that is computed for it; how many there were.
fn compare(page: &str, record: &Record, timing: &Timing) -> Result<usize, String> {
    let elements = html::read(page)?;
    checks::anchors(&elements)?;
    checks::requests(&elements)?;
    checks::emptiness(&elements)?;
    checks::pictures(&elements)?;
    let truth = truth(record, timing);
    let mut compared = std::collections::BTreeSet::new();
    let is_number = |e: &&Element| e.name == "data";
    for element in elements.iter().filter(is_number) {
        let key = element
            .attribute("data-key")
            .ok_or("a number without a key")?;
        if key.starts_with("timing/")
            || ["train_wall_s", "n_steps", "steps_per_s"]
                .iter()
                .any(|f| key.ends_with(f))
        {
            continue;
        }
        let expected = truth
            .get(key)
            .ok_or_else(|| format!("no such number: {key}"))?;
        let full: f64 = element
            .attribute("value")
            .unwrap_or("")
            .parse()
            .map_err(|e| format!("{key}: {e}"))?;
        if (full - expected).abs() > 1e-9 * expected.abs().max(1.0) {
            return Err(format!("{key}: page {full}, computed {expected}"));
        }
        checks::rounded(key, &element.text, full)?;
        compared.insert(key.to_owned());
    }
    match truth.keys().find(|key| !compared.contains(*key)) {
        Some(missing) => Err(format!("not on the page: {missing}")),
        None => Ok(compared.len()),
    }
}

#[test]
fn every_number_is_computed_again() {
    let record = record();
    let timing = timing(&record);
    let page = render(&record, Some(&timing)).expect("a page");
    assert_eq!(compare(&page, &record, &timing).map(|n| n > 150), Ok(true));
    assert_eq!(page, render(&record, Some(&timing)).expect("a page"));
    assert!(page.contains("the &lt;shelf&gt;") && !page.contains("<shelf>"));
    // A table that is not one of the standard ones has no rows of papers.
    assert!(!page.contains("Lakshminarayanan"));
    let bare = render(&record, None).expect("a page");
    assert!(bare.contains("No timing was kept"));
}

/// The twins: what is not paired, not of its split, or not of its recipe is caught.
#[test]
fn a_planted_fault_is_caught() {
    let record = record();
    let timing = timing(&record);
    let page = render(&record, Some(&timing)).expect("a page");
    let key = "derived/tables/first/small/mdn/k=1/minus/table/ensemble/";
    let unpaired = {
        // The error that two independent means would have.
        let truth = truth(&record, &timing);
        let error = |name: &str| truth[&format!("derived/tables/first/{name}/nll.standard_error")];
        error("small/mdn/k=1").hypot(error("table/ensemble"))
    };
    let value = |page: &str, key: &str| -> String {
        let (before, _) = page
            .split_once(&format!("\" data-key=\"{key}\""))
            .expect("its number");
        before.rsplit('"').next().expect("a value").to_owned()
    };
    let plant = |key: &str, other: &str| {
        let from = format!("value=\"{}\" data-key=\"{key}\"", value(&page, key));
        page.replace(&from, &format!("value=\"{other}\" data-key=\"{key}\""))
    };
    let error = format!("{key}standard_error");
    let planted = [
        plant(&error, &unpaired.to_string()),
        plant(&format!("{key}n_less"), "3.5"),
        page.replace(
            &error,
            "derived/tables/second/small/mdn/k=1/minus/table/ensemble/standard_error",
        ),
        page.replace("chosen/n_components/2\"", "chosen/n_components/1\""),
    ];
    for planted in planted {
        assert!(planted != page, "nothing was planted");
        let fault = compare(&planted, &record, &timing).expect_err("a fault");
        assert!(fault.contains("derived/tables/"), "{fault}");
    }
    // A record with another split's loss has another page.
    let mut other = record.clone();
    other.cells[1].nll_nats_mean.test = Some(9.0);
    let page = render(&other, Some(&timing)).expect("a page");
    let fault = compare(&page, &record, &timing).expect_err("another record");
    assert!(fault.contains("first/small/mdn/k=1"), "{fault}");
}

/// A split that failed is left out, on both sides of a difference, and said.
#[test]
fn a_failed_split_is_left_out_and_said() {
    let mut json = json_record();
    for cell in json["cells"].as_array_mut().expect("cells") {
        if cell["id"]
            .as_str()
            .is_some_and(|id| id.starts_with("first/small/mdn/k=1/s=2/"))
        {
            cell["failure"] =
                json!({"epoch": 3, "batch": 1, "quantity": "loss", "value": "NaN <b>"});
            cell["nll_nats_mean"]["test"] = Value::Null;
            cell["scores_test"] = Value::Null;
            cell["baselines"] = Value::Null;
        }
    }
    let record: Record = serde_json::from_value(json).expect("a record");
    let page = render(&record, None).expect("a page");
    for says in [
        "Some trainings failed",
        "first/small/mdn/k=1/s=2/r=0: loss became NaN &lt;b&gt; in epoch 3",
        "<data value=\"3\" data-key=\"derived/tables/first/small/mdn/k=1/n_scored\">3</data>",
        "<data value=\"3\" data-key=\"derived/tables/first/small/mdn/k=1/minus/small/mdn/k=3/n\">3</data>",
        "<data value=\"4\" data-key=\"derived/tables/first/small/mdn/k=3/minus/table/ensemble/n\">4</data>",
        "<data value=\"2\" data-key=\"derived/tables/first/small/mdn/k=1/n_failed\">2</data>",
    ] {
        assert!(page.contains(says), "{says}");
    }
    let elements = html::read(&page).expect("markup");
    assert_eq!(checks::emptiness(&elements), Ok(()));
}

/// Only a table known by its hash, in its own splits, stands beside what was printed of it.
#[test]
fn a_standard_table_stands_beside_published_rows() {
    let file: Value = serde_json::from_str(include_str!("../../../src/report/data/published.json"))
        .expect("JSON");
    let mut json = json_record();
    let blake3 = file["tables"]["yacht"].clone();
    json["spec"]["problems"]["first"]["blake3"] = blake3;
    let page = |json: &Value| {
        let record: Record = serde_json::from_value(json.clone()).expect("a record");
        render(&record, None).expect("a page")
    };
    let known = page(&json);
    for row in file["rows"].as_array().expect("rows") {
        let printed = row["nll"]["yacht"].as_f64().expect("a number");
        let says = format!("value=\"{printed}\" data-key=\"published/first/");
        assert!(known.contains(&says), "{says}");
    }
    // The twins: another hash, other splits.
    json["spec"]["problems"]["first"]["split"] = json!({"by": "folds", "folds": 4});
    assert!(!page(&json).contains("published/"));
    json["spec"]["problems"]["first"]["split"] = json!({"by": "test-rows", "file": "t.splits.txt"});
    json["spec"]["problems"]["first"]["blake3"] = "cd".repeat(32).into();
    assert!(!page(&json).contains("published/"));
}

#[test]
fn no_changed_record_makes_the_page_panic() {
    let sound = json_record();
    let (found, n_taken, _) = panics(&sound, |record: &Record| match render(record, None) {
        // A record that has become one of another kind.
        Err(RenderError::NoPage) => Ok(String::new()),
        other => other,
    });
    assert!(found.is_empty(), "{found:#?}");
    assert!(n_taken > 100, "{n_taken}");
}
