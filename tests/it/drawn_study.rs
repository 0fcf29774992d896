//! Studies of points that are drawn: any width and number of components, and points drawn anew.

use mixture_density::record::{Cell, Record};

use crate::support::{Study, TINY, edit};

/// The tiny study with parts of its spec replaced, run to its page.
fn reported(changes: &[(&str, &str)]) -> Study {
    let spec = changes
        .iter()
        .fold(TINY.to_owned(), |spec, (from, to)| edit(&spec, from, to));
    let study = Study::with_spec(spec);
    let ran = study.mdn(&["report", "tiny"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    study
}

fn cell<'a>(record: &'a Record, id: &str) -> &'a Cell {
    let cell = record.cells.iter().find(|cell| cell.id == id);
    cell.unwrap_or_else(|| panic!("no {id}"))
}

/// Sizes that are compiled in are a choice of speed, not a limit.
#[test]
fn any_width_and_number_of_components_is_trained_and_verified() {
    let study = reported(&[
        ("hidden = 128", "hidden = 64"),
        ("components = [1, 3]", "components = [1, 60]"),
    ]);
    let record = study.record();
    // Two hidden layers of 64, and for each component a weight, a mean and a scale.
    let expected =
        |hidden: usize, k: usize| 2 * hidden + (hidden + 1) * hidden + (hidden + 1) * 3 * k;
    for (id, hidden, k) in [
        ("article/mdn/k=60/r=1", 64, 60),
        ("tuned/mdn/k=3/r=0", 128, 3),
    ] {
        let cell = cell(&record, id);
        assert_eq!(cell.n_parameters, expected(hidden, k), "{id}");
        assert!(
            cell.failure.is_none() && cell.nll_nats_mean.test.is_some(),
            "{id}"
        );
        assert!(
            cell.excess_nats_test.is_some_and(|excess| excess > 0.0),
            "{id}"
        );
    }
    let page = study.text("tiny/index.html");
    assert!(page.contains("article/mdn/k=60/r=0"));
    let ran = study.mdn(&["verify", "tiny", "--only", "*/k=60/*"]);
    assert_eq!(
        (ran.code, ran.stdout.as_str()),
        (Some(0), "2 cells trained again, 0 differences\n")
    );
    // Of several sizes at once.
    let study = reported(&[("components = [3]", "components = [3, 41]")]);
    assert_eq!(
        cell(&study.record(), "tuned/mdn/k=41/r=0").n_components,
        Some(41)
    );
}

/// Each draw has points of its own; the first has those of a study that draws once, and its networks.
#[test]
fn points_are_drawn_several_times() {
    let once = reported(&[]).record();
    let study = reported(&[("replicates = 2", "replicates = 2\ndraws = 3")]);
    let record = study.record();
    assert_eq!(record.cells.len(), 3 * once.cells.len());
    assert_eq!(
        record.splits.iter().map(|s| s.split).collect::<Vec<_>>(),
        [0, 1, 2]
    );
    assert!(once.splits.is_empty());
    let first = &record.splits[0];
    assert_eq!((&first.data, &first.oracle), (&once.data, &once.oracle));
    assert_eq!((&record.data, &record.oracle), (&once.data, &once.oracle));
    for cell in record.cells.iter().filter(|cell| cell.split == 0) {
        let mut alone = cell.clone();
        alone.id = cell.id.replace("/s=0/", "/");
        assert_eq!(
            Some(&alone),
            once.cells.iter().find(|once| once.id == alone.id)
        );
    }
    let [one, of_first] = [&once, &record].map(|r| r.exhibits.clone().expect("exhibits"));
    assert_eq!(
        (&one.data, &one.grid, &one.samples),
        (&of_first.data, &of_first.grid, &of_first.samples)
    );
    assert_eq!(
        of_first.samples_from.as_deref(),
        Some("article/mdn/k=3/s=0/r=0")
    );
    // The twins: other points, whose exact density scores otherwise, and other networks.
    for (at, split) in record.splits.iter().enumerate() {
        for other in &record.splits[..at] {
            assert_ne!(split.data.blake3, other.data.blake3);
            let nll = [split, other].map(|s| s.oracle.as_ref().expect("an oracle").nll_nats_mean);
            assert_ne!(nll[0].to_bits(), nll[1].to_bits());
        }
    }
    let mut weights: Vec<_> = record
        .cells
        .iter()
        .map(|cell| &cell.weights_blake3)
        .collect();
    weights.sort();
    weights.dedup();
    assert_eq!(weights.len(), record.cells.len());
    let ran = study.mdn(&["verify", "tiny", "--only", "article/*/s=2/*"]);
    assert_eq!(
        (ran.code, ran.stdout.as_str()),
        (Some(0), "6 cells trained again, 0 differences\n")
    );
}

/// A study that draws more often trains nothing twice but what has another name.
#[test]
fn more_draws_leave_those_before_as_they_are() {
    let study = reported(&[("replicates = 2", "replicates = 1\ndraws = 2")]);
    let before = study.record();
    let spec = study.text("tiny/spec.toml");
    study.write("tiny/spec.toml", edit(&spec, "draws = 2", "draws = 3"));
    let ran = study.mdn(&["run", "tiny"]);
    assert!(ran.stdout.contains(" 12 cells, 4 trained now"), "{ran:?}");
    for cell in &before.cells {
        assert!(study.record().cells.contains(cell), "{}", cell.id);
    }
}
