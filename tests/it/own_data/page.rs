//! The page of a fit.

use mixture_density::mixture::GaussianMixture;
use mixture_density::record::{Record, ShownRow, TableExhibits};
use mixture_density::report::render;

use super::{Desk, branches, shown};
use crate::report::{checks, explorer, html};

/// The page is the record's and the timing's, opens without the network, and says what is chosen.
#[test]
fn the_page_is_made_from_the_record() {
    let desk = Desk::fitted();
    let page = desk.0.text("branches-fit/index.html");
    desk.good(&["render", "branches-fit", "--out", "again.html"]);
    assert!(desk.0.text("again.html") == page);
    let record = desk.record("branches-fit");
    let reason = record.choice.expect("a choice").reason;
    let nll = record.scores_test.expect("scores").nll_nats.mean;
    for says in [
        reason.as_str(),
        &format!("value=\"{nll}\""),
        "<data value=\"128\" data-key=\"spec/recipes/tuned/batch_size\">128</data>",
        "<data value=\"0.01\" data-key=\"spec/recipes/tuned/mdn/tuning/noise/x\">0.010</data>",
        "expect overfitting",
        "Is it calibrated?",
        "</html>",
    ] {
        assert!(page.contains(says), "{says}");
    }
    assert!(!page.contains("The likelihood means nothing"));
    for loads in [
        "src=\"http",
        "@import",
        "url(http",
        "<link rel=\"stylesheet",
    ] {
        assert!(!page.contains(loads), "{loads}");
    }
    let mut ids: Vec<&str> = page
        .split(" id=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert!(ids.len() > 20, "{ids:?}");
    ids.sort_unstable();
    let n = ids.len();
    ids.dedup();
    assert_eq!(n, ids.len(), "an anchor stands twice");
    // 1 target, 1 PIT, 1 residual, 12 densities, 6 of the worst rows, 2 features, importance, losses.
    assert_eq!(page.matches("<svg role=\"img\"").count(), 25);
}

/// A page's steps a second are the steps there were by the seconds they took, for one epoch as for twenty.
#[test]
fn steps_a_second_are_those_of_the_training() {
    for epochs in [1, 2, 20] {
        let desk = Desk::new();
        desk.0.write("t.csv", branches(400));
        let n = epochs.to_string();
        let own = ["--target", "y", "--components", "3", "--epochs", &n];
        desk.good(&[&["fit", "t.csv"], &own[..]].concat());
        let record = desk.record("t-fit");
        let timing: serde_json::Value =
            serde_json::from_str(&desk.0.text("t-fit/timing.json")).expect("JSON");
        let cell = &timing["cells"][0];
        let number = |of: &serde_json::Value| of.as_f64().expect("a number");
        let n_steps = number(&cell["n_steps"]);
        let batch_size = record.spec.recipes["tuned"].batch_size;
        let of_epoch = record.data.n_train.div_ceil(batch_size);
        assert!(
            (n_steps - (epochs * of_epoch) as f64).abs() < 0.5,
            "{n_steps}"
        );
        let train_s = number(&cell["train_wall_s"]);
        assert!(train_s > 0.0 && train_s <= number(&timing["total_wall_s"]));
        let page = desk.0.text("t-fit/index.html");
        let shown = page.split("\" data-key=\"derived/steps_per_s\"").next();
        let shown = shown.and_then(|before| before.rsplit('"').next());
        let shown: f64 = shown.and_then(|v| v.parse().ok()).expect("a rate");
        assert!(
            (shown * train_s / n_steps - 1.0).abs() < 0.05,
            "{epochs}: {shown}"
        );
    }
}

/// One feature: the map of the density, with test rows on it.
#[test]
fn one_feature_has_a_map() {
    let desk = Desk::new();
    desk.0.write("t.csv", branches(60));
    desk.good(&[
        "fit",
        "t.csv",
        "--target",
        "y",
        "--features",
        "x",
        "--components",
        "2",
    ]);
    let page = desk.0.text("t-fit/index.html");
    assert!(page.contains("Predicted density of y over x"));
    assert!(page.contains("class=\"raster ink-density\""));
    assert_eq!(shown(&desk.record("t-fit")).grid.len(), 128);
}

/// One feature and one target: the explorer, with the record's numbers, names and units.
#[test]
fn one_feature_and_one_target_have_an_explorer() {
    let desk = Desk::new();
    // In nanocoulombs and seconds, under names that mean something to HTML and to JSON.
    let rows = branches(60);
    let rows = rows.lines().skip(1).map(|line| {
        let numbers: Vec<f64> = line.split(',').filter_map(|n| n.parse().ok()).collect();
        format!("{},{:e}\n", 1.7e9 + 1000.0 * numbers[0], 2e-9 * numbers[2])
    });
    let (feature, target) = ("</script><i>t", "charge & \"q\"");
    let names = format!("{feature},\"charge & \"\"q\"\"\"\n");
    desk.0.write("t.csv", names + &rows.collect::<String>());
    desk.good(&["fit", "t.csv", "--target", target, "--components", "2"]);
    let page = desk.0.text("t-fit/index.html");
    let elements = html::read(&page).expect("markup");
    for check in [
        checks::anchors,
        checks::requests,
        checks::emptiness,
        checks::pictures,
    ] {
        assert_eq!(check(&elements), Ok(()));
    }
    assert_eq!(page.matches("<script>").count(), 2);
    let record = desk.record("t-fit");
    let data = explorer::data(&page);
    assert_eq!(
        (&data["names"]["x"], &data["names"]["y"]),
        (&feature.into(), &target.into())
    );
    assert!(data["exact"].is_null());
    let network = &data["networks"][0];
    let scores = record.scores_test.as_ref().expect("scores");
    assert_eq!(network["nll"]["value"].as_f64(), Some(scores.nll_nats.mean));
    assert_eq!(
        network["crps"]["value"].as_f64(),
        Some(scores.targets[0].crps.mean)
    );
    let grid = &shown(&record).grid;
    let all = |of: fn(&ShownRow) -> Vec<f64>| grid.iter().flat_map(of).collect::<Vec<f64>>();
    let weights = all(|row| row.weights.clone());
    let (means, scales) = (
        all(|row| row.means.concat()),
        all(|row| row.scales.concat()),
    );
    assert_eq!(
        explorer::parameters(network, 2, [&weights, &means, &scales]),
        Ok(256)
    );
    // The twin: another row's mean is told apart.
    let mut other = means.clone();
    other[40] = other[50];
    let fault = explorer::parameters(network, 2, [&weights, &other, &scales]);
    assert!(fault.expect_err("another mean").contains("mean 40"));
    // What stands there without a script, to the last digit.
    let row = &grid[64];
    let mixture =
        GaussianMixture::new(row.weights.clone(), row.means.concat(), row.scales.concat());
    let mixture = mixture.expect("a mixture");
    let y = mixture.as_univariate().expect("one target");
    let median = y.quantile(0.5).expect("a probability");
    let shown = elements
        .iter()
        .find(|e| e.attribute("data-key") == Some("derived/explorer/quantile/0.5"));
    let shown = shown.expect("the median");
    assert_eq!(shown.attribute("value"), Some(median.to_string().as_str()));
    // In nanocoulombs, to a ten-thousandth of the range or so.
    let (digits, power) = shown.text.split_once('e').expect("a power of ten");
    assert_eq!(power, "\u{2212}9");
    let nano: f64 = digits.replace('\u{2212}', "-").parse().expect("a number");
    assert!((nano - 1e9 * median).abs() <= 0.000_51, "{nano}, {median}");
}

/// A record whose predictions do not fit together has no page, and says why.
#[test]
fn predictions_that_do_not_fit_are_errors() {
    let desk = Desk::new();
    desk.0.write("t.csv", branches(60));
    let fit = [
        "fit",
        "t.csv",
        "--target",
        "y",
        "--features",
        "x",
        "--components",
        "2",
    ];
    desk.good(&fit);
    let sound = desk.record("t-fit");
    let said = |change: fn(&mut Record)| {
        let mut record = sound.clone();
        change(&mut record);
        render(&record, None).map_or_else(|error| error.to_string(), |_| "a page".to_owned())
    };
    fn exhibits(record: &mut Record) -> &mut TableExhibits {
        record.table_exhibits.as_mut().expect("exhibits")
    }
    type Change = fn(&mut Record);
    let cases: [(Change, &str); 6] = [
        (|_| {}, "a page"),
        (
            |r| exhibits(r).grid.swap(3, 4),
            "exhibits.grid does not rise: 128 values of x, 0 of y",
        ),
        (
            |r| exhibits(r).grid.truncate(1),
            "exhibits.grid is too small: 1 values of x, 0 of y",
        ),
        (
            |r| exhibits(r).grid[7].weights = vec![1.0; 1001],
            "exhibits.grid, row 7: weights: 1001 are more than the 1000 that a page can show",
        ),
        (
            |r| {
                exhibits(r).grid[7] = ShownRow {
                    weights: vec![1.0],
                    means: vec![vec![0.0]],
                    scales: vec![vec![1.0]],
                    ..exhibits(r).grid[7].clone()
                }
            },
            "exhibits.grid: weights: 1 values, but must be 2",
        ),
        (
            |r| exhibits(r).pit_test[0].counts = vec![u64::MAX, 2],
            "exhibits.pit_test of y: counts: 18446744073709551615 are more than the 1000000000 that a page can show",
        ),
    ];
    for (change, expected) in cases {
        assert_eq!(said(change), expected);
    }
}

/// A fit is listed as any study, with its name, its networks and the way to its page.
#[test]
fn an_index_lists_fits() {
    let desk = Desk::fitted();
    desk.good(&["report", "tiny"]);
    desk.good(&["index", "."]);
    let page = desk.0.text("index.html");
    let record = desk.record("branches-fit");
    for says in [
        "href=\"branches-fit/index.html\"",
        "data-key=\"branches-fit/derived/n_cells\">2<",
        "data-key=\"branches-fit/baselines/feature_free/gain_nats_test/mean\"",
        "data-key=\"branches-fit/scores_test/targets/0/coverage/2/covered\"",
        &record.digest[..12],
        "href=\"tiny/index.html\"",
    ] {
        assert!(page.contains(says), "{says}");
    }
    // The twin: a folder without a record is no study.
    std::fs::remove_file(desk.0.at("branches-fit/record.json")).expect("a record");
    desk.good(&["index", "."]);
    assert!(!desk.0.text("index.html").contains("branches-fit"));
}
