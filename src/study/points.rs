//! A study's points, for other programs to learn from and to be scored on.

use std::path::Path;

use super::StudyError;
use super::run::draw;
use super::spec::{SPEC, Spec};

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

/// The points that the networks of `spec` learn from, are stopped by and are scored on, in this order.
///
/// # Errors
/// If the spec is not [sound](Spec::check); `folder` is where it stands, for the sentence.
pub fn points(spec: &Spec, folder: &Path) -> Result<Vec<StudyPoint>, StudyError> {
    spec.check(&folder.join(SPEC))?;
    let data = draw(spec, folder)?;
    let mut all = Vec::new();
    for (part, points) in [
        ("train", &data.train),
        ("validation", &data.validation),
        ("test", &data.test),
    ] {
        let scores = data.per_point(points, 0);
        let rows = points.x.iter().zip(&points.y).zip(scores);
        all.extend(rows.map(|((x, y), scores)| StudyPoint {
            part,
            x: f64::from(*x),
            y: f64::from(*y),
            log_density: -scores.nll_nats,
        }));
    }
    Ok(all)
}
