//! The spec as the record repeats it: a list of paths and values.

use serde::Serialize;
use serde_json::Value;

use super::number;
use crate::record::Record;

/// One value of the spec.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Setting {
    /// `recipes/0/adam/epsilon`.
    path: String,
    /// Marked-up value.
    value: String,
}

/// The spec as its file and the record have it.
pub(super) fn spec(record: &Record) -> Value {
    serde_json::to_value(&record.spec).unwrap_or_default()
}

/// All values of the spec that are not tables, in the record's order.
pub(super) fn flat(spec: &Value) -> Vec<Setting> {
    let mut settings = Vec::new();
    walk(spec, &mut Vec::new(), &mut |path, value| {
        let path = path.join("/");
        // What is not there is not said.
        if path.is_empty() || value.is_null() {
            return;
        }
        settings.push(Setting {
            value: number::word(&format!("spec/{path}"), &value.to_string()),
            path,
        });
    });
    settings
}

/// The first number in the spec under one of these names, ready for a sentence.
pub(super) fn named_number(spec: &Value, names: &[&str]) -> Option<String> {
    let mut found = None;
    walk(spec, &mut Vec::new(), &mut |path, value| {
        let is_named = path
            .last()
            .is_some_and(|name| names.contains(&name.as_str()));
        if let (None, true, Some(value)) = (&found, is_named, value.as_f64()) {
            found = Some(number::exact(&format!("spec/{}", path.join("/")), value));
        }
    });
    found
}

/// Where the spec names its problem, and the name.
pub(super) fn problem_name(spec: &Value) -> Option<(String, String)> {
    let mut found = None;
    walk(spec, &mut Vec::new(), &mut |path, value| {
        if let (None, [.., table, "name" | "kind"], Some(name)) = (
            &found,
            path.iter()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .as_slice(),
            value.as_str(),
        ) && *table == "problem"
        {
            found = Some((path.join("/"), name.to_owned()));
        }
    });
    found
}

/// Whether the data are the spiral's, so that the page may speak of arms and turns.
pub(super) fn names_the_spiral(record: &Record) -> bool {
    let mut found = record.study == "spiral";
    walk(&spec(record), &mut Vec::new(), &mut |_, value| {
        found |= value.as_str() == Some("spiral");
    });
    found
}

/// Visits values; a list of plain values counts as one.
fn walk(value: &Value, path: &mut Vec<String>, visit: &mut impl FnMut(&[String], &Value)) {
    let is_plain = |value: &Value| !(value.is_object() || value.is_array());
    match value {
        Value::Object(table) => {
            for (name, value) in table {
                path.push(name.clone());
                walk(value, path, visit);
                path.pop();
            }
        }
        Value::Array(list) if !list.iter().all(is_plain) => {
            for (index, value) in list.iter().enumerate() {
                path.push(index.to_string());
                walk(value, path, visit);
                path.pop();
            }
        }
        plain => visit(path, plain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spec_is_flattened_in_order() {
        let spec = serde_json::json!({"a": {"b": 1, "k": [1, 2]}, "r": [{"name": "<x>"}]});
        let flat = flat(&spec);
        let paths: Vec<&str> = flat.iter().map(|s| s.path.as_str()).collect();
        assert_eq!(paths, ["a/b", "a/k", "r/0/name"]);
        assert_eq!(flat[1].value, "<code data-key=\"spec/a/k\">[1,2]</code>");
        assert!(flat[2].value.contains("&lt;x&gt;"));
        let found = named_number(&spec, &["b"]);
        let expected = "<data value=\"1\" data-key=\"spec/a/b\">1</data>";
        assert_eq!(found.as_deref(), Some(expected));
        assert_eq!(named_number(&spec, &["name"]), None);
    }
}
