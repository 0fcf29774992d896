//! A study's points, for other programs to learn from and to be scored on.

use std::path::Path;

use super::StudyError;
use super::data::SplitData;
use crate::seed::Seed;
use crate::spec::{Drawn, SPEC, Spec};
use crate::threads;

/// A point of a study and what the exact conditional density is there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StudyPoint {
    /// `train`, `validation` or `test`.
    pub part: &'static str,
    /// What is given: the single precision number that a network reads.
    pub x: f64,
    /// What is to be predicted; a single precision number too.
    pub y: f64,
    /// ln p(y | x), nats.
    pub log_density: f64,
}

/// The points that the networks of `spec` learn from, are stopped by and are scored on, in this order: those of the first
/// draw of its only problem. `None` for a study of tables or of several problems.
///
/// # Errors
/// If the spec is not [sound](Spec::check), or the problem cannot be realised.
pub fn points(spec: &Spec) -> Result<Option<Vec<StudyPoint>>, StudyError> {
    spec.check(Path::new(SPEC))?;
    let drawn = spec.drawn();
    threads::install(|| drawn.map(|drawn| of(drawn, spec.seed)).transpose())
}

fn of(drawn: &Drawn, seed: u64) -> Result<Vec<StudyPoint>, StudyError> {
    let data = SplitData::draw(drawn, Seed::new(seed), 0)?;
    let mut all = Vec::new();
    for (part, points) in [
        ("train", &data.train),
        ("validation", &data.validation),
        ("test", &data.test),
    ] {
        let scores = data.truth_at(points, 0);
        let rows = points.x.iter().zip(&points.y).zip(scores);
        all.extend(rows.map(|((x, y), scores)| StudyPoint {
            part,
            x: *x,
            y: *y,
            log_density: -scores.nll_nats,
        }));
    }
    Ok(all)
}
