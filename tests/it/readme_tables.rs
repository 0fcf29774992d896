//! What README says of the standard tables is the record's.

use std::path::Path;

use mixture_density::record::{Cell, Record};

const README: &str = include_str!("../../README.md");

/// Mean and standard error of the mean.
fn mean(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
    (mean, (squares / (n - 1.0) / n).sqrt())
}

/// A row of README's table, up to the published figures.
fn row(record: &Record, table: &str) -> String {
    let own = |cell: &&Cell| cell.recipe == "table" && cell.problem.as_deref() == Some(table);
    let cells: Vec<&Cell> = record.cells.iter().filter(own).collect();
    assert_eq!(cells.len(), 20, "{table}");
    let of = |value: fn(&Cell) -> Option<f64>| -> Vec<f64> {
        let values = cells.iter().map(|cell| value(cell).expect("a score"));
        values.collect()
    };
    let (nll, error) = mean(&of(|cell| cell.nll_nats_mean.test));
    let (crps, _) = mean(&of(|cell| cell.crps_mean_test));
    let (coverage, _) = mean(&of(|cell| *cell.coverage_test.get("90")?));
    let row = format!(
        "| {table} | {nll:.3} ± {error:.3} | {crps:.3} | {:.1} % |",
        100.0 * coverage
    );
    row.replace('-', "−")
}

#[test]
fn figures_of_the_standard_tables_are_those_of_the_record() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/tables/record.json");
    let mut record = Record::read(&path).expect("a record");
    for table in ["concrete", "energy", "wine", "yacht"] {
        let row = row(&record, table);
        assert!(README.contains(&row), "{row}");
    }
    // The twin: a split that came out otherwise.
    for cell in &mut record.cells {
        cell.nll_nats_mean.test = cell.nll_nats_mean.test.map(|nll| nll + 0.01);
    }
    assert!(!README.contains(&row(&record, "yacht")));
}
