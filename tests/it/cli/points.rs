//! The points of a study as a table: those of the record, with the exact density.

use mixture_density::record::Record;

use super::sentence;
use crate::support::Study;

/// Part, x, y and log-density of each line.
fn rows(table: &str) -> Vec<(&str, [f64; 3])> {
    let mut lines = table.lines();
    assert_eq!(lines.next(), Some("part,x,y,log_density"));
    lines
        .map(|line| {
            let (part, numbers) = line.split_once(',').expect("four cells");
            let numbers = numbers.split(',').map(|n| n.parse().expect("a number"));
            let numbers: Vec<f64> = numbers.collect();
            (part, numbers.try_into().expect("three numbers"))
        })
        .collect()
}

/// The hash that the record has of its data: every x and y in single precision, in order.
fn blake3(rows: &[(&str, [f64; 3])]) -> String {
    let mut hasher = blake3::Hasher::new();
    for value in rows.iter().flat_map(|(_, [x, y, _])| [*x, *y]) {
        hasher.update(&(value as f32).to_le_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

fn mean_nll(rows: &[(&str, [f64; 3])], part: &str) -> f64 {
    let of_part = rows.iter().filter(|row| row.0 == part);
    let nll: Vec<f64> = of_part
        .map(|(_, [_, _, log_density])| -log_density)
        .collect();
    nll.iter().sum::<f64>() / nll.len() as f64
}

#[test]
fn they_are_the_points_of_the_record_and_their_density_that_of_the_oracle() {
    let study = Study::finished();
    let ran = study.mdn(&["points", "tiny"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    let rows = rows(&ran.stdout);
    let Record { data, oracle, .. } = study.record();
    let oracle = oracle.expect("an exact density");
    for (part, n) in [
        ("train", data.n_train),
        ("validation", data.n_validation),
        ("test", data.n_test),
    ] {
        assert_eq!(rows.iter().filter(|row| row.0 == part).count(), n, "{part}");
    }
    assert_eq!(blake3(&rows), data.blake3);
    assert!((mean_nll(&rows, "test") - oracle.nll_nats_mean).abs() < 1e-12);
    assert!((mean_nll(&rows, "validation") - oracle.nll_nats_mean_validation).abs() < 1e-12);
    // The twin: the last bit of one number is in the hash.
    let mut changed = rows.clone();
    let x = changed[7].1[0] as f32;
    changed[7].1[0] = f64::from(f32::from_bits(x.to_bits() ^ 1));
    assert_ne!(blake3(&changed), data.blake3);
}

#[test]
fn a_fit_learns_from_them_in_the_parts_of_the_study() {
    let study = Study::tiny();
    let ran = study.mdn(&["points", "tiny", "--out", "points.csv"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{ran:?}");
    let fit = "$MDN fit points.csv --features x --target y --split-column part \
               --components 2 --recipe article --out f && $MDN score f points.csv";
    let ran = study.shell(fit);
    assert_eq!(ran.code, Some(0), "{ran:?}");
}

#[test]
fn nothing_is_written_over_the_spec_or_for_no_study() {
    let study = Study::tiny();
    let said = sentence(&study.mdn(&["points", "tiny", "--out", "tiny/spec.toml"]));
    assert_eq!(said, "mdn: --out names tiny/spec.toml, which is read");
    let said = sentence(&study.mdn(&["points", "nowhere", "--out", "p.csv"]));
    assert!(
        said.starts_with("mdn: nowhere/spec.toml: no such study"),
        "{said}"
    );
    assert!(!study.at("p.csv").exists());
    super::assert_untouched(&study);
}
