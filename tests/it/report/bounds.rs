//! What a record may claim: a number that would take days or the whole memory is refused in a sentence.

use mixture_density::problem::MAX_POINTS;
use mixture_density::record::Record;
use mixture_density::report::render;

use super::fixture;
use super::fixture::Known as _;

fn record() -> Record {
    fixture::record(&[1, 3], 1)
}

/// With this many test points, all in the first bin of every histogram.
fn with_test_points(n: usize) -> Record {
    let mut record = record();
    record.data.n_test = n;
    assert!(!record.shown().calibration.is_empty());
    for calibration in &mut record.shown_mut().calibration {
        calibration.pit_counts.fill(0);
        calibration.pit_counts[0] = n;
    }
    record
}

fn refused(record: &Record) -> String {
    render(record, None).expect_err("a refusal").to_string()
}

#[test]
fn test_points_are_bounded_before_any_loop_over_them() {
    // Far above what a study may draw, the largest number that is accepted gives a page.
    const MOST: usize = 1_000_000_000;
    const { assert!(MOST > 10 * MAX_POINTS) };
    assert!(render(&with_test_points(MOST), None).is_ok());
    for (n, says) in [
        (
            MOST + 1,
            "data.n_test: 1000000001 are more than the 1000000000 that a page can show",
        ),
        (
            1_000_000_000_000_000_000,
            "data.n_test: 1000000000000000000 are more than the 1000000000 that a page can show",
        ),
    ] {
        assert_eq!(refused(&with_test_points(n)), says);
    }
    assert!(refused(&with_test_points(usize::MAX)).starts_with("data.n_test: "));
}

#[test]
fn levels_and_components_are_bounded() {
    let mut levels = record();
    let calibration = &mut levels.shown_mut().calibration[0];
    calibration.levels = vec![50; 100];
    calibration.covered = vec![1; 100];
    let said = refused(&levels);
    assert!(
        said.ends_with("levels: 100 are more than the 99 that a page can show"),
        "{said}"
    );
    let mut wide = record();
    wide.shown_mut().mixtures[0].n_components = usize::MAX;
    assert!(refused(&wide).contains("n_components: 18446744073709551615 are more"));
    wide.shown_mut().mixtures[0].n_components = 1001;
    let said = refused(&wide);
    assert!(
        said.ends_with("n_components: 1001 are more than the 1000 that a page can show"),
        "{said}"
    );
    // The twin: a K that the lists do not have is still found out where it is not too large.
    wide.shown_mut().mixtures[0].n_components = 1000;
    let said = refused(&wide);
    assert!(said.contains("values, but must be"), "{said}");
}
