//! A table in memory is fitted as `mdn fit` fits its file: the same bytes.

use std::process::Command;
use std::sync::atomic::AtomicBool;

use mixture_density::fit::{FitRequest, Fitted};
use mixture_density::study::{Event, Host};
use mixture_density::table::{Column, MissingPolicy, Roles, SplitSpec, Table};

/// Rows of numbers, text with gaps, truth values and dates, and their CSV.
fn rows(n: u32) -> (Table, String) {
    let mut csv = "x,colour,is_big,day,y\n".to_owned();
    let (mut x, mut colours, mut bigs, mut days, mut y) = (vec![], vec![], vec![], vec![], vec![]);
    for row in 0..n {
        let own = f64::from(row * 37 % 101) / 25.0;
        let colour = ["red", "green", "blue", ""][(row * 13 % 29 % 4) as usize];
        let is_big = if own > 2.0 { "yes" } else { "no" };
        let day = format!("2024-{:02}-{:02}", row % 12 + 1, row * 7 % 28 + 1);
        let answer = own * own + if colour == "red" { 3.0 } else { 0.0 } + f64::from(row % 7) / 9.0;
        csv += &format!("{own},{colour},{is_big},{day},{answer}\n");
        x.push(own);
        colours.push((!colour.is_empty()).then_some(colour));
        bigs.push(Some(is_big));
        days.push(day);
        y.push(answer);
    }
    let table = Table::builder()
        .name("rows.csv")
        .column("x", Column::numbers(x))
        .column("colour", Column::texts(colours))
        .column("is_big", Column::texts(bigs))
        .column(
            "day",
            Column::texts(days.iter().map(|day| Some(day.as_str()))),
        )
        .column("y", Column::numbers(y))
        .build(&Roles::of_targets(["y"]), MissingPolicy::Impute);
    (table.expect("a table"), csv)
}

fn fitted(table: Table, seed: u64) -> Fitted {
    let mut request = FitRequest::new(table);
    request.options.members = Some(1);
    request.options.max_epochs = Some(3);
    request.options.seed = seed;
    request.fit().expect("a fit")
}

#[test]
fn the_model_has_the_bytes_of_the_command_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let (table, csv) = rows(80);
    std::fs::write(folder.path().join("rows.csv"), csv).expect("writable");
    let said = Command::new(env!("CARGO_BIN_EXE_mdn"))
        .args([
            "fit",
            "rows.csv",
            "--target",
            "y",
            "--missing",
            "impute",
            "--seed",
            "5",
        ])
        .args(["--members", "1", "--epochs", "3", "--out", "fit"])
        .current_dir(folder.path())
        .output()
        .expect("mdn runs");
    assert!(said.status.success(), "{said:?}");
    let read = |path: &str| std::fs::read(folder.path().join(path)).expect(path);
    let ours = fitted(table.clone(), 5);
    assert!(ours.model_bytes == read("fit/model.safetensors"));
    ours.write(&folder.path().join("ours")).expect("written");
    assert!(read("ours/model.safetensors") == read("fit/model.safetensors"));
    let page = String::from_utf8(read("ours/index.html")).expect("UTF-8");
    assert!(page.trim_start().starts_with("<!DOCTYPE html"));
    let record: serde_json::Value =
        serde_json::from_slice(&read("fit/record.json")).expect("a record");
    let own: serde_json::Value =
        serde_json::from_slice(&read("ours/record.json")).expect("a record");
    for part in [
        "cells",
        "choice",
        "scores_test",
        "data",
        "model_blake3",
        "warnings",
    ] {
        assert_eq!(own[part], record[part], "{part}");
    }
    // The twin: another seed, another model.
    assert!(fitted(table, 6).model_bytes != ours.model_bytes);
}

/// Stops after the first epoch.
struct Impatient(AtomicBool);

impl Host for Impatient {
    fn seconds(&self) -> f64 {
        0.0
    }

    fn event(&self, event: Event<'_>) {
        if matches!(event, Event::Epoch { .. }) {
            self.0.store(true, std::sync::atomic::Ordering::Relaxed);
        }
    }

    fn stop(&self) -> Option<&AtomicBool> {
        Some(&self.0)
    }
}

#[test]
fn a_host_stops_a_fit() {
    for recipe in ["table", "tuned"] {
        let host = Impatient(AtomicBool::new(false));
        let mut request = FitRequest::new(rows(60).0);
        request.options.recipe = Some(recipe.to_owned());
        request.host = &host;
        let error = request.fit().expect_err("stopped").to_string();
        assert!(error.contains("stopped"), "{error}");
    }
}

#[test]
fn all_rows_can_be_learnt_from() {
    let (table, _) = rows(60);
    let mut request = FitRequest::new(table.clone());
    request.options.members = Some(1);
    request.options.max_epochs = Some(2);
    request.split = None;
    let all = request.fit().expect("a fit");
    assert!(all.record.is_none() && all.ensemble.is_some());
    assert!(all.page(None).expect("no fault").is_none());
    // A recipe that chooses among networks needs rows to choose by.
    let mut request = FitRequest::new(table);
    request.options.components = vec![2];
    request.split = None;
    let error = request.fit().expect_err("refused").to_string();
    assert!(error.contains("`tuned` needs rows"), "{error}");
}

#[test]
fn ten_rows_give_the_density_that_ignores_the_features() {
    let ten = fitted(rows(10).0, 0);
    assert!(
        ten.ensemble
            .is_some_and(|ensemble| ensemble.is_feature_free)
    );
    // Nine cannot be split.
    let mut request = FitRequest::new(rows(9).0);
    request.split = Some(SplitSpec::default());
    assert!(request.fit().is_err());
}

/// What would be passed over without a word.
#[test]
fn weights_are_refused() {
    let column = || Column::numbers((0..60).map(f64::from).collect::<Vec<_>>());
    let table = |roles: Roles| {
        let builder = Table::builder().column("x", column()).column("w", column());
        let table = builder
            .column("y", column())
            .build(&roles, MissingPolicy::Error);
        let mut request = FitRequest::new(table.expect("a table"));
        request.options.members = Some(1);
        request.options.max_epochs = Some(2);
        request.fit().map(|fitted| fitted.model.n_parameters())
    };
    let roles = || Roles::of_targets(["y"]);
    let error = table(roles().with_weights("w"))
        .expect_err("refused")
        .to_string();
    assert!(error.starts_with("the rows have weights"), "{error}");
    // The twin: as a feature the same column is welcome.
    assert!(table(roles()).is_ok());
}
