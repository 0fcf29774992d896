//! Canonical JSON: sorted keys, shortest round-trip numbers, one scalar array a line, trailing newline.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;

/// The canonical text of `value`.
///
/// # Errors
/// If `value` holds a map whose keys are not strings.
pub fn to_string(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let mut text = String::new();
    write(&mut text, &serde_json::to_value(value)?, 0);
    text.push('\n');
    Ok(text)
}

/// BLAKE3 of the canonical text, in hexadecimal.
///
/// # Errors
/// As [`to_string`].
pub fn digest(value: &impl Serialize) -> Result<String, serde_json::Error> {
    Ok(blake3::hash(to_string(value)?.as_bytes())
        .to_hex()
        .to_string())
}

fn write(text: &mut String, value: &Value, depth: usize) {
    match value {
        // serde_json's map is a BTreeMap: its order is the keys'.
        Value::Object(map) if !map.is_empty() => {
            text.push('{');
            for (index, (key, value)) in map.iter().enumerate() {
                text.push_str(if index > 0 { ",\n" } else { "\n" });
                indent(text, depth + 1);
                let _ = write!(text, "{}: ", Value::from(key.as_str()));
                write(text, value, depth + 1);
            }
            text.push('\n');
            indent(text, depth);
            text.push('}');
        }
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index > 0 { ",\n" } else { "\n" });
                indent(text, depth + 1);
                write(text, item, depth + 1);
            }
            text.push('\n');
            indent(text, depth);
            text.push(']');
        }
        scalar => {
            let _ = write!(text, "{scalar}");
        }
    }
}

fn indent(text: &mut String, depth: usize) {
    text.extend(std::iter::repeat_n("  ", depth));
}

/// Serialises `Vec<f32>` with each number's shortest decimal, which an `f64` in between would lose.
pub mod shortest {
    use serde::{Deserialize, Deserializer, Serializer};

    /// The f64 with the same shortest decimal as `value`; a value that is not finite stays so.
    #[must_use]
    pub fn widen(value: f32) -> f64 {
        // Canonical zero: −0 would print as "-0.0".
        if value.is_finite() {
            (value + 0.0)
                .to_string()
                .parse()
                .unwrap_or(f64::from(value))
        } else {
            f64::from(value)
        }
    }

    /// For `#[serde(with)]`.
    ///
    /// # Errors
    /// The serialiser's.
    pub fn serialize<S: Serializer>(values: &[f32], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(values.iter().map(|v| widen(*v)))
    }

    /// For `#[serde(with)]`.
    ///
    /// # Errors
    /// The deserialiser's.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f32>, D::Error> {
        let values = Vec::<f64>::deserialize(deserializer)?;
        Ok(values.into_iter().map(|v| v as f32).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_and_scalar_arrays_stay_on_a_line() {
        let value = serde_json::json!({"b": [1, 2.5], "a": {"z": null, "y": [[], {}]}});
        let text = to_string(&value).unwrap();
        assert_eq!(
            text,
            "{\n  \"a\": {\n    \"y\": [\n      [],\n      {}\n    ],\n    \"z\": null\n  },\n  \"b\": [1,2.5]\n}\n"
        );
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }

    #[test]
    fn f32_keeps_its_shortest_decimal_and_comes_back() {
        for bits in (0..u32::MAX).step_by(100_003) {
            let value = f32::from_bits(bits);
            if value.is_finite() {
                assert_eq!(
                    (shortest::widen(value) as f32).to_bits(),
                    (value + 0.0).to_bits()
                );
            }
        }
        assert_eq!(shortest::widen(0.1).to_string(), "0.1");
        assert_ne!(
            f64::from(0.1f32).to_string(),
            "0.1",
            "the plain way loses it"
        );
    }
}
