//! What changed: listed, measured and judged; nothing where nothing was asked for.

use mixture_density::record::Record;
use mixture_density::record::compare::{Band, Comparison, bands};
use mixture_density::report::render_against;

use super::fixture::Known as _;
use super::{checks, fixture, html, page};

fn record() -> Record {
    fixture::record(&[1, 3, 20], 3)
}

/// The section of a page that was checked, numbers and all.
fn section(new: &Record, old: &Record) -> String {
    let page = render_against(new, None, old).expect("a page");
    if let Err(fault) = checks::all_against(&page, new, None, Some(old)) {
        panic!("{fault}");
    }
    let section = page
        .split("aria-labelledby=\"changed\"")
        .nth(1)
        .expect("the section");
    section
        .split("</section>")
        .next()
        .expect("its end")
        .to_owned()
}

#[test]
fn unasked_there_is_no_such_section() {
    let page = page(&record(), None);
    assert!(!page.contains("What changed") && !page.contains("id=\"changed\""));
}

#[test]
fn the_same_record_has_not_changed() {
    let said = section(&record(), &record());
    assert!(said.contains("no difference, to the last bit"), "{said}");
}

#[test]
fn a_changed_score_is_listed_with_its_spread_and_verdict() {
    let old = record();
    let mut new = old.clone();
    new.digest = "ab".repeat(32);
    let small = new.cells[4].crps_mean_test.expect("a score").next_up();
    new.cells[4].crps_mean_test = Some(small);
    new.cells[7].nll_nats_mean.test = Some(0.9);
    new.cells[7].history.loss[3] += 0.5;
    new.cells[7].weights_blake3 = Some("cd".repeat(32));
    let said = section(&new, &old);
    assert!(said.contains("; 4 fields are not"), "{said}");
    assert!(
        said.contains("2 are counts, hashes, curves, pictures or words"),
        "{said}"
    );
    let rows: Vec<&str> = said.split("<tr").skip(2).collect();
    assert_eq!(rows.len(), 2, "{said}");
    // The greatest stands first.
    let large = "cells/article/mdn/k=3/r=1/nll_nats_mean/test";
    assert!(
        rows[0].contains(large) && rows[0].contains("beyond three spreads"),
        "{}",
        rows[0]
    );
    assert!(rows[1].contains("k=1/r=1/crps_mean_test"), "{}", rows[1]);
    assert!(
        rows[1].contains("differs, within its spread"),
        "{}",
        rows[1]
    );
    // By hand: the deviation of the three old replicates.
    let values: Vec<f64> = old.cells[6..9]
        .iter()
        .filter_map(|c| c.nll_nats_mean.test)
        .collect();
    let mean = values.iter().sum::<f64>() / 3.0;
    let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / 2.0;
    let found = Comparison::of(&old, &new).expect("records");
    let difference = found
        .differences
        .iter()
        .find(|d| d.place == large)
        .expect("it");
    let spreads = difference.measure.expect("a measure").spreads();
    let expected = (0.9 - values[1]).abs() / variance.sqrt();
    assert!(
        (spreads - expected).abs() < 1e-9 * expected,
        "{spreads}, {expected}"
    );
}

/// Counts differ where training differs; only how good a network is has a spread and a verdict.
#[test]
fn a_count_is_no_score() {
    let old = record();
    let mut new = old.clone();
    new.cells[6].n_epochs += 7;
    new.cells[6].best_epoch += 7;
    new.cells[6].n_parameters += 1;
    fixture::fail(&mut new.cells[8]);
    let mut earlier = old.clone();
    fixture::fail(&mut earlier.cells[8]);
    if let Some(failure) = &mut earlier.cells[8].failure {
        failure.epoch += 1;
        failure.batch += 1;
    }
    let found = Comparison::of(&earlier, &new).expect("records");
    assert_eq!(found.differences.len(), 5, "{:?}", found.differences);
    for difference in &found.differences {
        assert!(!difference.is_score(), "{}", difference.place);
        assert_eq!(difference.measure, None, "{}", difference.place);
    }
    assert!(section(&new, &earlier).contains("5 are counts, hashes, curves"));
    // The twin: a score of the same cell is one.
    new.cells[6].effective_components_test = Some(2.5);
    let found = Comparison::of(&earlier, &new).expect("records");
    let scores: Vec<&str> = found
        .differences
        .iter()
        .filter(|d| d.is_score())
        .map(|d| d.place.as_str())
        .collect();
    assert_eq!(
        scores,
        ["cells/article/mdn/k=3/r=0/effective_components_test"]
    );
}

#[test]
fn a_cell_more_does_not_move_the_others() {
    let old = record();
    let mut new = old.clone();
    new.cells.remove(5);
    let found = Comparison::of(&old, &new).expect("records");
    assert_eq!(found.differences.len(), 1);
    assert_eq!(found.differences[0].place, "cells/article/mdn/k=1/r=2");
    assert_eq!(found.differences[0].now, "absent");
}

#[test]
fn the_exact_density_is_measured_by_its_standard_error() {
    let old = record();
    let mut new = old.clone();
    new.known_mut().mse += 2.0 * old.known().mse_standard_error;
    let found = Comparison::of(&old, &new).expect("records");
    let measure = found.differences[0].measure.expect("a measure");
    assert!((measure.spreads() - 2.0).abs() < 1e-9, "{measure:?}");
    assert!(section(&new, &old).contains("within three spreads"));
}

/// Another seed: nothing need be equal.
fn reseeded(old: &Record) -> Record {
    let mut new = old.clone();
    new.spec.seed = 8;
    new.data.blake3 = "0f".repeat(32);
    new
}

#[test]
fn on_other_ground_a_band_replaces_equality() {
    let old = record();
    let mut new = reseeded(&old);
    for cell in &mut new.cells {
        // A little: within any band.
        cell.excess_nats_test = cell.excess_nats_test.map(|excess| excess + 1e-6);
    }
    let said = section(&new, &old);
    assert!(
        said.contains("spec/seed") && said.contains("data/blake3"),
        "{said}"
    );
    assert!(said.contains("0 of 7 lie outside"), "{said}");
    assert!(!said.contains("every bit should be equal"));
    // The twin: one network is much worse.
    for cell in new.cells.iter_mut().filter(|c| c.n_components == Some(3)) {
        cell.excess_nats_test = cell.excess_nats_test.map(|excess| excess + 0.5);
    }
    let said = section(&new, &old);
    assert!(said.contains("1 of 7 lie outside"), "{said}");
}

#[test]
fn a_band_is_what_is_said_of_it() {
    let old = record();
    let new = reseeded(&old);
    let of = |bands: &[Band]| {
        let is_it = |b: &&Band| b.group == "article/mdn/k=3" && b.field == "excess_nats_test";
        bands.iter().find(is_it).cloned().expect("a band")
    };
    let band = of(&bands(&old, &new));
    // By hand: 3 √(s² (1/3 + 1/3) + 2 e²), s pooled over K = 1, 3, 20.
    let mut squares = 0.0;
    for group in old.cells[3..].chunks(3) {
        let values: Vec<f64> = group.iter().filter_map(|c| c.excess_nats_test).collect();
        let mean = values.iter().sum::<f64>() / 3.0;
        squares += values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>();
    }
    let errors = old.cells[6..9]
        .iter()
        .filter_map(|c| c.excess_nats_standard_error_test);
    let e = errors.sum::<f64>() / 3.0;
    let expected = 3.0 * (squares / 6.0 * (2.0 / 3.0) + 2.0 * e * e).sqrt();
    let width = band.half_width.expect("a width");
    assert!((width - expected).abs() < 1e-12, "{width}, {expected}");
    assert_eq!(band.holds(), Some(true));
    // Without replicates there is none.
    let lonely = fixture::record(&[1, 3], 1);
    assert_eq!(of(&bands(&lonely, &reseeded(&lonely))).half_width, None);
    assert!(section(&reseeded(&lonely), &lonely).contains("Without replicates there is no band"));
}

/// A number of the section that is another is caught as any other is.
#[test]
fn a_changed_number_of_the_section_is_caught() {
    let old = record();
    let mut new = old.clone();
    new.cells[7].nll_nats_mean.test = Some(0.9);
    let page = render_against(&new, None, &old).expect("a page");
    let planted = page.replacen("data-key=\"against/cells", "data-key=\"cells", 1);
    assert!(page != planted);
    let fault = checks::all_against(&planted, &new, None, Some(&old)).expect_err("a fault");
    assert!(fault.contains("nll_nats_mean.test"), "{fault}");
    assert!(html::read(&page).is_ok());
}
