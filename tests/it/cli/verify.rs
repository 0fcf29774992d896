//! `mdn verify`: no difference in an honest record, every difference in a changed one.

use insta::assert_snapshot;
use mixture_density::record::{Exhibits, Record};

use crate::support::Study;

fn shown(record: &mut Record) -> &mut Exhibits {
    record.exhibits.as_mut().expect("exhibits")
}

/// What is said of the tiny study's record after a change, its digest computed anew.
fn changed(change: impl FnOnce(&mut Record), arguments: &[&str]) -> (Option<i32>, String) {
    let study = Study::finished();
    let mut record = study.record();
    change(&mut record);
    study.write_record(&mut record);
    let ran = study.mdn(&[&["verify", "tiny"], arguments].concat());
    (ran.code, ran.stdout)
}

#[test]
fn an_honest_record() {
    let (code, said) = changed(|_| {}, &[]);
    assert_eq!(code, Some(0));
    assert_eq!(said, "8 cells trained again, 0 differences\n");
}

/// It trains from nothing: what the store holds does not matter.
#[test]
fn without_stored_cells() {
    let study = Study::finished();
    std::fs::remove_dir_all(study.at("tiny/cells")).expect("a folder");
    let ran = study.mdn(&["verify", "tiny", "--only", "article/mdn/*", "--jobs", "1"]);
    assert_eq!(ran.stdout, "4 cells trained again, 0 differences\n");
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(!study.at("tiny/cells").exists(), "and it stores nothing");
}

#[test]
fn a_changed_score_is_listed() {
    let (code, said) = changed(|record| record.cells[0].mse.test = Some(0.5), &[]);
    assert_eq!(code, Some(1));
    let line = said.lines().next().expect("a line");
    assert!(
        line.starts_with("cells/article/mse/r=0/mse/test: recorded 0.5, now "),
        "{said}"
    );
    assert!(
        said.ends_with("8 cells trained again, 1 difference\n"),
        "{said}"
    );
}

/// A change by one bit in one epoch of one curve.
#[test]
fn a_last_bit_in_a_history_is_listed() {
    let change = |record: &mut Record| {
        let loss = &mut record.cells[3].history.loss[2];
        *loss = loss.next_up();
    };
    let (code, said) = changed(change, &["--only", "article/mdn/*"]);
    assert_eq!(code, Some(1));
    assert!(
        said.starts_with("cells/article/mdn/k=1/r=1/history/loss/2: recorded "),
        "{said}"
    );
}

#[test]
fn only_the_chosen_cells_are_looked_at() {
    let change = |record: &mut Record| record.cells[0].mse.test = Some(0.5);
    let (code, said) = changed(change, &["--only", "article/mdn/*"]);
    assert_eq!(
        (code, said.as_str()),
        (Some(0), "4 cells trained again, 0 differences\n")
    );
    let (_, said) = changed(change, &["--only", "article/mdn/k=1/r=1"]);
    assert_eq!(said, "1 cell trained again, 0 differences\n");
}

#[test]
fn data_oracle_and_figures_are_compared() {
    let data = |record: &mut Record| record.data.blake3 = "0".repeat(64);
    let oracle = |record: &mut Record| record.oracle.as_mut().expect("an oracle").crps_mean = 0.25;
    let points = |record: &mut Record| shown(record).data.y[7] = 2.5;
    let oracle_mean = |record: &mut Record| shown(record).oracle_mean.y[1] = 2.5;
    let curve = |record: &mut Record| shown(record).baseline.y[1] = 2.5;
    let samples = |record: &mut Record| shown(record).samples.y[1] = 2.5;
    let source = |record: &mut Record| shown(record).samples_from = None;
    let density = |record: &mut Record| {
        let grid = shown(record).grid.as_mut().expect("a grid");
        grid.density[5] = 2.5;
    };
    let mean = |record: &mut Record| shown(record).mixtures[1].means[4] = 2.5;
    let count = |record: &mut Record| shown(record).calibration[1].pit_counts[2] = 7;
    let tempered = |record: &mut Record| shown(record).tempered[3].y[1] = 2.5;
    let lost = |record: &mut Record| shown(record).mixtures.clear();
    let used = |record: &mut Record| record.cells[4].used_components_test = None;
    let k_3 = ["--only", "article/mdn/k=3/r=0"];
    type Change<'a> = &'a dyn Fn(&mut Record);
    let changes: [(Change<'_>, &[&str], &str); 14] = [
        (
            &density,
            &["--only", "article/mse/r=0"],
            "exhibits/grid/density/5: recorded 2.5, now ",
        ),
        (
            &mean,
            &k_3,
            "exhibits/mixtures/1/means/4: recorded 2.5, now ",
        ),
        (
            &count,
            &k_3,
            "exhibits/calibration/1/pit_counts/2: recorded 7, now ",
        ),
        (
            &tempered,
            &k_3,
            "exhibits/tempered/3/y/1: recorded 2.5, now ",
        ),
        (&lost, &k_3, "exhibits/mixtures: recorded null, now [{"),
        (
            &used,
            &k_3,
            "cells/article/mdn/k=3/r=0/used_components_test: recorded null, now ",
        ),
        (&data, &["--only", "article/mse/r=0"], "data/blake3: "),
        (
            &oracle,
            &["--only", "article/mse/r=0"],
            "oracle/crps_mean: recorded 0.25, now ",
        ),
        (
            &points,
            &["--only", "article/mse/r=0"],
            "exhibits/data/y/7: recorded 2.5, now ",
        ),
        (
            &oracle_mean,
            &["--only", "article/mse/r=0"],
            "exhibits/oracle_mean/y/1: recorded 2.5, now ",
        ),
        (
            &curve,
            &["--only", "article/mse/r=0"],
            "exhibits/baseline/y/1: recorded 2.5, now ",
        ),
        (
            &samples,
            &["--only", "article/mdn/k=3/*"],
            "exhibits/samples/y/1: recorded 2.5, now ",
        ),
        (&samples, &[], "exhibits/samples/y/1: recorded 2.5, now "),
        (
            &source,
            &[],
            "exhibits/samples_from: recorded null, now \"article/mdn/k=3/r=0\"",
        ),
    ];
    for (change, arguments, expected) in changes {
        let (code, said) = changed(change, arguments);
        assert_eq!(code, Some(1), "{expected}: {said}");
        assert!(said.starts_with(expected), "{expected}: {said}");
    }
}

#[test]
fn missing_added_and_moved_cells_are_listed() {
    let last_line = |change: &dyn Fn(&mut Record)| {
        let (code, said) = changed(change, &["--only", "article/mse/r=0"]);
        assert_eq!(code, Some(1), "{said}");
        said.lines().next().expect("a line").to_owned()
    };
    assert_snapshot!(last_line(&|record| { record.cells.remove(5); }), @"cells/article/mdn/k=3/r=1: recorded absent, now present");
    assert_snapshot!(last_line(&|record| record.cells[5].id = "invented".to_owned()), @"cells/invented: recorded present, now absent");
    assert_snapshot!(last_line(&|record| {
        let mut cell = record.cells[5].clone();
        cell.id = "invented".to_owned();
        record.cells.push(cell);
    }), @"cells/invented: recorded present, now absent");
    assert_snapshot!(last_line(&|record| record.cells.swap(4, 5)), @"cells: recorded in another order, or one twice, now each once, in the plan's order");
    assert_snapshot!(last_line(&|record| record.study = "huge".to_owned()), @r#"study: recorded "huge", now "tiny""#);
}
