//! Arrays become a density: fitted, judged on rows that were not learnt from, and asked.
#![allow(clippy::print_stdout, reason = "an example says what it has found")]

use mixture_density::fit::FitRequest;
use mixture_density::mixture::ConditionalDensity as _;
use mixture_density::table::{Column, MissingPolicy, Roles, Table};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Two answers for every x, and a column of text that says nothing.
    let x: Vec<f64> = (0..300).map(|row| f64::from(row) / 60.0).collect();
    let branch = |(row, x): (usize, &f64)| if row % 2 == 0 { 1.0 + x } else { -1.0 - x };
    let y: Vec<f64> = x.iter().enumerate().map(branch).collect();
    let colours = (0..300).map(|row| Some(["red", "blue", "green"][row * 7 % 11 % 3]));

    let table = Table::builder()
        .column("x", Column::numbers(x))
        .column("colour", Column::texts(colours))
        .column("y", Column::numbers(y))
        .build(&Roles::of_targets(["y"]), MissingPolicy::Error)?;
    let mut request = FitRequest::new(table);
    request.options.members = Some(1);
    request.options.max_epochs = Some(12);
    let fitted = request.fit()?;

    let scores = fitted.record.and_then(|record| record.scores_test);
    let nll = scores.ok_or("no row judged it")?.nll_nats.mean;
    // x, and a column for each colour.
    let density = fitted.model.mixture_at(&[3.0, 1.0, 0.0, 0.0])?;
    let modes = density.as_univariate()?.modes();
    println!("{nll:.2} nats on test rows, {} modes at x = 3", modes.len());
    let near = |y: f64| modes.iter().any(|mode| (mode.at - y).abs() < 1.0);
    assert!(near(4.0) && near(-4.0));
    Ok(())
}
