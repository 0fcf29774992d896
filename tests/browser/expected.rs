//! What the explorer of a page must show, computed by the library from the record's own parameters.
//!
//! `cargo run --release --example explorer_numbers -- record.json` writes JSON: modes, the 90 %
//! highest-density region and quantiles for every network of the record and every tenth x.

use std::error::Error;
use std::io::Write as _;
use std::path::Path;

use mixture_density::mixture::GaussianMixture;
use mixture_density::study::record::{Mixtures, Record};
use serde_json::{Value, json};

/// Abscissae between two that are computed; the first, the middle and the last are.
const STEP: usize = 10;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("a record.json is needed")?;
    let record = Record::read(Path::new(&path))?;
    let abscissae = record.exhibits.grid.as_ref().map(|grid| &grid.x[..]);
    // A record without a grid has a page without an explorer.
    let abscissae = abscissae.unwrap_or_default();
    let mut networks: Vec<&Mixtures> = record.exhibits.mixtures.iter().collect();
    // As the page orders them.
    networks.sort_by_key(|mixtures| mixtures.n_components);
    let n_x = abscissae.len();
    let mut all = Vec::new();
    for (network, mixtures) in networks.into_iter().enumerate() {
        let chosen = |at: &usize| at.is_multiple_of(STEP) || *at == n_x / 2 || *at == n_x - 1;
        for at in (0..n_x).filter(chosen) {
            let mut numbers = numbers(mixtures, at)?;
            numbers["network"] = json!(network);
            numbers["at"] = json!(at);
            // The shortest text that is this f32.
            numbers["x"] = serde_json::from_str(&abscissae[at].to_string())?;
            all.push(numbers);
        }
    }
    writeln!(std::io::stdout(), "{}", Value::from(all))?;
    Ok(())
}

fn numbers(mixtures: &Mixtures, at: usize) -> Result<Value, Box<dyn Error>> {
    let k = mixtures.n_components;
    let row = |values: &[f32]| -> Vec<f64> {
        values[at * k..(at + 1) * k]
            .iter()
            .map(|v| f64::from(*v))
            .collect()
    };
    let mut weights = row(&mixtures.weights);
    let sum: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|weight| *weight /= sum);
    let mixture = GaussianMixture::new(weights, row(&mixtures.means), row(&mixtures.scales))?;
    let y = mixture.as_univariate()?;
    let modes = y.modes();
    let density = |at: f64| y.density(at);
    let highest = modes
        .iter()
        .map(|mode| density(mode.at))
        .fold(0.0, f64::max);
    let modes: Vec<f64> = modes
        .iter()
        .map(|mode| mode.at)
        .filter(|at| density(*at) > highest / 100.0)
        .collect();
    Ok(json!({
        "cell": mixtures.cell,
        "modes": modes,
        "intervals": y.highest_density_region(0.9)?.intervals,
        "quantiles": [y.quantile(0.05)?, y.quantile(0.5)?, y.quantile(0.95)?],
    }))
}
