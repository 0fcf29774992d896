//! Records that no study makes: a page or a sentence, never a panic.
//!
//! Every kind of value of a sound record is replaced by others of its type: lists lose and gain entries,
//! numbers become nothing, negative or as large as they can be.

use std::panic::{AssertUnwindSafe, catch_unwind};

use mixture_density::record::Record;
use mixture_density::report::{RenderError, index, render};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::fixture;
use super::fixture::Known as _;

/// Pointers to all values, of lists the list itself, its first and its last entry.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| {
            places(
                value,
                &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")),
                found,
            );
        }),
        Value::Array(list) => {
            found.push(at.to_owned());
            let mut ends = vec![0, list.len().saturating_sub(1)];
            ends.dedup();
            for end in ends.into_iter().filter(|end| *end < list.len()) {
                places(&list[end], &format!("{at}/{end}"), found);
            }
        }
        _ => found.push(at.to_owned()),
    }
}

/// Others of its type.
fn others(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(list) => {
            let twice = [list.clone(), list.clone()].concat();
            vec![
                json!([]),
                list.iter().take(1).cloned().collect(),
                json!(twice),
            ]
        }
        Value::Number(_) => vec![json!(0), json!(-1.5e300), json!(1e300), json!(u64::MAX)],
        Value::String(_) => vec![json!(""), json!("é<\"/'\u{0}")],
        Value::Bool(is) => vec![json!(!is)],
        Value::Null => vec![json!(1)],
        Value::Object(_) => Vec::new(),
    }
}

/// Where in a record a change made `page` panic, and how many changed records it took and refused.
pub(crate) fn panics<R: DeserializeOwned>(
    sound: &Value,
    page: impl Fn(&R) -> Result<String, RenderError>,
) -> (Vec<String>, usize, usize) {
    let (mut found, mut places_of) = (Vec::new(), Vec::new());
    places(sound, "", &mut places_of);
    let (mut n_taken, mut n_refused) = (0, 0);
    for place in places_of {
        let old = sound.pointer(&place).cloned().unwrap_or_default();
        for other in others(&old) {
            let mut changed = sound.clone();
            if let Some(value) = changed.pointer_mut(&place) {
                *value = other.clone();
            }
            // What the types refuse never reaches a page.
            let Ok(record) = serde_json::from_value::<R>(changed) else {
                continue;
            };
            match catch_unwind(AssertUnwindSafe(|| page(&record))) {
                Ok(Ok(_)) => n_taken += 1,
                Ok(Err(error)) => {
                    assert!(!error.to_string().contains('\n'), "{error}");
                    n_refused += 1;
                }
                Err(_) => found.push(format!("{place} = {}", excerpt(&other))),
            }
        }
    }
    (found, n_taken, n_refused)
}

fn excerpt(value: &Value) -> String {
    value.to_string().chars().take(40).collect()
}

fn sound() -> Record {
    fixture::record(&[1, 20], 1)
}

#[test]
fn no_changed_record_makes_the_page_panic() {
    let json = serde_json::to_value(sound()).expect("JSON");
    let timing = fixture::timing(&sound());
    let (found, n_taken, n_refused) =
        panics(&json, |record: &Record| render(record, Some(&timing)));
    assert!(found.is_empty(), "{found:#?}");
    assert!(n_taken > 100 && n_refused > 10, "{n_taken} {n_refused}");
    let (found, n_taken, _) = panics(&json, |record: &Record| {
        index(&[("a".to_owned(), record.clone())])
    });
    assert!(found.is_empty() && n_taken > 100, "{found:#?}");
}

/// The twin: a page that cuts a list by what another says is found out.
#[test]
fn a_page_that_panics_is_seen() {
    let json = json!({"cells": [1, 2], "n": 2});
    let careless = |record: &Value| {
        let n = record["n"].as_u64().unwrap_or(0) as usize;
        let list = record["cells"].as_array().cloned().unwrap_or_default();
        Ok(list[..n].len().to_string())
    };
    let (found, ..) = panics(&json, careless);
    assert_eq!(
        found,
        ["/cells = []", "/cells = [1]", "/n = 18446744073709551615"]
    );
}

#[test]
fn numbers_that_are_none_are_shown_as_none() {
    let change: [fn(&mut Record, f64); 6] = [
        |record, v| record.known_mut().nll_nats_mean = v,
        |record, v| record.known_mut().mse = v,
        |record, v| record.known_mut().crps_standard_error = v,
        |record, v| record.cells[0].mse.test = Some(v),
        |record, v| record.cells[1].excess_nats_test = Some(v),
        |record, v| record.cells[1].history.loss.fill(v as f32),
    ];
    for change in change {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX] {
            let mut record = sound();
            change(&mut record, value);
            assert!(render(&record, None).is_ok());
        }
    }
}
