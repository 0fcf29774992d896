//! Two records of a study: what differs, by how much, and whether that is much.
//!
//! On *equal ground* (the same spec, the same data) every bit must be equal, so every
//! difference is one; how large it is beside the spread of replicates tells whether anyone
//! would have noticed ([`Difference::measure`]). On *other ground* (another seed, another
//! recipe) nothing need be equal, and a reference band takes the place of equality
//! ([`Band`]).
//!
//! Within one record of a table in splits, recipes are compared split by split ([`Contender`], [`paired`]).

mod band;
mod contender;
mod difference;
mod leaves;
mod measure;
mod spread;

use serde_json::Value;

pub use self::band::{Band, bands};
pub use self::contender::{Contender, Paired, over_splits, paired};
pub use self::difference::Difference;
pub(crate) use self::leaves::leaves;
pub use self::measure::{Measure, Yardstick};
use super::Record;

/// What became of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Digest of the older record.
    pub old_digest: String,
    /// What makes the ground another: differences of spec and data; empty on equal ground.
    pub ground: Vec<Difference>,
    /// On equal ground every other difference, in the record's order; else empty.
    pub differences: Vec<Difference>,
    /// On other ground the bands of the older record; else empty.
    pub bands: Vec<Band>,
}

impl Comparison {
    /// Compares the older record with the newer one.
    ///
    /// # Errors
    /// If a record cannot be written as JSON.
    pub fn of(old: &Record, new: &Record) -> Result<Self, serde_json::Error> {
        let mut ground = Vec::new();
        let (old_json, new_json) = (serde_json::to_value(old)?, serde_json::to_value(new)?);
        for part in ["study", "spec", "data"] {
            leaves(part, &old_json[part], &new_json[part], &mut ground);
        }
        let mut differences = Vec::new();
        if ground.is_empty() {
            leaves(
                "oracle",
                &old_json["oracle"],
                &new_json["oracle"],
                &mut differences,
            );
            of_cells(&old_json, &new_json, &mut differences);
            let exhibits = "exhibits";
            leaves(
                exhibits,
                &old_json[exhibits],
                &new_json[exhibits],
                &mut differences,
            );
            for difference in &mut differences {
                difference.measure = Measure::of(difference, old);
            }
        }
        Ok(Self {
            old_digest: old.digest.clone(),
            bands: if ground.is_empty() {
                Vec::new()
            } else {
                bands(old, new)
            },
            ground,
            differences,
        })
    }

    /// Whether every bit of equal ground is equal.
    #[must_use]
    pub fn is_equal(&self) -> bool {
        self.ground.is_empty() && self.differences.is_empty()
    }
}

/// Cells by their identity, so that one more does not shift the rest.
pub(crate) fn of_cells(old: &Value, new: &Value, differences: &mut Vec<Difference>) {
    let list = |record: &Value| record["cells"].as_array().cloned().unwrap_or_default();
    let (old, new) = (list(old), list(new));
    let id = |cell: &Value| cell["id"].as_str().unwrap_or("").to_owned();
    let find = |cells: &[Value], wanted: &str| cells.iter().find(|c| id(c) == wanted).cloned();
    let mut presence = |place: String, recorded: &str, now: &str| {
        differences.push(Difference {
            place,
            recorded: recorded.to_owned(),
            now: now.to_owned(),
            measure: None,
        });
    };
    for cell in old.iter().filter(|cell| find(&new, &id(cell)).is_none()) {
        presence(format!("cells/{}", id(cell)), "present", "absent");
    }
    for cell in new.iter().filter(|cell| find(&old, &id(cell)).is_none()) {
        presence(format!("cells/{}", id(cell)), "absent", "present");
    }
    for cell in &old {
        if let Some(now) = find(&new, &id(cell)) {
            leaves(&format!("cells/{}", id(cell)), cell, &now, differences);
        }
    }
}
