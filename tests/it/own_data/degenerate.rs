//! A likelihood that means nothing is not called good.

use insta::assert_snapshot;

use super::{Desk, table_of};

/// Six grades that x says little of, as tables of ratings have them.
fn grades(n: usize) -> String {
    let mut stream = mixture_density::seed::Seed::new(5).stream("grades");
    let mut text = String::from("x,y\n");
    for _ in 0..n {
        let x = stream.uniform(0.0, 1.0);
        let y = (3.0 + 3.0 * x + stream.normal(0.0, 0.8))
            .round()
            .clamp(3.0, 8.0);
        text += &format!("{x},{y}\n");
    }
    text
}

#[test]
fn collapsed_on_grades_is_refused_and_dequantised_is_good() {
    let desk = Desk::new();
    desk.0.write("g.csv", grades(1500));
    let fit = |more: &[&str]| {
        let base = [
            "fit",
            "g.csv",
            "--target",
            "y",
            "--components",
            "6",
            "--recipe",
            "tuned",
        ];
        desk.mdn(&[&base[..], more].concat())
    };
    let ran = fit(&["--out", "raw"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let told: Vec<&str> = ran.stderr.lines().collect();
    assert_snapshot!(told[0], @"mdn: target `y` has 6 different values, and 100 % of its rows repeat one: a density of repeated values has no bound, so its likelihood may mean nothing; spread them with --dequantise");
    assert_snapshot!(told[told.len() - 1], @"mdn: the likelihood means nothing: target values repeat, and a component has collapsed on them; heed what was said of the targets, and look at the CRPS");
    let raw = desk.record("raw");
    assert!(raw.is_degenerate());
    let raw_nll = raw.scores_test.as_ref().expect("scores").nll_nats.mean;
    assert!(raw_nll < 0.0, "a splendid likelihood: {raw_nll}");

    let ran = fit(&["--dequantise", "--out", "spread"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let spread = desk.record("spread");
    assert!(!spread.is_degenerate());
    // How it was spread is told, recorded and shown.
    let told = ran.stderr.lines().next().expect("a line");
    assert_snapshot!(told, @"mdn: target `y` had 6 different values; each was spread by uniform noise of width 1, from half below to half above it");
    let sentence = told.strip_prefix("mdn: ").expect("a name").to_owned();
    assert!(spread.warnings.contains(&sentence), "{:?}", spread.warnings);
    let shown = sentence.replace('`', "");
    let page = desk.0.text("spread/index.html").replace("&#96;", "`");
    assert!(page.replace('`', "").contains(&shown), "{sentence}");
    let [done] = &table_of(&spread).dequantised[..] else {
        panic!("{:?}", spread.data);
    };
    assert_eq!((done.name.as_str(), done.n_distinct), ("y", 6));
    assert!((done.width - 1.0).abs() < 1e-15);
    assert!(table_of(&raw).dequantised.is_empty());
    // The model knows that its target was spread: its own table is no reason to refuse the likelihood.
    for (model, code) in [("spread", 0), ("raw", 1)] {
        let ran = desk.mdn(&["score", model, "g.csv"]);
        assert_eq!(ran.code, Some(code), "{ran:?}");
    }
    // A damaged note of that is refused: a width of 0, or no width at all.
    let note = |widths: &str| format!("note.dequantised\":\"{{\\\"y\\\":{widths}").into_bytes();
    let bytes = desk.0.bytes("spread/model.safetensors");
    for (damage, is_told) in [("1.0", false), ("0.0", true), ("x.0", true)] {
        let (whole, changed) = (note("1.0"), note(damage));
        let at = bytes.windows(whole.len()).position(|w| w == whole);
        let at = at.expect("the note");
        let mut bytes = bytes.clone();
        bytes[at..at + changed.len()].copy_from_slice(&changed);
        desk.0.write("damaged.safetensors", bytes);
        let arguments = ["score", "damaged.safetensors", "g.csv"];
        if is_told {
            assert_eq!(
                desk.refused(&arguments),
                "mdn: the model's note of the noise that spread its targets' values is damaged: it has no width above 0 for `y`"
            );
        } else {
            desk.good(&arguments);
        }
    }
    // No density of grades spread over unit intervals can beat the entropy of the grades, about 1.2 nats.
    let nll = spread.scores_test.as_ref().expect("scores").nll_nats.mean;
    assert!((0.8..2.0).contains(&nll), "{nll}");
    assert!(raw_nll < nll - 1.0);
}

/// y = 1 + x with noise, but exactly 0 in every `each`-th row, whatever x is.
fn zeros(n: usize, each: usize) -> String {
    let mut stream = mixture_density::seed::Seed::new(6).stream("zeros");
    let mut text = String::from("x,y\n");
    for row in 0..n {
        let x = stream.uniform(0.0, 1.0);
        let y = 1.0 + x + stream.normal(0.0, 0.3);
        let y = if row % each == 0 { 0.0 } else { y };
        text += &format!("{x},{y}\n");
    }
    text
}

/// Noise as wide as the gaps between the other values hides a point mass from a count of repeats; it does not
/// make its likelihood mean anything.
#[test]
fn a_point_mass_is_not_cured_by_dequantising() {
    let desk = Desk::new();
    desk.0.write("half.csv", zeros(1200, 2));
    desk.0.write("none.csv", zeros(1200, 5000));
    let fit = |table: &str, more: &[&str]| {
        let base = ["fit", table, "--target", "y", "--components", "3", "--out"];
        desk.mdn(&[&base[..], more].concat())
    };
    for more in [&["raw"][..], &["spread", "--dequantise"]] {
        let ran = fit("half.csv", more);
        assert_eq!(ran.code, Some(1), "{ran:?}");
        let record = desk.record(more[0]);
        assert!(record.is_degenerate());
        let mass = record.warnings.iter().find(|w| w.contains(" is 0 in "));
        let mass = mass.expect("a warning");
        assert!(
            mass.starts_with("target `y` is 0 in 50 % of its rows"),
            "{mass}"
        );
        assert!(mass.contains("--dequantise does not cure it"), "{mass}");
        let page = desk.0.text(&format!("{}/index.html", more[0]));
        assert!(page.contains("The likelihood means nothing"));
    }
    let spread = desk.record("spread");
    assert!(table_of(&spread).dequantised[0].width < 0.01);
    // What was hidden: the values that were learnt from do not repeat, and the likelihood looks splendid.
    let scores = spread.scores_test.expect("scores");
    assert!(scores.targets[0].degenerate_likelihood && scores.targets[0].repeated_share < 0.01);
    let without = fit("none.csv", &["none", "--dequantise"]);
    // The twin: without the zeros nothing is spread, nothing is warned of, and the likelihood is good.
    assert_eq!(without.code, Some(0), "{without:?}");
    let none = desk.record("none");
    assert!(table_of(&none).dequantised.is_empty() && !none.is_degenerate());
    let nll = none.scores_test.expect("scores").nll_nats.mean;
    assert!(
        scores.nll_nats.mean < nll - 0.3,
        "{} {nll}",
        scores.nll_nats.mean
    );
}

/// Whole numbers with other rows between them: the gap between all values is far narrower than that between the
/// whole ones, and noise of that width does not join them.
#[test]
fn noise_that_joins_nothing_is_told_and_does_not_hide_a_collapse() {
    let desk = Desk::new();
    let table = |share: f64| {
        let mut stream = mixture_density::seed::Seed::new(7).stream("whole");
        let mut text = String::from("x,y\n");
        for _ in 0..1500 {
            let x = stream.uniform(0.0, 30.0);
            let y = x.round();
            let is_between = stream.uniform(0.0, 1.0) < share;
            let y = y + if is_between {
                stream.uniform(-0.5, 0.5)
            } else {
                0.0
            };
            text += &format!("{x},{y}\n");
        }
        text
    };
    desk.0.write("mixed.csv", table(0.3));
    desk.0.write("whole.csv", table(0.0));
    let fit = |table: &str, out: &str| {
        let asked = ["fit", table, "--target", "y", "--components", "10"];
        desk.mdn(&[&asked[..], &["--dequantise", "--out", out]].concat())
    };
    let mixed = fit("mixed.csv", "mixed");
    assert!(
        mixed
            .stderr
            .contains("lie further apart than noise of width"),
        "{mixed:?}"
    );
    assert!(
        mixed.stderr.contains("--dequantise does not cure them"),
        "{mixed:?}"
    );
    assert_eq!(mixed.code, Some(1), "{mixed:?}");
    assert!(desk.record("mixed").is_degenerate());
    // The twin: whole numbers only, which the noise joins.
    let whole = fit("whole.csv", "whole");
    assert!(!whole.stderr.contains("further apart"), "{whole:?}");
    assert_eq!(whole.code, Some(0), "{whole:?}");
}
