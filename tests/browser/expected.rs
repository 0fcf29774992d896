//! What the explorer of a page must show, computed by the library from the record's own parameters.
//!
//! `cargo run --release --example explorer_numbers -- record.json` writes JSON: modes, the 90 %
//! highest-density region and quantiles for every network of the record and every tenth x. Of a
//! fit, which has one network, of every fifth; none where it has no explorer.
//!
//! The page's parameters are the record's in 16 bits. So modes come in two lists: those it must
//! show, and those that so little can make or unmake; and where the density is low or flat, a
//! quantile or an end of a region has the slack that its conditioning gives it.

use std::error::Error;
use std::io::Write as _;
use std::path::Path;

use mixture_density::mixture::{GaussianMixture, Univariate};
use mixture_density::record::{Record, ShownMixtures, ShownRow};
use serde_json::{Value, json};

/// Abscissae between two that are computed; the first, the middle and the last are.
const STEP: usize = 10;
/// The same of a fit.
const FIT_STEP: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("a record.json is needed")?;
    let path = Path::new(&path);
    let record = Record::read(path)?;
    let all = match record.table_exhibits {
        Some(_) => of_fit(&record)?,
        None => of_study(&record)?,
    };
    writeln!(std::io::stdout(), "{}", Value::from(all))?;
    Ok(())
}

fn of_study(record: &Record) -> Result<Vec<Value>, Box<dyn Error>> {
    // A record without a grid has a page without an explorer.
    let Some(exhibits) = &record.exhibits else {
        return Ok(Vec::new());
    };
    let Some(grid) = &exhibits.grid else {
        return Ok(Vec::new());
    };
    let mut networks: Vec<&ShownMixtures> = exhibits.mixtures.iter().collect();
    // As the page orders them.
    networks.sort_by_key(|mixtures| mixtures.n_components);
    let scale = Scale {
        range: f64::from(grid.y[grid.y.len() - 1]) - f64::from(grid.y[0]),
        tolerance: 0.001,
    };
    let mut all = Vec::new();
    for (network, mixtures) in networks.into_iter().enumerate() {
        for at in chosen(grid.x.len(), STEP) {
            let k = mixtures.n_components;
            let row = |values: &[f32]| -> Vec<f64> {
                let row = values[at * k..(at + 1) * k].iter();
                row.map(|v| f64::from(*v)).collect()
            };
            let (means, scales) = (row(&mixtures.means), row(&mixtures.scales));
            let mut numbers = numbers(row(&mixtures.weights), means, scales, &scale)?;
            numbers["cell"] = json!(mixtures.cell);
            numbers["network"] = json!(network);
            numbers["at"] = json!(at);
            // The shortest text that is this f32.
            numbers["x"] = serde_json::from_str(&grid.x[at].to_string())?;
            all.push(numbers);
        }
    }
    Ok(all)
}

fn of_fit(record: &Record) -> Result<Vec<Value>, Box<dyn Error>> {
    let (Some(table), Some(exhibits)) = (&record.data.table, &record.table_exhibits) else {
        return Ok(Vec::new());
    };
    let (1, 1, Some(cell)) = (table.features.len(), table.targets.len(), record.chosen()) else {
        return Ok(Vec::new());
    };
    let test = exhibits.points_test.iter().map(|[_, y]| *y);
    let ends = [exhibits.targets[0].low, exhibits.targets[0].high];
    let ys: Vec<f64> = test.chain(ends).collect();
    // The page shows them with a margin.
    let range = 1.08
        * (ys.iter().copied().fold(f64::MIN, f64::max)
            - ys.iter().copied().fold(f64::MAX, f64::min));
    let scale = Scale {
        range,
        tolerance: format!("1e{}", libm::ceil(libm::log10(range)) - 4.0).parse()?,
    };
    let row = |at: usize| -> Result<Value, Box<dyn Error>> {
        let ShownRow {
            x,
            weights,
            means,
            scales,
            ..
        } = exhibits.grid[at].clone();
        let (means, scales) = (means.concat(), scales.concat());
        let mut numbers = numbers(weights, means, scales, &scale)?;
        numbers["cell"] = json!(cell.id);
        numbers["network"] = json!(0);
        numbers["at"] = json!(at);
        numbers["x"] = json!(x[0]);
        Ok(numbers)
    };
    chosen(exhibits.grid.len(), FIT_STEP).map(row).collect()
}

/// Places among the abscissae.
fn chosen(n: usize, step: usize) -> impl Iterator<Item = usize> {
    (0..n).filter(move |at| at.is_multiple_of(step) || *at == n / 2 || *at == n - 1)
}

/// What counts as much and as little in the unit of y.
struct Scale {
    range: f64,
    /// One in the last decimal shown.
    tolerance: f64,
}

fn numbers(
    mut weights: Vec<f64>,
    means: Vec<f64>,
    scales: Vec<f64>,
    scale: &Scale,
) -> Result<Value, Box<dyn Error>> {
    let sum: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|weight| *weight /= sum);
    let mixture = GaussianMixture::new(weights, means, scales)?;
    let y = mixture.as_univariate()?;
    let (modes, doubtful) = modes(y);
    let intervals = y.highest_density_region(0.9)?.intervals;
    let ends = intervals.iter().flat_map(|(low, high)| [*low, *high]);
    let end_slack: Vec<f64> = ends
        .map(|at| LEVEL * y.density(at) / steepness(y, at, 2e-5 * scale.range))
        .collect();
    let quantiles = [y.quantile(0.05)?, y.quantile(0.5)?, y.quantile(0.95)?];
    Ok(json!({
        "tolerance": scale.tolerance,
        "shift": 0.01 * scale.range,
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
fn steepness(y: Univariate<'_>, at: f64, h: f64) -> f64 {
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
