//! Draws follow the row's mixture, and depend on nothing but seed and row.

use insta::assert_snapshot;
use mixture_density::mixture::Temperature;
use mixture_density::predict::{Draws, Format, PredictError, Predictor as _, sample};
use mixture_density::seed::Seed;
use mixture_density::table::MissingPolicy;

use super::{ByHand, long_table, on_threads, reader};
use crate::ks;

fn draws(n: usize, seed: u64) -> Draws {
    Draws {
        n,
        temperature: Temperature::ONE,
        seed: Seed::new(seed),
    }
}

fn sampled(
    model: &ByHand,
    text: &str,
    draws: &Draws,
    format: Format,
) -> Result<String, PredictError> {
    let mut out = Vec::new();
    sample(
        model,
        &mut reader(text),
        MissingPolicy::Drop,
        draws,
        format,
        &mut out,
    )?;
    Ok(String::from_utf8(out).expect("text"))
}

/// The numbers of one column.
fn column(csv: &str, name: &str) -> Vec<f64> {
    let mut lines = csv.lines();
    let names = lines.next().expect("names");
    let at = names.split(',').position(|n| n == name).expect("a column");
    lines
        .map(|line| {
            line.split(',')
                .nth(at)
                .expect("a cell")
                .parse()
                .expect("a number")
        })
        .collect()
}

/// Kolmogorov–Smirnov at α = 0.001 with a fixed seed; the twin is the mixture of a neighbouring x.
#[test]
fn draws_follow_the_mixture() {
    let text = "a,b\n2,0.5\n";
    let csv = sampled(&ByHand::one(), text, &draws(4000, 1), Format::Csv).expect("draws");
    let values = column(&csv, "y");
    assert_eq!(values.len(), 4000);
    let distance = |a: f64| {
        let mixture = ByHand::at(a, 0.5);
        let y = mixture.as_univariate().expect("one target");
        ks::distance(&values, |v| y.cdf(v))
    };
    let critical = 1.95 / 4000f64.sqrt();
    assert!(distance(2.0) < critical, "{}", distance(2.0));
    assert!(distance(2.2) > critical, "{}", distance(2.2));
}

#[test]
fn draws_of_dependent_targets_are_dependent() {
    let full = ByHand::new(&["y", "z"], true);
    let csv = sampled(&full, "a,b\n0,0\n", &draws(4000, 1), Format::Csv).expect("draws");
    let (y, z) = (column(&csv, "y"), column(&csv, "z"));
    let product: f64 = y.iter().zip(&z).map(|(y, z)| y * z).sum::<f64>() / 4000.0;
    // Covariance 0.5 · 0.8; its standard error is below 0.01.
    assert!((product - 0.4).abs() < 0.04, "{product}");
    let independent = ByHand::new(&["y", "z"], false);
    let csv = sampled(&independent, "a,b\n0,0\n", &draws(4000, 1), Format::Csv).expect("draws");
    let (y, z) = (column(&csv, "y"), column(&csv, "z"));
    let product: f64 = y.iter().zip(&z).map(|(y, z)| y * z).sum::<f64>() / 4000.0;
    assert!(product.abs() < 0.04, "{product}");
}

#[test]
fn temperatures_have_their_limits() {
    let with = |weights: f64, covariance: f64| {
        let draws = Draws {
            temperature: Temperature::new(weights, covariance).expect("allowed"),
            ..draws(500, 3)
        };
        let csv = sampled(&ByHand::one(), "a,b\n2,3\n", &draws, Format::Csv).expect("draws");
        column(&csv, "y")
    };
    // Weights 0.3 and 0.7 around −2 and 2.
    assert!(with(0.0, 0.0).iter().all(|y| (y - 2.0).abs() < 1e-12));
    let share = |values: &[f64]| values.iter().filter(|y| **y > 0.0).count();
    let even = share(&with(f64::INFINITY, 0.0));
    assert!((200..300).contains(&even), "{even}");
    let plain = share(&with(1.0, 0.0));
    assert!((315..385).contains(&plain), "{plain}");
}

#[test]
fn threads_and_neighbours_change_nothing_and_the_seed_does() {
    let (model, text) = (ByHand::new(&["y", "z"], false), long_table(9000));
    let run = || sampled(&model, &text, &draws(3, 5), Format::Csv).expect("draws");
    let one = on_threads(1, run);
    assert!(one == on_threads(2, run) && one == on_threads(7, run));
    assert_eq!(one.lines().count(), 1 + 3 * (9000 - 9));
    // A shorter table has the same first rows.
    let short = sampled(&model, &long_table(40), &draws(3, 5), Format::Csv).expect("draws");
    assert!(one.starts_with(&short));
    // More draws begin with the same ones.
    let more = sampled(&model, &long_table(40), &draws(4, 5), Format::Csv).expect("draws");
    let others = |line: &&str| line.split(',').nth(1).is_none_or(|draw| draw != "4");
    assert!(more.lines().filter(others).eq(short.lines()));
    let other = sampled(&model, &long_table(40), &draws(3, 6), Format::Csv).expect("draws");
    assert_ne!(other, short);
}

#[test]
fn json_holds_the_same_draws() {
    let model = ByHand::new(&["y", "z"], false);
    let json = sampled(&model, "a,b\n1,2\n", &draws(2, 5), Format::JsonLines).expect("draws");
    let csv = sampled(&model, "a,b\n1,2\n", &draws(2, 5), Format::Csv).expect("draws");
    let object: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let y: Vec<f64> = serde_json::from_value(object["y"].clone()).expect("numbers");
    assert_eq!(y, column(&csv, "y"));
    assert_eq!(object["row"], 1);
}

/// Draws that are made in blocks are those of a stream that is drawn from at once.
#[test]
fn many_draws_are_the_same_in_both_formats_and_on_any_threads() {
    for full in [false, true] {
        let model = ByHand::new(&["y", "z"], full);
        let text = "a,b\n1,2\nNA,1\n3,0.5\n";
        let run = |format| sampled(&model, text, &draws(10_001, 5), format).expect("draws");
        let csv = on_threads(1, || run(Format::Csv));
        assert!(csv == on_threads(3, || run(Format::Csv)));
        let json = on_threads(2, || run(Format::JsonLines));
        let rows: Vec<serde_json::Value> = json
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect();
        assert_eq!(rows.len(), 2);
        assert_eq!((&rows[0]["row"], &rows[1]["row"]), (&1.into(), &3.into()));
        for target in ["y", "z"] {
            let of = |row: &serde_json::Value| -> Vec<f64> {
                serde_json::from_value(row[target].clone()).expect("numbers")
            };
            assert_eq!([of(&rows[0]), of(&rows[1])].concat(), column(&csv, target));
        }
        // One by one, from the row's own stream.
        let mixture = match full {
            true => ByHand::joint_at(3.0, 0.5),
            false => {
                let predictions = model.predictions(&[3.0, 0.5]).expect("a density");
                predictions.marginals().row(0).expect("a row").into()
            }
        };
        let mut stream = Seed::new(5).stream("sample/3");
        let expected: Vec<f64> = (0..10_001)
            .map(|_| mixture.sample_tempered(Temperature::ONE, &mut stream)[1])
            .collect();
        let z = column(&csv, "z");
        assert!(z[10_001..] == expected);
        // The twin: another row's stream gives others.
        assert!(z[..10_001] != expected);
    }
}

#[test]
fn targets_called_as_our_columns_keep_their_names() {
    let model = ByHand::new(&["row", "draw"], false);
    let names = |format| {
        let text = sampled(&model, "a,b\n1,2\n", &draws(1, 0), format).expect("draws");
        text.lines().next().expect("a line").to_owned()
    };
    assert_eq!(names(Format::Csv), "row_,draw_,row,draw");
    let object: serde_json::Value = serde_json::from_str(&names(Format::JsonLines)).expect("JSON");
    let keys: Vec<&String> = object.as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["draw", "row", "row_"]);
    let model = ByHand::new(&["row", "row_"], false);
    let csv = sampled(&model, "a,b\n1,2\n", &draws(1, 0), Format::Csv).expect("draws");
    assert!(csv.starts_with("row__,draw,row,row_\n"), "{csv}");
}

#[test]
fn too_few_or_too_many_draws() {
    let refused = |n| {
        let refused = sampled(&ByHand::one(), "a,b\n1,2\n", &draws(n, 0), Format::Csv);
        refused.expect_err("a fault").to_string()
    };
    assert_snapshot!(refused(0), @"draws for each row: 0 is out of range; allowed are 1 to 1000000");
    assert_snapshot!(refused(1_000_001), @"draws for each row: 1000001 is out of range; allowed are 1 to 1000000");
}
