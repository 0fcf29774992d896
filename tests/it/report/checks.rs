//! What must hold of every page. Each check answers with the first fault it finds.

use std::collections::BTreeSet;

use mixture_density::record::{Record, Timing};
use sha2::{Digest as _, Sha256};

use super::behind;
use super::html::{self, Element};
use super::truth::Truth;

/// All checks; the number of marked-up numbers that were compared.
pub(crate) fn all(page: &str, record: &Record, timing: Option<&Timing>) -> Result<usize, String> {
    all_against(page, record, timing, None)
}

/// [`all`] of a page that compares with another record.
pub(crate) fn all_against(
    page: &str,
    record: &Record,
    timing: Option<&Timing>,
    against: Option<&Record>,
) -> Result<usize, String> {
    let elements = html::read(page)?;
    anchors(&elements)?;
    order(&elements)?;
    requests(&elements)?;
    emptiness(&elements)?;
    pictures(&elements)?;
    let mut truth = Truth::new(record, timing)?;
    if let Some(against) = against {
        truth.compare_with(record, against)?;
    }
    Ok(numbers(&elements, &truth)? + behind::figures(&elements, &truth)?)
}

/// Cell numbers rise down the page, and each stands in the cell of its anchor.
pub(crate) fn order(elements: &[Element]) -> Result<(), String> {
    let mut last = 0;
    let is_number = |e: &&Element| e.attribute("class") == Some("cell-number");
    for element in elements.iter().filter(is_number) {
        let digits = element.text.trim_matches(['[', ']']);
        let number: usize = digits.parse().map_err(|e| format!("cell {digits}: {e}"))?;
        if number <= last {
            return Err(format!("cell {number} stands below cell {last}"));
        }
        last = number;
    }
    Ok(())
}

/// Every id is unique, and whatever is pointed to exists.
pub(crate) fn anchors(elements: &[Element]) -> Result<(), String> {
    let mut ids = BTreeSet::new();
    for id in elements.iter().filter_map(|e| e.attribute("id")) {
        if !ids.insert(id) {
            return Err(format!("id `{id}` stands twice"));
        }
    }
    for element in elements {
        let href = element
            .attribute("href")
            .and_then(|href| href.strip_prefix('#'));
        let labels = element.attribute("aria-labelledby").unwrap_or("");
        for target in href.into_iter().chain(labels.split_whitespace()) {
            if !ids.contains(target) {
                return Err(format!("<{}> points to `#{target}`", element.name));
            }
        }
    }
    Ok(())
}

/// Nothing is fetched, run or sent: only `<a>` may name an address.
pub(crate) fn requests(elements: &[Element]) -> Result<(), String> {
    const FORBIDDEN: [&str; 11] = [
        "img",
        "iframe",
        "object",
        "embed",
        "audio",
        "video",
        "source",
        "track",
        "base",
        "form",
        "foreignObject",
    ];
    const FETCHED: [&str; 9] = [
        "src",
        "srcset",
        "poster",
        "action",
        "background",
        "data",
        "ping",
        "formaction",
        "xlink:href",
    ];
    let policy = elements
        .iter()
        .find(|e| e.attribute("http-equiv") == Some("Content-Security-Policy"))
        .and_then(|e| e.attribute("content"))
        .ok_or("no policy")?;
    if !policy.starts_with("default-src 'none';") || policy.contains("script-src 'unsafe") {
        return Err(format!("the policy lets something through: {policy}"));
    }
    for element in elements {
        let name = element.name.as_str();
        let is_data = element.attribute("type") == Some("application/json");
        if name == "script" && !is_data && !is_allowed(&element.text, policy) {
            return Err("a script whose hash the policy does not name".to_owned());
        }
        if FORBIDDEN.contains(&name) {
            return Err(format!("<{name}> is not allowed"));
        }
        for (key, value) in &element.attributes {
            let is_inside = value.starts_with('#') || value.starts_with("data:");
            if FETCHED.contains(&key.as_str()) || key.starts_with("on") {
                return Err(format!("<{name} {key}=\"{value}\">"));
            }
            if key == "href" && name != "a" && !is_inside {
                return Err(format!("<{name}> fetches {value}"));
            }
            // A raster stands in the page itself.
            if name == "image" && key == "href" && !value.starts_with("data:image/png;base64,") {
                return Err(format!("<image> of {value}"));
            }
            if key == "http-equiv" && value == "refresh" {
                return Err("the page goes elsewhere by itself".to_owned());
            }
            if key == "style" && value.contains("url(") {
                return Err(format!("<{name}> fetches by style: {value}"));
            }
        }
        let is_style = name == "style";
        if is_style
            && ["url(", "@import", "image-set("]
                .iter()
                .any(|w| element.text.contains(w))
        {
            return Err("the style sheet fetches something".to_owned());
        }
    }
    Ok(())
}

/// Whether the policy names this script by its SHA-256.
fn is_allowed(script: &str, policy: &str) -> bool {
    let hash = Sha256::digest(script.as_bytes());
    let named = policy.split("'sha256-").skip(1);
    let mut names = named.filter_map(|tail| tail.split('\'').next());
    names.any(|name| base64(name).is_some_and(|bytes| bytes == hash[..]))
}

/// What a base64 text stands for; none where it is not one.
pub(crate) fn base64(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    let mut bytes = Vec::new();
    let (mut bits, mut n_bits) = (0_u32, 0);
    for digit in digits.bytes() {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xff_ffff;
        n_bits += 6;
        if n_bits >= 8 {
            n_bits -= 8;
            bytes.push((bits >> n_bits & 0xff) as u8);
        }
    }
    Some(bytes)
}

/// No empty cell, heading or number; no NaN in a table or a picture.
pub(crate) fn emptiness(elements: &[Element]) -> Result<(), String> {
    const NO_NUMBER: [&str; 6] = ["NaN", "inf", "null", "undefined", "None", "∞"];
    const TEXT: [&str; 16] = [
        "td",
        "th",
        "data",
        "code",
        "li",
        "p",
        "h1",
        "h2",
        "h3",
        "title",
        "desc",
        "figcaption",
        "summary",
        "a",
        "text",
        "pre",
    ];
    for element in elements {
        let name = element.name.as_str();
        if TEXT.contains(&name) && element.text.trim().is_empty() {
            return Err(format!("an empty <{name}> in {:?}", element.path));
        }
        let is_number = ["td", "data", "text"].contains(&name);
        if is_number
            && element
                .text
                .split_whitespace()
                .any(|word| NO_NUMBER.contains(&word))
        {
            return Err(format!("<{name}> says {}", element.text));
        }
        for key in ["d", "x", "y", "viewBox", "value"] {
            let value = element.attribute(key).unwrap_or("0");
            if value.is_empty() || NO_NUMBER.iter().any(|word| value.contains(word)) {
                return Err(format!("<{name} {key}=\"{value}\">"));
            }
        }
    }
    Ok(())
}

/// Every picture that is not decoration has a role, a title and a description.
pub(crate) fn pictures(elements: &[Element]) -> Result<(), String> {
    for (index, svg) in elements.iter().enumerate().filter(|(_, e)| e.name == "svg") {
        if svg.attribute("aria-hidden") == Some("true") {
            continue;
        }
        let names: Vec<&str> = elements
            .iter()
            .skip(index + 1)
            .take(2)
            .map(|e| e.name.as_str())
            .collect();
        if svg.attribute("role") != Some("img") || names != ["title", "desc"] {
            return Err(format!(
                "a picture without role, title or description: {svg:?}"
            ));
        }
    }
    Ok(())
}

/// Every number says what its key's field says, in full and rounded.
pub(crate) fn numbers(elements: &[Element], truth: &Truth) -> Result<usize, String> {
    let mut compared = 0;
    for element in elements {
        let Some(key) = element.attribute("data-key") else {
            if element.name == "data" {
                return Err(format!("a number without a key: {}", element.text));
            }
            continue;
        };
        let expected = truth
            .at(key)
            .ok_or_else(|| format!("no such field: {key}"))?;
        compared += 1;
        let Some(value) = element.attribute("value") else {
            let words = expected
                .as_str()
                .map_or_else(|| expected.to_string(), str::to_owned);
            // Of the spec the page shows the value as JSON writes it, quotes and all.
            let written = expected.to_string();
            let is_spec = key.starts_with("spec/");
            // A hash may be cut, and then says so.
            let start = element.text.strip_suffix('…').filter(|s| s.len() >= 8);
            let is_same = element.text == words
                || (is_spec && written == element.text)
                || start.is_some_and(|start| words.starts_with(start));
            if !is_same {
                return Err(format!("{key}: page {}, record {words}", element.text));
            }
            continue;
        };
        let expected = expected
            .as_f64()
            .ok_or_else(|| format!("{key} is no number"))?;
        let full: f64 = value.parse().map_err(|e| format!("{key}: {value}: {e}"))?;
        // What the test computes by another formula than the page differs in its last bits.
        let is_otherwise = key.starts_with("derived/draws/");
        let is_close = is_otherwise && (full - expected).abs() <= 1e-12 * expected.abs();
        if !is_close && full.to_bits() != expected.to_bits() {
            return Err(format!("{key}: page {value}, record {expected}"));
        }
        rounded(key, &element.text, expected)?;
    }
    Ok(compared)
}

/// Whether `text` is `expected`, rounded to the decimals it shows.
pub(crate) fn rounded(key: &str, text: &str, expected: f64) -> Result<(), String> {
    let shown = text.replace('\u{2212}', "-").replace(',', "");
    let (digits, unit) = match shown.strip_suffix(" %") {
        Some(digits) => (digits.to_owned(), 0.01),
        None => (shown, 1.0),
    };
    let rounded: f64 = digits
        .parse()
        .map_err(|e| format!("{key}: {digits}: {e}"))?;
    if let Some((mantissa, exponent)) = digits.split_once('e') {
        let unit: f64 = format!("1e{exponent}")
            .parse()
            .map_err(|e| format!("{key}: {e}"))?;
        let mantissa_decimals = mantissa.split_once('.').map_or(0, |(_, tail)| tail.len());
        let half = 0.5 * (0..mantissa_decimals).fold(unit, |half, _| half / 10.0);
        if (rounded - expected).abs() > half * (1.0 + 1e-9) {
            return Err(format!("{key}: shown {digits}, record {expected}"));
        }
        return Ok(());
    }
    let decimals = digits.split_once('.').map_or(0, |(_, tail)| tail.len());
    let half = 0.5 * (0..decimals).fold(unit, |half, _| half / 10.0);
    if (rounded * unit - expected).abs() > half * (1.0 + 1e-9) {
        return Err(format!("{key}: shown {digits}, record {expected}"));
    }
    Ok(())
}
