//! Training that breaks: recorded as failed with epoch, batch and quantity; the others go on.

use mixture_density::record::StoppedBy;

use crate::support::{Study, TINY};

/// The tiny study with one more recipe, whose rate is absurd.
fn with_hot_recipe() -> Study {
    let at = TINY.find("[recipes.article]").expect("a recipe");
    let end = TINY.find("# The tuned recipe").expect("the second recipe");
    let hot = TINY[at..end]
        .replace("article", "hot")
        .replace("learning_rate = 1e-2", "learning_rate = 1e20")
        .replace("[1, 3]", "[3]");
    Study::with_spec(format!("{TINY}\n{hot}"))
}

#[test]
fn a_diverging_recipe_stops_its_cells_only() {
    let study = with_hot_recipe();
    let ran = study.mdn(&["report", "tiny"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let record = study.record();
    let (hot, sound): (Vec<_>, Vec<_>) = record.cells.iter().partition(|cell| cell.recipe == "hot");
    assert_eq!((hot.len(), sound.len()), (4, 8));
    for cell in hot {
        let failure = cell.failure.as_ref().expect("a reason");
        assert_eq!(cell.stopped_by, StoppedBy::Failure);
        assert_eq!(failure.quantity, "loss", "{failure:?}");
        assert!(
            ["inf", "NaN"].contains(&failure.value.as_str()),
            "{failure:?}"
        );
        // The first batch is computed with the initial weights, so that it cannot break.
        assert!(failure.epoch == 1 && failure.batch >= 2, "{failure:?}");
        assert_eq!((cell.mse.test, cell.nll_nats_mean.test), (None, None));
        assert_eq!(cell.weights_blake3, None);
        let said = format!(
            "{} FAILED: loss became {} in epoch {}, batch {}\n",
            cell.id, failure.value, failure.epoch, failure.batch
        );
        assert!(ran.stderr.contains(&said), "{said} not in {ran:?}");
    }
    for cell in sound {
        assert_eq!(cell.failure, None);
        assert!(cell.mse.test.is_some_and(f64::is_finite));
    }
    // The page is there and shows which and why.
    let page = study.text("tiny/index.html");
    assert!(page.contains("hot/mdn/k=3/r=0"), "the failed cell is named");
    assert!(page.to_lowercase().contains("failed"), "and called failed");
}

#[test]
fn the_cells_beside_a_failed_one_are_those_of_a_study_without_it() {
    let (with, without) = (with_hot_recipe(), Study::finished());
    assert_eq!(with.mdn(&["run", "tiny"]).code, Some(1));
    let (with, without) = (with.record(), without.record());
    let beside: Vec<_> = with
        .cells
        .into_iter()
        .filter(|c| c.recipe != "hot")
        .collect();
    assert_eq!(beside, without.cells);
    assert_eq!(with.exhibits, without.exhibits);
}

#[test]
fn the_answer_stays_no_when_nothing_is_left_to_do() {
    let study = with_hot_recipe();
    let some = study.mdn(&["run", "tiny", "--only", "article/*"]);
    assert_eq!(some.code, Some(0), "no failed cell yet: {some:?}");
    let failed = study.mdn(&["run", "tiny", "--only", "hot/mse/*"]);
    assert_eq!(failed.code, Some(1), "{failed:?}");
    let all = study.mdn(&["run", "tiny"]);
    assert_eq!(all.code, Some(1), "{all:?}");
    let again = study.mdn(&["run", "tiny"]);
    assert_eq!(again.code, Some(1), "{again:?}");
    assert!(
        again.stdout.contains(" 12 cells, 0 trained now"),
        "{again:?}"
    );
    let verified = study.mdn(&["verify", "tiny"]);
    assert_eq!(
        verified.code,
        Some(0),
        "a failure reproduces too: {verified:?}"
    );
}
