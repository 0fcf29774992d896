//! What each column is worth, of fits to tables whose answer is known.

use std::fmt::Write as _;

use mixture_density::record::{Importance, Record};
use mixture_density::seed::Seed;

use super::Desk;

/// Five features and a category of three levels; y is of `a` and `c` and the category where `matters`, else of nothing.
fn table(matters: bool) -> String {
    let mut stream = Seed::new(11).stream("importance");
    let mut text = "a,b,c,d,e,kind,y\n".to_owned();
    for row in 0..400 {
        let x: Vec<f64> = (0..5).map(|_| stream.normal(0.0, 1.0)).collect();
        let kind = row % 3;
        let signal = x[0] + 2.0 * x[2] + 3.0 * f64::from(kind);
        let y = stream.normal(if matters { signal } else { 0.0 }, 0.5);
        let x: Vec<String> = x.iter().map(f64::to_string).collect();
        let _ = writeln!(
            text,
            "{},{},{y}",
            x.join(","),
            ["red", "green", "blue"][kind as usize]
        );
    }
    text
}

fn fitted(desk: &Desk, matters: bool, options: &[&str]) -> (Record, String) {
    desk.0.write("t.csv", table(matters));
    desk.good(&[&["fit", "t.csv", "--target", "y"], options].concat());
    (desk.record("t-fit"), desk.0.text("t-fit/index.html"))
}

fn importance(record: &Record) -> &Importance {
    let exhibits = record.table_exhibits.as_ref().expect("exhibits");
    exhibits.importance.as_ref().expect("importance")
}

/// Columns that are worth more than three standard errors.
fn mattering(record: &Record) -> Vec<&str> {
    let columns = importance(record).columns.iter();
    let matters = columns.filter(|column| {
        let (mean, error) = (column.nats_mean, column.nats_standard_error);
        mean.zip(error)
            .is_some_and(|(mean, error)| mean > 3.0 * error)
    });
    matters.map(|column| column.name.as_str()).collect()
}

#[test]
fn the_columns_that_matter_are_found() {
    let desk = Desk::new();
    let options = ["--recipe", "tuned", "--components", "1", "--epochs", "60"];
    let (record, page) = fitted(&desk, true, &options);
    let importance = importance(&record);
    let worth: Vec<f64> = importance
        .columns
        .iter()
        .map(|c| c.nats_mean.expect("nats"))
        .collect();
    let names: Vec<&str> = importance.columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "c", "d", "e", "kind"]);
    let least = worth[0].min(worth[2]).min(worth[5]);
    assert!(
        [1, 3, 4].iter().all(|at| worth[*at] < 0.3 * least),
        "{worth:?}"
    );
    for name in ["a", "c", "kind"] {
        assert!(mattering(&record).contains(&name), "{worth:?}");
    }
    let spread = importance.columns.iter().map(|c| c.nats_of_repeats.len());
    assert!(spread.eq([5; 6]) && importance.n_rows == record.data.n_test);
    assert!(page.contains("Which features matter?") && page.contains("The features help."));
    // A row of the worst says what stood in the table.
    let worst = page
        .split("aria-label=\"Least expected rows\"")
        .nth(1)
        .expect("the worst rows");
    let worst = worst.split("</table>").next().expect("its end");
    assert!(
        ["red", "green", "blue"]
            .iter()
            .any(|level| worst.contains(level)),
        "{worst}"
    );
    let shown = &record
        .table_exhibits
        .as_ref()
        .expect("exhibits")
        .worst_rows_test;
    assert!(shown.len() == 6 && shown.is_sorted_by(|a, b| a.nll_nats >= b.nll_nats));
}

/// The twin: where nothing matters, nothing is said to.
#[test]
fn noise_matters_to_nobody() {
    let desk = Desk::new();
    let (record, page) = fitted(&desk, false, &["--epochs", "20"]);
    assert_eq!(mattering(&record), Vec::<&str>::new());
    assert!(page.contains("No column is worth more than three standard errors"));
    assert!(!page.contains("The features help."));
}
