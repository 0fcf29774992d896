//! What the explorer of a page must show, computed by the library from the record's own parameters.
//!
//! `cargo run --release --example explorer_numbers -- record.json` writes JSON: modes, the 90 %
//! highest-density region and quantiles for every network of the record and every tenth x.
//!
//! The page's parameters are the record's in 16 bits. So modes come in two lists: those it must
//! show, and those that so little can make or unmake; and where the density is low or flat, a
//! quantile or an end of a region has the slack that its conditioning gives it.

use std::error::Error;
use std::io::Write as _;
use std::path::Path;

use mixture_density::mixture::{GaussianMixture, Univariate};
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
    let (modes, doubtful) = modes(y);
    let intervals = y.highest_density_region(0.9)?.intervals;
    let ends = intervals.iter().flat_map(|(low, high)| [*low, *high]);
    let end_slack: Vec<f64> = ends
        .map(|at| LEVEL * y.density(at) / steepness(y, at))
        .collect();
    let quantiles = [y.quantile(0.05)?, y.quantile(0.5)?, y.quantile(0.95)?];
    Ok(json!({
        "cell": mixtures.cell,
        "modes": modes,
        "doubtful_modes": doubtful,
        "intervals": intervals,
        "end_slack": end_slack,
        "quantiles": quantiles,
        "quantile_slack": quantiles.map(|at| PROBABILITY / y.density(at)),
    }))
}

/// What the 16 bits may do to a cumulative probability: a quantile moves by this over the density.
const PROBABILITY: f64 = 1e-4;
/// And to the level of a region, as a share of it: an end moves by that over the density's slope.
const LEVEL: f64 = 1e-3;

/// |p′|, by a central difference.
fn steepness(y: Univariate<'_>, at: f64) -> f64 {
    let h = 1e-4;
    ((y.density(at + h) - y.density(at - h)) / (2.0 * h)).abs()
}

/// A mode that rises above the valleys beside it by less than this share of itself is doubtful.
const SHALLOW: f64 = 0.01;
/// So is one whose density is within this factor of the least that is shown.
const NEAR: f64 = 1.1;

/// The modes of a hundredth of the highest and more: certain, doubtful.
fn modes(y: Univariate<'_>) -> (Vec<f64>, Vec<f64>) {
    let at: Vec<f64> = y.modes().iter().map(|mode| mode.at).collect();
    let highest = at.iter().map(|at| y.density(*at)).fold(0.0, f64::max);
    let valley = |a: f64, b: f64| {
        let points = (0..=400).map(|i| a + (b - a) * f64::from(i) / 400.0);
        points.map(|at| y.density(at)).fold(f64::INFINITY, f64::min)
    };
    let (mut certain, mut doubtful) = (Vec::new(), Vec::new());
    for (i, mode) in at.iter().enumerate() {
        let density = y.density(*mode);
        let before = i
            .checked_sub(1)
            .map_or(0.0, |before| valley(at[before], *mode));
        let after = at.get(i + 1).map_or(0.0, |after| valley(*mode, *after));
        let is_shallow = before.max(after) > (1.0 - SHALLOW) * density;
        if density < highest / (100.0 * NEAR) {
            continue;
        }
        if is_shallow || density < highest / 100.0 * NEAR {
            doubtful.push(*mode);
        } else {
            certain.push(*mode);
        }
    }
    (certain, doubtful)
}
