//! A likelihood that means nothing is not called good.

use insta::assert_snapshot;

use super::Desk;

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
    assert_snapshot!(told[told.len() - 1], @"mdn: the likelihood means nothing: target values repeat, and a component has collapsed on them; try --dequantise, and look at the CRPS");
    let raw = desk.record("raw");
    assert!(raw.is_degenerate());
    let raw_nll = raw.scores_test.expect("scores").nll_nats.mean;
    assert!(raw_nll < 0.0, "a splendid likelihood: {raw_nll}");

    let ran = fit(&["--dequantise", "--out", "spread"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let spread = desk.record("spread");
    assert!(!spread.is_degenerate());
    // No density of grades spread over unit intervals can beat the entropy of the grades, about 1.2 nats.
    let nll = spread.scores_test.expect("scores").nll_nats.mean;
    assert!((0.8..2.0).contains(&nll), "{nll}");
    assert!(raw_nll < nll - 1.0);
}
