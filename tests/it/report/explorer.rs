//! The explorer: its first numbers are the library's, and its script gets what the record says.

use std::collections::BTreeMap;

use mixture_density::mixture::MixtureBatch;
use mixture_density::record::{Record, ShownMixtures};
use serde_json::Value;

use super::derived::showcase;
use super::fixture::Known as _;
use super::html::{self, Element};
use super::{checks, fixture, page};

/// By the page's keys, without `derived/`: the density the page shows before anything is chosen.
pub(crate) fn numbers(record: &Record) -> BTreeMap<String, Value> {
    let mut numbers = BTreeMap::new();
    let exhibits = record.exhibits.as_ref();
    let Some(grid) = exhibits.and_then(|exhibits| exhibits.grid.as_ref()) else {
        return numbers;
    };
    // The network the page looks at, else the one with the most components.
    let looked_at = showcase(record).map(|cell| &cell.id);
    let all = || record.shown().mixtures.iter();
    let mixtures = all()
        .find(|m| Some(&m.cell) == looked_at)
        .or_else(|| all().max_by_key(|m| m.n_components));
    let Some(mixtures) = mixtures else {
        return numbers;
    };
    let at = grid.x.len() / 2;
    let mut put = |key: String, value: f64| numbers.insert(format!("explorer/{key}"), value.into());
    let mixture = mixture(mixtures, at);
    let mut rows = mixture.univariate_rows().expect("one target");
    let y = rows.next().expect("a row");
    put(
        "x".to_owned(),
        grid.x[at].to_string().parse().expect("a number"),
    );
    let modes = y.modes();
    let highest = modes.iter().map(|m| y.density(m.at)).fold(0.0, f64::max);
    let modes = modes.iter().filter(|m| y.density(m.at) > highest / 100.0);
    for (index, mode) in modes.enumerate() {
        put(format!("mode/{index}"), mode.at);
    }
    let region = y.highest_density_region(0.9).expect("a probability");
    for (index, (low, high)) in region.intervals.iter().enumerate() {
        put(format!("low/{index}"), *low);
        put(format!("high/{index}"), *high);
    }
    for p in [0.05, 0.5, 0.95] {
        put(
            format!("quantile/{p}"),
            y.quantile(p).expect("a probability"),
        );
    }
    numbers
}

/// One row. As logits, rounded weights are normalised.
fn mixture(mixtures: &ShownMixtures, at: usize) -> MixtureBatch {
    let k = mixtures.n_components;
    let row = |values: &[f32]| -> Vec<f64> {
        let row = values[at * k..(at + 1) * k].iter();
        row.map(|v| f64::from(*v)).collect()
    };
    let logs = row(&mixtures.weights).into_iter().map(libm::log).collect();
    let (means, scales) = (row(&mixtures.means), row(&mixtures.scales));
    MixtureBatch::from_logits(k, 1, logs, means, scales).expect("mixtures")
}

fn record() -> Record {
    fixture::record(&[1, 3, 20], 2)
}

/// What the script of a page reads.
pub(crate) fn data(page: &str) -> Value {
    let elements = html::read(page).expect("markup");
    let is_data = |e: &&Element| e.attribute("id") == Some("explorer-data");
    let data = elements.iter().find(is_data).expect("the data");
    serde_json::from_str(&data.text).expect("JSON")
}

/// What the script makes of packed numbers.
fn shares(text: &Value) -> Vec<f64> {
    let bytes = checks::base64(text.as_str().expect("text")).expect("base64");
    let codes = bytes
        .chunks(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    codes.map(|code| f64::from(code) / 65_535.0).collect()
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

/// Half a step, and what is lost in writing the ends of a range.
const HALF: f64 = 0.5 / 65_535.0 * (1.0 + 1e-6);

fn near(what: String, found: f64, expected: f64, allowed: f64) -> Result<(), String> {
    if (found - expected).abs() <= allowed {
        Ok(())
    } else {
        Err(format!("{what}: {found}, record {expected}"))
    }
}

/// Every parameter of a network that the script reads, against the record's \[x, k\], within what
/// `packed` promises. The first that is off is told, else how many there are.
pub(crate) fn parameters(
    network: &Value,
    n_components: usize,
    recorded: [&[f64]; 3],
) -> Result<usize, String> {
    let [weights, means, scales] = recorded;
    let all = shares(&network["parameters"]);
    let n = weights.len();
    assert_eq!(network["n_components"], n_components);
    assert_eq!(all.len(), 3 * n);
    for index in 0..n {
        let what = |of: &str| format!("{} {of} {index}", network["cell"]);
        near(
            what("root of weight"),
            all[index],
            weights[index].sqrt(),
            HALF,
        )?;
        let range = |of: &str| {
            let ends = &network[of][index % n_components];
            (number(&ends[0]), number(&ends[1]))
        };
        let (low, high) = range("means");
        let mean = low + all[n + index] * (high - low);
        let allowed = HALF * (high - low) + 1e-12 * high.abs().max(low.abs());
        near(what("mean"), mean, means[index], allowed)?;
        let (low, high) = range("scales");
        let (low, high) = (libm::log(low), libm::log(high));
        let scale = low + all[2 * n + index] * (high - low);
        let expected = libm::log(scales[index]);
        near(
            what("log-scale"),
            scale,
            expected,
            HALF * (high - low) + 1e-9,
        )?;
    }
    Ok(n)
}

/// Every parameter and density that the script reads, against the record's.
fn unpacked(data: &Value, record: &Record) -> Result<usize, String> {
    let mut compared = 0;
    let grid = record.shown().grid.as_ref().expect("a grid");
    for (index, share) in shares(&data["exact"]["shares"]).into_iter().enumerate() {
        let peak = number(&data["exact"]["peaks"][index / grid.y.len()]);
        let expected = f64::from(grid.density[index]);
        let allowed = HALF * peak + 1e-7;
        near(format!("density {index}"), share * peak, expected, allowed)?;
        compared += 1;
    }
    let networks = data["networks"].as_array().expect("networks");
    assert_eq!(networks.len(), record.shown().mixtures.len());
    for network in networks {
        let is_its = |m: &&ShownMixtures| network["cell"] == m.cell.as_str();
        let recorded = record.shown().mixtures.iter().find(is_its);
        let recorded = recorded.expect("its mixtures");
        let cell = record.cells.iter().find(|c| c.id == recorded.cell);
        let cell = cell.expect("its cell");
        assert_eq!(network["nll"]["value"].as_f64(), cell.nll_nats_mean.test);
        assert_eq!(network["crps"]["value"].as_f64(), cell.crps_mean_test);
        // As the record's text has them.
        let wide = |values: &[f32]| -> Vec<f64> {
            let texts = values.iter().map(f32::to_string);
            texts.map(|text| text.parse().expect("a number")).collect()
        };
        let weights = wide(&recorded.weights);
        let (means, scales) = (wide(&recorded.means), wide(&recorded.scales));
        compared += parameters(network, recorded.n_components, [&weights, &means, &scales])?;
    }
    Ok(compared)
}

#[test]
fn the_explorer_gets_what_the_record_says() {
    let record = record();
    let page = page(&record, None);
    let compared = unpacked(&data(&page), &record).expect("the record's parameters");
    assert!(compared > 1_000, "{compared}");
    assert_eq!(checks::all(&page, &record, None).err(), None);
}

/// A code that is off by one place, a range and a peak that are another's, are caught.
#[test]
fn a_parameter_that_is_another_is_caught() {
    let record = record();
    let sound = data(&page(&record, None));
    let mut code = sound.clone();
    let text = code["networks"][1]["parameters"]
        .as_str()
        .expect("text")
        .to_owned();
    // A pair of digits changed places: some code is another.
    let at = text
        .as_bytes()
        .windows(2)
        .position(|pair| pair[0] != pair[1])
        .expect("two digits");
    let mut swapped = text.into_bytes();
    swapped.swap(at, at + 1);
    code["networks"][1]["parameters"] = String::from_utf8(swapped).expect("text").into();
    assert!(unpacked(&code, &record).is_err());
    let mut range = sound.clone();
    range["networks"][1]["means"][0][1] = Value::from(9.0);
    let fault = unpacked(&range, &record).expect_err("another range");
    assert!(fault.contains("mean"), "{fault}");
    let mut peak = sound;
    let peaks = &mut peak["exact"]["peaks"];
    peaks[2] = Value::from(1.001 * number(&peaks[2]));
    let fault = unpacked(&peak, &record).expect_err("another peak");
    assert!(fault.contains("density"), "{fault}");
}

#[test]
fn a_record_without_mixtures_has_no_explorer() {
    let mut record = record();
    record.shown_mut().mixtures.clear();
    let page = page(&record, None);
    assert!(!page.contains("id=\"explorer\"") && !page.contains("explorer-data"));
    assert_eq!(page.matches("<script>").count(), 1);
}

#[test]
fn a_name_cannot_end_the_script_element() {
    let mut record = record();
    let name = "</script><script>alert(1)</script>";
    let exhibits = record.exhibits.as_mut().expect("exhibits");
    for mixtures in &mut exhibits.mixtures {
        let cell = record
            .cells
            .iter_mut()
            .find(|c| c.id == mixtures.cell)
            .expect("its cell");
        cell.id = format!("{}{name}", cell.id);
        mixtures.cell = cell.id.clone();
    }
    let page = page(&record, None);
    assert!(!page.contains("<script>alert"));
    let cell = data(&page)["networks"][0]["cell"]
        .as_str()
        .expect("a name")
        .to_owned();
    assert!(cell.ends_with(name), "{cell}");
}
