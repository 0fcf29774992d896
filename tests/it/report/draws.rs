//! What a page says of a study that draws its points several times.

use std::collections::BTreeMap;

use mixture_density::record::{ModelKind, Record, SplitRecord};
use serde_json::Value;

use super::{checked, fixture, respec};

/// By the page's keys, without `derived/`: variances by the analysis of variance, from the differences of pairs.
pub(crate) fn derived(record: &Record) -> BTreeMap<String, Value> {
    let mut derived = BTreeMap::new();
    let n_splits = record.splits.len();
    let mut put = |key: &str, value: Value| {
        derived.insert(format!("draws/{key}"), value);
    };
    put("n", n_splits.into());
    let json = serde_json::to_value(record).expect("JSON");
    let cells: Vec<&Value> = json["cells"].as_array().into_iter().flatten().collect();
    let mut of_article = Vec::new();
    for recipe in record.spec.recipes.keys() {
        for k in 1..=40 {
            let own = |cell: &&&Value| cell["recipe"] == **recipe && cell["n_components"] == k;
            let own: Vec<&&Value> = cells.iter().filter(own).collect();
            for (name, pointer) in [
                ("validation", "/nll_nats_mean/validation"),
                ("test", "/nll_nats_mean/test"),
                ("excess", "/excess_nats_test"),
            ] {
                let draws = (0..n_splits).map(|split| -> Vec<f64> {
                    let cells = own.iter().filter(|cell| cell["split"] == split);
                    cells
                        .filter_map(|cell| cell.pointer(pointer)?.as_f64())
                        .collect()
                });
                let draws: Vec<Vec<f64>> = draws.collect();
                let all = draws.concat();
                let (n, r) = (all.len() as f64, draws[0].len() as f64);
                let sum = |values: &[f64]| values.iter().sum::<f64>();
                let means: Vec<f64> = draws.iter().map(|draw| sum(draw) / r).collect();
                let of_draws = draws.iter().map(|draw| squares(draw)).sum::<f64>();
                let within = of_draws / (n - n_splits as f64);
                let between = r * squares(&means) / (n_splits as f64 - 1.0);
                let data = ((between - within) / r).max(0.0).sqrt();
                put(
                    &format!("{recipe}/k={k}/{name}/mean"),
                    (sum(&all) / n).into(),
                );
                put(&format!("{recipe}/k={k}/{name}/data"), data.into());
                put(
                    &format!("{recipe}/k={k}/{name}/weights"),
                    within.sqrt().into(),
                );
                if (recipe.as_str(), k, name) == ("article", 20, "validation") {
                    of_article = all;
                }
            }
        }
    }
    let oracles = record
        .splits
        .iter()
        .filter_map(|split| split.oracle.as_ref());
    let (validation, test): (Vec<f64>, Vec<f64>) = oracles
        .map(|oracle| (oracle.nll_nats_mean_validation, oracle.nll_nats_mean))
        .unzip();
    for (name, values) in [("validation", validation), ("test", test)] {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        put(&format!("exact/{name}/mean"), mean.into());
        let data = (squares(&values) / (n - 1.0)).sqrt();
        put(&format!("exact/{name}/data"), data.into());
    }
    let count = |of: &dyn Fn(f64) -> bool| of_article.iter().filter(|v| of(**v)).count();
    put("article/n", of_article.len().into());
    put("article/n_lower", count(&|v| v < -0.1763).into());
    put(
        "article/n_seen",
        count(&|v| (-0.28..=-0.12).contains(&v)).into(),
    );
    put("article/seen/0", (-0.28).into());
    put("article/seen/1", (-0.12).into());
    derived
}

/// About their mean: those of all pairs, divided by how many numbers there are.
fn squares(values: &[f64]) -> f64 {
    let others = |at: usize| values[..at].iter().map(move |other| (other, at));
    let pairs = (0..values.len()).flat_map(others);
    let of_pair = |(other, at): (&f64, usize)| (values[at] - other) * (values[at] - other);
    pairs.map(of_pair).sum::<f64>() / values.len() as f64
}

/// Four draws, three networks of K = 20 on each: `data` moves the scores of each draw, `weights` those of each network.
fn drawn(data: f64, weights: f64) -> Record {
    let mut record = fixture::record(&[20], 3);
    respec(&mut record, |spec| spec["draws"] = 4.into());
    let oracle = record.oracle.clone();
    let networks = record.cells.split_off(3);
    for split in 0..4 {
        let shift = data * (split as f64 - 1.5);
        let mut oracle = oracle.clone();
        if let Some(oracle) = &mut oracle {
            oracle.nll_nats_mean += shift;
            oracle.nll_nats_mean_validation += 2.0 * shift;
        }
        record.splits.push(SplitRecord {
            problem: None,
            split,
            data: record.data.clone(),
            oracle,
        });
        for (at, network) in networks.iter().enumerate() {
            assert_eq!(network.model, ModelKind::Mdn);
            let mut cell = network.clone();
            cell.id = format!("article/mdn/k=20/s={split}/r={at}");
            cell.split = split;
            let noise = weights * (at as f64 - 1.0);
            cell.nll_nats_mean.validation = Some(-0.17 + 2.0 * shift + noise);
            cell.nll_nats_mean.test = Some(-0.16 + shift + noise);
            cell.excess_nats_test = Some(0.2 + noise);
            record.cells.push(cell);
        }
    }
    let exhibits = record.exhibits.as_mut().expect("exhibits");
    let calibration = exhibits.calibration.first_mut();
    let mixture = exhibits.mixtures.first_mut();
    let cells = [
        exhibits.samples_from.as_mut(),
        calibration.map(|shown| &mut shown.cell),
        mixture.map(|shown| &mut shown.cell),
    ];
    for cell in cells.into_iter().flatten() {
        "article/mdn/k=20/s=0/r=0".clone_into(cell);
    }
    record
}

#[test]
fn what_moves_a_score_is_said_and_the_articles_figure_finds_its_place() {
    let (page, _) = checked(&drawn(0.02, 0.001), None);
    assert!(page.contains("The data or the weights?"));
    assert!(page.contains("the validation loss is moved mostly by the data"));
    assert!(page.contains("the excess mostly by the weights"));
    assert!(page.contains(
        "Of the <data value=\"12\" data-key=\"derived/draws/article/n\">12</data> networks"
    ));
    // 6 of 12 lie on the two lower draws, below the article's.
    assert!(page.contains("data-key=\"derived/draws/article/n_lower\">6<"));
    assert!(page.contains("The limits are of the first draw.") && !page.contains("drawn once"));
    // The twin: other numbers give other words.
    let (page, _) = checked(&drawn(0.001, 0.05), None);
    assert!(page.contains("the validation loss is moved mostly by the weights"));
    let (page, _) = checked(&drawn(0.01, 0.02), None);
    assert!(page.contains("the validation loss is moved by both alike"));
}

#[test]
fn a_study_that_draws_once_says_nothing_of_draws() {
    let (page, _) = checked(&fixture::record(&[20], 3), None);
    assert!(!page.contains("id=\"draws\"") && page.contains("drawn once"));
}
