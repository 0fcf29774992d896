//! The numbers behind a figure: file and table say what the record says, every one of them.

use super::checks::rounded;
use super::html::Element;
use super::truth::Truth;

/// What stands in one `details.behind`.
#[derive(Debug, Default)]
struct Behind {
    name: String,
    href: String,
    hash: String,
    keys: Vec<String>,
    rows: Vec<(usize, Vec<String>)>,
}

/// All figures; how many numbers of the files were compared.
pub(crate) fn figures(elements: &[Element], truth: &Truth) -> Result<usize, String> {
    let mut compared = 0;
    for behind in collect(elements)? {
        compared += file(&behind, truth).map_err(|fault| format!("{}: {fault}", behind.name))?;
    }
    Ok(compared)
}

fn collect(elements: &[Element]) -> Result<Vec<Behind>, String> {
    let mut all: Vec<Behind> = Vec::new();
    for element in elements {
        if element.name == "details" && element.attribute("class") == Some("behind") {
            all.push(Behind::default());
        }
        if !element.path.iter().any(|part| part == "details.behind") {
            continue;
        }
        let behind = all.last_mut().ok_or("a part of nothing")?;
        let words = element.text.trim().to_owned();
        match element.name.as_str() {
            "a" if element.attribute("download").is_some() => {
                behind.name = words;
                behind.href = element.attribute("href").unwrap_or("").to_owned();
            }
            "code" if element.attribute("class") == Some("file-hash") => behind.hash = words,
            "th" if element.attribute("scope") == Some("col") => {
                let key = element.attribute("data-keys").unwrap_or("");
                behind.keys.push(key.to_owned());
            }
            "tr" => {
                if let Some(row) = element.attribute("data-row") {
                    let row = row.parse().map_err(|e| format!("row {row}: {e}"))?;
                    behind.rows.push((row, Vec::new()));
                }
            }
            "th" | "td" => {
                let row = behind.rows.last_mut().ok_or("a cell without a row")?;
                row.1.push(words);
            }
            _ => {}
        }
    }
    Ok(all)
}

/// Every number of the file is its field's, to the last bit; every number of the table is the file's, rounded.
fn file(behind: &Behind, truth: &Truth) -> Result<usize, String> {
    let csv = decoded(&behind.href)?;
    if blake3::hash(csv.as_bytes()).to_hex().as_str() != behind.hash {
        return Err("the hash is not the file's".to_owned());
    }
    let mut lines = csv.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let head = lines.next().ok_or("an empty file")?;
    let rows: Vec<Vec<&str>> = lines.collect();
    if head.len() != behind.keys.len() || rows.iter().any(|row| row.len() != head.len()) {
        return Err("a row too long or too short".to_owned());
    }
    let mut compared = 0;
    for row in &rows {
        for (key, text) in behind.keys.iter().zip(row).skip(1) {
            if !key.contains('*') {
                return Err(format!("a column without its key: {key}"));
            }
            let key = key.replace('*', row[0]);
            let field = truth.at(&key).and_then(|v| v.as_f64());
            let given = (!text.is_empty()).then(|| text.parse::<f64>());
            let given = given.transpose().map_err(|e| format!("{key}: {e}"))?;
            if field.map(f64::to_bits) != given.map(f64::to_bits) {
                return Err(format!("{key}: file {text:?}, record {field:?}"));
            }
            compared += 1;
        }
    }
    if behind.rows.is_empty() || behind.rows.len() > rows.len() {
        return Err(format!("{} rows are shown", behind.rows.len()));
    }
    for (index, shown) in &behind.rows {
        let row = rows.get(*index).ok_or("a row that the file lacks")?;
        if shown.len() != row.len() || shown[0] != row[0] {
            return Err(format!("row {index} is another's"));
        }
        for (text, full) in shown.iter().zip(row).skip(1) {
            match full.parse::<f64>() {
                Ok(full) => rounded(row[0], text, full)?,
                Err(_) if text == "–" && full.is_empty() => {}
                Err(e) => return Err(format!("row {index}: {text}: {e}")),
            }
        }
    }
    Ok(compared)
}

fn decoded(href: &str) -> Result<String, String> {
    let coded = href.strip_prefix("data:text/csv;charset=utf-8,");
    let coded = coded.ok_or("no data address")?.as_bytes();
    let mut bytes = Vec::with_capacity(coded.len());
    let mut at = 0;
    while at < coded.len() {
        if coded[at] == b'%' {
            let hex = std::str::from_utf8(&coded[at + 1..at + 3]).map_err(|e| e.to_string())?;
            bytes.push(u8::from_str_radix(hex, 16).map_err(|e| e.to_string())?);
            at += 3;
        } else {
            bytes.push(coded[at]);
            at += 1;
        }
    }
    String::from_utf8(bytes).map_err(|e| e.to_string())
}
