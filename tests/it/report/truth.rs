//! What a page's keys stand for, found without the page's code.

use std::collections::BTreeMap;

use mixture_density::record::compare::bands;
use mixture_density::record::{Record, Timing};
use serde_json::Value;

/// The record, the timing and the article's logs by the page's keys, found independently of the page's code.
pub(crate) struct Truth {
    record: Value,
    timing: Value,
    cells: BTreeMap<String, Value>,
    derived: BTreeMap<String, Value>,
    against: Option<Box<Self>>,
}

impl Truth {
    pub(crate) fn new(record: &Record, timing: Option<&Timing>) -> Result<Self, String> {
        let to_value = |e: serde_json::Error| e.to_string();
        let json = serde_json::to_value(record).map_err(to_value)?;
        let mut cells = BTreeMap::new();
        for cell in json["cells"].as_array().into_iter().flatten() {
            cells.insert(cell["id"].as_str().unwrap_or("").to_owned(), cell.clone());
        }
        let scored = |wanted: &dyn Fn(&Value) -> bool| {
            let kept = cells
                .values()
                .filter(|c| wanted(c) && c["failure"].is_null());
            Value::from(kept.count())
        };
        let shown = json["exhibits"]["samples_from"].as_str();
        let k = shown.and_then(|id| cells.get(id)).map_or_else(
            || {
                let all = cells.values().filter(|c| c["failure"].is_null());
                let twenty = |c: &&Value| c["n_components"] == 20;
                let largest = all.clone().filter_map(|c| c["n_components"].as_u64()).max();
                all.clone()
                    .find(twenty)
                    .map_or(Value::from(largest), |c| c["n_components"].clone())
            },
            |cell| cell["n_components"].clone(),
        );
        let failed = cells.values().filter(|c| !c["failure"].is_null()).count();
        let mut derived = BTreeMap::from([
            ("n_cells".to_owned(), Value::from(cells.len())),
            ("n_failed".to_owned(), Value::from(failed)),
            (
                "baseline/n_scored".to_owned(),
                scored(&|c| c["model"] == "mse"),
            ),
            (
                "showcase/n_scored".to_owned(),
                scored(&|c| c["model"] == "mdn" && c["n_components"] == k),
            ),
        ]);
        if let Some(timing) = timing {
            let mut train_s = 0.0;
            let mut steps = 0;
            for cell in &timing.cells {
                train_s += cell.train_wall_s;
                steps += cell.n_steps;
            }
            derived.insert("train_wall_s".to_owned(), Value::from(train_s));
            derived.insert("n_steps".to_owned(), Value::from(steps));
            derived.insert(
                "steps_per_s".to_owned(),
                Value::from(steps as f64 / train_s),
            );
        }
        derived.extend(super::derived::exhibits(record, timing));
        derived.extend(super::explorer::numbers(record));
        if record.splits.len() > 1 && record.oracle.is_some() {
            derived.extend(super::draws::derived(record));
        }
        Ok(Self {
            record: json,
            timing: serde_json::to_value(timing).map_err(to_value)?,
            cells,
            derived,
            against: None,
        })
    }

    /// Adds what only a page that compares has.
    pub(crate) fn compare_with(&mut self, record: &Record, against: &Record) -> Result<(), String> {
        self.against = Some(Box::new(Self::new(against, None)?));
        for band in bands(against, record) {
            let mut put = |of: &str, value: f64| {
                let key = format!("changed/{of}/{}/{}", band.group, band.field);
                self.derived.insert(key, value.into());
            };
            put("old", mean(against, &band.group, band.field));
            put("new", mean(record, &band.group, band.field));
            // Held to its formula by a test of its own.
            if let Some(width) = band.half_width {
                put("half_width", width);
            }
        }
        Ok(())
    }

    pub(crate) fn at(&self, key: &str) -> Option<Value> {
        if let Some(rest) = key.strip_prefix("cells/") {
            let ids = self.cells.keys().filter(|id| {
                rest.strip_prefix(id.as_str())
                    .is_some_and(|tail| tail.starts_with('/'))
            });
            let id = ids.max_by_key(|id| id.len())?;
            let (cell, field) = (self.cells.get(id)?, &rest[id.len() + 1..]);
            // Epochs are counted from 1.
            let (field, epoch) = match field.split_once('/') {
                Some((field, epoch)) => (field, Some(epoch.parse::<usize>().ok()?.checked_sub(1)?)),
                None => (field, None),
            };
            let value = match field.split_once('.') {
                Some((field, part)) => cell.get(field)?.get(part)?,
                None => cell.get(field)?,
            };
            return match epoch {
                Some(epoch) => value.get(epoch).cloned(),
                None => Some(value.clone()),
            };
        }
        if let Some(rest) = key.strip_prefix("article/") {
            return article(rest);
        }
        if let Some(rest) = key.strip_prefix("against/") {
            return self.against.as_ref()?.at(rest);
        }
        if let Some(rest) = key.strip_prefix("derived/") {
            return self.derived.get(rest).cloned();
        }
        let (root, path) = match key.strip_prefix("timing/") {
            Some(path) => (&self.timing, path),
            None => (&self.record, key),
        };
        root.pointer(&format!("/{path}")).cloned()
    }
}

/// Mean of a score over the cells of a group, in the record's order.
fn mean(record: &Record, group: &str, field: &str) -> f64 {
    let cells = record.cells.iter();
    let cells = cells.filter(|cell| cell.id.starts_with(&format!("{group}/r=")));
    let values = cells.filter_map(|cell| match field {
        "mse.test" => cell.mse.test,
        "excess_nats_test" => cell.excess_nats_test,
        _ => cell.crps_mean_test,
    });
    let values: Vec<f64> = values.collect();
    values.iter().sum::<f64>() / values.len() as f64
}

/// `mdn/val_loss/143` or `mse/n_epochs`.
fn article(key: &str) -> Option<Value> {
    let (model, field) = key.split_once('/')?;
    let log = match model {
        "mdn" => include_str!("../../../src/report/data/article_log_mdn.csv"),
        "mse" => include_str!("../../../src/report/data/article_log_mse.csv"),
        _ => return None,
    };
    if field == "n_epochs" {
        return Some(Value::from(log.lines().count() - 1));
    }
    let (column, epoch) = match field.split_once('/')? {
        ("loss", epoch) => (1, epoch),
        ("val_loss", epoch) => (2, epoch),
        _ => return None,
    };
    let row = log
        .lines()
        .find(|line| line.split(',').next() == Some(epoch))?;
    row.split(',')
        .nth(column)?
        .parse::<f64>()
        .ok()
        .map(Value::from)
}
