//! Where two JSON values differ.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::difference::Difference;

/// Appends every leaf in which the two differ.
pub(crate) fn leaves(
    place: &str,
    recorded: &Value,
    now: &Value,
    differences: &mut Vec<Difference>,
) {
    let mut differ = |place: String, recorded: String, now: String| {
        differences.push(Difference {
            place,
            recorded,
            now,
            measure: None,
        });
    };
    match (recorded, now) {
        (Value::Object(a), Value::Object(b)) => {
            let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for key in keys {
                let of = |map: &Map<String, Value>| map.get(key).cloned().unwrap_or(Value::Null);
                leaves(&format!("{place}/{key}"), &of(a), &of(b), differences);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                leaves(&format!("{place}/{index}"), a, b, differences);
            }
        }
        (Value::Array(a), Value::Array(b)) => {
            differ(
                format!("{place}/length"),
                a.len().to_string(),
                b.len().to_string(),
            );
        }
        _ if recorded == now => {}
        _ => differ(place.to_owned(), recorded.to_string(), now.to_string()),
    }
}
