//! A service: one model in memory, asked by many threads, none of which allocates for an answer.
#![allow(clippy::print_stdout, reason = "an example says what it has found")]

use std::{sync::Arc, thread};

use mixture_density::mixture::ConditionalError;
use mixture_density::net::{Metadata, Model, Recipe, Rows, Scratch, Training};

/// P(Y > 1) at each x.
fn answer(model: &Model, xs: &[f64]) -> Result<Vec<f64>, ConditionalError> {
    let mut scratch = Scratch::default();
    let mut shares = Vec::with_capacity(xs.len());
    for x in xs {
        let mixtures = model.mixtures_in(&[*x], &mut scratch)?;
        let rows = mixtures.marginals().univariate_rows()?;
        shares.extend(rows.map(|row| 1.0 - row.cdf(1.0)));
    }
    Ok(shares)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let x: Vec<f64> = (0..200).map(|row| f64::from(row) / 50.0).collect();
    let y: Vec<f64> = x.iter().map(|x| x * (4.0 - x)).collect();
    let recipe = Recipe::for_tables().with_epochs(20);
    let training = Training::new(&recipe, Metadata::new(["x"], ["y"])).components(2);
    let rows = Rows { x: &x, y: &y };
    // A service would have `Model::load(path)` here.
    let model = Arc::new(Model::fit(&training, rows, rows)?.0);
    let expected = answer(&model, &x)?;
    let copies = (0..8).map(|_| (Arc::clone(&model), x.clone()));
    let ask = |(model, x): (Arc<Model>, Vec<f64>)| thread::spawn(move || answer(&model, &x));
    for thread in copies.map(ask).collect::<Vec<_>>() {
        assert_eq!(thread.join().map_err(|_| "a thread panicked")??, expected);
    }
    println!("8 threads, 1 model, the same {} answers", x.len());
    Ok(())
}
