//! Files changed at random, some of them with a digest made right again.

use mixture_density::record::canonical;
use mixture_density::seed::Stream;
use serde_json::Value;

/// A whole number below `n`.
fn below(stream: &mut Stream, n: usize) -> usize {
    (stream.uniform(0.0, n as f64) as usize).min(n.saturating_sub(1))
}

/// Values that programs stumble over.
const ODD: [&str; 16] = [
    "null",
    "0",
    "-1",
    "1",
    "-0.0",
    "1e308",
    "-1e-320",
    "1e999",
    "18446744073709551615",
    "9007199254740993",
    "true",
    "\"\"",
    "[]",
    "{}",
    "\"\\u0000\\u001b[2J\"",
    "[[[[1]]]]",
];

/// Bytes changed here and there, cut, repeated or grown.
pub(super) fn bytes(stream: &mut Stream, original: &[u8]) -> Vec<u8> {
    let mut bytes = original.to_vec();
    for _ in 0..=below(stream, 4) {
        if bytes.is_empty() {
            break;
        }
        let at = below(stream, bytes.len());
        let length = below(stream, 64).min(bytes.len() - at);
        match below(stream, 7) {
            0 => bytes[at] ^= 1 << below(stream, 8),
            1 => bytes[at] = below(stream, 256) as u8,
            2 => bytes.truncate(at),
            3 => drop(bytes.drain(at..at + length)),
            4 => {
                let piece = bytes[at..at + length].to_vec();
                bytes.splice(at..at, piece);
            }
            5 => {
                let word = ODD[below(stream, ODD.len())];
                bytes.splice(at..at, word.bytes());
            }
            _ => {
                let noise = (0..below(stream, 2000)).map(|_| below(stream, 256) as u8);
                let noise: Vec<u8> = noise.collect();
                bytes.splice(at..at, noise);
            }
        }
    }
    bytes
}

/// JSON with some of its values changed, removed, repeated or exchanged.
pub(super) fn json(stream: &mut Stream, original: &Value) -> Value {
    let mut value = original.clone();
    for _ in 0..=below(stream, 3) {
        change(stream, &mut value);
    }
    value
}

fn change(stream: &mut Stream, value: &mut Value) {
    // Deeper, mostly.
    let goes_on = below(stream, 8) > 0;
    match value {
        Value::Object(map) if goes_on && !map.is_empty() => {
            let key = map
                .keys()
                .nth(below(stream, map.len()))
                .cloned()
                .unwrap_or_default();
            match below(stream, 20) {
                0 => drop(map.remove(&key)),
                1 => drop(map.insert("unknown\u{1b}".to_owned(), Value::Null)),
                _ => change(stream, &mut map[&key]),
            }
        }
        Value::Array(list) if goes_on && !list.is_empty() => {
            let at = below(stream, list.len());
            match below(stream, 20) {
                0 => drop(list.remove(at)),
                1 => list.push(list[at].clone()),
                2 => list.truncate(at),
                3 => *list = [&list[..]; 3].concat(),
                _ => change(stream, &mut list[at]),
            }
        }
        Value::Number(number) if below(stream, 2) == 0 => {
            let found = number.as_f64().unwrap_or_default();
            let odd = [
                found * 1e6,
                -found,
                found + 1.0,
                found / 3.0,
                f64::MAX,
                5e-324,
            ];
            *value = odd[below(stream, odd.len())].into();
        }
        Value::String(text) if below(stream, 2) == 0 => {
            *text = match below(stream, 3) {
                0 => text.repeat(1 + below(stream, 200)),
                1 => format!("{text}\u{202e}<script>\n"),
                _ => text.chars().rev().collect(),
            };
        }
        _ => *value = ODD[below(stream, ODD.len())].parse().unwrap_or(Value::Null),
    }
}

/// A record whose digest fits it.
pub(super) fn sealed(mut record: Value) -> Value {
    if let Some(map) = record.as_object_mut() {
        map.remove("digest");
        if let Ok(digest) = canonical::digest(&Value::Object(map.clone())) {
            map.insert("digest".to_owned(), digest.into());
        }
    }
    record
}

/// A stored cell whose hash fits it.
pub(super) fn sealed_cell(mut cell: Value) -> Value {
    if let Some(map) = cell.as_object_mut()
        && let Some(result) = map.get("result")
        && let Ok(digest) = canonical::digest(result)
    {
        map.insert("blake3".to_owned(), digest.into());
    }
    cell
}
